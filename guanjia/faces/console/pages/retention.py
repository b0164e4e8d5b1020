"""The retention table: how long each kind of record is kept, on whose word; and the form by which the company sets a line."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from guanjia.org.models import Company
from guanjia.rulebook import keeping, services
from guanjia.web import references
from guanjia.web.forms import UseCaseForm, tried
from guanjia.web.partials import page

ORIGINS = {"company": gettext_lazy("本公司"), "handbook": gettext_lazy("手册"), "default": gettext_lazy("默认期限")}


class LineForm(UseCaseForm):
    code = forms.ChoiceField(label=gettext_lazy("资料"))
    keep = forms.CharField(
        label=pgettext_lazy("多久", "保存"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("如 2 years、6 months；留空则按默认期限。"),
    )
    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, required=False, help_text=gettext_lazy("必填：哪部法规、合同或制度。")
    )
    starts_on = forms.DateField(label=gettext_lazy("自何日起"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any = None, *, lines: list[keeping.Line]):
        super().__init__(data)
        self.lines = {line.code: line for line in lines}
        self.fields["code"].choices = [(line.code, name_of(line)) for line in lines]

    def values(self) -> dict[str, Any]:
        line = self.lines[self.cleaned_data["code"]]
        return self.cleaned_data | {"name": name_of(line), "kind": line.kind}


@require_http_methods(["GET", "POST"])
def table(request: HttpRequest) -> HttpResponse:
    """Every line with its length and its source."""
    act = request.act
    act.require("rulebook.retention.see")
    lines = keeping.table(act.company_id, act.at)
    form = LineForm(request.POST if request.method == "POST" else None, lines=lines)
    if request.method == "POST" and form.is_valid():
        company = Company.objects.get(pk=act.company_id)
        row = tried(form, lambda: services.set_retention(project=company, **form.values(), act=act))
        if row is not None:
            messages.success(request, _("「%(name)s」自 %(day)s 起按新期限保存") % {"name": row.name, "day": row.starts_on})
            return HttpResponseRedirect(reverse("retention"))
    return page(
        request,
        "console/rulebook/retention.html",
        columns=[
            {"label": _("资料"), "kind": "lead"},
            {"label": _("系统记录")},
            {"label": pgettext("多久", "保存")},
            {"label": _("由谁定")},
            {"label": _("依据"), "kind": "wide"},
            {"label": _("条款")},
        ],
        rows=[{"cells": cells_of(line)} for line in lines],
        usual=keeping.default(None, act.at).say(),
        form=form if act.may("rulebook.retention.set") else None,
        status=422 if form.errors else 200,
    )


def cells_of(line: keeping.Line) -> list[Any]:
    paper = _("尚为纸质")
    source = _("%(source)s；手册：%(said)s") % {"source": line.source, "said": line.said} if line.said else line.source
    return [name_of(line), kind_name(line.kind) or paper, line.keep, ORIGINS[line.origin], source, "、".join(line.clauses) or "—"]


def name_of(line: keeping.Line) -> str:
    return kind_name(line.kind) if line.name == line.kind and line.kind else line.name


def kind_name(kind: str) -> str:
    """What records of a kind are called; the kind itself where no register shows them, "" where there are none."""
    names = {model._meta.label_lower: model._meta.verbose_name for model in references.OF_MODEL}
    return force_str(names.get(kind, kind))
