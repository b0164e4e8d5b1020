"""Writing down what customers want, and how they like to be served."""

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import facts
from ..models import Customer, Note, Preference
from ..states import NOTE_KINDS


@usecase("customers.note.record")
def record_note(*, project: Project, customer: Customer, kind: str, channel: str, text: str, act: Act) -> Note:
    """A need, an opinion or a suggestion, from a call, a visit or a questionnaire (CUS-002). The words stay out of the journal."""
    if customer.project_id != project.pk:
        raise NotFound()
    if not text.strip():
        raise BadInput(Reason(_("请写下内容。"), field="text"))
    note = keep(
        Note(project=project, customer=customer.person, kind=kind, channel=channel, text=text.strip(), at=act.at, created_at=act.at)
    )
    record(note, facts.NoteRecorded(kind=kind, channel=channel, label=str(NOTE_KINDS[kind])), act=act, about=(note.customer,))
    return note


@usecase("customers.preference.record")
def record_preference(
    *,
    project: Project,
    customer: Customer,
    expectation: str = "",
    preferred_channel: str = "",
    habit: str = "",
    convenient_time: str = "",
    act: Act,
) -> Preference:
    """What was learned of how the customer likes to be served (CUS-033); what is blank is carried on from the word before."""
    if customer.project_id != project.pk:
        raise NotFound()
    before = customer.person.preferences.order_by("-at", "-id").first()
    said = {"expectation": expectation, "preferred_channel": preferred_channel, "habit": habit, "convenient_time": convenient_time}
    fields = [name for name, value in said.items() if value.strip()]
    values = {name: value.strip() or (getattr(before, name) if before else "") for name, value in said.items()}
    preference = keep(Preference(project=project, customer=customer.person, at=act.at, created_at=act.at, **values))
    record(preference, facts.PreferenceRecorded(fields=fields), act=act, about=(preference.customer,))
    return preference
