from django.db import migrations

# Staged lines named each cell by its header; now they hold the cells in the order of the run's headers. What was already
# carried out is told by the cursor. An import that was under way is looked at anew.
FORWARDS = [
    """
    UPDATE web_importrow AS r SET cells = COALESCE((
        SELECT jsonb_agg(r.cells -> (header.value ->> 0) ORDER BY header.place)
        FROM web_importrun AS run, jsonb_array_elements(run.headers) WITH ORDINALITY AS header(value, place)
        WHERE run.id = r.run_id
    ), '[]'::jsonb)
    WHERE jsonb_typeof(r.cells) = 'object'
    """,
    "UPDATE web_importrun SET state = 'cancelled', finished_at = now() WHERE state IN ('looking', 'ready', 'committing')",
]


class Migration(migrations.Migration):

    dependencies = [("web", "0002_import_columns_and_cursors")]

    operations = [migrations.RunSQL([(statement, None) for statement in FORWARDS], migrations.RunSQL.noop)]
