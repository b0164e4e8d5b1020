"""Paper: a template and plain data in, a PDF out, the same bytes for the same words.

A template is a file of a room (`<room>/documents/*.typ`). It gets its data as one JSON document and never as markup: what
people typed is text in the PDF, whatever signs it holds. Fonts come with the product, nothing is read from the machine and
nothing fetched; the moment is the one that is told. So the checksum of a PDF that somebody signed can be made again.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from django.core.serializers.json import DjangoJSONEncoder

ARCHIVE = "a-2b"  # everything inside, for as long as the paper is kept
NOWHERE = os.devnull  # templates use no packages, so none is looked for


def render(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The template filled with plain data, as a PDF made at that moment. RuntimeError names the line of a template that is wrong."""
    compiler = typst.Compiler(
        str(template),
        root=str(template.parent),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": canonical(data)},
        package_path=NOWHERE,
        package_cache_path=NOWHERE,
    )
    moment = at.replace(microsecond=0)
    try:
        return compiler.compile(format="pdf", timestamp=moment, pdf_standards=[ARCHIVE])
    except typst.TypstError:  # somebody typed a sign that no font has: it is a box on the paper, which an archive would refuse
        return compiler.compile(format="pdf", timestamp=moment)


def canonical(data: Mapping[str, Any]) -> str:
    """Plain data as the one JSON text that it has: what is digested, frozen and set."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)


def digest(data: Mapping[str, Any]) -> str:
    """The checksum of plain data, whatever the paper looks like."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


@cache
def _fonts() -> typst.Fonts:
    """Noto Sans SC and Noto Serif SC, read once in a process."""
    folder = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
