"""Who belongs where, and who is there, a theme a file."""

from .cards import DutyCard
from .companies import Company, Group, OfCompany
from .outside import Liaison, Partner
from .presence import Absence, Watch
from .roles import AuthorityLimit, Role, RoleSetting
from .scoped import Scoped
from .signin import Authenticator, Device, IdentityProvider, RecoveryCode
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
    "Authenticator",
    "AuthorityLimit",
    "Calendar",
    "CalendarDay",
    "CalendarPast",
    "Company",
    "Device",
    "DutyCard",
    "Group",
    "Holding",
    "IdentityProvider",
    "Liaison",
    "LoginFailure",
    "OfCompany",
    "Partner",
    "Person",
    "PersonManager",
    "Post",
    "Project",
    "ProjectQuerySet",
    "RecoveryCode",
    "ReportingLine",
    "Role",
    "RoleSetting",
    "Scoped",
    "Unit",
    "Watch",
]
