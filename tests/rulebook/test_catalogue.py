"""The catalogue is what the handbooks say, and a slip in it is named."""

import copy
import re

import pytest
from django.utils.translation import override

from guanjia.rulebook import catalogue
from guanjia.rulebook.catalogue import FILES, MODULES, Source
from guanjia.rulebook.catalogue.compiled import COMPILED, HERE, chapters, digest, parsed
from guanjia.rulebook.catalogue.problems import check


def texts() -> dict[str, bytes]:
    return {name: (HERE / f"{name}.yaml").read_bytes() for name in FILES}


def test_every_clause_of_the_handbooks_is_there():
    clauses = catalogue.load()
    assert len(clauses) == 803
    assert sum(clause.stage == 1 for clause in clauses.values()) == 66
    assert {clause.module for clause in clauses.values()} == set(MODULES)


def test_a_clause_says_its_words_numbers_and_source():
    clause = catalogue.load()["FUP-001"]
    assert clause.zh == "投诉办结三天内回访"
    assert str(clause) == "投诉办结三天内回访（FUP-001）"
    assert (clause.kind, clause.room, clause.mechanism, clause.stage) == ("deadline", "followup", "duty", 1)
    assert clause.param("within") == "3 days"
    assert Source("handbook-3", "第19篇 回访工作规程 3.1.1 a") in clause.sources
    assert clause.sources[0].title == "物业管理处客服工作手册 第19篇 回访工作规程 3.1.1 a"


def test_an_unknown_parameter_or_field_names_its_clause():
    clause = catalogue.load()["DESK-071"]
    assert clause.field_label("name") == "客户姓名"
    assert clause.param("threshold", default="24 hours") == "24 hours"
    with pytest.raises(KeyError, match="DESK-071 has no parameter 'within'"):
        clause.param("within")
    with pytest.raises(KeyError, match="DESK-071 has no field 'shoe_size'"):
        clause.field_label("shoe_size")


def test_a_clause_speaks_the_language_of_its_reader():
    clause = catalogue.load()["DESK-071"]
    with override("en"):
        assert (clause.title, clause.field_label("name")) == ("Repair intake fields (contact and time)", "Customer's name")
    with override("zh-hant"):
        assert clause.field_label("name") == "客戶姓名"
    assert clause.title == clause.zh


def test_each_required_fields_clause_of_the_first_stage_labels_its_fields():
    for clause in catalogue.load().values():
        if clause.stage == 1 and clause.mechanism.startswith("fields") and "fields" in clause.params:
            assert all(re.search(r"[\u4e00-\u9fff]", label) for label in clause.fields.values()), clause.id


def test_a_clause_cannot_be_changed():
    clause = catalogue.load()["FUP-001"]
    with pytest.raises(TypeError):
        clause.params["within"] = "9 days"
    with pytest.raises(AttributeError):
        clause.zh = "改"


def test_everyone_the_handbooks_name_is_a_role_or_a_capacity():
    for name, who in catalogue.actors().items():
        assert bool(who.role) != bool(who.capacity), name
    assert catalogue.actors()["property assistant"].role == "steward"


def test_sources_name_a_handbook_and_no_file():
    for clause in catalogue.load().values():
        for source in clause.sources:
            assert source.handbook in catalogue.books()
            assert ".txt" not in source.section


def test_the_catalogue_is_sound():
    assert check() == []


def broken(module: str, **changes) -> dict:
    files = copy.deepcopy(chapters(FILES))
    files[module][0].update(changes)
    return files


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": "FUP-002"}, "FUP-002: id used twice"),
        ({"id": "DESK-001"}, "does not fit the chapter followup"),
        ({"kind": "wish"}, "unknown kind 'wish'"),
        ({"mechanism": "duty+prayer"}, "unknown mechanism prayer"),
        ({"stage": 99}, "unknown stage 99"),
        ({"room": "cellar"}, "unknown room 'cellar'"),
        ({"zh": "no Chinese"}, "zh is not Chinese"),
        ({"actors": ["the cat"]}, "unknown actor 'the cat'"),
        ({"source": ["a diary: page 3"]}, "unknown source"),
        ({"note": "See FUP-999."}, "speaks of unknown FUP-999"),
        ({"trigger": ""}, "lacks trigger"),
        ({"mood": "fair"}, "unknown key mood"),
        ({"params": {"within": "soonish"}}, "within 'soonish' is no time that can be counted"),
        ({"params": {"within": "3 days", "calendar": "lunar"}}, "calendar 'lunar' is none"),
        ({"params": {"copies": {1: "owner"}}}, "the key 1 is not text"),
        ({"params": {"fields": {"name": "姓名"}, "fields_proposed": ["age"]}}, "proposes unknown field 'age'"),
        ({"params": {"steps": ["a", "b"], "steps_zh": ["甲"]}}, "differ in length"),
    ],
)
def test_a_slip_is_named(changes, problem):
    assert any(problem in found for found in check(broken("followup", **changes)))


def test_the_compiled_file_is_what_the_chapters_say():
    assert parsed(texts()) == chapters(FILES)
    assert digest(texts()) in COMPILED.read_text(encoding="utf-8"), "python -m guanjia.rulebook.catalogue"


def test_an_edited_chapter_is_read_even_before_it_is_compiled(tmp_path, monkeypatch):
    for name, text in texts().items():
        (tmp_path / f"{name}.yaml").write_bytes(text.replace("投诉办结三天内回访".encode(), "投诉办结四天内回访".encode()))
    monkeypatch.setattr("guanjia.rulebook.catalogue.compiled.HERE", tmp_path)
    assert chapters(FILES)["followup"][0]["zh"] == "投诉办结四天内回访"
