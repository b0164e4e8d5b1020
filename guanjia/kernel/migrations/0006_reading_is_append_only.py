"""Who looked at what is never changed nor taken out: PostgreSQL itself refuses."""

from django.db import migrations

FORWARDS = """
CREATE TRIGGER readlog_append_only BEFORE UPDATE OR DELETE ON kernel_readlog
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER readlog_not_emptied BEFORE TRUNCATE ON kernel_readlog
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
BACKWARDS = """
DROP TRIGGER readlog_append_only ON kernel_readlog;
DROP TRIGGER readlog_not_emptied ON kernel_readlog;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_who_looked_at_what")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
