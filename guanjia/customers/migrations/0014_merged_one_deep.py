"""A merged file points at one that speaks for itself, in the same project: never two deep, never in a circle."""

from django.db import migrations

# The file that is kept is held, so that of two who merge it and into it at once the later sees what the earlier did.
FORWARDS = """
CREATE FUNCTION customers_merged_one_deep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept customers_customer%ROWTYPE;
BEGIN
    SELECT * INTO kept FROM customers_customer WHERE id = NEW.kept_id FOR NO KEY UPDATE;
    IF kept.kept_id IS NOT NULL OR kept.project_id <> NEW.project_id
       OR EXISTS (SELECT 1 FROM customers_customer WHERE kept_id = NEW.id) THEN
        RAISE EXCEPTION 'customer % cannot be merged into %', NEW.number, kept.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'customers_merged_one_deep';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER customers_merged_one_deep BEFORE INSERT OR UPDATE OF kept_id, project_id ON customers_customer
    FOR EACH ROW WHEN (NEW.kept_id IS NOT NULL) EXECUTE FUNCTION customers_merged_one_deep();
"""
BACKWARDS = "DROP FUNCTION customers_merged_one_deep() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_merging")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
