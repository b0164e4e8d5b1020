"""Splitting a house, and merging houses: what is asked, and what would be wrong."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from guanjia.estate import selectors as estate
from guanjia.estate import services
from guanjia.estate.models import House
from guanjia.estate.services import Part
from guanjia.estate.states import USES
from guanjia.web.fields import ReferenceField, day_input
from guanjia.web.forms import UseCaseForm
from guanjia.web.partials import page
from guanjia.web.views import tried

PARTS_MAX = 4
USE = [("", gettext_lazy("同原房屋")), *USES.items()]


def area(**kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(label=gettext_lazy("建筑面积（㎡）"), max_digits=10, decimal_places=2, **kwargs)


class ChangeForm(UseCaseForm):
    """What both ask: since when, and why."""

    on = forms.DateField(label=gettext_lazy("变更日期"), widget=day_input())
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class SplitForm(ChangeForm):
    """Up to four parts, a line each; lines left blank are none."""

    main = forms.TypedChoiceField(label=gettext_lazy("现住户留在"), coerce=int, initial=0)

    def __init__(self, data: Any = None, *, house: House, **kwargs: Any):
        super().__init__(data, **kwargs)
        proposed = [f"{house.number}{letter}" for letter in "AB"] + [""] * (PARTS_MAX - 2)
        for nth in range(PARTS_MAX):
            self.fields |= {
                f"number_{nth}": forms.CharField(label=gettext_lazy("房号"), max_length=20, required=False, initial=proposed[nth]),
                f"area_{nth}": area(required=False),
                f"layout_{nth}": forms.CharField(label=gettext_lazy("户型"), max_length=40, required=False),
                f"use_{nth}": forms.ChoiceField(label=gettext_lazy("用途"), choices=USE, required=False),
            }  # fmt: skip
        self.fields["main"].choices = [(nth, _("第 %(n)d 部分") % {"n": nth + 1}) for nth in range(PARTS_MAX)]

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        return [[self[f"{name}_{nth}"] for name in ("number", "area", "layout", "use")] for nth in range(PARTS_MAX)]

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        kept = [nth for nth in range(PARTS_MAX) if said[f"area_{nth}"] is not None]
        parts = [Part(said[f"number_{nth}"], said[f"area_{nth}"], layout=said[f"layout_{nth}"], use=said[f"use_{nth}"]) for nth in kept]
        main = kept.index(said["main"]) if said["main"] in kept else -1
        return {"parts": parts, "main": main, "on": said["on"], "reason": said["reason"]}


class MergeForm(ChangeForm):
    """The other house, and what the two are to be."""

    number = forms.CharField(label=gettext_lazy("合并后的房号"), max_length=20)
    area_m2 = area(required=False, help_text=gettext_lazy("可不填；填了就与合计核对"))
    layout = forms.CharField(label=gettext_lazy("户型"), max_length=40, required=False)
    use = forms.ChoiceField(label=gettext_lazy("合并后的用途"), choices=USE, required=False)

    def __init__(self, data: Any = None, *, house: House, act: Any, **kwargs: Any):
        super().__init__(data, **kwargs)
        other = ReferenceField(House, act, label=gettext_lazy("与哪套房屋合并"), help_text=gettext_lazy("同一单元的房屋，例如 3-2-1802"))
        self.fields = {"other": other, **self.fields}

    def values(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return {"others": [said.pop("other")], **said}


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, id: UUID) -> HttpResponse:
    """Split a house: its parts are asked for, with the area that they must make up."""
    house = estate.house_for(request.act, id)
    request.act.require(services.split_house.usecase, on=house)
    form = SplitForm(request.POST or None, house=house, initial=today(request))
    if form.is_valid() and tried(form, lambda: services.split_house(house, **form.values(), act=request.act)):
        return HttpResponseRedirect(reverse("house", args=[house.pk]))
    return page(request, "console/house_split.html", status=422 if form.is_bound else 200, house=house, form=form, whole=house.area_m2)


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Merge a house with another of its entrance."""
    house = estate.house_for(request.act, id)
    request.act.require(services.merge_houses.usecase, on=house)
    form = MergeForm(request.POST or None, house=house, act=request.act, initial=today(request))
    if form.is_valid():
        made = tried(form, lambda: services.merge_houses(house, **form.values(), act=request.act))
        if made:
            return HttpResponseRedirect(reverse("house", args=[made.pk]))
    return page(request, "console/house_merge.html", status=422 if form.is_bound else 200, house=house, form=form)


def today(request: HttpRequest) -> dict[str, Any]:
    return {"on": timezone.localdate(request.act.at)}
