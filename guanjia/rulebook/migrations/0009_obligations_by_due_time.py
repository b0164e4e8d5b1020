"""What fell due of a clause in a project is found by its due time; when it was opened is asked by nobody any more."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("rulebook", "0008_compliance_is_rolled_up")]
    operations = [
        AddIndexConcurrently("obligation", models.Index(fields=["rule", "project", "due_at"], name="obligation_rule_due")),
        RemoveIndexConcurrently("obligation", "obligation_rule"),
    ]
