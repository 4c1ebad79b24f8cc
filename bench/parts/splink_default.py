"""Splink's default model on a labelled file, as its documentation recommends it, in a process of its own.

    python -m bench.parts.splink_default RAW.parquet [--single 50]

The comparisons are those of Splink's comparison library for each kind of column, cleaned as its guide says (lower
case, digits of telephones); u by random sampling, m by expectation maximisation in two blocks; then one threshold
for all clusters, and of all thresholds tried the one that does best by the truth, which nobody has who really uses
it. What is timed is training, prediction and one clustering. The last line is JSON. `--single` also times the
prediction for one new record.
"""

import argparse
import json
import logging
import re
import resource
import statistics
import tempfile
import time
import warnings
from typing import Any, Final

import duckdb

THRESHOLDS: Final = (0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999)
LARGE: Final = 50_000  # records; from there on blocks must be small
MEMORY: Final = "4GB"
_WORDS: Final = re.compile(r"\w+")
_LOWER = ("name", "first_name", "surname", "email", "street", "city", "place", "state")


def tidy(connection: duckdb.DuckDBPyConnection, file: str) -> list[str]:
    """Make `people` of the file, cleaned a little; its columns."""
    columns = [row[0] for row in connection.execute(f"DESCRIBE FROM '{file}'").fetchall()]
    known = [name for name in columns if name not in ("id", "truth")]
    made = {name: f"nullif(trim(lower({name})), '') AS {name}" for name in _LOWER}
    made["phone"] = "right(regexp_replace(phone, '[^0-9]', '', 'g'), 11) AS phone"
    made["address"] = "lower(replace(address, ' ', '')) AS address"
    made["birth"] = (
        "CASE WHEN length(birth) = 8 THEN birth[:4] || '-' || birth[5:6] || '-' || birth[7:] ELSE birth END AS birth"
    )
    shown = ", ".join(made.get(name, name) for name in known)
    connection.execute(f"CREATE TABLE people AS SELECT id AS unique_id, {shown} FROM '{file}'")
    connection.execute(f"CREATE TABLE truth AS SELECT id AS unique_id, truth FROM '{file}'")
    return known


def comparisons(known: list[str]) -> list[Any]:
    """One for each column, out of the comparison library."""
    import splink.comparison_library as cl

    made = {
        "name": lambda: cl.NameComparison("name"),
        "first_name": lambda: cl.NameComparison("first_name"),
        "surname": lambda: cl.NameComparison("surname"),
        "birth": lambda: cl.DateOfBirthComparison("birth", input_is_string=True),
        "phone": lambda: cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        "email": lambda: cl.EmailComparison("email"),
        "address": lambda: cl.JaroWinklerAtThresholds("address", [0.9, 0.7]),
        "person_number": lambda: cl.DamerauLevenshteinAtThresholds("person_number", [2]),
        "national_id": lambda: cl.DamerauLevenshteinAtThresholds("national_id", [2]),
        "street": lambda: cl.JaroWinklerAtThresholds("street", [0.9, 0.7]),
        "postcode": lambda: cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        "city": lambda: cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        "street_number": lambda: cl.ExactMatch("street_number"),
    }
    return [make() for name, make in made.items() if name in known]


def rules(known: list[str], records: int) -> list[Any]:
    """Blocking: for many records pairs of columns, for few each column that is worth it."""
    from splink import block_on

    if "name" in known and records >= LARGE:
        found = [
            ("name",), ("phone",), ("email",), ("address",), ("birth", "substr(name, 1, 1)"),
            ("birth", "substr(address, 1, 6)"), ("birth", "substr(phone, 1, 3)"),
        ]  # fmt: skip
    else:
        worth = (
            "name",
            "first_name",
            "surname",
            "birth",
            "phone",
            "email",
            "person_number",
            "national_id",
            "address",
            "postcode",
        )
        found = [(name,) for name in worth]
    have = [one for one in found if all(not set(known).isdisjoint(_WORDS.findall(part)) for part in one)]
    return [block_on(*one) for one in have]


def training_rules(known: list[str]) -> list[Any]:
    """Two blocks that let every comparison be trained in one of them."""
    from splink import block_on

    for pair in (("email", "phone"), ("person_number", "birth"), ("email", "birth")):
        if set(pair) <= set(known):
            return [block_on(pair[0]), block_on(pair[1])]
    name = "name" if "name" in known else "surname"
    return [block_on(name), block_on("birth")]


def certain_rules(known: list[str]) -> list[Any]:
    """What hardly ever holds of two people, for the prior."""
    from splink import block_on

    names = ("name",) if "name" in known else ("first_name", "surname")
    pairs = [(*names, other) for other in ("birth", "phone", "postcode") if other in known]
    return [block_on(*one) for one in [*pairs, *([("email",)] if "email" in known else [])]]


def run(file: str, single: int, spill: str) -> dict[str, Any]:
    """Train, predict, cluster; the best threshold by the truth."""
    from splink import DuckDBAPI, Linker, SettingsCreator

    connection = duckdb.connect(config={"threads": 2, "memory_limit": MEMORY, "temp_directory": spill})
    known = tidy(connection, file)
    records = connection.execute("SELECT COUNT(*) FROM people").fetchall()[0][0]
    begun, spent = time.monotonic(), time.process_time()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons(known),
        blocking_rules_to_generate_predictions=rules(known, records),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    linker = Linker(DuckDBAPI(connection=connection).register("people"), settings)
    linker.training.estimate_probability_two_random_records_match(certain_rules(known), recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in training_rules(known):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    trained = time.monotonic() - begun
    predictions = linker.inference.predict(threshold_match_weight=-5)
    predicted = time.monotonic() - begun
    tried, clustering_s, clustering_cpu_s = [], [], []
    cpu_s = time.process_time() - spent
    for threshold in THRESHOLDS:
        before, cpu = time.monotonic(), time.process_time()
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predictions, threshold_match_probability=threshold
        )
        clustering_s.append(time.monotonic() - before)
        clustering_cpu_s.append(time.process_time() - cpu)
        tried.append((*judge(connection, clusters.physical_name), threshold))
    best = max(tried)
    [(reached, most)] = connection.execute(reach(predictions.physical_name)).fetchall()
    found = {
        "records": records, "f1": best[0], "precision": best[1], "recall": best[2], "threshold": best[3],
        "train_s": trained, "predict_s": predicted - trained, "cluster_s": statistics.median(clustering_s),
        "seconds": predicted + statistics.median(clustering_s), "cpu_s": cpu_s + statistics.median(clustering_cpu_s),
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "reached": reached / max(most, 1),
    }  # fmt: skip
    if single:
        found["single_ms"] = one_by_one(linker, connection, known, single)
    return found


def judge(connection: duckdb.DuckDBPyConnection, clusters: str) -> tuple[float, float, float]:
    """(F1, precision, recall) over pairs of records in one cluster."""
    [(right, claimed, true)] = connection.execute(
        f"""
        WITH met AS (SELECT cluster_id, truth, COUNT(*) AS n FROM {clusters} JOIN truth USING (unique_id) GROUP BY ALL)
        SELECT (SELECT SUM(n * (n - 1) / 2) FROM met),
               (SELECT SUM(s * (s - 1) / 2) FROM (SELECT SUM(n) AS s FROM met GROUP BY cluster_id)),
               (SELECT SUM(s * (s - 1) / 2) FROM (SELECT SUM(n) AS s FROM met GROUP BY truth))
        """
    ).fetchall()
    return 2 * right / max(claimed + true, 1), right / max(claimed, 1), right / max(true, 1)


def reach(predictions: str) -> str:
    """SQL: true pairs that its blocking and the lowest threshold left, and all of them."""
    return f"""
        SELECT (SELECT COUNT(*) FROM {predictions} p JOIN truth a ON a.unique_id = p.unique_id_l
                JOIN truth b ON b.unique_id = p.unique_id_r WHERE a.truth = b.truth),
               (SELECT SUM(n * (n - 1) / 2) FROM (SELECT COUNT(*) AS n FROM truth GROUP BY truth))
    """


def one_by_one(linker: Any, connection: duckdb.DuckDBPyConnection, known: list[str], count: int) -> float:
    """Median ms of predicting the matches of one new record."""
    names = ", ".join(known)
    rows = connection.execute(
        f"SELECT unique_id, {names} FROM people USING SAMPLE {count} ROWS (reservoir, 7)"
    ).fetchall()
    waits = []
    for number, row in enumerate(rows):
        record = dict(zip(["unique_id", *known], row, strict=True)) | {"unique_id": -1 - number}
        table = linker._db_api.register([record], dataset_display_name=f"new_{number}")
        begun = time.monotonic()
        linker.inference.predict_between([table], linker_tables(linker), threshold_match_weight=0)
        waits.append((time.monotonic() - begun) * 1000)
    return statistics.median(waits)


def linker_tables(linker: Any) -> list[Any]:
    return list(linker._input_tables_dict.values())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file")
    parser.add_argument("--single", type=int, default=0)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="gx-spill-") as spill:
        print(json.dumps(run(given.file, given.single, spill)))


if __name__ == "__main__":
    main()
