"""What was signed stays as it was signed: it may be received once, and that is all."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION quality_signoff_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{version}'::text[] = to_jsonb(OLD) - '{version}'::text[] THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.receiver_id IS NULL
       AND to_jsonb(NEW) - '{receiver_id,received_at,words,version}'::text[]
         = to_jsonb(OLD) - '{receiver_id,received_at,words,version}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'sign-off % stays as it was signed', OLD.number USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER quality_signoff_stays BEFORE UPDATE OR DELETE ON quality_signoff
    FOR EACH ROW EXECUTE FUNCTION quality_signoff_stays();
"""
BACKWARDS = "DROP FUNCTION quality_signoff_stays() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("quality", "0004_signoffs")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
