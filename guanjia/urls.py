"""Where each address leads: to a face, never to a room."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """For whoever watches over the installation: 200 and `ok` while the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz),
    path("api/", include("guanjia.faces.api.urls")),
    path("field/", include("guanjia.faces.field.urls")),
    path("portal/", include("guanjia.faces.portal.urls")),
    path("", include("guanjia.web.urls")),
    path("", include("guanjia.faces.console.urls")),
]

handler404 = "guanjia.web.middleware.not_found"
