"""A living project in one command; a second start finds it as it was left."""

import os
import time

from django.core.management import call_command
from django.utils.translation import gettext as _

from guanjia.web.management.commands import serve


class Command(serve.Command):
    help = "准备演示项目并启动全部服务；再次启动时数据保留。"

    def prepare(self) -> None:
        os.environ["GUANJIA_MOVABLE_CLOCK"] = "1"  # for the children, who read the settings anew
        self.step(_("更新数据库结构"), lambda: call_command("migrate", interactive=False, verbosity=0))
        self.step(_("收集静态文件"), lambda: call_command("collectstatic", interactive=False, verbosity=0))
        self.step(_("载入演示数据"), lambda: call_command("load_demo"))

    def step(self, title: str, work) -> None:
        self.stdout.write(f"· {title} …")
        self.stdout.flush()
        began = time.monotonic()
        work()
        self.stdout.write(_("  用时 %(seconds).1f 秒") % {"seconds": time.monotonic() - began})

    def announce(self) -> None:
        super().announce()
        call_command("load_demo", logins=True)
        self.stdout.flush()
