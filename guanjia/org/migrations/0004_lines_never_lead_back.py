"""No circle in reporting lines: PostgreSQL refuses one, whoever wrote it (ORG-007)."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION org_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE up(id) AS (
            SELECT NEW.superior_id
            UNION
            SELECT line.superior_id FROM org_reportingline line JOIN up ON line.post_id = up.id
            WHERE line.starts_on < COALESCE(NEW.ends_on, 'infinity') AND (line.ends_on IS NULL OR line.ends_on > NEW.starts_on)
        )
        SELECT 1 FROM up WHERE id = NEW.post_id
    ) THEN
        RAISE EXCEPTION 'a reporting line would lead back to post %', NEW.post_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reporting_lines_never_lead_back', TABLE = 'org_reportingline';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reporting_lines_never_lead_back BEFORE INSERT OR UPDATE ON org_reportingline
    FOR EACH ROW EXECUTE FUNCTION org_no_circle();
"""
BACKWARDS = "DROP FUNCTION org_no_circle() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("org", "0003_reporting_lines")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
