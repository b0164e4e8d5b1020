"""What people may do with the organisation, a family of use cases a file."""

from .presence import change_absence, clear_watch, end_absence, report_absence, set_watch
from .structure import (
    EDITABLE_OF_PERSON,
    EDITABLE_OF_POST,
    appoint,
    change_person,
    change_post,
    create_calendar,
    create_post,
    end_holding,
    found_company,
    open_project,
    publish_calendar,
    register_person,
    set_calendar_day,
    set_password,
    sync_roles,
)

__all__ = [
    "EDITABLE_OF_PERSON",
    "EDITABLE_OF_POST",
    "appoint",
    "change_absence",
    "change_person",
    "change_post",
    "clear_watch",
    "create_calendar",
    "create_post",
    "end_absence",
    "end_holding",
    "found_company",
    "open_project",
    "publish_calendar",
    "register_person",
    "report_absence",
    "set_calendar_day",
    "set_password",
    "set_watch",
    "sync_roles",
]
