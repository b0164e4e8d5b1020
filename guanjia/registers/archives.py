"""Registers of folders: which there are and where, what lies in them, who has them, what was told and what is bound."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guanjia.customers import holdings, services
from guanjia.customers.models import Archive, ArchiveBinding, ArchiveDisclosure, ArchiveItem, ArchiveLoan
from guanjia.kernel.act import Act
from guanjia.web.actions import Action
from guanjia.web.columns import Column
from guanjia.web.forms import Field
from guanjia.web.page import Duties, Facts, Files, Page, Table, Timeline
from guanjia.web.register import Register

SEE = holdings.SEE
HOLDER = ("household__house", "customer")
OF_HOLDER = tuple(f"archive__{name}" for name in HOLDER)


class ArchiveRegister(Register):
    """档案台账"""

    label = _("档案台账")
    model = Archive
    icon = "copy"
    see = SEE
    identity = ("number",)
    columns = (
        "number",
        Column("holder", _("住户或客户"), needs=HOLDER, sortable=False),
        Column("people", _("姓名"), sortable=False),
        "kind",
        "cabinet",
        "folder",
        Column("borrower_name", _("借阅人"), sortable=False),
        Column("due_on", _("应还日期"), kind="day", sortable=False),
    )
    more_columns = ("household", "customer", "created_at")
    filters = ("kind", "cabinet", "household__house__building")
    search = holdings.FOLDER_KEYS
    fields = (Field("number", fixed=True), "cabinet", "folder")
    order = ("-number",)
    needs = HOLDER
    change = services.place_archive
    page = Page(
        Facts("number", "kind", Column("place", _("纸档位置")), "borrower_name", "due_on"),
        Table(
            "items", columns=("number", "paper", "title", "dated_on", "filed_by"), title=_("目录"), order=("volume", "item_no"), most=200
        ),
        Table("loans", columns=("borrower", "purpose", "lent_at", "due_on", "returned_at"), title=_("借阅"), order=("-lent_at",)),
        Timeline(),
        Duties(),
        Files(),
    )

    def rows(self, act: Act) -> QuerySet:
        return holdings.findable_folders(super().rows(act))


class ArchiveItemRegister(Register):
    """归档文件 (CUS-019): found by date, name, project and document."""

    label = _("归档文件")
    model = ArchiveItem
    icon = "clip"
    see = SEE
    identity = ("number",)
    columns = (
        "number",
        Column("archive__holder", _("住户或客户"), needs=OF_HOLDER, sortable=False),
        Column("people", _("姓名"), sortable=False),
        "paper",
        "title",
        "dated_on",
        Column("place", _("纸档位置"), needs=("archive",), sortable=False),
        "filed_at",
    )
    more_columns = ("volume", "item_no", "filed_by", "binding")
    filters = ("paper", "volume", "dated_on", "filed_at", "archive__household__house__building")
    search = holdings.PAPER_KEYS
    fields = (Field("number", fixed=True), "title", "dated_on")
    order = ("-filed_at",)
    needs = ("archive", *OF_HOLDER)
    change = services.correct_paper
    page = Page(
        Facts(
            "number",
            "archive",
            "paper",
            "volume",
            "item_no",
            "title",
            "dated_on",
            Column("place", _("纸档位置")),
            "filed_by",
            "filed_at",
            "binding",
        ),
        Timeline(),
        Files(),
    )

    def rows(self, act: Act) -> QuerySet:
        return holdings.findable_papers(super().rows(act))


class ArchiveLoanRegister(Register):
    """档案借阅"""

    label = _("档案借阅")
    model = ArchiveLoan
    icon = "people"
    see = SEE
    identity = ("archive", "lent_at")
    columns = ("archive", "borrower", "purpose", "lent_at", "due_on", "returned_at")
    more_columns = ("condition",)
    filters = ("borrower", "due_on", "lent_at", "returned_at")
    search = ("archive__number", "borrower__name", "purpose")
    box = ""
    order = ("-lent_at",)
    needs = ("archive", "borrower", *OF_HOLDER)
    in_menu = False
    actions = (
        Action(services.return_archive, _("归还"), fields={"condition": _("归还情况")}, shown=lambda loan, act: loan.returned_at is None),
    )
    page = Page(Facts("archive", "borrower", "purpose", "lent_at", "due_on", "returned_at", "condition"), Timeline(), Duties())


class ArchiveDisclosureRegister(Register):
    """资料披露: to whom something of a folder was told, and in which special case (CUS-010)."""

    label = _("资料披露台账")
    model = ArchiveDisclosure
    icon = "shield"
    see = SEE
    identity = ("number",)
    columns = ("number", "archive", "to_whom", "reason", "what", "disclosed_by", "disclosed_at")
    filters = ("disclosed_by", "disclosed_at")
    search = ("number", "archive__number", "to_whom", "reason")
    box = "number"
    order = ("-disclosed_at",)
    needs = ("archive", *OF_HOLDER)
    page = Page(Facts("number", "archive", "to_whom", "reason", "what", "disclosed_by", "disclosed_at"), Timeline())


class ArchiveBindingRegister(Register):
    """档案装订"""

    label = _("档案装订")
    model = ArchiveBinding
    icon = "book"
    see = SEE
    identity = ("number",)
    columns = ("number", "year", "kind", "items_count", "bound_by", "bound_at")
    more_columns = ("sha256",)
    filters = ("kind", "year", "bound_at")
    search = ("number",)
    box = "number"
    order = ("-bound_at",)
    in_menu = False
    page = Page(Facts("number", "year", "kind", "items_count", "bound_by", "bound_at", "sha256"), Timeline(), Files())
