"""What holds for all tests: the battery's plain asserts tell what they saw."""

import pytest

pytest.register_assert_rewrite("tests.battery")
