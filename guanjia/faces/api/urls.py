"""Addresses of the API: one router a room. The description stands at openapi.json."""

from django.urls import path

from .door import api
from .routers import desk, followup, lookup, registers, rulebook, work

api.add_router("/desk", desk.router)
api.add_router("/work", work.router)
api.add_router("/followup", followup.router)
api.add_router("/rulebook", rulebook.router)
api.add_router("/registers", registers.router)
api.add_router("", lookup.router)

urlpatterns = [path("", api.urls)]
