"""The list by which the service centre checks departments, as the handbook words it; a row afterwards (ORG-035)."""

from guanjia.kernel.act import Act
from guanjia.org.models import Company
from guanjia.quality import selectors as quality_rows
from guanjia.quality import services as quality
from guanjia.quality.states import SCALE
from guanjia.quality.writing import ItemDraft
from guanjia.rulebook.catalogue import load

DEPARTMENT = "department"
DEPARTMENTS = "org.unit"
NAME = "部门工作检查"
WORDS = {"work progress": "工作进度", "plan execution": "计划执行情况", "work quality": "工作质量"}


def items() -> list[ItemDraft]:
    """What the clause names, each judged from 1 to 5."""
    return [ItemDraft(WORDS[what], kind=SCALE) for what in load()["ORG-035"].param("check")]


def plant(company: Company, act: Act) -> None:
    """The list is there before the first check; what a company has written itself stays."""
    if quality_rows.editions(DEPARTMENT, act).exists():
        return
    drafted = quality.draft_checklist(
        project=company, code=DEPARTMENT, name=NAME, subject_kind=DEPARTMENTS, items=items(), pass_score=60, rectify_from=1, act=act
    )
    quality.publish_checklist(drafted, act=act)
