"""pgbench with the statements an intake really sends: the most this database gives to anybody who sends them.

Every parameter travels as a parameter. Keys, codes and the look-up of a known customer vary with each transaction; the
other values (texts, explanations) are those of one captured intake, passed to pgbench by `-D`.
"""

import json
import re
import resource
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.parts.crowd import BASE, CUSTOMER_ID, MEMBERSHIP_ID
from tests.harness import program

_INSERT = re.compile(r'INSERT INTO "(\w+)" \(([^)]*)\) VALUES ((?:\([%s$\d, ]*\)(?:, )?)+)')
_PLACE = re.compile(r"%s|\$\d+")
_KEYS = {"id", "event_id"}
_CODES = {"public_id", "number"}
SEQUENCE_STEP = 32  # keys one intake may take


@dataclass
class Peer:
    """Scripts by shape of intake, with how often each occurs, and the constants they share."""

    scripts: dict[str, int] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)

    def constant(self, value: str) -> str:
        if not value:
            return "''"  # pgbench takes no empty variable
        for name, known in self.constants.items():
            if known == value:
                return f":{name}"
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return f":{name}"


def peer_of(captured: Sequence[dict[str, Any]], *, crowd: int, first_key: int) -> Peer:
    """Scripts for what was captured: one for each shape (statements, kinds looked up), weighted by frequency."""
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for intake in captured:
        kinds = "+".join(str(value) for value in intake["statements"][0]["params"][1::2])
        known = "new" if intake["said"]["known"] is None else "known"
        shapes[known, kinds, *(one["sql"] for one in intake["statements"])].append(intake)
    peer = Peer()
    for (known, *_), intakes in shapes.items():
        script = _script(peer, intakes[0]["statements"], known == "known", crowd, first_key)
        peer.scripts[script] = peer.scripts.get(script, 0) + len(intakes)
    return peer


def _script(peer: Peer, statements: Sequence[dict[str, Any]], known: bool, crowd: int, first: int) -> str:
    names = _Names(peer, known, statements)
    body = [
        f"\\set who random(0, {crowd - 1})",
        f"\\set seq :seq + {SEQUENCE_STEP}",
        f"\\set base {first} + :client_id * 134217728 + :seq",
        f"\\set customer {CUSTOMER_ID} + :who",
        f"\\set record {CUSTOMER_ID + (1 << 40)} + :who",
        "\\set print random(1000000000000000000, 9000000000000000000)",
        "BEGIN;",
        *(names.filled(one["sql"], one["params"]) + ";" for one in statements),
        "COMMIT;",
    ]
    heads = [f"\\set k{place} :base + {place}" for place in range(len(names.keys))]
    heads += [
        f"\\set r{place} random(1000000000000000000, 9000000000000000000)" for place in range(names.codes)
    ]
    return "\n".join(body[:6] + heads + body[6:]) + "\n"


class _Names:
    """What each captured parameter becomes in the script."""

    def __init__(self, peer: Peer, known: bool, statements: Sequence[dict[str, Any]]) -> None:
        self.peer, self.known, self.codes = peer, known, 0
        self.keys: dict[str, int] = {}
        for one in statements:
            for column, value in _columns(one["sql"], one["params"]):
                if column in _KEYS:
                    self.keys.setdefault(str(value), len(self.keys))

    def filled(self, sql: str, params: Sequence[Any]) -> str:
        columns = dict(enumerate(_columns(sql, params)))
        values = iter(range(len(params)))
        look_up = not columns and "people_identifier" in sql
        kinds = {place: str(params[place + 1]) for place in range(0, len(params), 2)} if look_up else {}

        def one(_: re.Match[str]) -> str:
            place = next(values)
            if columns:
                column, value = columns[place]
                kind = str(params[place - 1]) if column == "value" else ""
                return self._value(column, value, kind)
            if "pg_advisory_xact_lock" in sql:  # locks of this transaction's own: as many, never the same
                return f"ARRAY[{', '.join(f':k{n}' for n in range(len(json.loads(params[place]))))}]"
            return self._looked_up(kinds[place]) if place in kinds else self.peer.constant(str(params[place]))

        return " ".join(_PLACE.sub(one, sql).split())

    def _value(self, column: str, value: Any, kind: str) -> str:
        if value is None:
            return "NULL"
        text = str(value)
        if text in self.keys:
            return f":k{self.keys[text]}"
        if column == "value":
            return self._looked_up(kind)
        if column in _CODES:
            self.codes += 1
            return f":r{self.codes - 1}"
        if column == "fingerprint":
            return f"(:print || {self.peer.constant('f' * 45)})"
        if text.isdecimal() and BASE <= int(text) < MEMBERSHIP_ID:
            return ":customer" if column == "customer_id" else ":record"
        return self.peer.constant(text)

    def _looked_up(self, kind: str) -> str:
        """A known customer's identifier worked out from the random `who`, or one nobody has."""
        if not self.known:
            return {"phone": "('+86159' || :print)", "email": "('new' || :print || '@example.org')"}.get(
                kind, "('GX' || :print)"
            )
        return {
            "phone": "('+86138' || lpad(:who, 8, '0'))",
            "email": "('kh' || :who || '@mail' || :who % 9 || '.example.cn')",
            "member": "('GX' || lpad(:who, 8, '0'))",
        }[kind]


def _columns(sql: str, params: Sequence[Any]) -> list[tuple[str, Any]]:
    """(column, value) of every parameter of an INSERT, in order; empty for other statements."""
    found: list[str] = []
    for insert in _INSERT.finditer(sql):
        columns = [name.strip(' "') for name in insert[2].split(",")]
        found += columns * (len(_PLACE.findall(insert[3])) // len(columns))
    return list(zip(found, params, strict=True)) if found else []


@dataclass(frozen=True, slots=True)
class Figures:
    """Transactions per second, CPU ms of pgbench itself a transaction."""

    per_s: float
    cpu_ms: float
    done: float


def run(
    peer: Peer, *, folder: Path, socket: str, database: str, clients: int, seconds: int, first: int
) -> Figures:
    """Run pgbench for `seconds`; raises `RuntimeError` with its output when it does not end well."""
    words = [program("pgbench", "postgresql-contrib"), "-n", "-M", "prepared", "-h", socket, "-U", "guanxi"]
    words += ["-c", str(clients), "-j", "2", "-T", str(seconds), "-D", f"seq={first}"]
    for name, value in peer.constants.items():
        words += ["-D", f"{name}={value}"]
    for place, (script, weight) in enumerate(peer.scripts.items()):
        path = folder / f"shape{place}.sql"
        path.write_text(script)
        words += ["-f", f"{path}@{weight}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*words, database], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or rate is None:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    transactions = float(rate[1]) * seconds
    return Figures(float(rate[1]), spent_s / transactions * 1000, transactions)
