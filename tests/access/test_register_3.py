"""Every cell of the register's addresses: a part of them, so that several processes share the work."""

import pytest

from . import cells
from .conftest import pairs


@pytest.mark.parametrize(("route", "method"), pairs("register", nth=2, of=3))
def test_every_cell(bed, db, actors, route, method, record_property):
    found = cells.try_route(bed, route, method, actors)
    record_property("cells", found.cells)
    assert not found.wrong, "\n".join(found.wrong)
