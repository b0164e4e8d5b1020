"""Factories of what is said of customers: tags, marks, words, classes, clean-ups."""

from guanjia.customers import services as customers
from guanjia.customers.models import Cleanup, Flag, Note, Preference, Segment, Tag
from guanjia.org.models import Project
from tests import make

__all__ = ["cleanup", "flag", "note", "preference", "segment", "tag"]


def tag(*, project: Project | None = None, **values) -> Tag:
    number = next(make._numbers)
    return customers.create_tag(
        project=project or make.newest().project,
        act=make.founding(project or make.newest().project),
        **{"code": f"tag{number}", "name": f"标签{number}"} | values,
    )


def flag(*, project: Project | None = None, **values) -> Flag:
    """Somebody is proposed as a key account."""
    project = project or make.newest().project
    values = {"kind": "key_account", "reason": "整层租户"} | values
    values = values if "customer" in values else values | {"customer": make.customer(project=project)}
    return customers.propose_flag(project=project, act=make.founding(project), **values)


def note(*, project: Project | None = None, **values) -> Note:
    project = project or make.newest().project
    values = {"kind": "need", "channel": "phone", "text": "希望增加儿童游乐设施", "customer": make.customer(project=project)} | values
    return customers.record_note(project=project, act=make.founding(project), **values)


def preference(*, project: Project | None = None, **values) -> Preference:
    project = project or make.newest().project
    values = {"expectation": "上门前先来电", "preferred_channel": "phone", "customer": make.customer(project=project)} | values
    return customers.record_preference(project=project, act=make.founding(project), **values)


def segment(*, project: Project | None = None) -> Segment:
    project = project or make.newest().project
    return customers.assign_segment(make.customer(project=project), act=make.founding(project))


def cleanup(*, project: Project | None = None, **values) -> Cleanup:
    """A campaign that is over, so that others may follow."""
    project = project or make.newest().project
    opened = customers.open_cleanup(project=project, act=make.founding(project), **values)
    return customers.finish_cleanup(opened, act=make.founding(project))
