"""What a rule may look at before a visit is made, tapped or reviewed."""

from typing import Any
from uuid import UUID

from guanjia.kernel import signatures
from guanjia.kernel.gates import Gate
from guanjia.org.models import Person

from . import selectors
from .states import TAP


class MakeVisit(Gate, name="followup.return_visit.make", passes_to="followup.return_visit.made"):
    """The five answers, who asked, and whose names stand under it."""

    visit_class: str
    way: str
    result: str = ""
    quality: int | None = None
    effect: int | None = None
    satisfaction: int | None = None
    shortcomings: str = ""
    suggestions: str = ""
    visitor_id: UUID | None = None
    did_the_work: bool = False
    handled_the_case: bool = False
    is_accused: bool = False
    is_of_accused_unit: bool = False
    resident_signed: bool = False
    visitor_signed: bool = False

    @classmethod
    def of(
        cls,
        visit: Any,
        *,
        way: str = "",
        visitor: Any = None,
        resident_signature: bytes | None = None,
        visitor_signature: bytes | None = None,
        act: Any,
        **values: Any,
    ) -> "MakeVisit":
        visitor = visitor or _person_of(act)
        standing = selectors.standing_of(visitor, visit, act) if visitor else selectors.Standing()
        known = {"result", "quality", "effect", "satisfaction", "shortcomings", "suggestions"}
        return cls(
            **cls.common(visit, act),
            visit_class=visit.visit_class,
            way=way,
            visitor_id=visitor.pk if visitor else None,
            did_the_work=standing.did_the_work,
            handled_the_case=standing.handled_the_case,
            is_accused=standing.is_accused,
            is_of_accused_unit=standing.is_of_accused_unit,
            resident_signed=bool(resident_signature) or signatures.given(visit, "visit") is not None,
            visitor_signed=_visitor_signed(visit, way, visitor, visitor_signature, act),
            **{key: value for key, value in values.items() if key in known},
        )


class TapVisit(Gate, name="followup.return_visit.tap", passes_to="followup.return_visit.made"):
    """The resident is about to answer by himself."""

    case_type: str
    visit_class: str

    @classmethod
    def of(cls, case: Any, *, act: Any, **_: Any) -> "TapVisit":
        return cls(**cls.common(case, act), case_type=case.type, visit_class="complaint" if case.type == "complaint" else "repair")


class ReviewVisit(Gate, name="followup.return_visit.review", passes_to="followup.return_visit.reviewed"):
    visit_class: str
    way: str
    result: str = ""
    opinion: str = ""

    @classmethod
    def of(cls, visit: Any, *, result: str = "", opinion: str = "", act: Any, **_: Any) -> "ReviewVisit":
        return cls(**cls.common(visit, act), visit_class=visit.visit_class, way=visit.way, result=result, opinion=opinion.strip())


def _person_of(act: Any) -> Person | None:
    return Person.objects.visible_to(act).filter(pk=act.person_id).first() if act.person_id else None


def _visitor_signed(visit: Any, way: str, visitor: Any, picture: bytes | None, act: Any) -> bool:
    """A visitor who writes his own record has signed it by being signed in; the resident's tap has no visitor but himself."""
    if way == TAP:
        return True
    return bool(visitor) and (visitor.pk == act.person_id or bool(picture) or signatures.given(visit, "visitor") is not None)
