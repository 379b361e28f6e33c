"""The index over the search words: FTS5 with external content on SQLite, GIN over a generated column on PostgreSQL."""

from django.db import migrations

FORWARD = {
    "sqlite": (
        "CREATE VIRTUAL TABLE customer_search_index USING fts5("
        "tokens, content='archives_customersearch', content_rowid='id', detail=none, columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        "ALTER TABLE archives_customersearch ADD COLUMN words tsvector"
        " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED",
        "CREATE INDEX customer_search_words ON archives_customersearch USING gin (words)",
    ),
}
BACKWARD = {
    "sqlite": ("DROP TABLE customer_search_index",),
    "postgresql": ("ALTER TABLE archives_customersearch DROP COLUMN words",),
}


def _run(statements):
    def run(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("archives", "0001_initial")]
    operations = [migrations.RunPython(_run(FORWARD), _run(BACKWARD))]
