"""Identity numbers and birth dates that were stored plain are sealed, some hundred customers at a time.

Stopped half-way, it goes on where it was: what is sealed already is passed over.
"""

from django.db import migrations, transaction
from django.db.models import Q

BATCH = 500


def plain(field):
    return ~Q(**{field: ""}) & ~Q(**{f"{field}__startswith": "v1~"}) & Q(**{f"{field}__isnull": False})


def seal(apps, schema_editor):
    customers = apps.get_model("customers", "Customer")._base_manager.filter(plain("id_no") | plain("birth_date"))
    while True:
        with transaction.atomic():
            batch = list(customers.select_for_update().order_by("pk")[:BATCH])
            for customer in batch:
                customer.save(update_fields=["id_no", "birth_date"])
        if not batch:
            return


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0004_sealed_columns")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
