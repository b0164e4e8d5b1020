"""A published list and a completed check never change: PostgreSQL refuses, whoever writes."""

from django.db import migrations

# `version` may rise: it counts touches of the row, and destroying files touches it.
LISTS = """
CREATE FUNCTION quality_list_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' OR (
        TG_OP = 'UPDATE' AND NEW.state IN (OLD.state, 'withdrawn')
        AND to_jsonb(NEW) - '{state,version}'::text[] = to_jsonb(OLD) - '{state,version}'::text[]
    ) THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'check list %, edition %, was published and stays as it is', OLD.code, OLD.edition USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER quality_published_list_stays BEFORE UPDATE OR DELETE ON quality_checklist
    FOR EACH ROW EXECUTE FUNCTION quality_list_stays();

CREATE FUNCTION quality_item_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM quality_checklist
        WHERE state <> 'draft' AND (
            (TG_OP <> 'INSERT' AND id = OLD.checklist_id) OR (TG_OP <> 'DELETE' AND id = NEW.checklist_id)
        )
    ) THEN
        RAISE EXCEPTION 'an item of a published check list stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quality_published_item_stays BEFORE INSERT OR UPDATE OR DELETE ON quality_checklistitem
    FOR EACH ROW EXECUTE FUNCTION quality_item_stays();
"""

CHECKS = """
CREATE FUNCTION quality_check_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'version' = to_jsonb(OLD) - 'version' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'check % is completed and stays as it is', OLD.number USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER quality_completed_check_stays BEFORE UPDATE OR DELETE ON quality_checkrun
    FOR EACH ROW WHEN (OLD.state = 'completed') EXECUTE FUNCTION quality_check_stays();

CREATE FUNCTION quality_answer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM quality_checkrun
        WHERE state = 'completed' AND (
            (TG_OP <> 'INSERT' AND id = OLD.run_id) OR (TG_OP <> 'DELETE' AND id = NEW.run_id)
        )
    ) THEN
        RAISE EXCEPTION 'an answer of a completed check stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quality_completed_answer_stays BEFORE INSERT OR UPDATE OR DELETE ON quality_checkanswer
    FOR EACH ROW EXECUTE FUNCTION quality_answer_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("quality", "0002_checks")]
    operations = [
        migrations.RunSQL(LISTS, "DROP FUNCTION quality_list_stays() CASCADE; DROP FUNCTION quality_item_stays() CASCADE"),
        migrations.RunSQL(CHECKS, "DROP FUNCTION quality_check_stays() CASCADE; DROP FUNCTION quality_answer_stays() CASCADE"),
    ]
