"""What is held is not destroyed, by whatever way: no certificate, no tombstone for its key, no file taken away."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION kernel_not_while_held() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN held := OLD.subject_id; ELSE held := NEW.subject_id; END IF;
    IF EXISTS (SELECT 1 FROM kernel_legalhold WHERE subject_id = held AND lifted_at IS NULL) THEN
        RAISE EXCEPTION '% is held and cannot be destroyed', held USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
END $$;
CREATE TRIGGER certificate_not_while_held BEFORE INSERT ON kernel_destructioncertificate
    FOR EACH ROW EXECUTE FUNCTION kernel_not_while_held();
CREATE TRIGGER tombstone_not_while_held BEFORE INSERT ON kernel_destroyedkey
    FOR EACH ROW EXECUTE FUNCTION kernel_not_while_held();
CREATE TRIGGER attachment_not_while_held BEFORE DELETE ON kernel_attachment
    FOR EACH ROW EXECUTE FUNCTION kernel_not_while_held();
CREATE TRIGGER certificate_append_only BEFORE UPDATE OR DELETE ON kernel_destructioncertificate
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER hold_never_taken_out BEFORE DELETE ON kernel_legalhold
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
"""
BACKWARDS = """
DROP FUNCTION kernel_not_while_held() CASCADE;
DROP TRIGGER certificate_append_only ON kernel_destructioncertificate;
DROP TRIGGER hold_never_taken_out ON kernel_legalhold;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_holds_and_certificates")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
