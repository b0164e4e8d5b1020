"""Own rules on paper: YAML that says the same as the editor, and is read back with every fault in its place.

    rules:
      - rule: OWN-001              # left out: a new rule
        title: 报修三十分钟内告知进展
        words: …
        source: 2026 年第 3 次经理会
        projects: [CH]             # codes; left out: the whole company
        mechanism: duty
        stages: […]

What is written is what `definition` reads; an export is a valid import that changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import yaml
from django.utils.translation import gettext as _

from guanjia.org.models import Project
from guanjia.rulebook.models import AuthoredEdition

from .definition import Fault, read

HEAD = ("rule", "title", "words", "source", "projects")
MOST, LARGEST = 200, 500_000
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Paper:
    """One rule as it stands on paper: where, what, and everything wrong with it."""

    nth: int
    rule: str = ""
    title: str = ""
    words: str = ""
    source: str = ""
    projects: list[UUID] = field(default_factory=list)
    definition: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"rules.{self.nth}"

    def same_as(self, edition: AuthoredEdition) -> bool:
        """True if an edition says exactly this."""
        mine = (self.title, self.words, self.source, sorted(map(str, self.projects)), self.definition)
        return mine == (edition.title, edition.words, edition.source, sorted(edition.projects), edition.definition)


def write(editions: Iterable[AuthoredEdition], projects: Iterable[Project]) -> str:
    """The editions as YAML, in their order."""
    codes = {str(project.pk): project.code for project in projects}
    rules = [said(edition, codes) for edition in editions]
    return yaml.safe_dump({"rules": rules}, allow_unicode=True, sort_keys=False, width=100)


def said(edition: AuthoredEdition, codes: Mapping[str, str]) -> dict[str, Any]:
    head = {"rule": edition.rule.number, "title": edition.title, "words": edition.words, "source": edition.source}
    head["projects"] = [codes[one] for one in sorted(edition.projects) if one in codes]
    return {key: value for key, value in head.items() if value} | edition.definition


def read_papers(text: str, company_id: UUID, projects: Iterable[Project]) -> tuple[list[Paper], list[Fault]]:
    """The rules that a text holds, each with its faults, and the faults of the text itself."""
    if len(text) > LARGEST:
        return [], [Fault("", _("文件太大，最多 50 万字。"))]
    try:
        raw = yaml.load(text, Loader=Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        return [], [Fault(_line_of(fault), _("不是可读的 YAML：请检查缩进、冒号与引号。"))]
    if not isinstance(raw, Mapping) or not isinstance(raw.get("rules"), list):
        return [], [Fault("rules", _("文件须以「rules:」开头，下面是一列规则。"))]
    if len(raw["rules"]) > MOST:
        return [], [Fault("rules", _("一次最多 %(most)d 条。") % {"most": MOST})]
    faults = [Fault(str(key), _("不认识「%(key)s」。") % {"key": key}) for key in raw if key != "rules"]
    by_code = {project.code: project.pk for project in projects}
    papers = [_paper(nth, one, company_id, by_code) for nth, one in enumerate(raw["rules"])]
    numbers = [paper.rule for paper in papers if paper.rule]
    for paper in papers:
        if paper.rule and numbers.count(paper.rule) > 1:
            paper.faults.append(Fault(f"{paper.place}.rule", _("同一编号在文件中出现多次。")))
    return papers, faults


def _paper(nth: int, raw: Any, company_id: UUID, by_code: Mapping[str, UUID]) -> Paper:
    paper = Paper(nth)
    if not isinstance(raw, Mapping):
        paper.faults.append(Fault(paper.place, _("须为一组「键: 值」。")))
        return paper
    for key, most in (("rule", 12), ("title", 80), ("words", 4000), ("source", 200)):
        value = raw.get(key) or ""
        if not isinstance(value, str) or len(value) > most:
            paper.faults.append(Fault(f"{paper.place}.{key}", _("须为文字，最多 %(most)d 字。") % {"most": most}))
        else:
            setattr(paper, key, value.strip())
    if not paper.title:
        paper.faults.append(Fault(f"{paper.place}.title", _("请写规则的名称。")))
    codes = raw.get("projects") or []
    for code in codes if isinstance(codes, list) else [codes]:
        if str(code) in by_code:
            paper.projects.append(by_code[str(code)])
        else:
            paper.faults.append(Fault(f"{paper.place}.projects", _("没有代号为「%(code)s」的项目。") % {"code": str(code)[:40]}))
    definition, faults = read({key: value for key, value in raw.items() if key not in HEAD}, company_id)
    paper.definition = definition
    paper.faults += [Fault(f"{paper.place}.{fault.path}" if fault.path else paper.place, fault.message) for fault in faults]
    return paper


def _line_of(fault: Exception) -> str:
    mark = getattr(fault, "problem_mark", None)
    return _("第 %(line)d 行") % {"line": mark.line + 1} if mark is not None else ""
