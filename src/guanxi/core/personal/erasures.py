"""The erasure register: who was forgotten, as keyed digests, in a file outside the database and its backups.

A backup that is older than an erasure brings the person back; `guanxi restore` replays the register. It says nothing about
anybody to whoever has not the secret key as well as the very rows: a digest is made of a record's random key.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

NAME: Final = "register.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One erasure: its own random id, the way, when, the digests of the records, and by which key they were made."""

    id: str
    way: str
    forgotten: str
    records: Sequence[str]
    key: str


def path() -> Path:
    """Where the register lies. GUANXI_ERASURE_REGISTER names another place: another disk is the better one."""
    return Path(settings.ERASURE_REGISTER or Path(settings.GUANXI_HOME) / "erasures" / NAME)


def key_name() -> str:
    """Which secret key this house has, without telling it."""
    return _digest("name of the key")[:16]


def digest_of(record_id: int) -> str:
    return _digest(f"record {record_id}")


def _digest(text: str) -> str:
    key = hashlib.sha256(b"guanxi.erasure:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def read(place: Path | None = None) -> list[Entry]:
    """Every entry, oldest first, each once; a torn last line (kill -9 while writing) is passed over."""
    place = place or path()
    found: dict[str, Entry] = {}
    if place.exists():
        for line in place.read_text(encoding="utf-8").splitlines():
            try:
                entry = Entry(**json.loads(line))
            except (json.JSONDecodeError, TypeError):
                continue
            found.setdefault(entry.id, entry)
    return list(found.values())


def append(entries: Iterable[Entry]) -> int:
    """Write down those that are not there yet, durably; returns how many."""
    known = {one.id for one in read()}
    fresh = [one for one in entries if one.id not in known]
    if fresh:
        place = path()
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(
            os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
        ) as file:
            file.write("\n" if _is_torn(place) else "")
            file.write("".join(json.dumps(asdict(one)) + "\n" for one in fresh))
            file.flush()
            os.fsync(file.fileno())
    return len(fresh)


def _is_torn(place: Path) -> bool:
    """Whether somebody was killed in the middle of the last line."""
    with place.open("rb") as file:
        file.seek(max(0, place.stat().st_size - 1))
        return file.read() not in (b"", b"\n")
