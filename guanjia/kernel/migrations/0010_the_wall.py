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

DO $$
DECLARE
    here text := quote_ident(current_schema());
BEGIN
    -- Every name is said in full: a `SET search_path` on the function would be set and reset at each call, twice the time.
    EXECUTE format($made$
        CREATE FUNCTION kernel_pass() RETURNS text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER AS $body$
        DECLARE
            shown text := pg_catalog.current_setting('guanjia.pass', true);
            said text;
            good text;
        BEGIN
            IF shown IS NULL OR shown OPERATOR(pg_catalog.=) '' THEN
                RETURN '';
            END IF;
            said := pg_catalog.split_part(shown, ':', 1);
            SELECT pg_catalog.encode(pg_catalog.sha256(k.outer_pad OPERATOR(pg_catalog.||) pg_catalog.sha256(
                       k.inner_pad OPERATOR(pg_catalog.||)
                       pg_catalog.convert_to(pg_catalog.concat(pg_catalog.pg_backend_pid(), ':', said), 'UTF8'))), 'hex')
              INTO good FROM %1$s.kernel_wallkey k;
            IF good OPERATOR(pg_catalog.=) pg_catalog.split_part(shown, ':', 2) THEN
                RETURN said;
            END IF;
            RETURN '';
        END $body$
    $made$, here);
    EXECUTE format($made$
        CREATE FUNCTION kernel_companies() RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $body$
        DECLARE
            said text := %1$s.kernel_pass();
        BEGIN
            IF said OPERATOR(pg_catalog.=) '' OR said OPERATOR(pg_catalog.=) '*' THEN
                RETURN '{}';
            END IF;
            RETURN pg_catalog.string_to_array(said, ',')::pg_catalog.uuid[];
        END $body$
    $made$, here);
    EXECUTE format($made$
        CREATE FUNCTION kernel_everyone() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $body$
        BEGIN
            RETURN %1$s.kernel_pass() OPERATOR(pg_catalog.=) '*';
        END $body$
    $made$, here);
END $$;
"""
BACKWARDS = """
DROP FUNCTION kernel_everyone();
DROP FUNCTION kernel_companies();
DROP FUNCTION kernel_pass();
DROP TABLE kernel_wallkey;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0009_exports_with_leave")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
