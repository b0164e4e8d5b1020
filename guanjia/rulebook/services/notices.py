"""What somebody says to what he was told: that he knows, that he has seen it."""

from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import IllegalMove, NotFound, Reason
from guanjia.kernel.journal import Place, record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project
from guanjia.rulebook import facts, told
from guanjia.rulebook.models import Acknowledgement, Notice, Obligation


@usecase("rulebook.duty.acknowledge")
def acknowledge_duty(*, project: Project, obligation_id: UUID, act: Act) -> Acknowledgement:
    """Say that one knows of a duty: one is not reminded of it again; what goes up still goes up. Twice is once.

    NotFound for whoever neither owes it nor was told of it; IllegalMove once it is closed.
    """
    obligation = Obligation.objects.unscoped("link").filter(pk=obligation_id, project=project).first()
    if obligation is None or not told.concerns(obligation, act):
        raise NotFound()
    if not obligation.is_open:
        raise IllegalMove([Reason(_("此事项已办结或已取消。"))])
    said, is_new = Acknowledgement.objects.get_or_create(
        obligation=obligation, person_id=act.person_id, defaults={"acknowledged_at": act.at}
    )
    Notice.objects.unscoped("link").filter(person_id=act.person_id, obligation=obligation, seen_at__isnull=True).update(seen_at=act.at)
    if is_new:
        record(
            obligation.subject,
            facts.DutyAcknowledged(rule=obligation.rule, obligation_id=str(obligation.id)),
            act=act,
            project=Place(obligation.company_id, obligation.project_id),
        )
    return said


@usecase("rulebook.notice.see")
def see_notices(*, project: Project | None = None, act: Act) -> int:
    """Take everything one was told as seen; nothing is acknowledged by that. Returns how many there were."""
    mine = Notice.objects.unscoped("link").filter(person_id=act.person_id, seen_at__isnull=True)
    return mine.update(seen_at=act.at) if act.person_id is not None else 0
