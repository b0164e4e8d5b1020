"""Start-up checks of declarations: a misspelt path, label or use case is told before the first request."""

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.checks import Error, register

from .register import REGISTERS, Register

ICONS = Path(__file__).parent / "static" / "web" / "icons.svg"


@register
def registers_are_whole(app_configs: Any, **kwargs: Any) -> list[Error]:
    """What is wrong with any declaration."""
    icons = set(re.findall(r'<symbol id="([\w-]+)"', ICONS.read_text()))
    return [
        Error(f"{type(one).__name__}: {words}", obj=type(one), id="web.E001")
        for one in REGISTERS.values()
        for words in wrong_with(one, icons)
    ]


def wrong_with(one: Register, icons: set[str]) -> Iterator[str]:
    if one.icon and one.icon not in icons:
        yield f"there is no icon called {one.icon!r} in web/icons.svg"
    for name in (*one.columns, *one.more_columns, *one.filters, *one.identity, *one.order):
        yield from unreadable(one, name if isinstance(name, str) else name.path)
    doubled = [label for label, times in Counter(column.label for column in one.all_columns.values()).items() if times > 1]
    if doubled:
        yield f"columns of one label {doubled}: a file could not tell them apart; give one a label of its own"
    names = {field.name for field in one.form_fields}
    if one.create is not None and type(one).make is Register.make:
        yield from not_taken(one.create, names)
    if one.change is not None and type(one).alter is Register.alter:
        yield from not_taken(one.change, {field.name for field in one.form_fields if not field.fixed})


def unreadable(one: Register, path: str) -> Iterator[str]:
    try:
        one.column(path.removeprefix("-"))
    except Exception as error:
        yield f"{path!r} leads nowhere ({error})"


def not_taken(use_case: Any, names: set[str]) -> Iterator[str]:
    """Fields that the use case has no parameter for."""
    parameters = inspect.signature(use_case).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return
    strangers = names - {p.name for p in parameters}
    if strangers:
        yield f"{use_case.usecase} takes no {', '.join(sorted(strangers))}"
