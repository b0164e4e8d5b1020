"""The other names that follow from a customer's name, kept beside it for finding."""

from guanjia.kernel.act import Act

from .. import names
from ..models import Alias, Customer
from ..states import MISREAD, ORGANISATION, SHORT


def keep_other_names(customer: Customer, act: Act) -> None:
    """A company's short name; the reading of a surname by those who do not know it. What followed from an earlier name goes."""
    customer.aliases.filter(kind__in=(SHORT, MISREAD)).delete()
    if customer.kind == ORGANISATION:
        short = names.short(customer.name)
        found = (SHORT, short, names.pinyin(short, person=False), names.initials(short, person=False))
    else:
        found = (MISREAD, customer.name, names.misread(customer.name), names.misread_initials(customer.name))
    kind, name, pinyin, initials = found
    if name and pinyin:
        Alias.objects.create(
            project=customer.project,
            customer=customer,
            kind=kind,
            name=name,
            name_pinyin=pinyin,
            name_initials=initials,
            created_at=act.at,
        )
