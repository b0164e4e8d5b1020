"""Messages that a demo sends can be read."""

import stat
from pathlib import Path

import pytest

from guanjia.faces.channels.outbox import Outbox
from guanjia.kernel import messaging
from guanjia.kernel.messaging import CHANNELS, ChannelError, deliver
from guanjia.kernel.models import OutboundMessage
from tests import make


@pytest.fixture
def message(world, act, settings, tmp_path):
    settings.HOME = tmp_path
    case = make.case(act("10:00").at)
    return messaging.post(
        project=world.project,
        channel="sms",
        to="+8613800138000",
        template="case_progress",
        about=case,
        act=act("10:05"),
        context={"project": "翠湖花园", "number": case.number, "text": "师傅已出发", "link": messaging.link_to(case, act=act("10:05"))},
    )


def test_a_message_becomes_a_file_for_its_owner(message, tmp_path):
    assert isinstance(CHANNELS["sms"], Outbox)
    deliver(message_id=str(message.pk))
    (path,) = Path(tmp_path, "outbox").glob("*.txt")
    said = path.read_text(encoding="utf-8")
    assert said.startswith("+8613800138000\n")
    assert "师傅已出发" in said
    assert "/portal/c/" in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert OutboundMessage.objects.unscoped("tests").get(pk=message.pk).state == "sent"


def test_sent_again_it_is_the_same_file(message, tmp_path):
    for _ in range(2):
        CHANNELS["sms"].send(message)
    assert len(list(Path(tmp_path, "outbox").iterdir())) == 1


def test_what_cannot_be_written_has_failed_for_certain(message, tmp_path):
    Path(tmp_path, "outbox").write_text("in the way")
    with pytest.raises(ChannelError):
        CHANNELS["sms"].send(message)
    deliver(message_id=str(message.pk))
    assert OutboundMessage.objects.unscoped("tests").get(pk=message.pk).state == "failed"
