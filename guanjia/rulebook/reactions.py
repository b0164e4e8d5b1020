"""What the rulebook does because an approval was settled: it puts into force what was approved."""

from guanjia.kernel.journal import reacts_to

from .models import ApprovalRequest, ParameterProposal
from .services import parameters


@reacts_to("rulebook.approval.approved")
def put_a_parameter_into_force(entry, act):
    request, proposal = _proposed(entry, act)
    if proposal is not None:
        parameters.set_parameter(proposal, request=request, act=act)


@reacts_to("rulebook.approval.refused")
def note_a_refused_parameter(entry, act):
    _request, proposal = _proposed(entry, act)
    if proposal is not None:
        parameters.settle_proposal(proposal, verb="reject", act=act)


@reacts_to("rulebook.approval.withdrawn")
def note_a_withdrawn_parameter(entry, act):
    _request, proposal = _proposed(entry, act)
    if proposal is not None:
        parameters.settle_proposal(proposal, verb="drop", act=act)


def _proposed(entry, act):
    """(request, proposal) where the approval is about a parameter; (None, None) otherwise."""
    if entry.payload["matter"] != parameters.MATTER:
        return None, None
    request = ApprovalRequest.objects.visible_to(act).get(pk=entry.subject_id)
    return request, ParameterProposal.objects.visible_to(act).get(pk=request.about_id)
