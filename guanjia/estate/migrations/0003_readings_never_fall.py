"""Within one meter's life readings never fall, and none lies outside it; readings and changes of houses stay as they were written."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION estate_reading_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    meter estate_meter;
BEGIN
    -- Held, so that of two who read one meter at once the second sees what the first wrote.
    SELECT * INTO meter FROM estate_meter WHERE id = NEW.meter_id FOR NO KEY UPDATE;
    IF NEW.read_on < meter.installed_on OR NEW.read_on > meter.removed_on THEN
        RAISE EXCEPTION 'a reading outside the life of its meter'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'estate_reading_in_life', TABLE = 'estate_meterreading';
    END IF;
    IF NEW.value < meter.first_value
       OR EXISTS (SELECT FROM estate_meterreading WHERE meter_id = NEW.meter_id AND read_on <= NEW.read_on AND value > NEW.value)
       OR EXISTS (SELECT FROM estate_meterreading WHERE meter_id = NEW.meter_id AND read_on > NEW.read_on AND value < NEW.value) THEN
        RAISE EXCEPTION 'a reading that falls'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'estate_reading_never_falls', TABLE = 'estate_meterreading';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER estate_reading_fits BEFORE INSERT ON estate_meterreading FOR EACH ROW EXECUTE FUNCTION estate_reading_fits();

CREATE FUNCTION estate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stays as it was written', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER estate_reading_stays BEFORE UPDATE OR DELETE ON estate_meterreading FOR EACH ROW EXECUTE FUNCTION estate_stays();
CREATE TRIGGER estate_change_stays BEFORE UPDATE OR DELETE ON estate_housechange FOR EACH ROW EXECUTE FUNCTION estate_stays();
CREATE TRIGGER estate_part_stays BEFORE UPDATE OR DELETE ON estate_housechangepart FOR EACH ROW EXECUTE FUNCTION estate_stays();
"""
BACKWARDS = "DROP FUNCTION estate_reading_fits() CASCADE; DROP FUNCTION estate_stays() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("estate", "0002_places_in_full")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
