"""manage.py load_demo: an invented project with a year of life. A second run changes nothing."""

import os
import secrets
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from guanjia.faces.demo import estate, folders, people, place, year
from guanjia.kernel import clock, environment, schedule
from guanjia.kernel.models import JournalEntry, ScheduleRun
from guanjia.kernel.postgres.owner import as_owner
from guanjia.org.models import Company, Person


class Command(BaseCommand):
    help = "载入演示项目：1,200 户、约 3,000 人、25 位员工与一年的日常；已载入则不再重复"

    def add_arguments(self, parser):
        parser.add_argument("--logins", action="store_true", help="只显示每个角色的登录账号")
        parser.add_argument("--cases", type=int, default=420, help="一年中的来电来访数")
        parser.add_argument("--buildings", type=int, default=place.BUILDINGS)
        parser.add_argument("--days", type=int, default=365)

    def handle(self, *args, logins: bool, cases: int, buildings: int, days: int, **options):
        if logins:
            self.show_logins()
            return
        if Company.objects.filter(credit_code="91350100MA0DEMO001").exists():
            if self.is_whole():
                self.stdout.write("  演示数据已在，保留不动")
                return
            self.begin_anew()
        self.began = time.monotonic()
        until = clock.now()
        begins = timezone.localtime(until).date() - timedelta(days=days)
        built = place.found(begins, password(), self.say, buildings=buildings)
        estate.furnish(built, begins)
        self.say("车位、设施、表计、图纸与房屋用途")
        done = year.Year(built, begins, until, cases).play(self.say)
        people.settle(built, clock.now())
        self.say("客户档案")
        self.say(f"{folders.fill(built, begins, until)} 份文件归档")
        schedule.claim("demo", "loaded", clock.now())
        self.say(f"{done} 件日常，全部就绪")

    def begin_anew(self) -> None:
        """Empty what an interrupted load left behind, if nobody has worked in it: the pages open only after a whole load."""
        ours = connection.settings_dict["HOST"] == str(environment.embedded_postgres().socket_directory)
        worked = JournalEntry.objects.unscoped("demo").filter(via__in=("console", "field", "portal", "api")).exists()
        if not ours or worked or Company.objects.count() > 1:
            raise CommandError("上次载入没有完成。请清空这个数据库后重新启动，或用 GUANJIA_HOME 换一个数据目录。")
        self.stdout.write("  上次载入没有完成，现在从头再来")
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", interactive=False, verbosity=0)

    def is_whole(self) -> bool:
        return ScheduleRun.objects.filter(kind="demo", period="loaded").exists()

    def say(self, what: str) -> None:
        self.stdout.write(f"  [{time.monotonic() - self.began:5.0f} 秒] {what}")
        self.stdout.flush()

    def show_logins(self) -> None:
        secret = password()
        self.stdout.write(f"  演示账号（密码都是 {secret}）")
        people = {p.login: p for p in Person.objects.unscoped("demo").filter(login__in=place.LOGINS.values())}
        for role, login in place.LOGINS.items():
            if login in people:
                titles = "、".join(h.post.role.name for h in people[login].holdings.select_related("post__role"))
                self.stdout.write(f"    {login:10} {people[login].name}　{titles or role}")


def password() -> str:
    """One for all demo people, made up at the first start and kept in the data folder."""
    path = Path(settings.HOME) / "demo-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write("-".join(secrets.token_hex(2) for _nth in range(3)))
    return path.read_text()
