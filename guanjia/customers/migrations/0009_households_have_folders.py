"""Every household that is there has its folder; those who move in from now on get theirs at once. Safe to run again."""

from django.db import migrations

FORWARDS = """
INSERT INTO customers_archive (id, number, version, created_at, company_id, project_id, kind, household_id, customer_id, cabinet, folder)
SELECT gen_random_uuid(), 'DA-0-' || lpad((row_number() OVER (PARTITION BY h.project_id ORDER BY h.starts_on, h.id))::text, 6, '0'),
       1, now(), h.company_id, h.project_id, 'household', h.id, NULL, '', ''
FROM customers_household h
WHERE NOT EXISTS (SELECT FROM customers_archive a WHERE a.household_id = h.id)
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_archives_and_profiles")]
    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop)]
