"""What a customer said is never changed nor taken out: PostgreSQL itself refuses."""

from django.db import migrations

FORWARDS = """
CREATE TRIGGER customers_consent_append_only BEFORE UPDATE OR DELETE ON customers_consent
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
"""
BACKWARDS = "DROP TRIGGER customers_consent_append_only ON customers_consent;"


class Migration(migrations.Migration):
    dependencies = [("customers", "0020_consents_say_to_what"), ("kernel", "0002_journal_is_append_only")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
