"""Stewards keep the archive of people; and there are places that they must not see."""

import pytest

from guanjia.org.models import Project
from tests import make


@pytest.fixture
def act(act):
    return lambda said="10:00", by="steward", via="console": act(said, by, via)


@pytest.fixture
def elsewhere(act, world) -> dict[str, Project]:
    """A project next door in the same company, and one of another company; the newest world stays the one of the test."""
    places = {"neighbour": make.world(name="碧湖花园", code="BH", company=world.company).project, "other_company": make.world().project}
    make._worlds.append(world)
    return places
