"""Every cell of the technician's phone and of the interface; what has a key for a door is tried in test_portal.py."""

import pytest

from . import cells
from .conftest import pairs


@pytest.mark.parametrize(("route", "method"), pairs("field", "api"))
def test_every_cell(bed, db, actors, route, method, record_property):
    found = cells.try_route(bed, route, method, actors)
    record_property("cells", found.cells)
    assert not found.wrong, "\n".join(found.wrong)
