"""Bringing in the roll of residents from an old table: choose a file; the machinery does the rest."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotAllowed, Reason
from guanjia.org import selectors as org
from guanjia.org.models import Project
from guanjia.web import imports_views as machinery
from guanjia.web.forms import ProjectField
from guanjia.web.once import may_repeat
from guanjia.web.partials import page

from ..rolls import TARGETS, RollImporter


class UploadForm(machinery.UploadForm):
    """A file, the project it belongs to, and since when people belong to their houses where the table does not say."""

    starts_on = forms.DateField(
        label=gettext_lazy("没有写入住日期的，从哪天算起"),
        required=False,
        help_text=gettext_lazy("不填则从今天算起。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    field_order = ("file", "sheet", "project", "starts_on")


@may_repeat  # the same unfinished file leads to the same run
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    projects = open_projects(request.act)
    form = UploadForm(request.POST or None, request.FILES or None)
    if len(projects) > 1:
        form.fields["project"] = ProjectField(projects)
        form.order_fields(form.field_order)
    if request.method == "POST" and form.is_valid():
        starts_on = form.cleaned_data["starts_on"]
        importer = RollImporter(starts_on.isoformat() if starts_on else "")
        run = machinery.received(request, importer, form, form.cleaned_data.get("project") or projects[0], importer.options)
        if run is not None:
            return HttpResponseRedirect(reverse("import-run", args=[run.pk]))
    return page(
        request,
        "console/roll_upload.html",
        status=422 if form.is_bound else 200,
        form=form,
        refusal=getattr(form, "refusal", None),
        words=[target.label for target in TARGETS],
    )


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """An empty table with our own headers, whose columns need no confirming."""
    open_projects(request.act)
    return machinery.blank_answer(RollImporter())


def open_projects(act: Act) -> list[Project]:
    """The projects whose roll this act may take in, by name; NotAllowed if there is none."""
    projects = [project for project in org.projects_of(act) if act.may("customers.roll.take_in", on=project)]
    if not projects:
        raise NotAllowed([Reason(_("您的岗位不能导入住户名册。"))])
    return projects
