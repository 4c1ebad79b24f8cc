"""Reading the sealed stream, and how people stand: one connection, the driver itself instead of Django's models."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from guanxi.core import libpq
from guanxi.core.live import doer, topic
from guanxi.site.live import standing
from guanxi.site.live.standing import Standing

BATCH: Final = 1_000
KEPT: Final = 1_000  # events a client may catch up on


@dataclass(frozen=True, slots=True)
class Heard:
    """One sealed event, as far as a page may know it."""

    seq: int
    type: str
    topics: frozenset[str]
    doer: str = ""

    def to(self, topics: frozenset[str]) -> bytes:
        """The message for a client that holds `topics`; `own` when it was the client's reader who did it."""
        body = {"seq": self.seq, "type": self.type, "topics": sorted(self.topics & topics)}
        if self.doer in topics:
            body["own"] = True
        return f"id: {self.seq}\ndata: {json.dumps(body, separators=(',', ':'))}\n\n".encode()


class Feed:
    """Reads sealed events in order, with one connection. Used by one thread at a time."""

    def __init__(self) -> None:
        self.cursor: int | None = None
        self._connection: Any = None

    def read(self) -> list[Heard] | None:
        """What was sealed since; None when the stream was replaced by an older one (a restored backup).

        The first read gives the last `KEPT` events. Raises the driver's errors; the next read connects again.
        """
        with self._connected():
            return self._read()

    def standing(self, people: Collection[str]) -> Standing:
        """How these people stand now. Raises the driver's errors; the next read connects again."""
        with self._connected():
            return standing.read(self._ask, people)

    @contextmanager
    def _connected(self) -> Iterator[None]:
        try:
            if self._connection is None:
                self._connection = connect()
            yield
        except Exception:
            self.close()
            raise

    def _read(self) -> list[Heard] | None:
        # The head first: it is written in the transaction that seals, so whatever it covers is then seen.
        head = next((row[0] for row in self._rows("SELECT seq FROM core_sealhead WHERE id = 1")), 0)
        if self.cursor is None:
            self.cursor = max(0, head - KEPT)
        if head < self.cursor:
            self.cursor = head
            return None
        if head == self.cursor:
            return []
        found = [heard(*row) for row in self._rows(_NEW.format(after=int(self.cursor), limit=BATCH))]
        self.cursor = found[-1].seq if found else head
        return found

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(sql).fetchall())

    def _ask(self, sql: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        mark = "?" if isinstance(self._connection, sqlite3.Connection) else "%s"
        text = sql.format(marks=", ".join([mark] * len(values)))
        return list(self._connection.execute(text, list(values)).fetchall())

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()


_NEW: Final = (
    "SELECT seq, type, record_id, unit_id, subject_kind, subject_id, actor_id FROM core_event"
    " WHERE seq > {after} ORDER BY seq LIMIT {limit}"
)


def heard(
    seq: int,
    kind: str,
    record_id: int | None,
    unit_id: int | None,
    subject: str,
    subject_id: int,
    actor_id: str = "",
) -> Heard:
    """An event's row as the live page hears it: the record, the unit and the subject are its topics."""
    topics = {topic(subject, subject_id)}
    if record_id is not None:
        topics.add(topic("record", record_id))
    if unit_id is not None:
        topics.add(topic("unit", unit_id))
    return Heard(seq, kind, frozenset(topics), doer(actor_id) if actor_id else "")


def connect() -> Any:
    """One connection that only reads and never waits long; `sqlite3` and `psycopg` both know `execute`."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        path = str(database["NAME"]).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=5, check_same_thread=False)
        connection.execute("PRAGMA query_only = ON")
        return connection
    import psycopg  # 10 MiB that SQLite can do without

    return psycopg.connect(**{**_QUIET, **libpq.parameters(database)}, autocommit=True)


# A server that fell silent is given up within half a minute.
_QUIET: Final = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
