"""manage.py journal verify"""

from django.core.management.base import BaseCommand, CommandError

from guanjia.kernel.journal import verify
from guanjia.kernel.models import ChainHead


class Command(BaseCommand):
    help = "日志：verify 逐条核对每家公司的校验链"

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["verify"])

    def handle(self, *args, **options):
        broken = 0
        for head in ChainHead.objects.order_by("company_id"):
            lines, fault = verify(head.company_id)
            self.stdout.write(f"{head.company_id}：{lines} 条，{fault or '完好'}")
            broken += bool(fault)
        if broken:
            raise CommandError("日志被改动过。")
