"""Django's PostgreSQL, where every connection shows its pass at the wall before it asks anything."""
