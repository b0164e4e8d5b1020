"""What the rulebook does because an approval was settled: it puts into force what was approved, or puts it back."""

from guanjia.kernel.journal import reacts_to

from . import services
from .models import Adoption, ApprovalRequest, HandbookVersion
from .services import adoptions, handbooks


@reacts_to("rulebook.approval.approved")
def put_into_force(entry, act):
    matter, row = _what(entry, act)
    if matter == adoptions.MATTER:
        services.adopt(row, act=act)
    elif matter == handbooks.MATTER:
        request = ApprovalRequest.objects.visible_to(act).get(pk=entry.subject_id)
        services.publish_handbook(row, digest=request.content["digest"], act=act)


@reacts_to("rulebook.approval.refused")
def put_back(entry, act):
    matter, row = _what(entry, act)
    if matter == adoptions.MATTER:
        services.refuse_adoption(row, words=entry.payload["words"], act=act)
    elif matter == handbooks.MATTER:
        services.send_back_handbook(row, act=act)


@reacts_to("rulebook.approval.withdrawn")
def take_back(entry, act):
    matter, row = _what(entry, act)
    if matter == adoptions.MATTER:
        services.withdraw_adoption(row, act=act)
    elif matter == handbooks.MATTER:
        services.send_back_handbook(row, act=act)


def _what(entry, act):
    """(matter, row) of a settled approval; the row is None where the matter is somebody else's."""
    matter = entry.payload["matter"]
    model = {adoptions.MATTER: Adoption, handbooks.MATTER: HandbookVersion}.get(matter)
    if model is None:
        return matter, None
    request = ApprovalRequest.objects.visible_to(act).get(pk=entry.subject_id)
    return matter, model.objects.visible_to(act).get(pk=request.about_id)
