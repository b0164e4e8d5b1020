"""Start-up checks of the kernel: what must be true before the first request."""

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, register

from . import about, privacy, usecase


@register
def guard_is_installed(app_configs, **kwargs):
    """Gates without somebody to answer would all stand open."""
    return [] if usecase._guards else [Error("no guard answers for gates; is the rulebook installed?", id="kernel.E001")]


@register
def time_is_aware(app_configs, **kwargs):
    return [] if settings.USE_TZ else [Error("USE_TZ must be on: moments are aware everywhere.", id="kernel.E002")]


@register
def every_column_is_classed(app_configs, **kwargs):
    """Nothing is stored of which nobody has said what it may hold of people."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("guanjia.")]
    return [Error(fault, id="kernel.E011") for model in ours for fault in privacy.faults(model)]


@register
def whoever_holds_personal_columns_says_whose(app_configs, **kwargs):
    """What is not declared to be about a customer would outlive his wish to be forgotten."""
    return [
        Error(f"{model} holds personal columns and leads to a customer: declare it in about.py", id="kernel.E012")
        for model in about.unsaid()
    ]
