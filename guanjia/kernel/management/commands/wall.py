"""manage.py wall: what an operator with a PostgreSQL of his own creates, and whether the second net hangs as it should."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from guanjia.kernel import environment, policies, wall
from guanjia.kernel.embedded import APPLICATION

ROLES = """\
-- 由 PostgreSQL 管理员在本库执行一次；口令请换成自己的。
CREATE ROLE {application} LOGIN PASSWORD '换成自己的口令';
GRANT {application} TO {owner};
-- 之后：
--   GUANJIA_OWNER_URL = 现在的 DATABASE_URL（{owner}，拥有全部表，只用于迁移）
--   DATABASE_URL      = 同一个库，用户改为 {application}（网页与后台任务使用）
--   再运行一次 manage.py migrate，权限与策略随之到位。
"""


class Command(BaseCommand):
    help = "第二道防线（行级安全）：sql 打印要建的数据库角色，check 核对每张表"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("what", choices=["sql", "check"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        if what == "sql":
            owner = (
                environment.database(settings.GUANJIA_OWNER_URL)["USER"] if settings.GUANJIA_OWNER_URL else connection.settings_dict["USER"]
            )
            self.stdout.write(ROLES.format(owner=owner, application=APPLICATION))
            return
        if not wall.stands():
            self.stdout.write(_("第二道防线没有启用。要启用，请设 GUANJIA_WALL=1 并运行 manage.py migrate。"))
            return
        missing = policies.gaps(connection)
        if missing:
            raise CommandError(_("这些表不在防线之后：%(tables)s。请运行 manage.py migrate。") % {"tables": "、".join(missing)})
        for fault in policies.powers(connection):
            self.stdout.write(self.style.WARNING(fault))
        self.stdout.write(_("%(count)d 张表都在防线之后。") % {"count": len(policies.walled())})
