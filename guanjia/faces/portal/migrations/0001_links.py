from django.db import migrations, models

import guanjia.kernel.ids


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PortalLink",
            fields=[
                ("id", models.UUIDField(default=guanjia.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("company_id", models.UUIDField()),
                ("project_id", models.UUIDField(null=True)),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("key_hash", models.CharField(editable=False, max_length=64)),
            ],
            options={
                "verbose_name": "业主端链接",
                "verbose_name_plural": "业主端链接",
                "indexes": [models.Index(fields=["subject_id"], name="portal_link_of_subject")],
                "constraints": [
                    models.UniqueConstraint(fields=("key_hash",), name="portal_link_key_once"),
                    models.CheckConstraint(condition=models.Q(("key_hash__regex", "^[0-9a-f]{64}$")), name="portal_link_key_is_hashed"),
                ],
            },
        ),
    ]
