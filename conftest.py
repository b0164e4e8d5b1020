"""Readies Django and the test database before any test module is read; fixtures live in tests/conftest.py."""

pytest_plugins = ["tests.database", "tests.browser", "tests.access.tally"]
