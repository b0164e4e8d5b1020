"""Registers of the rulebook: how long the company keeps what."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.act import Act
from guanjia.org.models import Company
from guanjia.rulebook import realises, services
from guanjia.rulebook.models import RetentionClass
from guanjia.web.forms import Field
from guanjia.web.page import Facts, Page, Timeline
from guanjia.web.register import Register


@realises("KB-021", as_="retention")
class RetentionRegister(Register):
    """保存期限: what the company itself has set; the whole table, with the handbook's lines, stands in the rulebook."""

    label = _("保存期限（本公司所定）")
    model = RetentionClass
    icon = "clock"
    see = "rulebook.retention.see"
    in_menu = False
    identity = ("code", "starts_on")
    columns = ("code", "name", "kind", "keep", "source", "starts_on", "set_by")
    filters = ("code", "kind", "starts_on")
    search = ("name", "code", "source")
    box = ""
    fields = tuple(Field(name, fixed=True) for name in ("code", "name", "kind", "keep", "source", "starts_on"))
    order = ("code", "-starts_on")
    create = services.set_retention
    page = Page(Facts("name", "code", "kind", "keep", "source", "starts_on", "set_by"), Timeline())

    def make(self, act: Act, values: dict[str, Any], project: Any = None) -> RetentionClass:
        """The company's own: which project one stands in does not matter."""
        return services.set_retention(project=Company.objects.get(pk=act.company_id), **values, act=act)
