"""Components of the console's own: `{% load console %}`. They fill `console/components/<name>.html`."""

from functools import partial

from django import template

from guanjia.desk import states
from guanjia.rulebook.priority import PRIORITY_NAMES
from guanjia.web import addresses, components
from guanjia.web.templatetags import look

register = template.Library()
component = partial(components.component, into=register, folder="console/components")


@component
def queue_head():
    return {}


@component
def queue_line(context, row):
    return {
        "url": addresses.to("case", row.id),
        "late": row.is_overdue,
        "number": row.number,
        "type_name": states.type_name(row.type),
        "title": row.title,
        "address": row.address,
        "state": row.state,
        "state_label": states.CASE.labels[row.state],
        "priority": row.priority,
        "priority_label": PRIORITY_NAMES.get(row.priority, ""),
        "owner": row.owner,
        "countdown": components.drawn("countdown", look.countdown(context, row.due_at, bar=False)),
    }


@component
def visit_line(context, visit):
    return {
        "url": addresses.to("visit", visit.pk),
        "number": visit.number,
        "kind": visit.get_visit_class_display(),
        "customer": str(visit.customer or ""),
        "house": str(visit.house or ""),
        "state": visit.state,
        "state_label": visit.get_state_display(),
        "countdown": components.drawn("countdown", look.countdown(context, visit.due_at, bar=False)),
    }
