"""A resident with the message on his telephone."""

import re
from secrets import token_hex

import pytest
from django.test import Client

from guanjia.desk import services as desk
from guanjia.faces.portal import links
from guanjia.kernel import clock
from guanjia.kernel.models import OutboundMessage
from tests import make
from tests.conftest import moment
from tests.desk.life import repair


class Resident(Client):
    """A browser without an account."""

    def read(self, key: str):
        return self.get(f"/portal/c/{key}/")

    def tap(self, key: str, answer: str, form_key: str = "", **values):
        return self.post(f"/portal/c/{key}/answer/", {"form_key": form_key or token_hex(8), "answer": answer} | values)


@pytest.fixture
def resident():
    with clock.travelling(moment("11:00")):
        yield Resident()


def opened(at="10:00", **values):
    """A case that was accepted at once, to be answered by six."""
    return make.case(moment(at), **{"promise_at": moment("18:00"), "explanation": "师傅随后上门"} | values)


def repaired(act, **values):
    """A repair that was done and signed at 10:16; its resident has a message. (case, order)"""
    case = opened(**values)
    order = repair(desk.order_work(case, work_class="other", technician_on_duty=True, act=act("10:05")), "10:10")
    return make.fresh(case), order


def key_for(case, at="10:30") -> str:
    return links.issue_link(case, act=make.newest().act(moment(at)))


def key_sent(case) -> str:
    """The key in the newest message about a case."""
    message = OutboundMessage.objects.unscoped("tests").filter(subject_id=case.pk).order_by("-created_at", "-id").first()
    return re.search(r"/portal/c/([^/]+)/", message.text)[1]


def story_title(page) -> str:
    return re.search(r'class="hero-title">([^<]*)<', page.content.decode())[1]
