"""manage.py api_token LOGIN: give a person's system a token for the API, list them, or take them back."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from guanjia.faces.api import tokens
from guanjia.faces.api.models import ApiToken
from guanjia.kernel import clock
from guanjia.org.models import Person


class Command(BaseCommand):
    help = "发给某人一个接口令牌；令牌只显示这一次"

    def add_arguments(self, parser):
        parser.add_argument("person", help="账号")
        parser.add_argument("--name", default="", help="用途，便于日后辨认")
        parser.add_argument("--days", type=int, default=tokens.DAYS, help="有效天数")
        parser.add_argument("--list", action="store_true", help="只列出此人的令牌")
        parser.add_argument("--revoke", action="store_true", help="作废此人的令牌（写了 --name 则只作废这一用途的）")

    def handle(self, *, person: str, name: str, days: int, list: bool, revoke: bool, **options):
        found = Person.objects.unscoped("login").filter(login=person).first()
        if found is None:
            raise CommandError(f"没有账号 {person}。")
        if list:
            for token in ApiToken.objects.unscoped("login").filter(person=found).order_by("created_at"):
                state = "已作废" if token.revoked_at else "有效" if token.is_good(clock.now()) else "已过期"
                self.stdout.write(f"{token.name}　{state}　至 {timezone.localtime(token.expires_at):%Y-%m-%d}")
        elif revoke:
            self.stdout.write(f"作废 {tokens.revoke(found, clock.now(), name=name)} 个令牌。")
        elif not 1 <= days <= 3650:
            raise CommandError("有效天数须在 1 到 3650 之间。")
        else:
            token, key = tokens.issue(found, name=name[:80] or "接口", at=clock.now(), days=days)
            self.stdout.write(f"{found.name} 的令牌（只显示这一次），至 {timezone.localtime(token.expires_at):%Y-%m-%d}：")
            self.stdout.write(key)
