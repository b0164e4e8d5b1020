"""Bringing in the cases of another system through the browser: choose a file, see what would happen, then do it."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotAllowed, Reason, Refusal
from guanjia.org import selectors as org
from guanjia.org.models import Project
from guanjia.web import imports_views as machinery
from guanjia.web.forms import ProjectField
from guanjia.web.once import may_repeat
from guanjia.web.partials import page

from .. import importing

OTHER = "other"


class UploadForm(machinery.UploadForm):
    """A file, which columns say what, and where the cases belong."""

    preset = forms.ChoiceField(
        label=gettext_lazy("格式"), choices=[*importing.PRESET_LABELS.items(), (OTHER, gettext_lazy("其他（在下面写明各列）"))]
    )
    map = forms.CharField(
        label=gettext_lazy("各列的意思"),
        required=False,
        help_text=gettext_lazy("格式选「其他」时填写，如：number=编号,opened_at=时间,content=内容"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source = forms.CharField(
        label=gettext_lazy("来源名称"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("同一来源的同一行只进一次；不填则按格式取名。"),
    )
    field_order = ("file", "project", "preset", "map", "source")

    @property
    def importer(self) -> importing.CaseImporter:
        """Raises BadInput for a mapping that cannot be read."""
        values = self.cleaned_data
        text = values["map"] if values["preset"] == OTHER else values["preset"]
        return importing.CaseImporter(importing.mapping_of(text, values["source"]))


@may_repeat  # the same unfinished file leads to the same run
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    projects = open_projects(request.act)
    form = UploadForm(request.POST or None, request.FILES or None)
    if len(projects) > 1:
        form.fields["project"] = ProjectField(projects)
        form.order_fields(form.field_order)
    if request.method == "POST" and form.is_valid():
        try:
            importer = form.importer
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            into = form.cleaned_data.get("project") or projects[0]
            run = machinery.received(request, importer, form, into, importer.options)
            if run is not None:
                return HttpResponseRedirect(reverse("case-import-run", args=[run.pk]))
    return page(
        request,
        "console/import_upload.html",
        status=422 if form.is_bound else 200,
        form=form,
        refusal=getattr(form, "refusal", None),
        keys=[(key, label, key in importing.NEEDED) for key, label in importing.KEYS.items()],
    )


@require_GET
def run(request: HttpRequest, run: UUID) -> HttpResponse:
    """What the file would do, line by line; while it is worked on, how far it has come; afterwards, the receipt."""
    found = machinery.found_run(request.act, importing.CaseImporter.name, run)
    return machinery.told(
        request,
        found,
        commit_url=reverse("case-import-commit", args=[found.pk]),
        refused_urls={kind: reverse("case-import-refused", args=[found.pk, kind]) for kind in machinery.KINDS},
        crumbs=[(_("导入诉求"), reverse("case-import"))],
    )


@may_repeat  # each line is done once, whoever asks how often
@require_POST
def commit(request: HttpRequest, run: UUID) -> HttpResponse:
    """Carry the import out, or go on with it."""
    found = machinery.found_run(request.act, importing.CaseImporter.name, run)
    machinery.committed(request, found)
    return HttpResponseRedirect(reverse("case-import-run", args=[found.pk]))


@require_GET
def refused(request: HttpRequest, run: UUID, kind: str) -> HttpResponse:
    """The refused lines with their reasons, to correct and upload again."""
    return machinery.refused_answer(request, machinery.found_run(request.act, importing.CaseImporter.name, run), kind)


def open_projects(act: Act) -> list[Project]:
    """The projects into which this act may import, by name; NotAllowed if there is none."""
    projects = [project for project in org.projects_of(act) if act.may("desk.import.case", on=project)]
    if not projects:
        raise NotAllowed([Reason(_("您的岗位不能导入诉求。"))])
    return projects
