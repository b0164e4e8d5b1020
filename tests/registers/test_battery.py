"""Every register, tried as `tests/battery.py` tells."""

import pytest

pytest.register_assert_rewrite("tests.battery")

from tests.battery import *  # noqa: E402, F403
