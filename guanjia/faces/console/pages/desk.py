"""The desk: who is calling, a new case in one screen, and the queue of what is due next."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.customers import answers
from guanjia.customers.models import Customer
from guanjia.desk import gates, services, states, triage
from guanjia.desk import selectors as desk
from guanjia.desk.models import Case, Contact
from guanjia.estate import selectors as estate
from guanjia.estate.models import House
from guanjia.kernel.errors import BadInput, NotAllowed, Reason
from guanjia.org import selectors as org
from guanjia.rulebook import unmet
from guanjia.rulebook.priority import PRIORITY_NAMES
from guanjia.web.forms import UseCaseForm, tried
from guanjia.web.partials import page

from ..moves import choice_field, moment_field, words_field
from .cases import address_of

YES_NO = [("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))]


@require_GET
def screen(request: HttpRequest) -> HttpResponse:
    """The queue with its counts, and the box that a call begins in. Technicians are shown to their phone."""
    act = request.act
    if not act.rights.projects():
        return HttpResponseRedirect("/field/")
    filters, chosen = queue_filter(request)
    try:
        found = desk.queue(act, filters, after=request.GET.get("after", ""))
    except BadInput:
        found = desk.queue(act, filters)
    counts = desk.queue_counts(act)
    tabs = [
        {
            "label": _("全部未结"),
            "url": "/",
            "current": not chosen["state"] and not chosen["mine"] and not chosen["overdue"],
            "count": counted(sum(counts.values())),
        }
    ]
    tabs += [
        {"label": states.CASE.labels[s], "url": f"/?state={s}", "current": chosen["state"] == s, "count": counted(n)}
        for s, n in counts.items()
    ]
    tabs += [
        {"label": _("我的"), "url": "/?mine=1", "current": bool(chosen["mine"])},
        {"label": _("已逾期"), "url": "/?overdue=1", "current": bool(chosen["overdue"]), "tone": "late"},
    ]
    kept = "".join(f"&{k}={v}" for k, v in chosen.items() if v)
    return page(
        request,
        "console/desk.html#queue",
        rows=found.rows,
        older=f"/?after={found.next}{kept}" if found.next else "",
        newer=f"/?{kept[1:]}" if request.GET.get("after") else "",
        tabs=tabs,
        chosen=chosen,
        types=desk.type_names(act.company_id),
        priorities=list(PRIORITY_NAMES.items()),
        may_open=act.may("desk.case.open"),
    )


def counted(number: int) -> str:
    """A count as the tabs say it: 41, 999+."""
    return str(number) if number < desk.COUNT_MAX else f"{desk.COUNT_MAX - 1}+"


def queue_filter(request: HttpRequest) -> tuple[desk.QueueFilter, dict[str, str]]:
    """What the address asks of the queue; unknown values count as not asked."""
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in ("state", "type", "mine", "overdue", "priority", "text")}
    chosen["state"] = chosen["state"] if chosen["state"] in states.UNFINISHED else ""
    chosen["type"] = chosen["type"] if chosen["type"].replace("_", "").isalnum() else ""
    chosen["priority"] = chosen["priority"] if chosen["priority"] in "1234" else ""
    return desk.QueueFilter(
        state=chosen["state"],
        type=chosen["type"],
        mine=bool(chosen["mine"]),
        overdue=bool(chosen["overdue"]),
        priority=int(chosen["priority"]) if chosen["priority"] else None,
        text=chosen["text"].replace("\x00", ""),
    ), chosen


# -- a call --------------------------------------------------------------------------------------
@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """The phone rings: the contact is received and answered by whoever takes it, and the intake opens with who it may be."""
    number = request.POST.get("number", "").strip()[:40]
    project = chosen_project(request)
    contact = services.receive_contact(project=project, channel=request.POST.get("channel") or "phone", number=number, act=request.act)
    services.answer_contact(contact, act=request.act)
    return HttpResponseRedirect(f"{reverse('intake')}?contact={contact.pk}")


def chosen_project(request: HttpRequest) -> Any:
    """The project that the form names, else the first one sees; NotAllowed for somebody who works in none."""
    projects = list(org.projects_of(request.act))
    if not projects:
        raise NotAllowed([Reason(_("您目前不在任何项目任职，请联系主管。"))])
    wanted = request.POST.get("project") or request.GET.get("project")
    return next((p for p in projects if str(p.pk) == wanted), projects[0])


# -- the intake ----------------------------------------------------------------------------------
class IntakeForm(UseCaseForm):
    """Everything that any later gate will want for the chosen type, asked once."""

    type = forms.ChoiceField(label=gettext_lazy("类型"))
    category = forms.ChoiceField(label=gettext_lazy("分类"), required=False)
    content = words_field(gettext_lazy("说了什么"), required=False)
    title = forms.CharField(label=gettext_lazy("标题"), required=False, max_length=200)
    customer_name = forms.CharField(label=gettext_lazy("姓名"), required=False, max_length=80)
    customer_phone = forms.CharField(label=gettext_lazy("电话"), required=False, max_length=40)
    house_code = forms.CharField(label=gettext_lazy("房屋"), required=False, max_length=60, help_text=gettext_lazy("如 3-2-1801"))
    place = choice_field(gettext_lazy("位置"), states.PLACES, initial=states.HOME)
    area_text = forms.CharField(label=gettext_lazy("公共位置"), required=False, max_length=200)
    requester = choice_field(gettext_lazy("提出人"), states.REQUESTERS, initial=states.CUSTOMER)
    part = forms.CharField(label=gettext_lazy("报修部位"), required=False, max_length=60)
    someone_home = forms.ChoiceField(label=gettext_lazy("家中有人"), choices=YES_NO, required=False, widget=forms.RadioSelect)
    spare_key_left = forms.ChoiceField(label=gettext_lazy("有备用钥匙"), choices=YES_NO, required=False, widget=forms.RadioSelect)
    may_use_key = forms.ChoiceField(label=gettext_lazy("可用备用钥匙"), choices=YES_NO, required=False, widget=forms.RadioSelect)
    visit_time = forms.CharField(label=gettext_lazy("可上门时间"), required=False, max_length=60)
    convenient_time = forms.CharField(label=gettext_lazy("方便维修时间"), required=False, max_length=60)
    occurred_at = forms.CharField(label=gettext_lazy("发生时间"), required=False, max_length=60)
    scene = forms.CharField(label=gettext_lazy("发生地点"), required=False, max_length=200)
    accused = forms.CharField(label=gettext_lazy("被投诉人或部门"), required=False, max_length=120)
    course = words_field(gettext_lazy("经过"), required=False)
    demand = words_field(gettext_lazy("住户要求"), required=False)
    demanded_by = moment_field(gettext_lazy("住户要求的期限"), required=False)
    harm_ongoing = forms.BooleanField(label=gettext_lazy("损害正在发生"), required=False)
    answer = words_field(gettext_lazy("当场答复"), required=False, help_text=gettext_lazy("问题已当场答复时填写，直接办结。"))
    explanation = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=200, help_text=gettext_lazy("现在办不了的原因"))
    promise_at = moment_field(gettext_lazy("承诺答复时间"), required=False)
    order_now = forms.BooleanField(label=gettext_lazy("同时派工单"), required=False, initial=True)

    REPAIR = ("part", "someone_home", "spare_key_left", "may_use_key", "visit_time", "convenient_time")
    COMPLAINT = ("occurred_at", "accused", "course", "demand", "demanded_by", "harm_ongoing")

    def __init__(self, data: Any = None, *, request: HttpRequest, project: Any, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.act, self.project = request.act, project
        self.fields["type"].choices = [(code, _(name)) for code, name in desk.type_names(self.act.company_id)]
        self.categories = {c.code: c for c in desk.categories(self.act)}
        self.fields["category"].choices = [("", _("未定")), *((c.code, _(c.name)) for c in self.categories.values())]

    def clean_house_code(self) -> House | None:
        text = self.cleaned_data["house_code"].strip()
        if not text:
            return None
        found = list(estate.houses_matching(text, self.act).filter(project=self.project)[:2])
        if not found:
            raise forms.ValidationError(_("没有找到房屋「%(text)s」，请写楼栋-单元-房号。"), params={"text": text})
        exact = [house for house in found if house.code == text]
        if len(found) > 1 and not exact:
            raise forms.ValidationError(_("「%(text)s」不止一处，请写全楼栋-单元-房号。"), params={"text": text})
        return exact[0] if exact else found[0]

    def case_values(self, customer: Customer | None, contact: Contact | None) -> dict[str, Any]:
        """The arguments of the use case."""
        v = self.cleaned_data
        yes = {"yes": True, "no": False}
        values = {
            name: v[name] for name in ("type", "title", "customer_name", "customer_phone", "place", "area_text", "requester", "content")
        }
        values |= {"category": self.categories.get(v["category"]), "customer": customer, "house": v["house_code"], "contact": contact}
        if v["type"] == states.REPAIR:
            values["repair"] = {
                name: yes.get(v[name]) if name in ("someone_home", "spare_key_left", "may_use_key") else v[name] for name in self.REPAIR
            }
        if v["type"] == states.COMPLAINT_TYPE:
            values["complaint"] = {name: v[name] for name in self.COMPLAINT} | {"place": v["scene"]}
        return values


@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """One screen: who it may be, what it may be, everything asked at once; then the case, or the answer on the spot."""
    act, project = request.act, chosen_project(request)
    act.require("desk.case.open", on=project)
    contact = find_contact(request)
    project = contact.project if contact else project
    pop = desk.screen_pop(contact.number_from if contact else request.GET.get("number", ""), act)
    customer = find_customer(request) or (contact.customer if contact else None)
    form = IntakeForm(request.POST or None, request=request, project=project, initial=begin(request, contact, customer, pop))
    if request.method == "POST" and form.is_valid():
        case = tried(form, lambda: save(form, customer, contact, act))
        if case is not None:
            messages.success(request, _("已登记 %(number)s") % {"number": case.number})
            return HttpResponseRedirect(address_of(case))
    return page(
        request,
        "console/intake.html#form",
        form=form,
        pop=pop,
        contact=contact,
        customer=customer,
        caution=answers.caution(customer, act) if customer else None,
        project=project,
        channels=desk.channels(act),
        groups=groups_of(form),
        status=422 if form.errors else 200,
    )


def save(form: IntakeForm, customer: Customer | None, contact: Contact | None, act: Any) -> Case:
    values, said = form.case_values(customer, contact), form.cleaned_data
    channel = contact.channel if contact else "phone"
    if said["answer"]:
        for name in ("place", "area_text", "requester", "repair", "complaint"):
            values.pop(name, None)
        return services.answer_at_once(project=form.project, channel=channel, answer=said["answer"], **values, act=act)
    order = {} if said["order_now"] and said["type"] == states.REPAIR else None
    return services.open_case(
        project=form.project,
        channel=channel,
        promise_at=said["promise_at"],
        explanation=said["explanation"],
        order=order,
        **values,
        act=act,
    )


def begin(request: HttpRequest, contact: Contact | None, customer: Customer | None, pop: desk.ScreenPop) -> dict[str, Any]:
    """What is known before anybody has asked: the caller, if there is only one, and his house."""
    given: dict[str, Any] = {
        "type": request.GET.get("type") or states.REPAIR,
        "customer_phone": contact.number_from if contact else request.GET.get("number", ""),
    }
    caller = (
        next((c for c in pop.callers if customer is None or c.customer.pk == customer.pk), None)
        if customer or len(pop.callers) == 1
        else None
    )
    if caller is not None:
        given |= {"customer_name": caller.customer.name, "house_code": caller.houses[0].code if len(caller.houses) == 1 else ""}
    if request.GET.get("house"):
        given["house_code"] = request.GET["house"][:60]
    return given


def find_contact(request: HttpRequest) -> Contact | None:
    id = request.GET.get("contact") or request.POST.get("contact")
    return Contact.objects.find(request.act, id) if id else None


def find_customer(request: HttpRequest) -> Customer | None:
    id = request.POST.get("customer") or request.GET.get("customer")
    return Customer.objects.find(request.act, id) if id else None


def groups_of(form: IntakeForm) -> dict[str, list[Any]]:
    """The fields by when they are asked."""
    named = {
        "who": ("customer_name", "customer_phone", "house_code", "requester"),
        "what": ("type", "category", "content", "place", "area_text"),
        "repair": IntakeForm.REPAIR,
        "complaint": ("occurred_at", "scene", "accused", "course", "demand", "demanded_by", "harm_ongoing"),
        "now": ("answer", "explanation", "promise_at", "order_now"),
    }
    return {group: [form[name] for name in names] for group, names in named.items()}


@require_GET
def hints(request: HttpRequest) -> HttpResponse:
    """While somebody types: the category the words suggest and why, similar open cases of the house, and what is still missing."""
    act, project = request.act, chosen_project(request)
    act.require("desk.case.open", on=project)
    text = request.GET.get("content", "")[:2000]
    form = IntakeForm(request.GET, request=request, project=project)
    form.is_valid()
    house = form.cleaned_data.get("house_code") if hasattr(form, "cleaned_data") else None
    category = form.categories.get(request.GET.get("category", ""))
    suggested = triage.suggest(text, list(form.categories.values())) if text.strip() else None
    missing = []
    if request.GET.get("type"):
        values = {
            k: request.GET.get(k, "") for k in ("type", "place", "requester", "content", "customer_name", "customer_phone", "area_text")
        }
        repair = {k: request.GET.get(k, "") for k in IntakeForm.REPAIR}
        repair |= {k: {"yes": True, "no": False}.get(request.GET.get(k, "")) for k in ("someone_home", "spare_key_left", "may_use_key")}
        complaint = {k: request.GET.get(k, "") for k in IntakeForm.COMPLAINT} | {"place": request.GET.get("scene", "")}
        missing = unmet(gates.OpenCase.of(project, act=act, category=category, house=house, repair=repair, complaint=complaint, **values))
    return page(
        request,
        "console/intake_hints.html",
        suggested=suggested,
        similar=desk.similar_open_cases(house, category, act),
        house=house,
        nearby=desk.nearby_cases([house], act) if house else [],
        needs=[
            {
                "state": "unmet",
                "message": str(r.message),
                "rule": r.rule,
                "rule_url": reverse("rule", args=[r.rule]) if r.rule else "",
                "clause": "",
                "field": f"id_{FIELD_OF.get(r.field, r.field)}",
            }
            for r in missing
        ],
    )


FIELD_OF = {"address": "house_code", "room": "house_code", "contact": "customer_phone"}
