"""No unfinished case without a next due time: PostgreSQL refuses the commit, whoever wrote (DESK-007)."""

from django.db import migrations

CHECK = """
CREATE FUNCTION desk_check_clock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    watched uuid;
BEGIN
    IF TG_TABLE_NAME = 'desk_case' THEN watched := NEW.id; ELSE watched := OLD.subject_id; END IF;
    IF EXISTS (SELECT 1 FROM desk_case WHERE id = watched AND state IN ('new', 'open', 'waiting', 'resolved'))
       AND NOT EXISTS (SELECT 1 FROM rulebook_subjectclock WHERE subject_id = watched) THEN
        RAISE EXCEPTION 'case % is unfinished and has no next due time (DESK-007)', watched
            USING ERRCODE = 'check_violation', CONSTRAINT = 'desk_unfinished_case_has_a_clock', TABLE = 'desk_case';
    END IF;
    RETURN NULL;
END $$
"""

CASE = """
CREATE CONSTRAINT TRIGGER desk_unfinished_case_has_a_clock AFTER INSERT OR UPDATE OF state ON desk_case
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state IN ('new', 'open', 'waiting', 'resolved')) EXECUTE FUNCTION desk_check_clock()
"""

# The other side: the clock of an unfinished case is not taken away.
CLOCK = """
CREATE CONSTRAINT TRIGGER desk_unfinished_case_keeps_its_clock AFTER DELETE ON rulebook_subjectclock
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.subject_kind = 'desk.case') EXECUTE FUNCTION desk_check_clock()
"""

# Whoever sees more than ten projects reads the queue along this one; a few projects have the clock's own index.
QUEUE = """
CREATE INDEX desk_queue_of_all ON rulebook_subjectclock (next_due_at, subject_id) WHERE subject_kind = 'desk.case'
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_cases"), ("rulebook", "0001_initial")]
    operations = [
        migrations.RunSQL(CHECK, "DROP FUNCTION desk_check_clock()"),
        migrations.RunSQL(CASE, "DROP TRIGGER desk_unfinished_case_has_a_clock ON desk_case"),
        migrations.RunSQL(CLOCK, "DROP TRIGGER desk_unfinished_case_keeps_its_clock ON rulebook_subjectclock"),
        migrations.RunSQL(QUEUE, "DROP INDEX desk_queue_of_all"),
    ]
