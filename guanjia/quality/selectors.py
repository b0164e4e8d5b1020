"""What is being put right."""

from typing import Any

from guanjia.kernel.act import Act
from guanjia.kernel.ids import Ref

from .models import Rectification, RectificationQuerySet


def rectifications_of(source: Any, act: Act) -> RectificationQuerySet:
    """The rectifications opened for a subject (instance or Ref), newest first."""
    return Rectification.objects.visible_to(act).about(source if isinstance(source, Ref) else Ref.to(source))


def unfinished(act: Act) -> RectificationQuerySet:
    """Everything not yet verified, the most urgent first."""
    return Rectification.objects.visible_to(act).unfinished().select_related("responsible").order_by("due_on", "created_at")
