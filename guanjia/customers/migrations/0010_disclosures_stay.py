"""What was disclosed stays in the ledger as it was: its words may be blanked when a person is forgotten, never changed."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION customers_disclosure_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '{version,to_whom,reason,what}'::text[] = to_jsonb(OLD) - '{version,to_whom,reason,what}'::text[]
       AND NEW.to_whom IN (OLD.to_whom, '') AND NEW.reason IN (OLD.reason, '') AND NEW.what IN (OLD.what, '') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'disclosure % stays as it was noted', OLD.number USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER customers_disclosure_stays BEFORE UPDATE OR DELETE ON customers_archivedisclosure
    FOR EACH ROW EXECUTE FUNCTION customers_disclosure_stays();
"""
BACKWARDS = "DROP FUNCTION customers_disclosure_stays() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_households_have_folders")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
