"""Who belongs where, and who is there, a theme a file."""

from .presence import Absence, Watch
from .structure import (
    AuthorityLimit,
    Calendar,
    CalendarDay,
    CalendarPast,
    Company,
    Holding,
    LoginFailure,
    OfCompany,
    Person,
    PersonManager,
    Post,
    Project,
    ProjectQuerySet,
    ReportingLine,
    Role,
    Unit,
)

__all__ = [
    "Absence",
    "AuthorityLimit",
    "Calendar",
    "CalendarDay",
    "CalendarPast",
    "Company",
    "Holding",
    "LoginFailure",
    "OfCompany",
    "Person",
    "PersonManager",
    "Post",
    "Project",
    "ProjectQuerySet",
    "ReportingLine",
    "Role",
    "Unit",
    "Watch",
]
