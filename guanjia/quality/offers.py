"""What a company's own rules may say about rectifications."""

from django.utils.translation import gettext_lazy as _

from guanjia.rulebook.offers import Family, person

from .models import Rectification
from .states import RECTIFICATION

rectifications = Family(Rectification, sources=("desk.case", "work.workorder", "followup.returnvisit"), machine=RECTIFICATION)
rectifications.fact("quality.rectification.opened", "kind", move="open")
rectifications.fact("quality.rectification.planned", "kind", move="plan", person_id=person(_("责任人")))
rectifications.fact("quality.rectification.finished", move="finish")
rectifications.fact("quality.rectification.verified", move="verify")
rectifications.fact("quality.rectification.failed", move="fail")
rectifications.gate("quality.rectification.plan", _("限期整改"), "kind opinion")
rectifications.gate("quality.rectification.verify", _("验证整改"), "kind cause corrective preventive")
