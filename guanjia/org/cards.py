"""The cards of duties that come with the house: what a post, or a part of the company, is there for.

Each line is a sentence and the clauses that make it happen. A company gets them all as rows of its own, and words them anew.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

LINE = re.compile(r"(?P<text>.+?)(?: \[(?P<rules>[A-Z0-9 -]+)\])?")
FILE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True)
class CardSeed:
    """A card as it ships: `of` names a role or a kind of unit, `first` the one of several that a new company starts with."""

    clause: str
    of: str
    title: str
    lines: tuple[dict, ...]
    first: bool = False


@cache
def seeds() -> dict[str, CardSeed]:
    """The cards by their clause."""
    shipped = yaml.safe_load(FILE.read_text())
    return {
        clause: CardSeed(clause, card["of"], card["title"], tuple(line(said) for said in card["lines"]), card.get("first", False))
        for clause, card in shipped.items()
    }


def line(said: str) -> dict:
    """ "管理工服 [WF-019]" -> {"text": "管理工服", "rules": ["WF-019"]}."""
    found = LINE.fullmatch(said.strip())
    if found is None:
        return {"text": "", "rules": []}
    return {"text": found["text"].strip(), "rules": (found["rules"] or "").split()}


def as_said(of_card: dict) -> str:
    """A line as people write it."""
    return f"{of_card['text']} [{' '.join(of_card['rules'])}]" if of_card["rules"] else of_card["text"]
