"""Reports as they were made."""

from django.db.models import QuerySet

from guanjia.kernel.act import Act

from .models import Snapshot


def snapshots(report: str, act: Act) -> QuerySet[Snapshot]:
    """The reports of the projects one sees, the latest period first."""
    rows = Snapshot.objects.visible_to(act).filter(report=report)
    return rows.select_related("project__company", "signoff__signer", "signoff__receiver").order_by("-period", "project__name")
