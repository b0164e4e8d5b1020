"""Other names: told by people, or following from the name itself."""

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase

from .. import facts, names
from ..models import Alias, Customer
from ..states import ORGANISATION, SAID


@usecase("customers.alias.add")
def add_alias(customer: Customer, *, name: str, act: Act) -> Alias:
    """The customer is also called so: found by it, never addressed by it. Conflict if it is known, BadInput for a blank."""
    if not name.strip():
        raise BadInput(Reason(_("请填写别名。"), field="name"))
    customer = customer.person
    is_person = customer.kind != ORGANISATION
    alias = keep(
        Alias(
            project=customer.project,
            customer=customer,
            kind=SAID,
            name=name.strip(),
            name_pinyin=names.pinyin(name, person=is_person),
            name_initials=names.initials(name, person=is_person),
            created_at=act.at,
        )
    )
    record(customer, facts.AliasAdded(), act=act)
    return alias


@usecase("customers.alias.drop")
def drop_alias(alias: Alias, *, act: Act) -> Customer:
    """The customer is not called so (any more)."""
    customer = alias.customer
    alias.delete()
    record(customer, facts.AliasDropped(), act=act)
    return customer
