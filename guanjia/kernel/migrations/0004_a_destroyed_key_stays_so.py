"""Tombstones of keys are never changed nor taken out, and no key is made for whom one stands: PostgreSQL itself refuses."""

from django.db import migrations

FORWARDS = """
CREATE TRIGGER destroyed_key_append_only BEFORE UPDATE OR DELETE ON kernel_destroyedkey
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER destroyed_key_not_emptied BEFORE TRUNCATE ON kernel_destroyedkey
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE FUNCTION kernel_no_key_returns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM kernel_destroyedkey WHERE subject_id = NEW.subject_id) THEN
        RAISE EXCEPTION 'the key of % was destroyed', NEW.subject_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER data_key_never_returns BEFORE INSERT OR UPDATE ON kernel_datakey
    FOR EACH ROW EXECUTE FUNCTION kernel_no_key_returns();
"""
BACKWARDS = """
DROP TRIGGER destroyed_key_append_only ON kernel_destroyedkey;
DROP TRIGGER destroyed_key_not_emptied ON kernel_destroyedkey;
DROP FUNCTION kernel_no_key_returns() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_keys")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
