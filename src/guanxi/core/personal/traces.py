"""Finding a person's words where no key leads to them: answers kept for repeated requests, files, queries, old notes."""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Final

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from guanxi.core.personal.holdings import Person

CHUNK: Final = 1 << 20
ENCODINGS: Final = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


def terms(person: Person, *, codes: bool = False) -> list[str]:
    """What to look for; with `codes` the public ids and numbers as well."""
    return [*person.needles, *(sorted(person.codes) if codes else [])]


def containing(rows: QuerySet[Any], columns: Sequence[str], wanted: Sequence[str]) -> QuerySet[Any]:
    """Those of the rows in whose columns one of these texts stands, in any case; JSON keeps Chinese as escapes on SQLite."""
    if not wanted:
        return rows.none()
    spelled = list(dict.fromkeys(form for word in wanted for form in (word, json.dumps(word)[1:-1])))
    names = [f"as_text_{place}" for place in range(len(columns))]
    rows = rows.alias(
        **{name: Cast(column, TextField()) for name, column in zip(names, columns, strict=True)}
    )
    found = Q()
    for name in names:
        for form in spelled:
            found |= Q(**{f"{name}__icontains": form})
    return rows.filter(found)


def in_text(text: str, wanted: Sequence[str]) -> bool:
    """The same for a text in memory."""
    low = text.lower()
    return any(form.lower() in low for word in wanted for form in (word, json.dumps(word)[1:-1]))


def in_file(file: IO[bytes], wanted: Sequence[str]) -> bool:
    """Whether a file holds one of these texts: plain in any usual encoding, or a spreadsheet. What cannot be read counts."""
    if not wanted:
        return False
    patterns = _patterns(wanted)
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return _in_chunks(iter(lambda: file.read(CHUNK), b""), patterns)
    try:
        with zipfile.ZipFile(file) as archive:
            return any(_in_member(archive, name, patterns) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return True


def _in_member(archive: zipfile.ZipFile, name: str, patterns: Sequence[bytes]) -> bool:
    with archive.open(name) as member:
        return _in_chunks(iter(lambda: member.read(CHUNK), b""), patterns)


def _patterns(wanted: Sequence[str]) -> list[bytes]:
    found: dict[bytes, None] = {}
    for word in wanted:
        for encoding in ENCODINGS:
            found[word.encode(encoding, "ignore").lower()] = None
    return [pattern for pattern in found if pattern]


def _in_chunks(chunks: Iterator[bytes] | Iterable[bytes], patterns: Sequence[bytes]) -> bool:
    overlap, tail = max(map(len, patterns)), b""
    for chunk in chunks:
        piece = tail + chunk.lower()
        if any(pattern in piece for pattern in patterns):
            return True
        tail = piece[-overlap:]
    return False


MARK: Final = "\u2026"


def redacted(value: Any, wanted: Sequence[str]) -> Any:
    """A text or JSON value with what is sought replaced by an ellipsis, wherever it stands."""
    return _redacted(value, re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)) if wanted else value


def _redacted(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(MARK, value)
    if isinstance(value, list):
        return [_redacted(one, pattern) for one in value]
    if isinstance(value, dict):
        return {_redacted(name, pattern): _redacted(one, pattern) for name, one in value.items()}
    return value


def redact(rows: QuerySet[Any], columns: Sequence[str], wanted: Sequence[str]) -> int:
    """Replace what is sought in these columns of these rows; returns how many rows."""
    found = list(rows.order_by().values_list("pk", *columns))
    for key, *values in found:
        changed = {name: redacted(value, wanted) for name, value in zip(columns, values, strict=True)}
        rows.model._base_manager.filter(pk=key).update(**changed)
    return len(found)
