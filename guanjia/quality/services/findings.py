"""Findings: record, have put right, clear."""

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person
from guanjia.quality import facts
from guanjia.quality.models import ChecklistItem, CheckRun, Finding
from guanjia.quality.states import DROPPED, FINDING, OPEN, VERIFIED

from .rectifying import open_rectification


@usecase("quality.finding.record")
def record_finding(run: CheckRun, *, matter: str, item: ChecklistItem | None = None, rectify: bool = False, act: Act) -> Finding:
    """Write down what was not as it should be; with `rectify` a rectification is opened for it at once."""
    if not matter.strip():
        raise BadInput([Reason(_("请写明问题。"), field="matter")])
    if run.state == DROPPED:
        raise IllegalMove([Reason(_("这次检查已作废。"))])
    finding = Finding.objects.create(
        project=run.project,
        run=run,
        item=item,
        matter=matter.strip(),
        weight=item.weight if item else 1,
        state=OPEN,
        created_at=act.at,
    )
    record(
        finding,
        facts.FindingRecorded(list=run.checklist.code, matter=finding.matter, weight=finding.weight),
        act=act,
        about=(run, run.subject),
    )
    return rectify_finding(finding, act=act) if rectify else finding


@usecase("quality.finding.rectify")
def rectify_finding(finding: Finding, *, act: Act) -> Finding:
    """Open a rectification for a finding that has none; it is cleared when that is verified."""
    if finding.rectification_id is not None:
        raise IllegalMove([Reason(_("已开整改单 %(number)s。") % {"number": finding.rectification.number})])
    FINDING.require(finding, "rectify")
    opened = open_rectification(
        project=finding.project, matter=finding.matter, source=finding, about=(finding.run, finding.run.subject), act=act
    )
    return FINDING.move(finding, "rectify", act=act, rectification=opened)


@usecase("quality.finding.clear")
def clear_finding(finding: Finding, *, clearance: str, act: Act) -> Finding:
    """It is as it should be now. IllegalMove while its rectification is not verified."""
    if not clearance.strip():
        raise BadInput([Reason(_("请写明现在的情况。"), field="clearance")])
    if finding.rectification_id is not None and finding.rectification.state != VERIFIED:
        raise IllegalMove(
            [
                Reason(
                    _("整改单 %(number)s 验证合格后自动销项。") % {"number": finding.rectification.number},
                    cure="quality.rectification.verify",
                )
            ]
        )
    person = Person.objects.visible_to(act).filter(pk=act.person_id).first() if act.person_id else None
    finding = FINDING.move(finding, "clear", act=act, cleared_at=act.at, cleared_by=person, clearance=clearance.strip())
    record(
        finding,
        facts.FindingCleared(list=finding.run.checklist.code, words=finding.clearance),
        act=act,
        about=(finding.run, finding.run.subject),
    )
    return finding
