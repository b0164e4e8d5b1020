"""From now on nothing plain can be stored as an identity number or a birth date."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_seal_what_was_plain")]
    operations = [
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("id_no", ""), ("id_no__startswith", "v1~"), _connector="OR"), name="customers_id_no_sealed"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("birth_date", ""), ("birth_date__startswith", "v1~"), _connector="OR"), name="customers_birth_date_sealed"
            ),
        ),
    ]
