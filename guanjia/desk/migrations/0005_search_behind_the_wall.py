"""Rare words are found by an index that row-level security would forbid: `@>` and LIKE may tell what they were shown.

So one function looks, for everybody and with its owner's eyes, and hands out what is in the asker's pass and nothing else.
It is planned with the words at hand, for its plan depends on how rare they are.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION desk_cases_saying(words text) RETURNS TABLE (id uuid, opened_at timestamptz, project_id uuid, owner_id uuid)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER AS $$
DECLARE
    companies uuid[] := kernel_companies();
    everyone boolean := kernel_everyone() OR NOT row_security_active('desk_case');  -- while the wall lies, nobody shows a pass
BEGIN
    RETURN QUERY EXECUTE
        'SELECT c.id, c.opened_at, c.project_id, c.owner_id FROM desk_case c'
        ' WHERE desk_bigrams(c.search_text) @> desk_bigrams(desk_plain($1)) AND c.search_text LIKE ''%'' || desk_plain($1) || ''%'''
        ' AND (c.company_id = ANY($2) OR $3)'
        USING words, companies, everyone;
END $$;

DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION desk_cases_saying(text) SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_priority_has_names"), ("kernel", "0010_the_wall")]
    operations = [migrations.RunSQL(FORWARDS, "DROP FUNCTION desk_cases_saying(text)")]
