"""Once a year what was filed is cleared and bound by class; the contents list of the bound volume is a paper of its own (CUS-018)."""

from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guanjia.kernel import documents, files
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person, Project

from .. import facts, holdings, papers
from ..models import ArchiveBinding, ArchiveItem

CONTENTS = "contents"  # the role of the contents list among the files
TEMPLATE = Path(__file__).parent.parent / "documents" / "binding.typ"


@usecase("customers.archive.bind")
def bind_archives(*, project: Project, kind: str, year: int, act: Act) -> ArchiveBinding:
    """Bind the papers of one kind of archive that were filed up to the end of a year; their contents lists are fixed with it.

    Raises BadInput for a year that is not over or an unknown kind, IllegalMove where nothing waits, Conflict where that year is
    bound already: what was filed late goes with the next one.
    """
    if kind not in papers.ARCHIVES:
        raise BadInput(Reason(_("没有这类档案。"), field="kind"))
    last = timezone.localdate(act.at).year - 1
    if year > last:
        raise BadInput(Reason(_("%(year)d 年还没有结束，年底后再装订。") % {"year": year}, field="year"))
    items = list(holdings.unbound(project, kind, year).select_for_update(of=("self",)))
    if not items:
        raise IllegalMove(Reason(_("%(year)d 年度没有待装订的文件。") % {"year": year}))
    binding = ArchiveBinding(
        project=project,
        number=next_number("ZD", project, act.at),
        kind=kind,
        year=year,
        items_count=len(items),
        bound_by=Person.objects.visible_to(act).get(pk=act.person_id),
        bound_at=act.at,
        created_at=act.at,
    )
    pdf = documents.render(TEMPLATE, _listed(binding, items), at=act.at)
    attachment = files.attach(binding, name=f"{binding.number}.pdf", content=pdf, role=CONTENTS, act=act)
    binding.sha256 = attachment.sha256
    keep(binding)
    ArchiveItem.objects.unscoped("link").filter(pk__in=[item.pk for item in items]).update(binding=binding)
    is_all = not holdings.to_bind(project, act.at)
    record(binding, facts.ArchivesBound(kind=kind, year=year, items=len(items), is_all=is_all), act=act, about=(project,))
    return binding


def _listed(binding: ArchiveBinding, items: list[ArchiveItem]) -> dict[str, Any]:
    """What the contents list says: volume by volume, folder by folder. It names papers and places, and no customer."""
    with translation.override("zh-hans"):
        volumes = papers.VOLUMES[binding.kind]
        return {
            "title": _("%(year)d 年度%(kind)s装订目录") % {"year": binding.year, "kind": papers.ARCHIVES[binding.kind]},
            "company": binding.project.company.name,
            "project": binding.project.name,
            "number": binding.number,
            "bound_by": binding.bound_by.name,
            "bound_on": f"{timezone.localtime(binding.bound_at):%Y-%m-%d}",
            "count": len(items),
            "volumes": [
                {
                    "title": _("第 %(n)d 卷　%(title)s") % {"n": volume, "title": title},
                    "rows": [_row_of(item) for item in items if item.volume == volume],
                }
                for volume, title in volumes.items()
            ],
        }


def _row_of(item: ArchiveItem) -> list[str]:
    return [
        item.archive.number,
        item.archive.household.house.path if item.archive.household_id else item.archive.customer.number,
        str(item.item_no),
        item.get_paper_display(),
        f"{item.dated_on:%Y-%m-%d}",
        item.place,
    ]
