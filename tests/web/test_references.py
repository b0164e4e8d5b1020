"""How rows are named in files: any text can be a part, and the parts come back."""

from hypothesis import example, given
from hypothesis import strategies as st

from guanjia.org.models import Person, Post
from guanjia.web import references
from tests import make

PART = st.text(alphabet="甲1/ab \\-、", max_size=6).map(str.strip)


@given(st.lists(PART, min_size=1, max_size=4))
@example(["3", "", "1801"])
@example(["a/", "/b"])
@example(["//", "/"])
def test_a_name_comes_apart_as_it_was_put_together(parts):
    assert references.split(references.join(parts)) == parts


def test_a_row_is_found_by_its_name_among_those_one_may_see(world, act):
    post = make.post(name="夜班/前台")
    name = references.reference(post)
    assert name == f"{world.project.code} / desk_agent / 夜班//前台"
    assert references.find(Post.objects.visible_to(act()), name) == [post]
    stranger = make.world(name="别处", code="BC")
    assert references.find(Post.objects.visible_to(stranger.act(act().at)), name) == []


def test_what_is_no_name_finds_nothing(world, act):
    rows = Post.objects.visible_to(act())
    for text in ("", "/", "a / b", "a / b / c / d", "\x00", " / / "):
        assert references.find(rows, text) == []


def test_people_are_named_by_their_account(world):
    person = make.person(name="铁柱")
    assert references.reference(person) == person.login
    assert references.look_up(Person, [person.login]) == {"login": person.login}
