"""Saying that one is away: the same form for each face on which people of the house work."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.errors import NotFound
from guanjia.org import selectors, services
from guanjia.org.models import Absence, Person

from .fields import MomentField, ReferenceField
from .forms import UseCaseForm, tried


class AbsenceForm(UseCaseForm):
    """From when to when, why, and who stands in. `act` is whose absence it is."""

    starts_at = MomentField(label=_("自"))
    ends_at = MomentField(label=_("至"), required=False, help_text=_("还不知道何时回来可不填，回来时点「已返岗」。"))
    reason = forms.ChoiceField(label=_("事由"), choices=Absence.REASONS)

    def __init__(self, act: Any, data: Any = None):
        super().__init__(data)
        self.act = act
        self.fields["deputy"] = ReferenceField(Person, act, label=_("代理人"), required=False)

    def report(self) -> Absence | None:
        """Report the absence of whoever acts; None where the form now shows what is wrong."""
        project = next(iter(selectors.projects_of(self.act)), None)
        if not self.is_valid():
            return None
        if project is None or self.act.person_id is None:
            raise NotFound()
        person = Person.objects.find(self.act, self.act.person_id)
        return tried(self, lambda: services.report_absence(project=project, person=person, **self.values(), act=self.act))


def mine(act: Any) -> list[Absence]:
    """The absences of whoever acts that are not over, the soonest first."""
    rows = Absence.objects.unscoped("link").filter(person_id=act.person_id, company_id=act.company_id, cleared_at__isnull=True)
    return [one for one in rows.select_related("deputy").order_by("starts_at") if one.ends_at is None or one.ends_at > act.at]


def end(request: HttpRequest, id: UUID) -> None:
    """Back again; NotFound for an absence that is not one's own."""
    absence = next((one for one in mine(request.act) if one.pk == id), None)
    if absence is None:
        raise NotFound()
    services.end_absence(absence, act=request.act)
