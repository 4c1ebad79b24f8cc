from django.db import migrations, models

import guanxi.core.ids
import guanxi.core.models.search

# The ascii tokenizer leaves the terms alone: every byte above 127 belongs to a term, blanks part them.
# Nothing is scored by the index and no phrase is asked of it, so it keeps neither positions nor lengths.
_INDEX = (
    "CREATE VIRTUAL TABLE core_search USING fts5(terms, content='core_searchentry', content_rowid='id',"
    " tokenize='ascii', detail=none, columnsize=0)"
)
_INSERT = "INSERT INTO core_search(rowid, terms) VALUES (new.id, new.terms)"
_DELETE = "INSERT INTO core_search(core_search, rowid, terms) VALUES ('delete', old.id, old.terms)"
_SQLITE = (
    _INDEX,
    f"CREATE TRIGGER core_search_insert AFTER INSERT ON core_searchentry BEGIN {_INSERT}; END",
    f"CREATE TRIGGER core_search_delete AFTER DELETE ON core_searchentry BEGIN {_DELETE}; END",
    f"CREATE TRIGGER core_search_update AFTER UPDATE OF id, terms ON core_searchentry BEGIN {_DELETE}; {_INSERT}; END",
)
_SQLITE_BACK = (
    "DROP TRIGGER core_search_update",
    "DROP TRIGGER core_search_delete",
    "DROP TRIGGER core_search_insert",
    "DROP TABLE core_search",
)
# A short pending list: every search reads it from end to end.
_POSTGRESQL = (
    "CREATE INDEX core_search_terms ON core_searchentry USING gin (terms) WITH (gin_pending_list_limit = 256)",
)
_POSTGRESQL_BACK = ("DROP INDEX core_search_terms",)


def _run(schema_editor, sqlite, postgresql):
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement)


def forwards(apps, schema_editor):
    _run(schema_editor, _SQLITE, _POSTGRESQL)


def backwards(apps, schema_editor):
    _run(schema_editor, _SQLITE_BACK, _POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigIntegerField(default=guanxi.core.ids.new_id, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=20)),
                ("ref_id", models.BigIntegerField()),
                ("record_id", models.BigIntegerField(db_index=True, null=True)),
                ("unit_id", models.BigIntegerField(null=True)),
                ("terms", guanxi.core.models.search.TermsField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("ref_id", "kind"), name="core_search_once")],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
