"""What the policies of row-level security ask: which companies the shown pass names, if it is signed.

The key lies in a table that only its owner reads; the functions read it for everybody and tell nobody. A pass is good for
the one server process it was made for: whoever sees another session's statement has nothing of it.
"""

from django.db import migrations

FORWARDS = """
CREATE TABLE kernel_wallkey (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL
);
REVOKE ALL ON kernel_wallkey FROM PUBLIC;

CREATE FUNCTION kernel_pass() RETURNS text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER AS $$
DECLARE
    shown text := current_setting('guanjia.pass', true);
    said text;
BEGIN
    IF shown IS NULL OR shown = '' THEN
        RETURN '';
    END IF;
    said := split_part(shown, ':', 1);
    PERFORM FROM kernel_wallkey WHERE split_part(shown, ':', 2) = encode(sha256(
        outer_pad || sha256(inner_pad || convert_to(pg_backend_pid() || ':' || said, 'UTF8'))), 'hex');
    IF FOUND THEN
        RETURN said;
    END IF;
    RETURN '';
END $$;

CREATE FUNCTION kernel_companies() RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$
DECLARE
    said text := kernel_pass();
BEGIN
    IF said = '' OR said = '*' THEN
        RETURN '{}';
    END IF;
    RETURN string_to_array(said, ',')::uuid[];
END $$;

CREATE FUNCTION kernel_everyone() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$
BEGIN
    RETURN kernel_pass() = '*';
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['kernel_pass', 'kernel_companies', 'kernel_everyone'] LOOP
        EXECUTE format('ALTER FUNCTION %I() SET search_path = pg_catalog, %I, pg_temp', name, current_schema());
    END LOOP;
END $$;
"""
BACKWARDS = """
DROP FUNCTION kernel_everyone();
DROP FUNCTION kernel_companies();
DROP FUNCTION kernel_pass();
DROP TABLE kernel_wallkey;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_reading_is_append_only")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
