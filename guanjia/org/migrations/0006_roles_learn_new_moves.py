"""Roles that are there already learn what came with presence, sanctions, reports and reporting lines.

Only what is new is added; what a company has taken from a role or given to it stays as it is.
"""

from django.db import migrations

PRESENCE = ["org.absence.*", "org.watch.*"]
HEAD = [*PRESENCE, "!quality.signoff.receive", "insight.*.see", "rulebook.duty.extend", "workforce.sanction.propose"]
MANAGER = [*PRESENCE, "insight.*", "org.reporting_line.*", "workforce.*"]
AT_THE_DESK = ["!rulebook.compliance.see"]
LEARNT = {
    "desk_agent": AT_THE_DESK,
    "steward": AT_THE_DESK,
    "administrator": AT_THE_DESK,
    "desk_supervisor": HEAD,
    "dept_head": HEAD,
    "area_manager": HEAD,
    "office_manager": [*MANAGER, "!quality.signoff.receive"],
    "service_manager": MANAGER,
    "general_manager": MANAGER,
    "engineering_head": [*PRESENCE, "rulebook.*.see"],
    "security_head": PRESENCE,
    "cleaning_head": PRESENCE,
    "archivist": ["rulebook.retention.see"],
    "company_admin": ["workforce.sanction.see"],
}


def learn(apps, schema_editor):
    Role = apps.get_model("org", "Role")
    for role in Role.objects.filter(code__in=LEARNT):
        new = [move for move in LEARNT[role.code] if move not in role.permissions]
        if new:
            role.permissions = [*role.permissions, *new]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("org", "0005_calendars_remember")]
    operations = [migrations.RunPython(learn, migrations.RunPython.noop)]
