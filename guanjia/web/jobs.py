"""What the machinery leaves to the worker: long imports, and forgetting what imports have staged."""

from datetime import datetime

from guanjia.kernel import clock, wall
from guanjia.kernel.jobs import job
from guanjia.kernel.querysets import trusted
from guanjia.kernel.schedule import daily
from guanjia.org.selectors import act_of

from . import forgetting, importers, imports
from .models import ImportRun


@job("web.import.go_on", whole_in_one=False)
def go_on(run_id: str) -> None:
    """Look at, or carry out, what is left of an import, by chunks; rights are asked anew."""
    with trusted("job"):
        run = ImportRun.objects.select_related("by", "into").get(pk=run_id)
    with wall.inside([run.company_id]):
        act = act_of(run.by, clock.now(), "import")
        importer = importers.named(run.importer).with_options(run.options)
        while imports.advance(run, importer, act):
            pass


@daily("web.import.forget")
def forget_imports(at: datetime) -> None:
    """End imports that were left lying, and forget what is still staged of those that ended a week ago."""
    forgetting.end_abandoned(at)
    forgetting.forget_ended(at)
