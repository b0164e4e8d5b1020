"""Lines of the journal, and what they are about, are never changed nor taken out: PostgreSQL itself refuses."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only (%%)', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON kernel_journalentry
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER journal_about_append_only BEFORE UPDATE OR DELETE ON kernel_journalabout
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER journal_entry_not_emptied BEFORE TRUNCATE ON kernel_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
BACKWARDS = "DROP FUNCTION kernel_append_only() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS.replace("%%", "%"), BACKWARDS)]
