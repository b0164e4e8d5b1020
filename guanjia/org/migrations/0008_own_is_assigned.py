"""What used to be called one's own is now what is assigned to one; what is only about oneself has a name of its own."""

from django.db import migrations


def rename(apps, schema_editor):
    apps.get_model("org", "Role").objects.filter(reach="own").update(reach="assigned")


class Migration(migrations.Migration):
    dependencies = [("org", "0007_reach_and_groups")]
    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
