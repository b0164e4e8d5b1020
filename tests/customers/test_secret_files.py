"""Secret files: papers of a folder and signatures; opened by post alone, and whoever opens one stands in the log (ORG-039)."""

import pytest

from guanjia.kernel import clock, files, reading
from guanjia.kernel.act import Act, Actor, Rights
from guanjia.kernel.errors import NotAllowed
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import ReadLog
from guanjia.kernel.states import FILE
from tests import make
from tests.conftest import moment

pytestmark = pytest.mark.django_db
LET_IN = ("desk_agent", "steward", "desk_supervisor", "office_manager", "administrator", "secretary", "general_manager", "privacy_officer")
KEPT_OUT = ("technician", "guard", "cashier", "quality_inspector", "system_admin", "archivist")


@pytest.fixture
def paper(world):
    return make.archive_item().attachment


def somebody(world, role):
    if role not in world.people:
        world.people[role], _post = make.staff(world, role, name="某员工")
    return role


def lines():
    return ReadLog.objects.unscoped("tests").filter(how=FILE)


def test_papers_and_signatures_are_secret_and_photographs_are_not(world, paper, act):
    case = make.case()
    assert paper.is_secret
    assert files.attach(case, name="签名.png", content=make.glass(), role=files.SIGNATURE, act=act()).is_secret
    assert not files.attach(case, name="漏水.png", content=make.glass(), act=act()).is_secret
    assert files.of(make.archive_binding())[0].is_secret


@pytest.mark.rule("ORG-039")
@pytest.mark.parametrize("role", LET_IN)
def test_no_post_opens_a_secret_file_unnoted(world, paper, act, role):
    assert files.read(paper, act=act("10:00", by=somebody(world, role))) == make.PAPER_PDF
    [line] = lines()
    assert (line.subject, line.by_id, line.read_at) == (Ref.to(paper), world.people[role].pk, moment("10:00"))
    assert line.matter == paper.subject


@pytest.mark.rule("ORG-039")
@pytest.mark.parametrize("role", KEPT_OUT)
def test_no_other_post_opens_one(world, paper, act, role):
    with pytest.raises(NotAllowed):
        files.read(paper, act=act(by=somebody(world, role)))
    assert not lines().exists()


@pytest.mark.rule("ORG-039")
def test_the_right_ends_at_the_project(world, paper):
    stranger = make.world(name="别处", code="BC")
    with pytest.raises(NotAllowed):
        files.read(paper, act=stranger.act(moment("10:00"), "office_manager"))


@pytest.mark.rule("ORG-039")
def test_who_is_no_person_opens_none(world, paper):
    robot = Act(
        by=Actor("token", None, "接口"), at=moment("10:00"), via="api", rights=Rights(company_id=world.project.company_id, everywhere=True)
    )
    with pytest.raises(NotAllowed):
        files.read(paper, act=robot)


@pytest.mark.rule("ORG-039")
def test_a_line_that_cannot_be_written_opens_nothing(world, paper, act, monkeypatch):
    def full(*_args, **_values):
        raise OSError("disk full")

    monkeypatch.setattr(reading.fixed, "run", full)
    with pytest.raises(OSError, match="disk full"):
        files.opened(paper, act=act())


@pytest.mark.rule("ORG-039")
def test_every_look_in_the_browser_is_noted_and_none_is_kept_there(world, paper, client):
    client.force_login(world.people["steward"])
    for time in ("10:00", "10:01"):
        with clock.travelling(moment(time)):
            answer = client.get(f"/files/{paper.pk}")
        assert answer.headers["Cache-Control"] == "no-store"
        assert b"".join(answer.streaming_content) == make.PAPER_PDF
    assert [line.read_at for line in lines().order_by("read_at")] == [moment("10:00"), moment("10:01")]


@pytest.mark.rule("ORG-039")
def test_for_other_posts_there_is_no_such_file(world, act, client):
    case = make.case()
    signed = files.attach(case, name="签名.png", content=make.glass(), role=files.SIGNATURE, act=act())
    client.force_login(world.people["quality_inspector"])
    with clock.travelling(moment("10:00")):
        answers = [client.get(f"/files/{key}").status_code for key in (signed.pk, "00000000-0000-0000-0000-000000000000")]
    assert answers == [404, 404]
    assert not lines().exists()


def test_the_officer_reads_which_file_it_was(world, paper, client):
    client.force_login(world.people["steward"])
    with clock.travelling(moment("10:00")):
        assert b"".join(client.get(f"/files/{paper.pk}").streaming_content)
    client.force_login(world.people["office_manager"])
    with clock.travelling(moment("10:01")):
        page = client.get("/readings/").content.decode()
    assert paper.name in page
    assert "打开涉密文件" in page
