"""Values from outside, refused all at once."""

from collections.abc import Container, Iterable
from typing import Any

from django.utils.translation import gettext as _

from guanjia.kernel.errors import BadInput, Reason


def known(value: Any, words: Container, field: str) -> Iterable[Reason]:
    """A reason if the value is not one of the known words."""
    if value not in words:
        yield Reason(_("「%(value)s」不在可选范围内。") % {"value": value}, field=field)


def filled(value: str, label: Any, field: str) -> Iterable[Reason]:
    """A reason if the text is blank."""
    if not (value or "").strip():
        yield Reason(_("请填写%(label)s。") % {"label": label}, field=field)


def only_if(wrong: bool, message: Any, field: str = "", rule: str = "") -> Iterable[Reason]:
    """A reason if something is wrong."""
    if wrong:
        yield Reason(str(message), field=field, rule=rule)


def within(thing: Any, project: Any, field: str) -> Iterable[Reason]:
    """A reason if the thing belongs to another project (or company): it might as well not exist."""
    if thing is None:
        return
    home = thing.project_id if thing.is_project_scoped() else None
    if thing.company_id != project.company_id or (home is not None and home != project.pk):
        yield Reason(_("找不到所选的内容，请重新选择。"), field=field)


def check(*reasons: Iterable[Reason]) -> None:
    """Raise BadInput with all reasons at once, if there are any."""
    found = [reason for group in reasons for reason in group]
    if found:
        raise BadInput(found)
