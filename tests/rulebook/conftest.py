"""A handbook of a test's own."""

import copy

import pytest

from guanjia.rulebook import registry


@pytest.fixture
def book():
    """The registry, open for this test's own bindings and put back afterwards."""
    kept = {
        name: copy.copy(getattr(registry, name))
        for name in (
            "BINDINGS",
            "opens",
            "closes",
            "needs",
            "blocks",
            "retentions",
            "periodics",
            "coverages",
            "approvals",
            "checklists",
            "penalties",
            "tallies",
            "by_key",
        )
    }
    for name in kept:
        getattr(registry, name).clear()
    registry._frozen = False

    def bind(*bindings):
        for binding in bindings:
            registry._index(binding)
        return bindings[0]

    yield bind
    registry._frozen = True
    for name, value in kept.items():
        container = getattr(registry, name)
        container.clear()
        container.extend(value) if isinstance(container, list) else container.update(value)
