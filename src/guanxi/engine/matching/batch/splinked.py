"""Splink 5 behind an adapter: from a base it learns how often our levels are met by strangers (u) and by the same person (m).

Splink compares with the very SQL that scores the base (`sql.level`), so what it learns is said of our levels.
Nothing of Splink is seen outside this file; it is imported on use, since only a learning run needs it.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import duckdb

from guanxi.engine.matching.batch import sql
from guanxi.engine.matching.levels import LEVELS

U_PAIRS: Final = 300_000  # pairs of strangers at random
EM_PAIRS: Final = 60_000  # pairs of each block that the same person is learnt from
SESSIONS: Final = ("phone", "email", "member", "national_id")
# Columns of one row, of its name and of its address stand side by side in Splink's table.
_PREFIXES: Final = {"a": "", "b": "", "x": "x_", "y": "x_", "p": "p_", "q": "p_"}
_COLUMN: Final = re.compile(r'\b([abxypq])\."?(\w+)"?')


class Learnt(NamedTuple):
    """`m` and `u` by field and level; a level that Splink has not met is not there."""

    m: Mapping[str, Mapping[str, float]]
    u: Mapping[str, Mapping[str, float]]
    version: str


def learn(base: duckdb.DuckDBPyConnection, fields: Sequence[str], seed: int) -> Learnt:
    """u from random pairs, then m by expectation maximisation inside the blocks of `SESSIONS`; `people` must be prepared."""
    import splink
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)  # it tells at length of levels that nobody has met
    _make_table(base)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(field) for field in fields],
        blocking_rules_to_generate_predictions=[block_on(fields[0])],
        retain_matching_columns=False,
    )
    linker = Linker(DuckDBAPI(connection=base).register("learning_people"), settings, log_level=None)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=U_PAIRS, min_count_per_level=None, num_chunks=1, seed=seed
    )
    for field in SESSIONS:
        if field in fields and _has_pairs(base, field):
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(field), max_pairs=EM_PAIRS
            )
    learnt = _read(linker.misc.save_model_to_json())
    base.execute("DROP TABLE learning_people")
    return Learnt(*learnt, splink.__version__)


def _has_pairs(base: duckdb.DuckDBPyConnection, field: str) -> bool:
    found = f"SELECT 1 FROM learning_people WHERE {field} IS NOT NULL GROUP BY {field} HAVING COUNT(*) > 1 LIMIT 1"
    return bool(base.execute(found).fetchall())


def _make_table(base: duckdb.DuckDBPyConnection) -> None:
    """One row a record, its first; crowded telephones and the like are left out, since they say nothing of a person."""
    base.execute(
        """
        CREATE OR REPLACE TABLE learning_people AS
        SELECT a.row AS unique_id, a.* EXCLUDE (row, phone_crowd, email_crowd, phone, email),
               CASE WHEN a.phone_crowd IS NULL THEN a.phone END AS phone, CASE WHEN a.email_crowd IS NULL THEN
               a.email END AS email, COLUMNS(x.* EXCLUDE (name_id, words, said, family_keys)) AS 'x_\\0', COLUMNS(p.*
               EXCLUDE (place_id)) AS 'p_\\0'
        FROM people a LEFT JOIN forms x ON x.name_id = a.name_id LEFT JOIN places p ON p.place_id = a.place_id
        WHERE a.row IN (SELECT min(row) FROM people GROUP BY record)
        """
    )


def _comparison(field: str) -> Any:
    from splink.comparison_library import CustomComparison

    missing = f'"{field}_l" IS NULL OR "{field}_r" IS NULL'
    found = _COLUMN.sub(_splink_column, sql.level(field))
    levels: list[Any] = [{"sql_condition": missing, "label_for_charts": "missing", "is_null_level": True}]
    for place, code in enumerate(LEVELS[field][:-1]):
        levels.append({"sql_condition": f"({found}) = {place}", "label_for_charts": code})
    levels.append({"sql_condition": "ELSE", "label_for_charts": LEVELS[field][-1]})
    return CustomComparison(output_column_name=field, comparison_levels=levels)


def _splink_column(found: re.Match[str]) -> str:
    side = "l" if found[1] in "axp" else "r"
    return f'"{_PREFIXES[found[1]]}{found[2]}_{side}"'


def _read(model: Mapping[str, Any]) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    both: tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]] = {}, {}
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            for found, name in zip(both, ("m_probability", "u_probability"), strict=True):
                share = level.get(name)
                if share is not None:
                    found.setdefault(comparison["output_column_name"], {})[level["label_for_charts"]] = float(
                        share
                    )
    return both
