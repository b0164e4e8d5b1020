"""What people may do with the rulebook, a family of use cases a file."""

from .backtests import ask_backtest, cancel_backtest
from .duties import explain_late, reassign_duty, waive_duty
from .parameters import set_parameter

__all__ = ["ask_backtest", "cancel_backtest", "explain_late", "reassign_duty", "set_parameter", "waive_duty"]
