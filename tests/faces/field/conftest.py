"""A technician with his phone."""

from secrets import token_hex

import pytest
from django.test import Client

from guanjia.kernel import clock
from tests import make
from tests.conftest import moment

GLASS = "data:image/png;base64,"


class Phone(Client):
    """A signed-in browser that sends forms as pages do: with a key of their own."""

    def send(self, order, noun, key="", **values):
        return self.post(f"/field/orders/{order.pk}/{noun}/", {"form_key": key or token_hex(8)} | values)

    def read(self, order, **values):
        return self.get(f"/field/orders/{order.pk}/", values)


@pytest.fixture
def at_ten():
    """The clock stands at ten on the Monday of the tests."""
    with clock.travelling(moment("10:00")):
        yield


@pytest.fixture
def phone(world, at_ten):
    phone = Phone()
    phone.force_login(world.people["technician"])
    return phone


@pytest.fixture
def order(world):
    """「3-2-…」, a leaking tap, given to the technician at 09:31."""
    return make.order(state="assigned", at=moment("09:30"), reporter_name="王小明", reporter_phone="+8613800138000")
