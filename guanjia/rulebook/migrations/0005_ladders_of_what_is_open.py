from django.db import migrations

# What is open when ladders arrive climbs from its due time on, beginning after the rungs that were climbed already; history
# that was imported climbs nothing.
_OPEN = """
UPDATE rulebook_obligation o
   SET next_rung_at = o.due_at,
       climbed = (CASE WHEN o.overdue_at IS NULL THEN 0 ELSE 1 END)
                 | coalesce((SELECT bit_or(1 << e.step) FROM rulebook_escalation e WHERE e.obligation_id = o.id), 0)
 WHERE o.met_at IS NULL AND o.voided_at IS NULL AND o.next_rung_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM kernel_journalentry e WHERE e.id = o.opened_by AND e.via = 'import')
"""


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0004_ladders"), ("kernel", "0001_initial")]

    operations = [migrations.RunSQL(_OPEN, migrations.RunSQL.noop)]
