"""Cards of duties: a company finds them when it opens a project, words them anew, and chooses between editions."""

import pytest

from guanjia.kernel.errors import BadInput, Conflict, NotFound
from guanjia.org import cards
from guanjia.org import services as org
from guanjia.org.models import DutyCard, Liaison, Role
from guanjia.org.roles import CODES
from guanjia.org.states import BODIES
from guanjia.rulebook.catalogue import load
from tests import make


@pytest.fixture
def shelf(world):
    return {card.clause: card for card in DutyCard.objects.unscoped("tests").filter(company=world.company)}


ROLE_CARDS = {clause: seed.of for clause, seed in cards.seeds().items() if seed.of in CODES}


@pytest.mark.rule(
    "ORG-001", "ORG-002", "ORG-003", "ORG-004", "ORG-005", "ORG-006", "ORG-008", "ORG-009", "ORG-010", "ORG-011", "ORG-012",
    "ORG-013", "ORG-014", "ORG-015", "ORG-016", "ORG-017", "ORG-018", "ORG-019", "ORG-020", "ORG-024", "ORG-025", "ORG-026",
    "ORG-027", "ORG-028",
)  # fmt: skip
@pytest.mark.parametrize("clause", sorted(cards.seeds()))
def test_every_duty_that_the_handbook_counts_is_a_line_of_its_card(shelf, clause):
    params = load()[clause].params
    told = next(params[name] for name in ("duties", "services", "functions", "work") if name in params)
    assert len(shelf[clause].lines) == len(told)
    assert all(line["text"] for line in shelf[clause].lines)


def test_the_clauses_behind_the_lines_are_in_the_catalogue():
    named = {rule for seed in cards.seeds().values() for line in seed.lines for rule in line["rules"]}
    assert sorted(named - set(load())) == []
    assert len(named) > 100


@pytest.mark.rule("ORG-003", "ORG-004", "ORG-005")
def test_whoever_a_card_reports_to_is_above_the_role(world):
    roles = {role.code: role for role in Role.objects.all()}
    assert roles["administrator"].superior_id == "desk_supervisor"
    assert roles["desk_supervisor"].superior_id == "office_manager"


def test_a_role_has_one_card_in_use_and_the_other_editions_stay_on_the_shelf(world, act, shelf):
    used = {card.role_id: card.clause for card in shelf.values() if card.in_use and card.role_id}
    assert (used["desk_supervisor"], used["steward"]) == ("ORG-005", "ORG-018")
    org.choose_card(shelf["ORG-020"], act=act(by="office_manager"))
    in_use = DutyCard.objects.unscoped("tests").filter(company=world.company, role="steward", in_use=True)
    assert [card.clause for card in in_use] == ["ORG-020"]
    assert DutyCard.objects.unscoped("tests").filter(company=world.company, role="steward").count() == 3


def test_a_card_is_worded_anew_and_stays_so_when_another_project_opens(world, act, shelf):
    org.revise_card(shelf["ORG-016"], lines=["起草公文 [KB-026]", "  ", "管钥匙"], act=act(by="office_manager"))
    org.open_project(project=world.company, name="二期", code="E2", act=world.system)
    card = DutyCard.objects.unscoped("tests").get(company=world.company, clause="ORG-016")
    assert card.lines == [{"text": "起草公文", "rules": ["KB-026"]}, {"text": "管钥匙", "rules": []}]


def test_what_is_wrong_with_a_card_is_told_at_once(act, shelf):
    with pytest.raises(BadInput) as no:
        org.revise_card(shelf["ORG-016"], title=" ", lines=["长" * 121, "[KB-026]"], act=act(by="office_manager"))
    assert len(no.value.reasons) == 2
    with pytest.raises(BadInput, match="1 到 40 行"):
        org.revise_card(shelf["ORG-016"], lines=[], act=act(by="office_manager"))


# -- whom one deals with outside -----------------------------------------------------------------
@pytest.mark.rule("ORG-034")
def test_the_liaison_register_wants_all_six_fields_of_the_handbook(world, act):
    fields = load()["ORG-034"].params["fields"]
    with pytest.raises(BadInput) as no:
        org.record_liaison(
            project=world.project, partner=make.partner(), contact="", phone=" ", matter="", result="", act=act(by="desk_supervisor")
        )
    assert {reason.field for reason in no.value.reasons} == set(fields) - {"body", "date"}
    assert {reason.rule for reason in no.value.reasons} == {"ORG-034"}
    made = make.liaison()
    assert [str(Liaison._meta.get_field(name).verbose_name) for name in ("contact", "on", "matter", "phone", "result")] == [
        fields[name] for name in ("contact", "date", "matter", "phone", "result")
    ]
    assert made in Liaison.objects.visible_to(act(by="desk_supervisor"))


@pytest.mark.rule("ORG-034")
def test_the_bodies_of_the_handbook_are_kinds_of_partners():
    assert len(BODIES) >= len(load()["ORG-034"].params["bodies"])


def test_another_companys_body_is_as_good_as_none(world, act):
    foreign = make.partner(project=make.world(name="别处", code="BC").project)
    with pytest.raises(NotFound):
        org.record_liaison(
            project=world.project, partner=foreign, contact="甲", phone="1", matter="事", result="果", act=act(by="desk_supervisor")
        )


def test_a_name_or_credit_code_is_there_once(act):
    first = make.partner(name="顺达电梯", credit_code="91350100MA00000000")
    with pytest.raises(Conflict, match="同名"):
        make.partner(name=first.name)
    with pytest.raises(Conflict, match="统一社会信用代码"):
        make.partner(credit_code=first.credit_code)
