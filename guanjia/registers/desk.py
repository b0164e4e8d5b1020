"""Registers of the desk: cases, complaints, contacts, and the code lists."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guanjia.desk import search, services, states
from guanjia.desk.models import Case, CaseType, Category, Channel, Complaint, Contact
from guanjia.desk.states import CASE
from guanjia.kernel.act import Act
from guanjia.web.actions import Action
from guanjia.web.columns import Column
from guanjia.web.fields import LabelledChoiceField, ListField
from guanjia.web.filters import Filters
from guanjia.web.forms import Field
from guanjia.web.page import Duties, Facts, Files, Page, Table, Timeline
from guanjia.web.register import Register

FOUND_MAX = 1000


class CaseFilters(Filters):
    """Words are found by the desk's own search: a million cases are not read for them."""

    def __init__(self, *args: Any, act: Act, **kwargs: Any):
        self.act = act
        super().__init__(*args, **kwargs)

    def narrow(self, rows: QuerySet) -> QuerySet:
        asked = self.form.cleaned_data.pop("q", "") if self.is_valid else ""
        rows = super().narrow(rows)
        if not asked:
            return rows
        self.form.cleaned_data["q"] = asked
        number = search.storable(asked).upper()
        return rows.filter(Q(number__startswith=number) | Q(pk__in=search.text_ids(asked, self.act, FOUND_MAX)))


class CaseRegister(Register):
    """诉求台账"""

    label = _("诉求台账")
    model = Case
    icon = "case"
    columns = (
        "number",
        "type",
        "category__name",
        Column("title", personal=False),
        "house",
        "customer_name",
        "state",
        "priority",
        "owner__name",
        "opened_at",
    )
    more_columns = (
        "customer_phone",
        "channel",
        "rank",
        "urgency",
        "importance",
        "difficulty",
        "resolved_at",
        "confirmed_at",
        "closed_at",
        "outcome",
        "satisfaction",
        "source",
        "external_id",
    )
    filters = ("state", "type", "category", "priority", "rank", "channel", "owner", "opened_at", "closed_at")
    search = ("number", "title", "customer_name")
    order = ("-opened_at",)
    needs = ("house",)
    actions = (
        Action(
            services.escalate_case,
            _("上报"),
            fields={"to_role": _("报给"), "note": _("说明")},
            shown=lambda c, act: states.may_now(c, "escalate"),
        ),
        Action(services.withdraw_case, machine=CASE, fields={"reason": _("理由")}),
        Action(services.reopen_case, machine=CASE, fields={"reason": _("理由")}),
    )
    page = Page(
        Facts("number", "type", "category__name", "state", "address", "customer_name", "customer_phone", "owner__name", "opened_at"),
        Facts(Column("content", personal=False), "process", "result", "cause", title=_("内容与处理")),
        Facts("accepted_at", "resolved_at", "confirmed_at", "closed_at", "outcome", "satisfaction", title=_("办理时间")),
        Table("works", columns=("order", "at", "by"), title=_("工单"), order=("at",)),
        Table("promises", columns=("promised_at", "question", "expert", "at"), title=_("承诺"), order=("at",)),
        Table("replies", columns=("way", "text", "is_final", "at", "by"), title=_("答复"), order=("at",)),
        Table("notes", columns=("kind", "text", "at", "by"), title=_("备注"), order=("at",)),
        Timeline(),
        Duties(),
        Files(),
    )

    def filtered(self, act: Act, asked: Any) -> Filters:
        return CaseFilters(self.all_filters, act, asked, search=self.search, act=act)


class ComplaintRegister(Register):
    """投诉台账"""

    label = _("投诉台账")
    model = Complaint
    icon = "flag"
    columns = (
        "case__number",
        "case__rank",
        "occurred_at",
        "place",
        "accused",
        "demand",
        "state",
        "validity",
        "liability",
        "case__state",
        "case__opened_at",
    )
    more_columns = ("course", "demanded_by", "harm_ongoing", "harm_stopped_at", "graded_at", "accused_told_at", "judged_at", "case__result")
    filters = ("state", "case__rank", "validity", "liability", "harm_ongoing")
    search = ("case__number", "accused")
    box = ""
    order = ("-pk",)
    needs = ("case",)
    page = Page(
        Facts("case__number", "case__rank", "state", "occurred_at", "place", "accused", "course", "demand", "demanded_by"),
        Facts("validity", "liability", "case__cause", "case__process", "case__result", "case__feedback", title=_("处理")),
        Timeline(),
        Files(),
    )


class ContactRegister(Register):
    """接待记录"""

    label = _("接待记录")
    model = Contact
    icon = "phone"
    columns = (
        "received_at",
        "channel",
        "direction",
        "number_from",
        "customer",
        "matter",
        "answered_at",
        "answered_by__name",
        "case__number",
    )
    more_columns = ("house", "spoke_with", "content", "ended_at", "place", "to_solve", "room", "repeated_back")
    filters = ("channel", "direction", "received_at")
    search = ("number_from", "matter")
    box = ""
    order = ("-received_at",)
    page = Page(
        Facts("received_at", "channel", "number_from", "customer", "house", "spoke_with", "content", "answered_at", "ended_at"),
        Facts("place", "matter", "to_solve", "room", "repeated_back", title=_("电话记录")),
        Timeline(),
        Duties(),
        Files(),
    )


class CategoryRegister(Register):
    """诉求分类"""

    label = _("诉求分类")
    model = Category
    icon = "copy"
    identity = ("code",)
    columns = ("code", "name", "parent", "type", "keywords", "craft", "work_class", "urgency", "importance", "place", "is_active")
    filters = ("parent", "type", "craft", "is_active")
    search = ("name", "code", "initials", "pinyin")
    box = ""
    fields = (
        Field("code", fixed=True),
        "name",
        "parent",
        Field(
            "type",
            form_field=lambda act: LabelledChoiceField(label=_("常见类型"), required=False, choices=[("", "—"), *states.TYPES.items()]),
        ),
        Field("keywords", form_field=lambda act: ListField(label=_("关键词"), required=False, help_text=_("来电人常说的词，用顿号隔开"))),
        "craft",
        "work_class",
        "urgency",
        "importance",
        "place",
        "ordinal",
        "is_active",
    )
    order = ("ordinal", "code")
    create, change = services.add_category, services.change_category
    page = Page(
        Facts("code", "name", "parent", "type", "keywords", "craft", "work_class", "urgency", "importance", "place"),
        Table("children", columns=("code", "name", "keywords"), title=_("下级分类"), order=("ordinal",), most=60),
        Timeline(),
    )


class ChannelRegister(Register):
    """受理渠道"""

    label = _("受理渠道")
    model = Channel
    icon = "phone"
    columns = ("code", "name", "ordinal", "is_active")
    order = ("ordinal",)
    in_menu = False


class CaseTypeRegister(Register):
    """受理类型"""

    label = _("受理类型")
    model = CaseType
    icon = "copy"
    columns = ("code", "name", "branch", "is_answerable", "ladder", "ordinal", "is_active")
    order = ("ordinal",)
    in_menu = False
