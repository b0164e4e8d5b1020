"""Two companies of two communities each, with one of everything in each of them, and everybody who might knock.

The community that the actors work in is A1. A2 belongs to the same company, B1 and B2 to another. Whatever people could
read carries a mark that says where it belongs (`marks.py`), so that a word that got out tells by itself whose it was.
"""

import contextlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from guanjia.customers import services as customers
from guanjia.faces.api import tokens
from guanjia.faces.portal import links
from guanjia.insight import services as insight
from guanjia.kernel import exporting, files, reveals
from guanjia.kernel.errors import Refusal
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import Alarm
from guanjia.org import services as org
from guanjia.org.models import Authenticator, Device, Person
from guanjia.rulebook import Step, services
from guanjia.rulebook.models import Adoption, HandbookVersion
from guanjia.web import imports
from guanjia.web.importers import RegisterImporter
from guanjia.web.register import REGISTERS
from guanjia.web.signing.sessions import cookie_of
from tests import battery, make
from tests.conftest import moment

from . import marks

NOW = moment("10:30")
OWN, SIBLING, FOREIGN, MISSING = "own", "sibling", "foreign", "missing"
WHOSE = (OWN, SIBLING, FOREIGN, MISSING)
PLACES = {"A1": OWN, "A2": SIBLING, "B1": FOREIGN, "B2": "further"}

#: valid ones of nobody: the month and day of birth, the order of the day and the check digit fit
IDENTITY_NUMBERS = {"A1": "110101199003077010", "A2": "110101199003073159", "B1": "110101199003074290", "B2": "110101199003079673"}
PHONES = {"A1": "13800001001", "A2": "13800001002", "B1": "13800001003", "B2": "13800001004"}

#: roles with a post in A1, and those whose posts are the company's
IN_PROJECT = (
    "desk_agent",
    "steward",
    "administrator",
    "desk_supervisor",
    "office_manager",
    "dept_head",
    "engineering_head",
    "engineering_assistant",
    "foreman",
    "technician",
    "security_leader",
    "guard",
    "cleaning_head",
    "cleaner",
    "secretary",
    "archivist",
    "cashier",
)
OF_COMPANY = ("quality_inspector", "service_manager", "company_admin", "system_admin", "privacy_officer", "finance")
#: people whose posts are no longer what they were, one who has two, and one who stands in
FORMER = ("expired", "suspended", "transferred", "nobody", "two-posts", "deputy")
ROLES = IN_PROJECT + OF_COMPANY

OWN_RULE = {
    "mechanism": "duty",
    "stages": [
        {
            "stage": "",
            "opens": [{"fact": "desk.case.opened", "where": {"type": ["repair"]}}],
            "met": [{"fact": "desk.case.notified"}],
            "owner": "desk_supervisor",
            "within": "30 minutes",
            "calendar": "clock",
        }
    ],
}


class Browser(Client):
    """A signed-in browser, or a system with a token; each form it sends has a key of its own."""

    def __init__(self, token: str = "", **kwargs: Any):
        super().__init__(raise_request_exception=True, **kwargs)
        self.token = token

    def ask(self, method: str, path: str, values: dict | None = None, query: str = "") -> Any:
        """The answer to one request."""
        if path.startswith("/api/"):
            headers = {"Idempotency-Key": uuid4().hex} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
            if method == "GET":
                return self.get(path + query, headers=headers)
            return self.generic(method, path + query, json.dumps(values or {}), content_type="application/json", headers=headers)
        if method == "POST":
            return self.post(path + query, (values or {}) | {"form_key": uuid4().hex})
        return self.generic(method, path + query)


@dataclass
class Place:
    """A community with one of each thing in it: kind -> what an address calls it."""

    name: str
    world: make.World
    things: dict[str, Any] = field(default_factory=dict)
    #: kind -> the row itself, where what an address needs is not its key
    rows: dict[str, Any] = field(default_factory=dict)

    def key(self, kind: str) -> Any:
        return self.things[kind]


@dataclass
class Bed:
    """Everything there is, and everybody who knocks: name -> browser."""

    places: dict[str, Place]
    people: dict[str, Person]
    browsers: dict[str, Browser]
    marks: marks.Marks

    def key(self, kind: str, whose: str) -> Any:
        """What an address calls a thing of that kind."""
        if whose == MISSING:
            return MISSING_KEYS.get(kind, NOTHING)
        return next(place for name, place in self.places.items() if PLACES[name] == whose).things[kind]


NOTHING = uuid4()
MISSING_KEYS = {"own-rule": "OWN-999", "portal-key": "A" * 43, "customer-ref": f"customers.customer:{uuid4()}"}


def build() -> Bed:
    """The whole bed; takes some seconds, so it is made once for many tests."""
    foreign = [furnished("B1", make.world(name="B1", code="B1"))]
    foreign.append(furnished("B2", make.world(name="B2", code="B2", company=foreign[0].world.company)))
    sibling = furnished("A2", make.world(name="A2", code="A2"))
    own = furnished("A1", make.world(name="A1", code="A1", company=sibling.world.company))
    places = {place.name: place for place in (own, sibling, *foreign)}
    people = staffed(own, sibling)
    marked = marks.spread({place.world.project.pk: place.name for place in places.values()})
    browsers = {name: browser_of(person) for name, person in people.items()} | {"anonymous": Browser()}
    people["suspended"] = org.change_person(people["suspended"], is_active=False, act=own.world.system)
    marked.secrets = dict(IDENTITY_NUMBERS)
    return Bed(places, people, browsers, marked)


def browser_of(person: Person) -> Browser:
    browser = Browser(tokens.issue(person, name="对接", at=NOW, days=30)[1])
    browser.force_login(person)
    browser.cookies[cookie_of("field")] = browser.cookies[settings.SESSION_COOKIE_NAME].value  # a session on each face
    return browser


# -- one of each thing ---------------------------------------------------------------------------
def furnished(name: str, world: make.World) -> Place:
    """The place with one of everything in it."""
    place = Place(name, world)
    project = world.project
    for slug, register in REGISTERS.items():
        if slug != "absence":  # the factory's would make somebody a deputy
            place.rows[slug] = sample(register, project)
    place.rows["customer"] = make.customer(project=project, name=f"{name}住户", id_no=IDENTITY_NUMBERS[name], phones=(PHONES[name],))
    case = make.case(project=project)
    order = make.order(project=project, state="working", urgency=3, importance=3)
    place.rows |= {
        "order-file": files.attach(order, name="现场.png", content=make.glass(7), act=world.act(NOW, "technician")),
        "case": case,
        "order": order,
        "work-order": order,
        "visit": make.visit(project=project, made=False),
        "complaint-case": make.complaint(project=project).case,
        "absence": make.absence(project=project, deputy=None),
        "sanction": make.sanction(project=project),
        "duty": next(iter(make.duties(make.order(project=project, state="assigned", urgency=3, importance=3), "WORK-012"))),
        "approval": services.request_approval(
            project=project,
            matter="test.matter",
            title="一件事",
            steps=(Step("office_manager"),),
            content={},
            act=world.act(NOW, "steward"),
        ),
        "checklist-draft": drafted_list(world),
        "check-open": open_check(world),
        "snapshot": insight.take_snapshot(project=project, period="2026-02", act=world.system.at_moment(moment("10:00"))),
        "backtest": backtest(world),
        "file": attachment(world, case),
        "import-run": import_run(world),
        "project": project,
        "other-customer": make.customer(project=project, name=f"{name}邻居", phones=()),
        "access": customers.request_access(
            project=project, purpose="serving", reason="上门核对门牌", days=1, act=world.act(NOW, "steward")
        ),
        "export": exporting.ask_to_export(
            project,
            register="customer",
            title="客户",
            query="",
            columns=["name"],
            purpose="serving",
            reason="停水通知",
            rows=1,
            act=world.act(NOW, "office_manager"),
        ),
    }
    place.rows |= of_the_manager(place)
    place.things = {kind: row.pk for kind, row in place.rows.items()}
    of_company(place)
    place.things["unknown-provider"] = uuid4()
    place.things["portal-key"] = links.issue_link(case, act=world.act(NOW))
    for _turn in range(3 if name == "B1" else 1):  # so that its number is not one of the other company's too
        place.things["own-rule"] = own_rule(world)
    place.rows["reveal"] = reveals.break_glass(
        place.rows["customer"], fields=["id_no"], reason="住户晕倒，须告知急救", act=world.act(NOW, "steward")
    )
    place.things |= {"reveal": place.rows["reveal"].pk, "customer-ref": str(Ref.to(place.rows["customer"]))}
    place.things["alarm"] = Alarm.objects.unscoped("tests").filter(company_id=world.company.pk).latest("pk").pk
    return place


def sample(register: Any, project: Any) -> Any:
    """A row of this register; one that is there already where a second one would be refused."""
    try:
        with transaction.atomic():
            return battery.sample(register, project)
    except (Refusal, IntegrityError):
        scope = {"project": project} if register.is_project_scoped else {"company": project.company_id}
        return register.model.objects.unscoped("tests").filter(**scope).latest("pk")


def of_company(place: Place) -> None:
    """What a company has once: its handbooks, one adopted in this community."""
    manager = place.world.act(NOW, "office_manager")
    with contextlib.suppress(Refusal):
        services.install_handbooks(project=place.world.company, act=manager)
    editions = HandbookVersion.objects.unscoped("tests").filter(handbook__company=place.world.company)
    published = editions.filter(state="published").order_by("pk").first()
    place.things["edition"] = published.pk
    draft = services.copy_handbook(
        project=place.world.company, source=published, key=f"own-{place.name.lower()}", name=f"{place.name}自订", act=manager
    )
    place.things["edition-draft"] = draft.pk
    adopted = Adoption.objects.create(
        project=place.world.project,
        handbook=published.handbook,
        edition=published,
        starts_on=date(2026, 4, 1),
        reason="试行",
        proposed_by=manager_of(place),
        proposed_at=NOW,
        created_at=NOW,
    )
    place.things["adoption"] = adopted.pk


def of_the_manager(place: Place) -> dict[str, Any]:
    """What he signs in with."""
    whose = {"company": place.world.company, "person": manager_of(place), "created_at": NOW}
    device = Device.objects.create(**whose, face="console", way="password", session_key=uuid4().hex, seen_at=NOW)
    return {"device": device, "proof": Authenticator.objects.create(**whose, kind="totp", label="手机验证器", secret="JBSWY3DPEHPK3PXP")}


def manager_of(place: Place) -> Person:
    return place.world.people["office_manager"]


def drafted_list(world: make.World) -> Any:
    from guanjia.quality import services as quality
    from guanjia.quality import writing

    items = writing.read("通道畅通 | 是否 | 5")[0]
    return quality.draft_checklist(
        project=world.company, code=f"draft{world.project.code}", name="草稿检查表", items=items, act=world.system
    )


def open_check(world: make.World) -> Any:
    from guanjia.quality import services as quality

    return quality.start_check(
        project=world.project, checklist=make.checklist(project=world.project), act=world.act(NOW, "desk_supervisor")
    )


def backtest(world: make.World) -> Any:
    values = {"since": date(2026, 2, 1), "until": date(2026, 2, 2), "changes": [("DESK-006", "within", "2 hours")]}
    act = world.act(NOW, "office_manager")
    return services.ask_backtest(project=world.company, projects=(world.project,), act=act, **values)


def own_rule(world: make.World) -> str:
    values = {"title": f"{world.project.code}告知进展", "definition": OWN_RULE, "projects": (world.project.pk,)}
    return services.write_rule(project=world.company, act=world.act(NOW, "office_manager"), **values).rule.number


def attachment(world: make.World, case: Any) -> Any:
    return files.attach(case, name="门口.png", content=make.glass(world.project.pk.int % 200), act=world.act(NOW))


def import_run(world: make.World) -> Any:
    """An import of houses that the manager of the place has begun."""
    register = REGISTERS["customer"]
    content = f"客户编号,姓名\n,{world.project.code}来客\n".encode()
    act = world.act(NOW, "office_manager", "import")
    return imports.receive(
        RegisterImporter(register), name="x.csv", content=content, into=world.project, act=act, by=world.people["office_manager"]
    )


# -- everybody -----------------------------------------------------------------------------------
def staffed(own: Place, sibling: Place) -> dict[str, Person]:
    """Actor -> person: one for each role, and those whose time is over."""
    here, people = own.world, {}
    for role in IN_PROJECT:
        people[role] = here.people.get(role) or make.staff(here, role, name=role)[0]
    for role in OF_COMPANY:
        person = org.register_person(project=here.project, login=f"co-{role}-{here.project.code}", name=role, act=here.system)
        post = org.create_post(project=here.company, role=role, seats=5, act=here.system)
        org.appoint(post, person=person, starts_on=date(2026, 1, 1), act=here.system)
        people[role] = person
    both = people["two-posts"] = org.register_person(project=here.project, login="two-posts", name="两岗", act=here.system)
    org.appoint(here.posts["desk_agent"], person=both, starts_on=date(2026, 1, 1), act=here.system)
    office = org.create_post(project=sibling.world.project, role="office_manager", seats=3, act=here.system)
    org.appoint(office, person=both, starts_on=date(2026, 1, 1), act=here.system)
    people["deputy"] = org.register_person(project=here.project, login="deputy", name="代理", act=here.system)
    make.absence(project=here.project, deputy=people["deputy"])  # of a steward
    manager = org.create_post(project=here.project, role="office_manager", seats=9, act=here.system)
    for name, ends in (("expired", date(2026, 2, 1)), ("suspended", None), ("transferred", date(2026, 3, 1)), ("nobody", None)):
        person = people[name] = org.register_person(project=here.project, login=f"former-{name}", name=name, act=here.system)
        if name != "nobody":
            org.appoint(manager, person=person, starts_on=date(2026, 1, 1), ends_on=ends, act=here.system)
    org.appoint(
        sibling.world.posts["guard"] if "guard" in sibling.world.posts else guard_post(sibling),
        person=people["transferred"],
        starts_on=date(2026, 3, 1),
        act=here.system,
    )
    return people


def guard_post(place: Place) -> Any:
    return org.create_post(project=place.world.project, role="guard", seats=9, act=place.world.system)
