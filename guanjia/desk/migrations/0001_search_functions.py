"""Two immutable SQL functions: one spelling of a text, and its pairs of neighbouring signs."""

from django.db import migrations

WIDE = "".join(chr(c) for c in range(0xFF01, 0xFF5F))       # full-width forms of ! to ~
ASCII_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
CHINESE_PUNCTUATION = "、。，．；：？！…—～·“”‘’（）《》〈〉【】「」『』〔〕￥　"
KEPT = [c for c in WIDE if chr(ord(c) - 0xFEE0).isalnum()]
FROM = "".join(KEPT) + "".join(dict.fromkeys(ASCII_PUNCTUATION + CHINESE_PUNCTUATION + "".join(c for c in WIDE if c not in KEPT) + " \t\r\n"))
TO = "".join(chr(ord(c) - 0xFEE0).lower() for c in KEPT)    # whatever has no partner here is dropped by translate()


def quoted(text):
    escapes = {"\\": "\\\\", "'": "\\'", "\t": "\\t", "\r": "\\r", "\n": "\\n"}
    return "E'" + "".join(escapes.get(c, c) for c in text) + "'"


# translate() and lower() under "C" are the same on every machine; a collation's own lower() would not be immutable in fact.
PLAIN = f"""
CREATE FUNCTION desk_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(lower(words COLLATE "C"), {quoted(FROM)}, {quoted(TO)})
"""

# The three are kept apart by a blank, so that no word is found across them. RETURN binds desk_plain now: a dump can be restored.
SEARCH_TEXT = """
CREATE FUNCTION desk_search_text(title text, content text, name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN desk_plain(title) || ' ' || desk_plain(content) || ' ' || desk_plain(name)
"""

# One pass over the signs: substr(words, n, 2) would count from the beginning each time, 13 times slower at 600 signs.
# COST tells the planner the truth: it would rather read the whole table through this function otherwise.
BIGRAMS = """
CREATE FUNCTION desk_bigrams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 5000
RETURN (SELECT coalesce(array_agg(DISTINCT pair), '{}')
        FROM (SELECT sign || lead(sign) OVER (ORDER BY n) AS pair FROM string_to_table(words, NULL) WITH ORDINALITY AS signs(sign, n)) AS pairs
        WHERE position(' ' IN pair) = 0)
"""


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.RunSQL(PLAIN, "DROP FUNCTION desk_plain(text)"),
        migrations.RunSQL(SEARCH_TEXT, "DROP FUNCTION desk_search_text(text, text, text)"),
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION desk_bigrams(text)"),
    ]
