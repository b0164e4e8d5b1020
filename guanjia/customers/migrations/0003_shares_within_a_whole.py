"""The shares that a house's owners hold on any one day never come to more than a whole, whoever writes."""

from django.db import migrations

# The house is held while its shares are added up, so that of two who write at once the later counts the earlier.
FORWARDS = """
CREATE FUNCTION customers_shares_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM estate_house WHERE id = NEW.house_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM customers_occupancy AS begun
        JOIN customers_occupancy AS held ON held.house_id = begun.house_id AND held.share IS NOT NULL
            AND held.starts_on <= begun.starts_on AND (held.ends_on IS NULL OR begun.starts_on < held.ends_on)
        WHERE begun.house_id = NEW.house_id AND begun.share IS NOT NULL
        GROUP BY begun.id HAVING sum(held.share) > 100
    ) THEN
        RAISE EXCEPTION 'the shares of a house come to more than a whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'customers_shares_fit';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER customers_shares_fit AFTER INSERT OR UPDATE OF share, starts_on, ends_on, house_id ON customers_occupancy
    FOR EACH ROW WHEN (NEW.share IS NOT NULL) EXECUTE FUNCTION customers_shares_fit();
"""
BACKWARDS = "DROP FUNCTION customers_shares_fit() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_leases_and_proxies")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
