"""Candidate pairs: the rules of `engine.matching.blocking`, as joins over the whole base.

A block is what shares one key; one of more than `BLOCK_MAX` customers is skipped. Most pairs by far would come of names: in a
million records each name is had by dozens. So in a name's block of more than `NAMES_MAX` a pair must have something else in
common that could still turn out to agree (the head or the tail of a telephone or mailbox, a year or a day, a house):
each of these hints makes a key with the name; of the common names themselves, the birth year or the last digits of the
telephone.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import duckdb

from guanxi.engine.matching.batch.people import Progress, count, no_progress

BLOCK_MAX: Final = 200
NAMES_MAX: Final = 10  # customers of one name among whom the name alone is worth a comparison
FEW_MAX: Final = 8  # customers of one birth date, one word or one door who are all compared
# No "phone": its last eight digits find all that it does.
_NUMBERS: Final = ("national_id", "document", "email", "member", "open_id", "device")


# What is left as it was by one mistake in a value; NULL where there is no value. A NULL has a hash, too: hence the conditions.
HINTS: Final = {
    "phone_head": "CASE WHEN phone <> '' THEN hash(left(phone, 8)) END",
    "phone_tail": "CASE WHEN phone <> '' THEN hash(right(phone, 5)) END",
    # Of a mailbox only what does not come of the name: its digits with the host, or how a number begins.
    "email_digits": "CASE WHEN digits <> '' THEN hash(digits, host) END",
    "email_head": "CASE WHEN email[1] BETWEEN '0' AND '9' THEN hash(left(email, 5)) END",
    "birth_year": "CASE WHEN length(birth) >= 4 THEN hash(birth[:4]) END",
    "birth_day": "CASE WHEN length(birth) >= 7 THEN hash(right(birth, 5)) END",
    "house": "CASE WHEN road <> '' AND number <> '' THEN hash(road, number) END",
}


class Rule(NamedTuple):
    """`sql` gives (row, node, h): the keys of a rule, hashed; `most`: customers in a block."""

    name: str
    sql: str
    most: int = BLOCK_MAX


def rules() -> Iterator[Rule]:
    """All of them; each finds pairs by itself."""
    named = "FROM people JOIN terms USING (name_id)"
    yield Rule("n", f"SELECT row, node, h {named} SEMI JOIN rare USING (h)")
    usual = f"{named} SEMI JOIN usual USING (h)"
    for name, hint in HINTS.items():
        places = "LEFT JOIN places USING (place_id)" if name == "house" else ""
        found = f"SELECT row, node, hash(h, hint) AS h FROM (SELECT row, node, h, {hint} AS hint {usual} {places})"
        yield Rule(name, f"{found} WHERE hint IS NOT NULL")
    common = f"{named} SEMI JOIN common USING (h)"
    yield Rule("ny", f"SELECT row, node, hash(h, birth[:4]) AS h {common} WHERE birth[1] <> '-'")
    yield Rule("nt", f"SELECT row, node, hash(h, phone[-4:]) AS h {common} WHERE phone IS NOT NULL")
    for field in _NUMBERS:
        yield Rule(field, f"SELECT row, node, hash({field}) AS h FROM people WHERE {field} IS NOT NULL")
    yield Rule("tail", "SELECT row, node, hash(phone[-8:]) AS h FROM people WHERE phone IS NOT NULL")
    local = "split_part(mailbox, '+', 1)"
    yield Rule("local", f"SELECT row, node, hash({local}) AS h FROM people WHERE email IS NOT NULL")
    family = "FROM people JOIN families USING (name_id)"
    for day in ("birth[:10]", "birth[12:]"):
        yield Rule("fb", f"SELECT row, node, hash(h, {day}) AS h {family} WHERE length({day}) = 10")
        tail = f"hash({day}, phone[-4:])"
        yield Rule(
            "bt", f"SELECT row, node, {tail} AS h FROM people WHERE length({day}) = 10 AND phone IS NOT NULL"
        )
    yield Rule("ft", f"SELECT row, node, hash(h, phone[-7:]) AS h {family} WHERE phone IS NOT NULL")
    place = "JOIN places USING (place_id) WHERE road <> '' AND number <> ''"
    # In a small base these find who has every name and number badly written; in a large one hardly a block is so small.
    yield Rule("birth", "SELECT row, node, hash(birth) AS h FROM people WHERE length(birth) >= 10", FEW_MAX)
    yield Rule("place", f"SELECT row, node, hash(city, road, number) AS h FROM people {place}", FEW_MAX)
    words = "FROM people JOIN (SELECT name_id, hash(unnest(words)) AS h FROM forms) USING (name_id)"
    yield Rule("word", f"SELECT row, node, h {words}", FEW_MAX)
    yield Rule("fa", f"SELECT row, node, hash(h, city, road, number) AS h {family} {place}")


def find_pairs(base: duckdb.DuckDBPyConnection, progress: Progress = no_progress) -> int:
    """Make `pairs` (l, r: rows of different customers, l < r), each once; how many there are."""
    _prepare_terms(base)
    base.execute("CREATE OR REPLACE TABLE found (pair BIGINT)")
    every = list(rules())
    for number, rule in enumerate(every):
        _run(base, rule)
        progress("pairs", (number + 1) / len(every))
    base.execute(
        "CREATE OR REPLACE TABLE pairs AS SELECT (pair >> 32)::INTEGER AS l, (pair & 4294967295)::INTEGER AS r"
        " FROM (SELECT DISTINCT pair FROM found)"
    )
    base.execute(
        "DROP TABLE found; DROP TABLE terms; DROP TABLE families; DROP TABLE sizes;"
        "DROP TABLE rare; DROP TABLE usual; DROP TABLE common"
    )
    return count(base, "SELECT COUNT(*) FROM pairs")


def _prepare_terms(base: duckdb.DuckDBPyConnection) -> None:
    """How names are read, letters in alphabetical order; which of that is too common; families in Pinyin."""
    letters = "array_to_string(list_sort(string_split(one, '')), '')"
    base.execute(
        f"CREATE OR REPLACE TABLE terms AS SELECT DISTINCT name_id, hash({letters}) AS h"
        ' FROM (SELECT name_id, unnest(said) AS one FROM forms WHERE "full")'  # nosec B608  own names only
    )
    base.execute(
        "CREATE OR REPLACE TABLE sizes AS SELECT h, COUNT(*) AS size FROM people JOIN terms USING (name_id) GROUP BY h"
    )
    for name, low, high in (
        ("rare", 2, NAMES_MAX),
        ("usual", NAMES_MAX + 1, BLOCK_MAX),
        ("common", BLOCK_MAX + 1, 1 << 31),
    ):
        base.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT h FROM sizes WHERE size BETWEEN {low} AND {high}"  # nosec B608  own names only
        )
    base.execute(
        "CREATE OR REPLACE TABLE families AS SELECT name_id, hash(unnest(family_keys)) AS h FROM forms"
    )


def _run(base: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    base.execute(f"CREATE OR REPLACE TABLE keys AS {rule.sql}")
    # Customers are counted only where there are many rows: one of them may have stated the same two hundred times.
    base.execute(
        f"""
        CREATE OR REPLACE TABLE blocks AS
        SELECT h FROM keys GROUP BY h HAVING COUNT(*) BETWEEN 2 AND {rule.most}
        UNION ALL
        SELECT h FROM keys WHERE h IN (SELECT h FROM keys GROUP BY h HAVING COUNT(*) > {rule.most})
        GROUP BY h HAVING COUNT(DISTINCT node) BETWEEN 2 AND {rule.most}
        """  # nosec B608  own names only
    )
    base.execute(
        """
        INSERT INTO found
        WITH usable AS (SELECT keys.* FROM keys SEMI JOIN blocks USING (h))
        SELECT (least(a.row, b.row)::BIGINT << 32) | greatest(a.row, b.row)
        FROM usable a JOIN usable b ON a.h = b.h AND a.row < b.row AND a.node <> b.node
        """
    )
    base.execute("DROP TABLE keys; DROP TABLE blocks")
