"""Registers of the organisation: people, posts, projects, the calendar."""

from django.utils.translation import gettext_lazy as _

from guanjia.org import services as org
from guanjia.org.models import Person
from guanjia.web.forms import Field
from guanjia.web.page import Duties, Facts, Page, Table, Timeline
from guanjia.web.register import Register


class PersonRegister(Register):
    """人员"""

    label = _("人员")
    model = Person
    icon = "people"
    identity = ("login",)
    columns = ("name", "login", "phone", "skills", "is_active")
    more_columns = ("language",)
    filters = ("is_active",)
    search = ("name", "login", "pinyin", "phone")
    fields = (Field("login", fixed=True), "name", "phone", "skills")
    order = ("pinyin",)
    create, change = org.register_person, org.change_person
    page = Page(
        Facts("login", "name", "phone", "skills", "is_active"),
        Table("holdings", columns=("post", "kind", "starts_on", "ends_on"), title=_("任职"), order=("-starts_on",)),
        Timeline(),
        Duties(),
    )
