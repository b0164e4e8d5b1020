"""A year of calls, orders, visits and complaints, played through the same use cases as any day at the desk.

Events lie in a heap by their moment and are taken in order, a day in one transaction; each does one thing and puts what
follows into the heap. Once a night the rulebook ticks. Most promises are kept; a few are honestly broken.
"""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from guanjia.desk import services as desk
from guanjia.desk.models import Case, Category
from guanjia.followup import services as followup
from guanjia.followup.models import ReturnVisit
from guanjia.kernel import clock, files
from guanjia.kernel.ids import Ref
from guanjia.kernel.usecase import whole
from guanjia.org import services as org
from guanjia.org.models import Person
from guanjia.quality import services as quality
from guanjia.quality.models import Rectification
from guanjia.rulebook import climbing, ticking
from guanjia.rulebook import services as rulebook
from guanjia.work import services as work
from guanjia.work.models import WorkOrder

from . import cast, pictures
from .place import Place

RUSH = 16  # for each so many calls of the year, one more in its last hours
Deed = Callable[[datetime], None]


class Year:
    """The heap of what is still to happen."""

    def __init__(self, place: Place, begins: date, until: datetime, cases: int):
        self.place, self.random, self.until = place, place.random, until
        self._heap: list[tuple[datetime, int, Deed]] = []
        self._order = count()
        self._categories = {c.code: c for c in Category.objects.unscoped("demo").filter(company_id=place.company.pk)}
        days = (timezone.localtime(until).date() - begins).days
        for _nth in range(cases):
            at = self._a_moment(begins + timedelta(days=self.random.randrange(1, max(days, 2))))
            self.at(at, self._some_call())
        for _nth in range(cases // RUSH):  # the last hours are busy, so that whoever comes in finds work at every stage
            self.at(until - timedelta(minutes=self.random.randrange(3, 600)), self._some_call())

    def _some_call(self) -> Deed:
        return self.random.choices((self.repair, self.question, self.complaint, self.praise), (58, 22, 14, 6))[0]

    def _a_moment(self, day: date) -> datetime:
        hour = self.random.choices(range(24), (1, 1, 0, 0, 0, 1, 2, 4, 9, 10, 9, 6, 5, 5, 6, 7, 7, 8, 9, 8, 6, 4, 2, 1))[0]
        return datetime.combine(day, time(hour, self.random.randrange(60), self.random.randrange(60)), timezone.get_current_timezone())

    def at(self, moment: datetime, deed: Deed) -> None:
        """Something will happen; what would come after now has not happened yet."""
        if moment <= self.until:
            heapq.heappush(self._heap, (moment, next(self._order), deed))

    def after(self, moment: datetime, deed: Deed, *, minutes: float) -> None:
        self.at(moment + timedelta(minutes=minutes), deed)

    def by_day(self, moment: datetime, *, days: int, hours: tuple[int, int] = (9, 18)) -> datetime:
        """Some moment in office hours, `days` later."""
        day = timezone.localtime(moment).date() + timedelta(days=days)
        at = datetime.combine(day, time(self.random.randrange(*hours), self.random.randrange(60)), timezone.get_current_timezone())
        return max(at, moment + timedelta(minutes=5))

    def play(self, say: Callable[[str], None]) -> int:
        """Let it all happen; returns how many deeds were done."""
        done, month = 0, ""
        while self._heap:
            day = timezone.localtime(self._heap[0][0]).date()
            night = datetime.combine(day, time(0, 0, 30), timezone.get_current_timezone())
            with clock.travelling(night):
                ticking.tick(night)
            self.at(night.replace(hour=9), self._remind)  # at night nobody is reminded
            done += whole(lambda day=day: self._play_day(day))
            if f"{day:%Y-%m}" != month:
                month = f"{day:%Y-%m}"
                say(f"{month} 的日常")
        with clock.travelling(self.until):
            self._leave_and_watch()
            ticking.tick(self.until)
        return done

    def _leave_and_watch(self) -> None:
        """Today somebody is on leave with a deputy, somebody has the watch, and the manager proposes another number."""
        project, staff, act = self.place.project, self.place.staff, self.place.act("office_manager", self.until)
        away, deputy = staff["steward"][-1], staff["steward"][0]
        begins, ends = self.until - timedelta(days=1), self.until + timedelta(days=2)
        org.report_absence(project=project, person=away, starts_at=begins, ends_at=ends, deputy=deputy, act=act)
        post = staff["desk_agent"][0].holdings.first().post
        org.set_watch(
            project=project,
            post=post,
            person=staff["desk_agent"][0],
            starts_at=self.until,
            ends_at=self.until + timedelta(hours=10),
            act=act,
        )
        rulebook.propose_parameter(
            project=project,
            rule="FUP-001",
            key="within",
            value="2 days",
            starts_on=(timezone.localtime(self.until) + timedelta(days=3)).date(),
            reason="住户反映回访来得晚",
            act=act,
        )

    def _remind(self, at: datetime) -> None:
        for _batch in climbing.climb(at):
            pass

    def _play_day(self, day: date) -> int:
        done = 0
        while self._heap and timezone.localtime(self._heap[0][0]).date() == day:
            moment, _nth, deed = heapq.heappop(self._heap)
            with clock.travelling(moment):
                deed(moment)
            done += 1
        return done

    # -- a call --------------------------------------------------------------------------------
    def _call(self, at: datetime) -> dict[str, Any]:
        """Somebody calls and is answered, mostly at once; returns what any case begins with."""
        house, who = self.random.choice(self.place.homes)
        act = self.place.act("desk_agent", at)
        contact = desk.receive_contact(
            project=self.place.project, channel="phone", number=str(who.contact_points.first().value), customer=who, house=house, act=act
        )
        wait = timedelta(seconds=self.random.randrange(5, 50) if self.random.random() < 0.97 else self.random.randrange(320, 700))
        answered = act.at_moment(at + wait)
        contact = desk.answer_contact(contact, act=answered)
        return {"contact": contact, "customer": who, "customer_name": who.name, "house": house, "channel": "phone", "act": answered}

    def _promise(self, act: Any) -> dict[str, Any]:
        return {"promise_at": act.at + timedelta(hours=self.random.choice((2, 4, 4, 8))), "explanation": "需要安排人员上门查看"}

    # -- a repair ------------------------------------------------------------------------------
    def repair(self, at: datetime) -> None:
        code, said, result = self.random.choice(cast.REPAIRS)
        category = self._categories[code]
        call = self._call(at)
        public = category.place == "public"
        entry = {
            "part": "卫生间" if code == "leak" else "厨房",
            "someone_home": True,
            "spare_key_left": False,
            "may_use_key": False,
            "visit_time": "现在就可以",
            "convenient_time": "现在就可以",
        }
        case = desk.open_case(
            project=self.place.project,
            type="repair",
            content=said,
            category=category,
            customer_phone=call["contact"].number_from,
            place="public" if public else "home",
            area_text="楼道" if public else "",
            repair=entry,
            order={},
            **self._promise(call["act"]),
            **call,
        )
        order = WorkOrder.objects.unscoped("demo").get(source_id=case.pk)
        job = Job(self, order, result, slow=self.random.random() < 0.06)
        self.after(call["act"].at, job.assign, minutes=1 + self.random.random() * 2)
        if order.urgency == 3 and self.random.random() < 0.5:
            self.after(call["act"].at, lambda at: self._report(at, case), minutes=3)

    def _report(self, at: datetime, case: Case) -> None:
        desk.mark_urgent(case, kind="hazard", note="正在损害室内财物", act=self.place.act(case.owner, at))
        desk.escalate_case(case, to_role="desk_supervisor", note="已派工，正在处理", act=self.place.act(case.owner, at))

    # -- a question ----------------------------------------------------------------------------
    def question(self, at: datetime) -> None:
        asked, answer = self.random.choice(cast.QUESTIONS)
        call = self._call(at)
        desk.answer_at_once(
            project=self.place.project,
            type="consultation",
            content=asked,
            title=asked[:20],
            answer=answer,
            customer_phone=call["contact"].number_from,
            **call,
        )

    def praise(self, at: datetime) -> None:
        call = self._call(at)
        desk.answer_at_once(
            project=self.place.project,
            type="praise",
            content=self.random.choice(cast.PRAISE),
            answer="谢谢您的肯定，我们会转达给同事。",
            customer_phone=call["contact"].number_from,
            **call,
        )

    # -- a complaint ---------------------------------------------------------------------------
    def complaint(self, at: datetime) -> None:
        said, accused, rank = self.random.choice(cast.COMPLAINTS)
        call = self._call(at)
        facts = {
            "occurred_at": at - timedelta(hours=self.random.randrange(1, 20)),
            "place": call["house"].path,
            "accused": accused,
            "course": said,
            "demand": "尽快处理并答复",
            "harm_ongoing": False,
        }
        case = desk.open_case(
            project=self.place.project,
            type="complaint",
            content=said,
            customer_phone=call["contact"].number_from,
            place="public",
            area_text=call["house"].path,
            complaint=facts,
            **self._promise(call["act"]),
            **call,
        )
        self.after(call["act"].at, lambda at: self._grade(at, case, rank), minutes=8)

    def _grade(self, at: datetime, case: Case, rank: int) -> None:
        act = self.place.act(case.owner, at)
        case = desk.grade_complaint(case, rank=rank, grounds="按影响定级", act=act)
        desk.tell_accused(case, act=act)
        desk.escalate_case(case, to_role={3: "office_manager", 2: "dept_head", 1: "desk_supervisor"}[rank], note="请安排处理", act=act)
        self.after(at, lambda at: self._reply(at, case), minutes=self.random.randrange(20, 90))
        slow = self.random.random() < 0.08
        self.at(self.by_day(at, days=(12 if rank == 3 else 5) if slow else 1), lambda at: self._resolve(at, case))

    def _reply(self, at: datetime, case: Case) -> None:
        desk.reply_case(
            case,
            text="已转责任部门核实，正在处理，有结果马上告知您。",
            way="phone",
            is_final=False,
            promised_at=self.by_day(at, days=1, hours=(17, 19)),
            act=self.place.act(case.owner, at),
        )

    def _resolve(self, at: datetime, case: Case) -> None:
        act = self.place.act("desk_supervisor", at)
        desk.judge(case, validity="valid", liability="company", cause="安排不周", kind="service", act=act)
        desk.reply_case(case, text="已整改并致歉，责任人当面说明。", way="phone", act=act)
        desk.resolve_case(case, result="已整改，客户接受说明", cause="安排不周", process="核实、整改、回复客户", act=act)
        late = self.random.random() < 0.06
        self.at(self.by_day(at, days=7 if late else self.random.choice((1, 1, 2))), lambda at: self._visit_complaint(at, case))

    def _resolve_again(self, at: datetime, case: Case) -> None:
        """The first answer did not satisfy: the supervisor goes himself, and this time it does."""
        case = Case.objects.unscoped("demo").get(pk=case.pk)
        if case.state != "open":
            return
        act = self.place.act("desk_supervisor", at)
        desk.reply_case(case, text="主管上门当面致歉，整改情况已请您看过。", way="phone", act=act)
        desk.resolve_case(case, result="主管上门致歉，客户看过整改", process="再次核实，上门说明", act=act)
        self.at(self.by_day(at, days=1), lambda at: self._visit_complaint(at, case, happy=True))

    def _visit_complaint(self, at: datetime, case: Case, happy: bool | None = None) -> None:
        visit = self._open_visit(case)
        if visit is None:
            return
        act = self.place.act("office_manager", at)
        happy = self.random.random() < 0.93 if happy is None else happy
        followup.make_visit(
            visit,
            way="phone",
            quality=4 if happy else 2,
            effect=4 if happy else 2,
            satisfaction=4 if happy else 2,
            shortcomings="无" if happy else "处理太慢",
            suggestions=self.random.choice(cast.SUGGESTED),
            result="ok" if happy else "dissatisfied",
            act=act,
        )
        self.after(at, lambda at: self._file(at, visit, happy), minutes=40)
        if not happy:
            self.at(self.by_day(at, days=2), lambda at: self._resolve_again(at, case))

    def _file(self, at: datetime, visit: ReturnVisit, passed: bool) -> None:
        followup.hand_in_visit(ReturnVisit.objects.unscoped("demo").get(pk=visit.pk), act=self.place.act("office_manager", at))
        followup.review_visit(
            ReturnVisit.objects.unscoped("demo").get(pk=visit.pk),
            result="passed" if passed else "failed",
            opinion="已阅，情况属实",
            act=self.place.act("office_manager", at),
        )
        if not passed and self.random.random() < 0.9:  # now and then a manager lets it lie
            self.after(at, lambda at: self._put_right(at, visit), minutes=6)
        case = Case.objects.unscoped("demo").filter(pk=visit.about_id).first()
        if case is not None and case.state == "resolved" and passed:
            desk.confirm_case(case, satisfaction=4, feedback="客户认可", way="phone", act=self.place.act(case.owner, at))

    def _put_right(self, at: datetime, visit: ReturnVisit) -> None:
        """The manager gives it to the supervisor, who puts it right; the quality inspector looks whether it is."""
        [supervisor] = self.place.staff["desk_supervisor"][:1]
        due_on = timezone.localtime(at).date() + timedelta(days=5)
        quality.plan_rectification(
            self._shortcoming(visit),
            person=supervisor,
            due_on=due_on,
            opinion="按时限改进，并向住户说明",
            act=self.place.act("office_manager", at),
        )
        done_at = self.by_day(at, days=2)
        self.at(done_at, lambda at: self._improved(at, visit, supervisor))
        self.at(self.by_day(done_at, days=1), lambda at: self._looked_at(at, visit))

    def _improved(self, at: datetime, visit: ReturnVisit, supervisor: Person) -> None:
        quality.finish_rectification(
            self._shortcoming(visit),
            corrective="已向住户致歉并说明进度",
            preventive="超过半日无进展即主动告知",
            act=self.place.act(supervisor, at),
        )

    def _looked_at(self, at: datetime, visit: ReturnVisit) -> None:
        quality.verify_rectification(self._shortcoming(visit), effect="已再次回访，住户认可", act=self.place.act("quality_inspector", at))

    def _shortcoming(self, visit: ReturnVisit) -> Rectification:
        return Rectification.objects.unscoped("demo").about(Ref.to(visit)).get()

    def _open_visit(self, case: Case) -> ReturnVisit | None:
        return ReturnVisit.objects.unscoped("demo").filter(about_id=case.pk, state__in=("planned", "attempted")).first()


class Job:
    """An order from the foreman's hand to the resident's signature and the call afterwards."""

    def __init__(self, year: Year, order: WorkOrder, result: str, *, slow: bool, again: bool = False):
        self.year, self.place, self.random, self.key = year, year.place, year.random, order.pk
        self.result, self.slow, self.again = result, slow, again

    @property
    def order(self) -> WorkOrder:
        return WorkOrder.objects.unscoped("demo").get(pk=self.key)

    def technician_act(self, at: datetime) -> Any:
        return self.place.act(self.order.technician, at)

    def assign(self, at: datetime) -> None:
        order = self.order
        able = [t for t in self.place.staff["technician"] if order.craft in t.skills or not t.skills] or self.place.staff["technician"]
        work.assign_order(order, technician=self.random.choice(able), act=self.place.act("foreman", at))
        self.year.after(at, self.accept, minutes=0.5)

    def accept(self, at: datetime) -> None:
        work.accept_order(self.order, act=self.technician_act(at))
        self.year.after(at, self.arrive, minutes=self.random.randrange(25, 60) if self.slow else 2 + self.random.random() * 2)

    def arrive(self, at: datetime) -> None:
        work.arrive_order(self.order, place="现场", act=self.technician_act(at))
        work.start_order(self.order, act=self.technician_act(at + timedelta(minutes=1)))
        self.year.after(at, self.finish, minutes=self.random.randrange(15, 70))

    def finish(self, at: datetime) -> None:
        act = self.technician_act(at)
        order = work.finish_order(
            self.order, result=self.result, materials=self.random.choice(("", "软管 1 根", "角阀 1 只", "灯具 1 套")), act=act
        )
        if order.craft == "water":
            for name, role in (("维修前.jpg", "before"), ("维修后.jpg", "after")):
                files.attach(order, name=name, content=pictures.under_the_sink(role == "before"), role=role, act=act)
        if order.work_class == "leak":
            work.test_water(order, note="放水十分钟", act=act)
        if order.place == "home":
            case = Case.objects.unscoped("demo").get(pk=order.source_id)
            work.sign_order(
                order,
                signer_name=case.customer_name,
                capacity="adult_member",
                image=pictures.written(case.customer_name),
                signer=case.customer,
                act=act,
            )
        else:
            steward = self.random.choice(self.place.staff["steward"])
            work.sign_order(
                order, signer_name=steward.name, capacity="staff", image=pictures.written(steward.name), signer=steward, act=act
            )
        work.complete_order(self.order, act=self.technician_act(at + timedelta(minutes=1)))
        self.year.after(at, self.tell, minutes=self.random.randrange(4, 12))
        late = self.random.random() < 0.05
        self.year.at(self.year.by_day(at, days=7 if late else self.random.choice((1, 1, 1, 2))), self.call_back)

    def tell(self, at: datetime) -> None:
        case = Case.objects.unscoped("demo").get(pk=self.order.source_id)
        if case.state in ("open", "waiting", "resolved"):
            desk.notify_customer(case, way="phone", text=f"已修好：{self.result}", act=self.place.act(case.owner, at))

    def call_back(self, at: datetime) -> None:
        case = Case.objects.unscoped("demo").get(pk=self.order.source_id)
        visit = self.year._open_visit(case)
        if visit is None:
            return
        act = self.place.act("steward", at)
        good = self.again or self.random.random() < 0.95
        marks = self.random.choice((4, 5, 5)) if good else 2
        followup.make_visit(
            visit,
            way="phone",
            quality=marks,
            effect=marks,
            satisfaction=marks,
            shortcomings="无" if good else "还有一点滴水",
            suggestions=self.random.choice(cast.SUGGESTED),
            result="ok" if good else "problem",
            content=self.random.choice(cast.GOOD),
            act=act,
        )
        followup.hand_in_visit(ReturnVisit.objects.unscoped("demo").get(pk=visit.pk), act=act)
        case = Case.objects.unscoped("demo").get(pk=case.pk)
        if good and case.state == "resolved":
            desk.confirm_case(case, satisfaction=marks, feedback="回访满意", way="phone", act=self.place.act(case.owner, at))
        rework = WorkOrder.objects.unscoped("demo").filter(source_id=case.pk, kind="rework", state="new").first()
        if rework is not None:
            self.year.after(at, Job(self.year, rework, "重新处理，当面试用正常", slow=False, again=True).assign, minutes=25)
