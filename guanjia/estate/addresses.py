"""How people write where a flat is: 「3栋2单元1801室」, 「3#2-1801」 and 「3-2-1801」 are one place.

Pure text; knows no tables.
"""

import re
import unicodedata

MARKS = re.compile(r"(号楼|栋|幢|座|楼|单元|梯|室|房|号|#|/|—|–|－|~|\s)+")


def code(*levels: str) -> str:
    """The short address of a house from its building, entrance (may be blank) and number: 「3-2-1801」."""
    return "-".join(filter(None, map(normal, levels)))


def normal(text: str) -> str:
    """A written address or part of one in the form that `code` has: marks become hyphens, letters capitals."""
    text = unicodedata.normalize("NFKC", text).strip().upper()
    return re.sub(r"-+", "-", MARKS.sub("-", text)).strip("-")


def in_order(code: str) -> str:
    """A key by which addresses sort as people count: 「2-1-302」 before 「10-1-101」."""
    return re.sub(r"\d+", lambda number: number[0].zfill(5), code)


def candidates(text: str) -> list[str]:
    """What a searched text may mean as a `code`, the whole of it first: 「翠湖花园 3-2-1801」 also means 「3-2-1801」."""
    whole = re.sub(r"[-\s]+", "-", normal(text)).strip("-")
    after_the_name = re.sub(r"^[^0-9A-Z]+", "", whole)
    return [one for one in dict.fromkeys((whole, after_the_name)) if one]
