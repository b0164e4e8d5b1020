"""What a folder holds: kinds of papers, the volume each belongs to, and how much of a whole archive it is.

A household has one hanging folder (CUS-014), a business customer a file of four volumes (CUS-017). What a folder must hold
depends on what is known of it: nobody misses decoration papers of a house that was never decorated. Pure: no rows, no act.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

HOUSEHOLD, BUSINESS = "household", "business"
ARCHIVES = {HOUSEHOLD: _("住户档案"), BUSINESS: _("企业客户档案")}
VOLUMES_MAX = 4

VOLUMES: dict[str, dict[int, Any]] = {
    HOUSEHOLD: {1: _("入住与同意"), 2: _("装修与工程"), 3: _("服务记录"), 4: _("其他")},
    BUSINESS: {1: _("背景与调查"), 2: _("信用与付款"), 3: _("货物往来"), 4: _("退赔与责任")},
}

DECORATED = "decorated"  # what is known of a household that makes papers expected


@dataclass(frozen=True)
class Paper:
    """A kind of paper: `weight` is its share in a whole archive (0: never missed), `when` what must be known to expect it,
    `whose` the role that brings it."""

    code: str
    label: Any
    volume: int
    weight: int = 0
    when: str = ""
    whose: str = "steward"


PAPERS: dict[str, tuple[Paper, ...]] = {
    HOUSEHOLD: (
        Paper("move_in", _("入住资料"), 1, 4),
        Paper("consent", _("同意书"), 1, 3),
        Paper("decoration", _("装修资料"), 2, 2, DECORATED),
        Paper("extension", _("延期申请"), 2),
        Paper("engineering", _("工程档案"), 2, 3, DECORATED, "engineering_head"),
        Paper("service", _("服务记录"), 3),
        Paper("other", _("其他资料"), 4),
    ),
    BUSINESS: (
        Paper("background", _("客户背景资料"), 1, 3),
        Paper("survey", _("走访与调查报告"), 1, 2),
        Paper("credit", _("信用资料"), 2, 2),
        Paper("finance", _("财务记录"), 2, 1),
        Paper("payment", _("付款条件"), 2, 2),
        Paper("goods_register", _("进出货登记"), 3, 1),
        Paper("goods_report", _("实际进出货报告"), 3, 1),
        Paper("purchases", _("采购登记"), 3, 1),
        Paper("refund", _("退货与折让记录"), 4),
        Paper("responsibility", _("原因与责任评定"), 4),
    ),
}
ALL = {paper.code: paper for papers in PAPERS.values() for paper in papers}
LABELS = {code: paper.label for code, paper in ALL.items()}

PLACE_WEIGHT = 2  # that the record says where the paper hangs
PARTS_WEIGHT = 4  # that a business archive has something in each of its four parts (CUS-016)


def paper_of(kind: str, code: str) -> Paper | None:
    """The paper of that code in such an archive; None if it belongs to the other kind, or to none."""
    return next((paper for paper in PAPERS[kind] if paper.code == code), None)


# -- how complete --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Missing:
    """Something that such an archive must hold and does not: what, its weight, and whose task it is."""

    code: str
    label: Any
    weight: int
    whose: str


@dataclass(frozen=True)
class Completeness:
    """How much of what must be there is there, by weight."""

    held: int
    wanted: int
    missing: tuple[Missing, ...]

    @property
    def score(self) -> int:
        """0 … 100; rounded down, so that 100 means whole."""
        return self.held * 100 // self.wanted


def completeness(kind: str, *, held: Collection[str], known: Mapping[str, bool], placed: bool, parts_empty: int = 0) -> Completeness:
    """The score of an archive: `held` are the codes of papers on file, `known` what is known of the household or business,
    `placed` whether the record says where the paper hangs, `parts_empty` how many of a business's four parts say nothing."""
    wanted = [paper for paper in PAPERS[kind] if paper.weight and (not paper.when or known.get(paper.when))]
    missing = [Missing(paper.code, paper.label, paper.weight, paper.whose) for paper in wanted if paper.code not in held]
    total = sum(paper.weight for paper in wanted) + PLACE_WEIGHT
    if not placed:
        missing.append(Missing("place", _("纸档位置"), PLACE_WEIGHT, "steward"))
    if kind == BUSINESS:
        total += PARTS_WEIGHT
        if parts_empty:
            missing.append(Missing("parts", _("四方面资料"), PARTS_WEIGHT * parts_empty // 4 or 1, "sales"))
    missing.sort(key=lambda one: -one.weight)
    return Completeness(total - sum(one.weight for one in missing), total, tuple(missing))
