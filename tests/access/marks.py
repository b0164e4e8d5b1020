"""Marks: each word that people could read says by itself to which community it belongs.

After a world is made, every free text in every table gets a mark at its end, unique to its row and column, and every
telephone number becomes one of its community's own block. Whatever an answer holds is then searched once for marks and keys of
others. Found by looking at the tables themselves, so that a new table is marked without being mentioned here.
"""

import re
from dataclasses import dataclass, field
from uuid import UUID

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from guanjia.kernel.vault.fields import SealedField

#: place -> digit of its telephone numbers; A0 and B0 are the companies themselves
DIGITS = {"A1": "1", "A2": "2", "B1": "3", "B2": "4", "A0": "5", "B0": "6"}
MARK = re.compile(r"CN([AB][012])[0-9a-f]{6}Z")
PHONE = re.compile(r"(?<![0-9a-f])(?:\+86)?199([1-6])\d{7}(?![0-9a-f])")
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LONG_ENOUGH = 24
#: known in the whole company, although they name a community
OF_COMPANY = {"org.project", "org.post", "org.holding", "org.person"}
#: what machines read: a mark in it would change what the row means
NOT_WORDS = re.compile(
    r"(^|_)(id|code|kind|state|hash|sha256|digest|rule|fact|login|key|period|number|path|fingerprint|seed|series|password|url|"
    r"type|role|matter|language|importer|template|section|stage|mechanism|pinyin|initials|color|tail|value|register|way|via|gate|length|toward|occasion|by|calendar|handbook)s?$"
)
APPS_NOT_MARKED = {"procrastinate", "sessions", "contenttypes", "auth", "admin"}


@dataclass
class Marks:
    """What belongs where: key -> place; and how many words were marked."""

    keys: dict[str, str] = field(default_factory=dict)
    words: int = 0
    phones: int = 0
    #: what is shown in full to nobody: place -> identity number
    secrets: dict[str, str] = field(default_factory=dict)

    def found(self, text: str) -> dict[str, set[str]]:
        """place -> the marks, numbers and keys of that place in a text."""
        there: dict[str, set[str]] = {}
        for match in MARK.finditer(text):
            there.setdefault(match[1], set()).add(match[0])
        for match in PHONE.finditer(text):
            there.setdefault(_BY_DIGIT[match[1]], set()).add(match[0])
        for key in KEY.findall(text):
            if key in self.keys:
                there.setdefault(self.keys[key], set()).add(key)
        for place, secret in self.secrets.items():
            if secret in text:
                there.setdefault(f"{place} in full", set()).add(secret)
        return there

    @staticmethod
    def phones_in(text: str) -> set[str]:
        return {match[0] for match in PHONE.finditer(text)}


_BY_DIGIT = {digit: place for place, digit in DIGITS.items()}


def spread(projects: dict[UUID, str]) -> Marks:
    """Mark everything that is there; `projects` says which community is which place."""
    marked = Marks()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, company_id FROM org_project")
        companies = {company: projects[project][0] + "0" for project, company in cursor.fetchall() if project in projects}
        for model in apps.get_models():
            if model._meta.app_label not in APPS_NOT_MARKED and not model._meta.proxy and model._meta.managed:
                _mark(cursor, model, projects, companies, marked)
    return marked


def _mark(cursor, model, projects, companies, marked) -> None:
    columns = {field.column: field for field in model._meta.local_concrete_fields}
    table, key = model._meta.db_table, model._meta.pk.column
    by_project = "project_id" in columns and model._meta.label_lower not in OF_COMPANY
    if not by_project and "company_id" not in columns:
        return
    cursor.execute(
        f'SELECT "{key}"::text, {"project_id" if by_project else "NULL"}, {"company_id" if "company_id" in columns else "NULL"} FROM "{table}"'
    )
    rows = cursor.fetchall()
    for pk, project, company in rows:
        place = projects.get(project) or companies.get(company)
        if place is not None and KEY.fullmatch(pk):
            marked.keys.setdefault(pk, place)
    for column, one in columns.items():
        if not isinstance(one, models.CharField | models.TextField) or isinstance(one, models.GeneratedField | SealedField) or one.choices:
            continue
        telephone = "phone" in column or column in ("value", "caller_number", "from_number")
        if not telephone and (NOT_WORDS.search(column) or (one.max_length or 999) < LONG_ENOUGH):
            continue
        for place, where in _places(by_project, projects, companies):
            change = _new_phone(column, place, marked) if telephone else _new_words(column, one, place, table)
            marked.__dict__["phones" if telephone else "words"] += _tried(cursor, table, column, change, where, telephone)


def _places(by_project, projects, companies):
    if by_project:
        return [(place, ("project_id", pk)) for pk, place in projects.items()]
    return [(place, ("company_id", pk)) for pk, place in companies.items()]


def _new_words(column: str, one: models.Field, place: str, table: str) -> str:
    mark = f"'CN{place}' || substr(md5(ctid::text || '{table}.{column}'), 1, 6) || 'Z'"
    room = (one.max_length or 100_000) - 11
    return f'left("{column}", {room}) || {mark}'


def _new_phone(column: str, place: str, marked: Marks) -> str:
    own = f"'199{DIGITS[place]}' || lpad((abs(hashtext(ctid::text || '{column}')) %% 10000000)::text, 7, '0')"
    return f"CASE WHEN \"{column}\" LIKE '+86%%' THEN '+86' || {own} ELSE {own} END"


def _tried(cursor, table, column, change, where, telephone) -> int:
    wanted = f"\"{column}\" ~ '^(\\+86)?1[0-9]{{10}}$'" if telephone else f"\"{column}\" <> ''"
    try:
        with transaction.atomic():
            cursor.execute(f'UPDATE "{table}" SET "{column}" = {change} WHERE {where[0]} = %s AND {wanted}', [where[1]])
            return cursor.rowcount
    except DatabaseError:  # a table that only grows, or a column with a law of its own
        return 0
