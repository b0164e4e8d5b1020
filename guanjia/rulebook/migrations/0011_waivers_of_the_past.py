"""Obligations that were waived before the column existed: the journal knows which."""

from django.db import migrations

FORWARDS = """
UPDATE rulebook_obligation o SET waived = true FROM kernel_journalentry j
WHERE j.fact = 'rulebook.duty.waived' AND o.id = (j.payload ->> 'obligation_id')::uuid AND NOT o.waived;
"""


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0010_changes_of_closed_days_are_noted"), ("kernel", "0002_journal_is_append_only")]
    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop)]
