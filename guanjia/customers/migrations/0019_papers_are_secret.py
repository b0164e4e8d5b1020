"""The papers that lie in folders, and the contents lists of what is bound, are secret from now on, like those to come."""

from django.db import migrations

FORWARDS = """
UPDATE kernel_attachment SET secrecy = 'secret'
WHERE subject_kind IN ('customers.archiveitem', 'customers.archivebinding') AND secrecy <> 'secret'
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0018_leave_to_look"), ("kernel", "0011_files_have_a_class")]
    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop)]
