from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from guanxi.core.ids import new_id


class TermsField(models.Field[Sequence[str], str]):
    """The search terms of one row: a tsvector on PostgreSQL, terms with blanks between them for SQLite's FTS5.

    Terms come from `core.search.tokens` and hold neither blanks nor ASCII punctuation.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> str:
        terms = value.split() if isinstance(value, str) else value
        if connection.vendor == "postgresql":
            return " ".join("'" + term.replace("\\", "\\\\").replace("'", "''") + "'" for term in terms)
        return " ".join(terms)


class SearchEntry(models.Model):
    """What one thing can be found by. `kind` and `ref_id` are plain values, since they point upwards.

    Written through `core.search` only. On SQLite triggers carry every change into the FTS5 table `core_search`, whose
    rowid is `id`; a migration that rebuilds this table must make the triggers again. Rows are found newest `id` first.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20)
    ref_id = models.BigIntegerField()
    record_id = models.BigIntegerField(null=True, db_index=True)
    unit_id = models.BigIntegerField(null=True)
    terms = TermsField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ref_id", "kind"], name="core_search_once")]

    def __str__(self) -> str:
        return f"{self.kind}#{self.ref_id}"
