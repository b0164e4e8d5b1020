"""Files are believed only after they were opened; signatures are names put to things."""

import io

import pytest
from PIL import Image

from guanjia.kernel import files, messaging, signatures
from guanjia.kernel.errors import BadInput
from guanjia.kernel.models import OutboundMessage


def picture(size=(40, 30), kind="JPEG"):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def thing(world):
    """Any subject of a project will do."""
    return world.posts["desk_agent"]


def test_a_photo_is_kept_by_its_checksum_and_read_back(home, thing, act):
    first = files.attach(thing, name="../../漏水.jpg", content=picture(), act=act("10:00", by="foreman"))
    again = files.attach(thing, name="b.jpg", content=picture(), act=act("10:01", by="foreman"))
    assert (first.name, first.width, first.content_type) == ("漏水.jpg", 40, "image/jpeg")
    assert files.read(first, act=act("10:00")) == picture()
    assert first.sha256 == again.sha256
    assert len([p for p in (home / "files").rglob("*") if p.is_file()]) == 1
    assert [f.name for f in files.of(thing)] == ["漏水.jpg", "b.jpg"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.jpg", b""),
        ("script.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("half.png", picture(kind="PNG")[:60]),
        ("huge.jpg", b"\xff\xd8\xff" + b"0" * (13 * 1024 * 1024)),
    ],
)
def test_what_is_no_photo_is_refused_with_the_reason(home, thing, act, name, content):
    with pytest.raises(BadInput) as no:
        files.attach(thing, name=name, content=content, act=act("10:00", by="foreman"))
    assert no.value.reasons[0].field == "file"
    assert not files.of(thing)


def test_a_pixel_flood_is_refused_before_it_is_decoded(home, thing, act):
    flood = picture((8000, 8000), "PNG")
    assert len(flood) < 1_000_000
    with pytest.raises(BadInput):
        files.attach(thing, name="flood.png", content=flood, act=act("10:00", by="foreman"))


def test_a_changed_file_is_a_loud_error(home, thing, act):
    kept = files.attach(thing, name="a.jpg", content=picture(), act=act("10:00", by="foreman"))
    files.path_of(kept.sha256).write_bytes(b"other")
    with pytest.raises(OSError, match="no longer matches"):
        files.read(kept, act=act("10:00"))


def test_a_signature_needs_a_name_and_a_picture_and_counts_once(home, thing, act):
    with pytest.raises(BadInput) as no:
        signatures.give(thing, slot="sign_off", signer_name=" ", capacity="owner", act=act())
    assert [r.field for r in no.value.reasons] == ["signer_name", "image"]
    one = signatures.give(thing, slot="sign_off", signer_name="王小明", capacity="owner", image=picture(kind="PNG"), act=act())
    two = signatures.give(thing, slot="sign_off", signer_name="王小明 ", capacity="owner", image=picture(kind="PNG"), act=act())
    assert one == two == signatures.given(thing, "sign_off")


class Outbox:
    def __init__(self, refuses=""):
        self.sent, self.refuses = [], refuses

    def send(self, message):
        if self.refuses:
            raise messaging.ChannelError(self.refuses)
        self.sent.append(message.text)


@pytest.fixture
def outbox(monkeypatch):
    box = Outbox()
    monkeypatch.setitem(messaging.CHANNELS, "sms", box)
    return box


def send(world, act, thing, **values):
    return messaging.post(
        project=world.project,
        channel="sms",
        to="+8613800138000",
        template="order_assigned",
        about=thing,
        context={"project": "翠湖花园", "number": "WO-1", "place": "3-2-1801", "content": "漏水"},
        act=act(**values),
    )


def test_a_message_is_sent_once_however_often_its_job_runs(world, act, thing, outbox):
    message = send(world, act, thing)
    assert send(world, act, thing) == message
    messaging.deliver(message_id=str(message.pk))
    messaging.deliver(message_id=str(message.pk))
    assert outbox.sent == ["【翠湖花园】维修工单 WO-1：3-2-1801，漏水。"]
    assert OutboundMessage.objects.unscoped("tests").get().state == "sent"


def test_a_crash_while_sending_leaves_unknown_never_a_second_message(world, act, thing, outbox):
    message = send(world, act, thing)
    OutboundMessage.objects.unscoped("tests").update(state="sending")
    messaging.deliver(message_id=str(message.pk))
    assert outbox.sent == []
    assert OutboundMessage.objects.unscoped("tests").get().state == "unknown"


def test_a_refused_message_says_why(world, act, thing, outbox):
    outbox.refuses = "号码停机"
    message = send(world, act, thing)
    messaging.deliver(message_id=str(message.pk))
    message.refresh_from_db()
    assert (message.state, message.error) == ("failed", "号码停机")


def test_imported_history_sends_nothing(world, act, thing, outbox):
    assert send(world, act, thing, via="import") is None
    assert not OutboundMessage.objects.unscoped("tests").exists()
