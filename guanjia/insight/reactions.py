"""When a month is over and counted, its report is made as a draft, so that it waits for its signature."""

from typing import Any

from guanjia.kernel.act import Act
from guanjia.kernel.journal import reacts_to
from guanjia.kernel.usecase import attempt
from guanjia.org.models import Project

from .services import take_snapshot


@reacts_to("rulebook.month.ended")
def draft_the_report(entry: Any, act: Act) -> None:
    project = Project.objects.visible_to(act).get(pk=entry.subject_id)
    attempt(take_snapshot, project=project, period=entry.payload["period"], act=act)
