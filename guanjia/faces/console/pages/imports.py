"""Bringing in the cases of another system through the browser: choose a file, see what would happen, then do it."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotAllowed, Reason
from guanjia.org import selectors as org
from guanjia.org.models import Project
from guanjia.web import imports_views as machinery
from guanjia.web.forms import ProjectField
from guanjia.web.once import may_repeat
from guanjia.web.partials import page

from .. import importing

OTHER = "other"


class UploadForm(machinery.UploadForm):
    """A file, where it comes from, and where the cases belong."""

    source = forms.CharField(
        label=gettext_lazy("来源名称"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("例如「12345」。同一来源的同一行只进一次。"),
    )
    field_order = ("file", "sheet", "project", "source")


@may_repeat  # the same unfinished file leads to the same run
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    projects = open_projects(request.act)
    form = UploadForm(request.POST or None, request.FILES or None)
    if len(projects) > 1:
        form.fields["project"] = ProjectField(projects)
        form.order_fields(form.field_order)
    if request.method == "POST" and form.is_valid():
        importer = importing.CaseImporter(source=form.cleaned_data["source"])
        run = machinery.received(request, importer, form, form.cleaned_data.get("project") or projects[0], importer.options)
        if run is not None:
            return HttpResponseRedirect(reverse("import-run", args=[run.pk]))
    return page(
        request,
        "console/import_upload.html",
        status=422 if form.is_bound else 200,
        form=form,
        refusal=getattr(form, "refusal", None),
        keys=[(label, key in importing.NEEDED) for key, label in importing.KEYS.items()],
    )


def open_projects(act: Act) -> list[Project]:
    """The projects into which this act may import, by name; NotAllowed if there is none."""
    projects = [project for project in org.projects_of(act) if act.may("desk.import.case", on=project)]
    if not projects:
        raise NotAllowed([Reason(_("您的岗位不能导入诉求。"))])
    return projects
