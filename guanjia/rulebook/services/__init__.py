"""What people may do with the rulebook, a family of use cases a file."""

from .clocks import recompute_clocks
from .duties import explain_late, extend_duty, reassign_duty, waive_duty
from .parameters import set_parameter

__all__ = ["explain_late", "extend_duty", "reassign_duty", "recompute_clocks", "set_parameter", "waive_duty"]
