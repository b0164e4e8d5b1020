"""manage.py api_schema: the description of the API, as docs/api/openapi.json keeps it."""

from django.core.management.base import BaseCommand

from guanjia.faces.api.door import description


class Command(BaseCommand):
    help = "输出接口说明（OpenAPI）"

    def handle(self, **options):
        self.stdout.write(description(), ending="")
