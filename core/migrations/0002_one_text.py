from pathlib import Path

from django.db import migrations

# A stored generated column keeps what the old function said until it is written anew; its indexes go and come with it.
REBUILD = """DO $$
DECLARE
    it record;
    index_sql text;
BEGIN
    FOR it IN
        SELECT a.attrelid::regclass AS of_table, a.attname, a.attnotnull, pg_get_expr(d.adbin, d.adrelid) AS expression,
            ARRAY(SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i
                WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey)) AS indexes
        FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attgenerated = 's' AND pg_get_expr(d.adbin, d.adrelid) ~ '\\mvi_(fold|key|name_key)\\M'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP COLUMN %I', it.of_table, it.attname);
        EXECUTE format('ALTER TABLE %s ADD COLUMN %I text GENERATED ALWAYS AS (%s) STORED %s',
            it.of_table, it.attname, it.expression, CASE WHEN it.attnotnull THEN 'NOT NULL' ELSE '' END);
        FOREACH index_sql IN ARRAY it.indexes LOOP
            EXECUTE index_sql;
        END LOOP;
    END LOOP;
END $$"""
OLD = Path(__file__).with_name("0001_functions.sql").read_text(encoding="utf-8")
NEW = Path(__file__).with_name("0002_one_text.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """One way to fold and to order text, in the database; columns made by the old functions are written anew."""

    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RunSQL(NEW, f"{OLD}; DROP FUNCTION vi_marked(text); DROP FUNCTION vi_plain(text)"),
        migrations.RunSQL(REBUILD, REBUILD),
    ]
