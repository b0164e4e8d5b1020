"""The pictures of signatures that are there are secret from now on, like those to come."""

from django.db import migrations

FORWARDS = "UPDATE kernel_attachment SET secrecy = 'secret' WHERE role = 'signature' AND secrecy <> 'secret'"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0011_files_have_a_class")]
    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop)]
