"""manage.py backtest_part ID: reckons some projects of a backtest for the job that started it. Not for people."""

import json
import sys

from django.core.management.base import BaseCommand

from guanjia.rulebook import reckoning


class Command(BaseCommand):
    help = "内部用：由后台任务启动，计算一次回测中的一部分项目"

    def add_arguments(self, parser):
        parser.add_argument("id")

    def handle(self, *args, id, **options):
        heap = json.load(sys.stdin)
        try:
            answer = reckoning.reckon_part(id, heap)
        except reckoning.NoLongerWanted:
            sys.exit(reckoning.STOPPED)
        self.stdout.write(json.dumps(answer))
