"""Every register, to read: a list and a row each, made from its declaration. Personal columns come masked, as on screens."""

from typing import Any

from django.http import HttpRequest, QueryDict
from ninja import Query, Router

from guanjia.kernel.errors import BadInput, Reason
from guanjia.web.register import REGISTERS, Register

from .. import schemas

router = Router(tags=["registers"])
PAGE = 50


class Asked(schemas.Schema):
    sort: schemas.Line = ""
    after: schemas.text(600) = ""
    q: schemas.Line = ""


@router.get("", response=list[schemas.RegisterTold], operation_id="registers.list")
def registers(request: HttpRequest) -> list[dict[str, Any]]:
    """The registers this person may see, with their columns."""
    seen = [register for register in REGISTERS.values() if register.may_see(request.act)]
    return [{"slug": register.slug, "title": register.title, "columns": register.columns_schema()} for register in seen]


def offer(register: Register) -> None:
    """The list and the row of one register."""
    noun = f"{register.room}.{register.slug.replace('-', '_')}"

    def rows(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
        columns = list(register.all_columns.values())
        filters = register.filtered(request.act, _filters(request.GET))
        if not filters.is_valid:
            errors = filters.form.errors
            raise BadInput([Reason(message, field=name) for name, messages in errors.items() for message in messages])
        listing = filters.narrow(register.listing(request.act, columns))
        page = register.ordering(asked.sort).page(listing, PAGE, after=asked.after)
        return {"rows": [_told(register, row) for row in page], "next": page.next}

    def row(request: HttpRequest, id: str) -> dict[str, Any]:
        return _told(register, register.find(request.act, id))

    names = "、".join(one.path for one in register.all_filters)
    router.get(
        f"/{register.slug}",
        response=schemas.RowPage,
        operation_id=f"{noun}.list",
        summary=register.title,
        description=f"q 查找{f'；筛选：{names}' if names else ''}",
    )(rows)
    router.get(f"/{register.slug}/{{id}}", response=schemas.RowTold, operation_id=f"{noun}.get", summary=register.title)(row)


def _filters(asked: QueryDict) -> QueryDict:
    kept = asked.copy()
    for name in ("sort", "after"):
        kept.pop(name, None)
    return kept


def _told(register: Register, row: Any) -> dict[str, Any]:
    return {"id": row.pk, "values": {name: column.text(row) for name, column in register.all_columns.items()}}


for _register in REGISTERS.values():
    offer(_register)
