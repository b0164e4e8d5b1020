"""What a company's own rules may say about return visits."""

from django.utils.translation import gettext_lazy as _

from guanjia.customers.models import Customer, Occupancy
from guanjia.desk.models import Case
from guanjia.estate.models import House
from guanjia.rulebook.offers import Family, choice, flag, moment, person
from guanjia.work.models import WorkOrder

from .models import ReturnVisit
from .states import REVIEWS, SCALE, VISIT

VISITOR = person(_("回访人"))

visits = Family(ReturnVisit, also=(Case, WorkOrder, Customer, House, Occupancy), machine=VISIT)
visits.fact("followup.return_visit.planned", "visit_class", move="plan", visitor_id=VISITOR, due_at=moment(_("应回访的时间")))
visits.fact("followup.return_visit.attempted", "way", move="attempt")
visits.fact(
    "followup.return_visit.made", "visit_class way result", move="make", satisfaction=choice(_("满意程度"), SCALE),
    with_order=flag(_("有工单")), visitor_id=VISITOR,
)  # fmt: skip
visits.fact("followup.return_visit.handed_in", "visit_class", move="hand_in")
visits.fact("followup.return_visit.reviewed", move="review", result=choice(_("审核结论"), REVIEWS))

visits.gate(
    "followup.return_visit.make", _("回访"), "visit_class way result quality effect satisfaction shortcomings suggestions",
    resident_signed=flag(_("住户已签名")), visitor_signed=flag(_("回访人已签名")), did_the_work=flag(_("回访人就是维修的技术员")),
)  # fmt: skip
visits.gate("followup.return_visit.review", _("审核回访"), "visit_class way opinion", result=choice(_("审核结论"), REVIEWS))
