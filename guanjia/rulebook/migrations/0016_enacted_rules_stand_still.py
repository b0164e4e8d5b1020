"""An enacted edition of a company's rule is never changed nor taken out: only its last day may still be said."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION rulebook_enacted_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.rule_id, NEW.edition, NEW.state, NEW.title, NEW.words, NEW.source, NEW.definition, NEW.projects, NEW.starts_on)
        IS DISTINCT FROM (OLD.rule_id, OLD.edition, OLD.state, OLD.title, OLD.words, OLD.source, OLD.definition, OLD.projects, OLD.starts_on)
    THEN
        RAISE EXCEPTION 'an enacted rule stands as it was approved' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER authored_enacted_stands BEFORE UPDATE OR DELETE ON rulebook_authorededition
    FOR EACH ROW WHEN (OLD.state = 'enacted') EXECUTE FUNCTION rulebook_enacted_stands();
"""
BACKWARDS = "DROP FUNCTION rulebook_enacted_stands() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0015_rules_of_a_company")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
