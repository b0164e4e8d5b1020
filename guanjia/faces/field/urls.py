"""Addresses of the technician's phone. They hold nouns: arriving is POST …/arrival/."""

from django.urls import path

from . import absence, notices, orders, visits

urlpatterns = [
    path("", orders.today, name="field"),
    path("me/", orders.me, name="field-me"),
    path("absence/", absence.mine, name="field-absence"),
    path("absence/<uuid:id>/end/", absence.end, name="field-absence-end"),
    path("notices/", notices.mine, name="field-notices"),
    path("notices/<uuid:id>/acknowledgement/", notices.acknowledgement, name="field-notice"),
    path("visits/", visits.due, name="field-visits"),
    path("visits/<uuid:id>/", visits.visit, name="field-visit"),
    path("orders/<uuid:id>/", orders.order_page, name="field-order"),
    path("orders/<uuid:id>/files/<uuid:file>/", orders.file, name="field-file"),
    path("orders/<uuid:id>/<slug:noun>/", orders.move_page, name="field-move"),
]
