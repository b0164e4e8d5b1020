"""What can have happened to a return visit.

Every line is also about what is revisited: the case and its orders, or the order, the household, and the house. So one
visit may meet several duties.
"""

from datetime import datetime

from guanjia.kernel.journal import Fact


class VisitPlanned(Fact, name="followup.return_visit.planned", zh="已安排回访"):
    visit_class: str
    visitor_role: str = ""
    visitor_id: str = ""
    due_at: datetime | None = None


class VisitAttempted(Fact, name="followup.return_visit.attempted", zh="回访未联系上"):
    way: str
    note: str = ""
    says = "{note}"


class VisitMade(Fact, name="followup.return_visit.made", zh="已回访"):
    """`visitor_id` is empty where the resident tapped himself. `with_order`: there is an order that a rework can follow."""

    visit_class: str
    way: str
    result: str
    satisfaction: int
    with_order: bool = False
    visitor_id: str = ""
    summary: str = ""
    says = "{summary}"


class VisitHandedIn(Fact, name="followup.return_visit.handed_in", zh="回访记录已交"):
    visit_class: str


class VisitReviewed(Fact, name="followup.return_visit.reviewed", zh="回访已审核"):
    result: str
    opinion: str = ""
    says = "{opinion}"
