"""Companies that are there already get the handbook's five type tags."""

from django.db import migrations

from guanjia.kernel.ids import uuid7

TAGS = {
    "loyal": "忠诚型",
    "knows_need": "明确需求型",
    "passer_by": "偶然路过型",
    "companion": "陪同型",
    "information_seeker": "了解信息型",
}


def plant(apps, schema_editor):
    Company, Tag = apps.get_model("org", "Company"), apps.get_model("customers", "Tag")
    rows = [Tag(id=uuid7(), company=company, code=code, name=name) for company in Company.objects.all() for code, name in TAGS.items()]
    Tag.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("customers", "0015_marks_words_and_upkeep")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
