"""The keys of this installation: wrap the companies' keys anew, or make the database and the ledger of destroyed keys agree."""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from guanjia.kernel import erasing
from guanjia.kernel.vault import keys, master


class Command(BaseCommand):
    help = "密钥：rotate 用最新的主密钥重新包裹各公司密钥；reconcile 按销毁记录核对数据库；key 生成一个新的主密钥。"

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["rotate", "reconcile", "key"])

    def handle(self, *, what, **options):
        match what:
            case "key":
                self.stdout.write(master.fresh())
            case "rotate":
                with transaction.atomic():
                    self.stdout.write(_("已重新包裹 %(count)d 家公司的密钥。") % {"count": keys.rewrap_companies()})
            case "reconcile":
                self.stdout.write(_("核对完毕，再次删除 %(count)d 人。") % {"count": len(erasing.reconcile())})
