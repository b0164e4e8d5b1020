"""Rows as plain values for answers, and what a body names as rows. Both know rights; neither decides."""

from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from guanjia.desk.models import Case, Category, Contact
from guanjia.desk.states import CASE
from guanjia.estate.models import House
from guanjia.followup.models import ReturnVisit
from guanjia.kernel import personal
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotFound, Reason
from guanjia.org.models import Project
from guanjia.rulebook import explain
from guanjia.rulebook.models import Obligation
from guanjia.work.models import WorkOrder
from guanjia.work.states import ORDER


# -- what a body names ---------------------------------------------------------------------------
def project_of(act: Act, code: str) -> Project:
    """The project with that code, or the only one; NotFound for a foreign or missing one alike."""
    found = list(Project.objects.visible_to(act).filter(**({"code": code} if code else {}))[:2])
    if len(found) > 1:
        raise BadInput([Reason(_("请写明项目代码。"), field="project")])
    if not found:
        raise NotFound()
    return found[0]


def named(model: type[models.Model], act: Act, id: UUID | None) -> Any:
    """The visible row with this id, None for none."""
    return None if id is None else model.objects.find(act, id)


def category_of(act: Act, code: str) -> Category | None:
    if not code:
        return None
    found = Category.objects.visible_to(act).filter(code=code, is_active=True).first()
    if found is None:
        raise BadInput([Reason(_("没有这个分类代码。"), field="category")])
    return found


def given(said: Any) -> dict[str, Any]:
    """What a nested body says, without what it leaves open."""
    return {name: value for name, value in said.model_dump().items() if value is not None and value != ""} if said is not None else {}


# -- rows ----------------------------------------------------------------------------------------
def case(row: Case) -> dict[str, Any]:
    return {
        **_fields(
            row, "id number type state title content priority rank opened_at accepted_at resolved_at closed_at outcome customer_name"
        ),
        "project": row.project.code,
        "category": row.category.code if row.category else "",
        "house": row.house_id,
        "address": str(row.address),
        "customer": row.customer_id,
        "customer_phone": personal.masked(row.customer_phone) if row.customer_phone else "",
        "owner": row.owner.name if row.owner else "",
        "moves": CASE.moves_from(row.state),
    }


def contact(row: Contact) -> dict[str, Any]:
    return _fields(row, "id number channel direction received_at") | {"customer": row.customer_id, "case": row.case_id}


def order(row: WorkOrder) -> dict[str, Any]:
    return {
        **_fields(row, "id number state kind craft place content priority result"),
        **_fields(row, "opened_at arrived_at started_at finished_at completed_at"),
        "project": row.project.code,
        "address": row.house.path if row.house else row.place_text,
        "technician": row.technician.name if row.technician else "",
        "moves": ORDER.moves_from(row.state),
    }


def visit(row: ReturnVisit) -> dict[str, Any]:
    return _fields(row, "id number state visit_class due_at made_at result") | {"case": row.case_id, "order": row.order_id}


def house(row: House) -> dict[str, Any]:
    return {"id": row.pk, "address": row.path}


def duty(row: Obligation, act: Act) -> dict[str, Any]:
    return {
        **_fields(row, "id rule stage subject_kind opened_at due_at met_at voided_at"),
        "subject": row.subject_id,
        "owner": str(explain.owner_name(row)),
        "is_overdue": row.is_open and row.due_at < act.at,
    }


def _fields(row: Any, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}
