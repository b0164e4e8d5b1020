"""Nobody belongs to a house, nor rents it, beyond the day on which a split or merge ended it.

Asked when the transaction ends: the house closes first, then those who live there are carried to its successors.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION customers_nobody_left_behind() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place uuid := to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'estate_house' THEN 'id' ELSE 'house_id' END;
BEGIN
    IF EXISTS (
        SELECT FROM estate_house house JOIN (
            SELECT house_id, ends_on FROM customers_occupancy WHERE house_id = place
            UNION ALL SELECT house_id, ends_on FROM customers_lease WHERE house_id = place
        ) spell ON spell.house_id = house.id
        WHERE house.id = place AND house.closed_on IS NOT NULL AND (spell.ends_on IS NULL OR spell.ends_on > house.closed_on)
    ) THEN
        RAISE EXCEPTION 'somebody still belongs to a house that was split or merged'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'customers_nobody_left_behind', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER customers_nobody_left_behind AFTER UPDATE OF closed_on ON estate_house
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.closed_on IS NOT NULL) EXECUTE FUNCTION customers_nobody_left_behind();
CREATE CONSTRAINT TRIGGER customers_nobody_left_behind AFTER INSERT OR UPDATE ON customers_occupancy
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_nobody_left_behind();
CREATE CONSTRAINT TRIGGER customers_nobody_left_behind AFTER INSERT OR UPDATE ON customers_lease
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_nobody_left_behind();
"""
BACKWARDS = "DROP FUNCTION customers_nobody_left_behind() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_only_sealed"), ("estate", "0003_readings_never_fall")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
