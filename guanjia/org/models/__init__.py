"""Who belongs where, and who is there, a theme a file."""

from .companies import Company, Group, OfCompany
from .presence import Absence, Watch
from .roles import AuthorityLimit, Role, RoleSetting
from .structure import (
    Calendar,
    CalendarDay,
    CalendarPast,
    Holding,
    LoginFailure,
    Person,
    PersonManager,
    Post,
    Project,
    ProjectQuerySet,
    ReportingLine,
    Unit,
)

__all__ = [
    "Absence",
    "AuthorityLimit",
    "Calendar",
    "CalendarDay",
    "CalendarPast",
    "Company",
    "Group",
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
    "RoleSetting",
    "Unit",
    "Watch",
]
