"""Whoever changes an obligation that fell due on a closed day, by whatever way, leaves a note that the day must be counted again.

The days are those of the handbooks' own time. A note is a row of its own, never an update: two people who are late on
the same day do not wait for each other.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION rulebook_note_stale_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed date;
BEGIN
    SELECT closed_until INTO closed FROM rulebook_rollupmark;
    IF closed IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO rulebook_staleday (project_id, day)
        SELECT DISTINCT project_id, (due_at AT TIME ZONE 'Asia/Shanghai')::date FROM new_rows
        WHERE (due_at AT TIME ZONE 'Asia/Shanghai')::date < closed;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO rulebook_staleday (project_id, day)
        SELECT DISTINCT project_id, (due_at AT TIME ZONE 'Asia/Shanghai')::date FROM old_rows
        WHERE (due_at AT TIME ZONE 'Asia/Shanghai')::date < closed;
    ELSE
        -- by EXCEPT and not by a join: the plan is kept from the first, small batch, and a loop over a large one would be square
        INSERT INTO rulebook_staleday (project_id, day)
        SELECT DISTINCT project_id, (due_at AT TIME ZONE 'Asia/Shanghai')::date FROM (
            (SELECT id, project_id, due_at, met_at, voided_at, waived, starts_at, owner_post_id, assignee_id, owed_by, handbook
               FROM old_rows
             EXCEPT
             SELECT id, project_id, due_at, met_at, voided_at, waived, starts_at, owner_post_id, assignee_id, owed_by, handbook
               FROM new_rows)
            UNION ALL
            (SELECT id, project_id, due_at, met_at, voided_at, waived, starts_at, owner_post_id, assignee_id, owed_by, handbook
               FROM new_rows
             EXCEPT
             SELECT id, project_id, due_at, met_at, voided_at, waived, starts_at, owner_post_id, assignee_id, owed_by, handbook
               FROM old_rows)) changed
        WHERE (due_at AT TIME ZONE 'Asia/Shanghai')::date < closed;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER obligation_inserted_stale AFTER INSERT ON rulebook_obligation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rulebook_note_stale_day();
CREATE TRIGGER obligation_updated_stale AFTER UPDATE ON rulebook_obligation
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rulebook_note_stale_day();
CREATE TRIGGER obligation_deleted_stale AFTER DELETE ON rulebook_obligation
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION rulebook_note_stale_day();
"""
BACKWARDS = "DROP FUNCTION rulebook_note_stale_day() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0009_obligations_by_due_time")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
