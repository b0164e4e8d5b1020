"""Where somebody wanted to go when the door stood in the way."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from ..keyset import storable


def wanted(request: HttpRequest) -> str:
    """Where to go on to: an address of ours, never anybody else's."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    fine = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=request.is_secure()) and asked.startswith("/")
    return asked if fine and storable(asked) else "/"
