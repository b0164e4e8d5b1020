"""Web and worker in one process group, with the embedded database if no other is named."""

import socket
import sys
import urllib.request

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from guanjia.kernel import environment, erasing
from guanjia.web.supervisor import Child, Supervisor


class Command(BaseCommand):
    help = "启动网页服务与后台任务（及内置数据库），直到按下 Ctrl-C。"

    def handle(self, **options):
        self.claim_port()
        self.prepare()
        database = environment.embedded_postgres()
        ours = settings.DATABASES["default"]["HOST"] == str(database.socket_directory)
        Supervisor([web(), worker()], database=database if ours else None).run(answers=answers, announce=self.announce)
        self.stdout.write(_("已停止。"))

    def claim_port(self) -> None:
        """Refuse before the long work, not after it."""
        listen, port = address()
        family = socket.AF_INET6 if ":" in listen else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((listen, port))
            except OSError as error:
                hint = _("不能在 %(listen)s:%(port)d 上提供服务（%(reason)s）。请换一个端口，例如 PORT=%(other)d。")
                raise CommandError(hint % {"listen": listen, "port": port, "reason": error.strerror, "other": port + 1}) from None

    def prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        erasing.reconcile()  # a restored backup may have brought somebody back
        call_command("collectstatic", interactive=False, verbosity=0)

    def announce(self) -> None:
        self.stdout.write(_("打开 %(url)s ，按 Ctrl-C 停止。") % {"url": url()})
        self.stdout.flush()  # into a pipe it would wait for more


def address() -> tuple[str, int]:
    return environment.text("GUANJIA_LISTEN", "127.0.0.1"), environment.number("PORT", 8000)


def url() -> str:
    listen, port = address()
    return f"http://{'localhost' if listen in ('127.0.0.1', '0.0.0.0', '::') else listen}:{port}/"


def web() -> Child:
    listen, port = address()
    options = {
        "--interface": "wsgi",
        "--host": listen,
        "--port": port,
        "--workers": environment.number("GUANJIA_WEB_WORKERS", 2),
        "--blocking-threads": 4,
        "--workers-kill-timeout": 5,  # without it one open stream keeps a stopping server up for ever
        "--log-level": "warning",
    }
    flags = [str(part) for option in options.items() for part in option]
    return Child("web", [sys.executable, "-m", "granian", *flags, "--respawn-failed-workers", "guanjia.wsgi:application"])


def worker() -> Child:
    return Child("worker", [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"])


def answers() -> bool:
    """Whether a browser would be served by now."""
    listen, port = address()
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(listen, listen)
    request = urllib.request.Request(f"http://{host}:{port}/healthz", headers={"Host": settings.ALLOWED_HOSTS[0]})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status == 200
    except OSError:  # urllib's errors are of this family
        return False
