"""Identity numbers and birth dates become texts that can be sealed; beside the number stands what equal numbers share."""

import guanjia.kernel.vault.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_shares_within_a_whole"), ("kernel", "0004_a_destroyed_key_stays_so")]
    operations = [
        migrations.AlterField(
            model_name="customer",
            name="birth_date",
            field=guanjia.kernel.vault.fields.SealedDateField(blank=True, null=True, verbose_name="出生日期"),
        ),
        migrations.AlterField(
            model_name="customer",
            name="id_no",
            field=guanjia.kernel.vault.fields.SealedField(blank=True, length=30, mask="id_no", verbose_name="证件号"),
        ),
        migrations.AddField(
            model_name="customer",
            name="id_no_blind",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("id_no"), models.Value("~"), models.Value(2), function="split_part"),
                output_field=models.CharField(max_length=24),
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(condition=models.Q(("id_no", ""), _negated=True), fields=["project", "id_no_blind"], name="customers_by_id_no"),
        ),
    ]
