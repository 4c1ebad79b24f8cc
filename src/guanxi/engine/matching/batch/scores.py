"""Scoring of all candidate pairs: the sum of `engine.matching.scoring`, in SQL, kept where it could matter.

Two steps. Everything but the name is compared first, and a pair stays only if the best name could still lift it to `keep_min`:
most pairs that merely share a common name go there. The names of the rest are then compared.
"""

from collections.abc import Sequence
from math import log2
from typing import Final

import duckdb

from guanxi.engine.matching.batch import sql
from guanxi.engine.matching.batch.people import CROWDED, Progress, count, no_progress
from guanxi.engine.matching.levels import LEVELS
from guanxi.engine.matching.scoring import log_odds
from guanxi.engine.matching.weights import Weights

KEEP_MIN: Final = (
    0.1  # probability of a pair by itself below which not even the rest of a customer's records would help
)
VETOES: Final = ("birth", "national_id")


def score_pairs(
    base: duckdb.DuckDBPyConnection,
    weights: Weights,
    *,
    keep_min: float = KEEP_MIN,
    progress: Progress = no_progress,
) -> int:
    """Make `edges` (l, r, bits, veto) of `pairs`; how many there are."""
    sql.add_functions(base)
    fields = sql.fields_used(base)
    bits_min = log_odds(keep_min)
    _compare_all_but_names(base, weights, fields, bits_min)
    progress("scores", 0.6)
    _compare_names(base, weights, fields, bits_min)
    base.execute("DROP TABLE near")
    progress("scores", 1.0)
    return count(base, "SELECT COUNT(*) FROM edges")


def _sums(fields: list[str], weights: Weights) -> tuple[str, str]:
    """(bits against strangers, bits against members of one household) of these fields, without the priors."""
    found = [
        " + ".join(sql.weight(one, weights, against=side) for one in fields) or "0.0" for side in ("u", "h")
    ]
    return found[0], found[1]


def _crowds(fields: Sequence[str], weights: Weights) -> tuple[str, str]:
    """(bits against strangers, bits against a household) that values of a crowd take away; most pairs agree in none."""
    none = " AND ".join(f"{one}_crowd IS NULL" for one in fields) or "true"
    found = [
        f"CASE WHEN {none} THEN 0.0 ELSE {' + '.join(sql.crowd(one, weights, against=side) for one in fields) or '0.0'} END"
        for side in ("u", "h")
    ]
    return found[0], found[1]


def _compare_all_but_names(
    base: duckdb.DuckDBPyConnection, weights: Weights, fields: list[str], bits_min: float
) -> None:
    """Make `near` (l, r, rest_s, rest_h, veto). Levels meet in few patterns: each of those is summed up once."""
    rest = [one for one in fields if one != "name"]
    crowded = [one for one in CROWDED if one in rest]
    levels = "".join(f"{sql.level(one)} AS {one}_level, " for one in rest)
    crowds = "".join(f"a.{one}_crowd AS {one}_crowd, " for one in crowded)
    kept = "".join(f"CASE WHEN {one}_level = 0 THEN {one}_crowd END AS {one}_crowd, " for one in crowded)
    shares = (
        "LEFT JOIN name_shares v ON v.name_id = a.name_id LEFT JOIN name_shares w ON w.name_id = b.name_id"
    )
    places = "LEFT JOIN places p ON p.place_id = a.place_id LEFT JOIN places q ON q.place_id = b.place_id"
    base.execute(
        f"""
        CREATE OR REPLACE TABLE compared AS
        SELECT l, r, {kept} share, {sql.pattern(rest)} AS pattern FROM (
            SELECT l, r, {levels} {crowds} greatest(v.share, w.share) AS share
            FROM pairs JOIN people a ON a.row = l JOIN people b ON b.row = r {shares} {places if "address" in rest else ""}
        )
        """  # nosec B608  own names only
    )
    strangers, household = _sums(rest, weights)
    veto = " OR ".join(
        f"coalesce({one}_level = {LEVELS[one].index('differs')}, false)" for one in VETOES if one in rest
    )
    base.execute(
        f"""
        CREATE OR REPLACE TABLE patterns AS
        SELECT pattern, {strangers} + {_prior(weights)} AS s, {household} + {_prior_household(weights)} AS h,
               {veto or "false"} AS veto
        FROM (SELECT pattern, {sql.levels_of(rest) or "0"} FROM (SELECT DISTINCT pattern FROM compared))
        """  # nosec B608  own names only
    )
    strangers, household = _crowds(crowded, weights)
    base.execute(
        f"""
        CREATE OR REPLACE TABLE near AS
        SELECT l, r, s + {strangers} AS rest_s, h + {household} AS rest_h, veto FROM compared JOIN patterns USING (pattern)
        WHERE s + {strangers} + {_best_name(weights)} >= {bits_min}
        """  # nosec B608  own names only
    )
    base.execute("DROP TABLE compared; DROP TABLE patterns")


def _best_name(weights: Weights) -> str:
    """The most that the names could add."""
    levels = weights.fields["name"]
    fixed = max(one.weight for one in levels.values() if one.frequency != "name")
    same = max(one.m / min(one.spread, 1) for one in levels.values() if one.frequency == "name")
    return f"coalesce(greatest({fixed}, log2({same} / share)), 0)"


def _compare_names(
    base: duckdb.DuckDBPyConnection, weights: Weights, fields: list[str], bits_min: float
) -> None:
    strangers, household = _sums(["name"], weights) if "name" in fields else ("0", "0")
    shares = "v.share AS x_share, w.share AS y_share, v.family_share AS x_family_share, w.family_share AS y_family_share"
    base.execute(
        f"""
        CREATE OR REPLACE TABLE edges AS
        WITH compared AS (
            SELECT l, r, rest_s, rest_h, veto, {sql.level("name")} AS name_level, {shares}
            FROM near JOIN people a ON a.row = l JOIN people b ON b.row = r
            LEFT JOIN forms x ON x.name_id = a.name_id LEFT JOIN forms y ON y.name_id = b.name_id
            LEFT JOIN name_shares v ON v.name_id = a.name_id LEFT JOIN name_shares w ON w.name_id = b.name_id
        ), summed AS (
            SELECT l, r, veto, greatest(least(rest_s + {strangers}, 200), -200) AS s,
                   greatest(least(rest_h + {household}, 200), -200) AS h
            FROM compared
        )
        SELECT l, r, veto, bits FROM (SELECT *, -log2(pow(2, -s) + pow(2, -h)) AS bits FROM summed) WHERE bits >= {bits_min}
        """  # nosec B608  own names only
    )


def _prior(weights: Weights) -> float:
    return log2(weights.prior_same / (1 - weights.prior_same - weights.prior_household))


def _prior_household(weights: Weights) -> float:
    return log2(weights.prior_same / weights.prior_household)
