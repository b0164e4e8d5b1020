"""Every register, tried as `tests/battery.py` tells."""

from tests.battery import *  # noqa: F403
