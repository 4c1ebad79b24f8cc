"""One file of a pack, read with every fault it has: which key, which line, what is wrong. No database.

A `Spot` is a place in a file; its readers give back a value that is usable either way and note a fault where it is not.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path as Folder
from typing import Any

from guanxi.core.money import Money, MoneyError
from guanxi.packs.lines import Path, line_of, positions

Names = Mapping[str, str]
Table = Mapping[str, Any]
CODE_CHARS_MAX = 40
_CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_AT_LINE = re.compile(r"\s*\((?:at line (\d+), column \d+|at end of document)\)")
_TIME = re.compile(r"(\d{1,4}) ?(min|h|d)")
_MINUTES = {"min": 1, "h": 60, "d": 1440}
_AMOUNT = re.compile(r"(.+) ([A-Z]{3})")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d)?) ?%")


class PackError(ValueError):
    """A pack that cannot be used: which file, line and key, what is wrong. A missing file has no line (0)."""

    def __init__(self, file: str, key: str, problem: str, line: int = 0) -> None:
        place = f"{file}:{line}" if line else file
        super().__init__(": ".join(filter(None, (place, key, problem))))
        self.file, self.key, self.problem, self.line = file, key, problem, line


@dataclass(slots=True)
class File:
    """What a file holds, and the faults found in its pack so far. `whole`: its text could be read."""

    name: str
    faults: list[PackError]
    content: dict[str, Any] = field(default_factory=dict)
    places: Mapping[Path, int] = field(default_factory=dict)
    whole: bool = False

    @classmethod
    def read(cls, folder: Folder, name: str, known: Iterable[str], faults: list[PackError]) -> "File":
        """The file, or an empty one with its fault noted."""
        file = cls(name, faults)
        try:
            data = (folder / name).read_bytes()
        except FileNotFoundError:
            faults.append(PackError(name, "", "the file is missing"))
            return file
        try:
            text = data.decode()
            file.content = tomllib.loads(text)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            faults.append(PackError(name, "", "is not UTF-8 text", line))
            return file
        except tomllib.TOMLDecodeError as error:
            faults.append(_syntax(name, text, str(error)))
            return file
        file.places, file.whole = positions(text), True
        file.spot.only(known)
        return file

    @property
    def spot(self) -> "Spot":
        """The file as a whole."""
        return Spot(self, (), self.content)

    def key(self, path: Path) -> str:
        """How the path is named for people: an element of a list by its code where it has one."""
        words: list[str] = []
        here: Any = self.content
        for step in path:
            inner = _inside(here, step)
            if isinstance(step, int):
                code = inner.get("code") if isinstance(inner, dict) else None
                named = isinstance(code, str) and _CODE.fullmatch(code)
                words[-1:] = [words[-1], str(code)] if named else [f"{words[-1]}[{step}]"]
            else:
                words.append(step)
            here = inner
        return ".".join(words)


def _inside(here: Any, step: str | int) -> Any:
    if isinstance(here, dict):
        return here.get(step)
    return here[step] if isinstance(here, list) and isinstance(step, int) and step < len(here) else None


def _syntax(name: str, text: str, words: str) -> PackError:
    match = _AT_LINE.search(words)
    line = int(match[1]) if match and match[1] else text.rstrip("\n").count("\n") + 1
    return PackError(name, "", f"no TOML: {_AT_LINE.sub('', words)}", line)


@dataclass(frozen=True, slots=True)
class Spot:
    """A table in a file. `table` is what it holds; anything else than a table counts as an empty one."""

    file: File
    path: Path
    table: Table

    @property
    def line(self) -> int:
        return line_of(self.file.places, self.path)

    def line_of(self, key: str) -> int:
        return line_of(self.file.places, (*self.path, key))

    def wrong(self, key: str, problem: str) -> None:
        """Note a fault at `key` of this table; "" is the table itself."""
        self.wrong_at((key,) if key else (), problem)

    def wrong_at(self, keys: Path, problem: str) -> None:
        """Note a fault further inside."""
        path = (*self.path, *keys)
        line = line_of(self.file.places, path)
        self.file.faults.append(PackError(self.file.name, self.file.key(path), problem, line))

    def only(self, known: Iterable[str]) -> None:
        """Note every key that is not known."""
        for extra in sorted(set(self.table) - set(known)):
            self.wrong(extra, unknown(extra, known))

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank; where it may be absent, `default`."""
        value: object = self.table.get(key, default)
        if default is not None and key not in self.table:
            return default
        if not isinstance(value, str) or not value.strip():
            self.wrong(key, "must be a text")
            return ""
        return value

    def code(self, key: str = "code") -> str:
        value = self.text(key)
        if value and (not _CODE.fullmatch(value) or len(value) > CODE_CHARS_MAX):
            self.wrong(
                key,
                f"{value!r} may hold small letters, digits and single dashes or underscores only,"
                f" {CODE_CHARS_MAX} at most",
            )
            return ""
        return value

    def choice(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        """One of the known words; "" with a fault."""
        value = self.text(key, default)
        if value and value not in known:
            self.wrong(key, unknown(value, known))
            return ""
        return value

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, "must be true or false")
        return value is True

    def texts(self, key: str) -> list[str]:
        """A list of texts; absent: none."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(key, "must be a list of texts")
            return []
        return value

    def names(self, key: str, languages: Sequence[str], what: str = "the name") -> Names:
        """A text in every language of the pack."""
        value = self.table.get(key)
        if not isinstance(value, dict):
            self.wrong(key, f"must give {what} in every language of the pack: {', '.join(languages)}")
            return dict.fromkeys(languages, "")
        inner = Spot(self.file, (*self.path, key), value)
        inner.only(languages)
        return {language: inner.text(language) for language in languages}

    def minutes(self, key: str) -> int:
        """A length of time as "30 min", "4 h", "7 d": whole minutes above 0; 0 with a fault."""
        value = self.table.get(key)
        match = _TIME.fullmatch(value) if isinstance(value, str) else None
        if match is None or int(match[1]) == 0:
            self.wrong(key, f'{value!r} is no length of time; write "30 min", "4 h" or "7 d"')
            return 0
        return int(match[1]) * _MINUTES[match[2]]

    def share(self, key: str) -> float:
        """A share as "75 %": 0 to 1."""
        value = self.table.get(key)
        match = _SHARE.fullmatch(value) if isinstance(value, str) else None
        if match is None or float(match[1]) > 100:
            self.wrong(key, f'{value!r} is no share; write "75 %"')
            return 0.0
        return round(float(match[1]) / 100, 4)

    def amount(self, key: str, currency: str) -> int:
        """An amount as "500 CNY": whole minor units, not below 0; absent: 0."""
        value = self.table.get(key)
        if value is None:
            return 0
        match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if match is None or match[2] != currency:
            self.wrong(key, f'{value!r} is no amount in {currency}; write "500 {currency}"')
            return 0
        try:
            minor = Money.parse(match[1], currency).minor
        except MoneyError as error:
            self.wrong(key, str(error))
            return 0
        if minor < 0:
            self.wrong(key, "must not be below 0")
        return max(minor, 0)

    def price(self, key: str) -> tuple[int | None, str]:
        """An amount as "88 CNY" in any currency: (minor units, currency); absent: (None, "")."""
        value = self.table.get(key)
        if value is None:
            return None, ""
        match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            self.wrong(key, f'{value!r} is no price; write "88 CNY"')
            return None, ""
        try:
            minor = Money.parse(match[1], match[2]).minor
        except MoneyError as error:
            self.wrong(key, str(error))
            return None, ""
        if minor <= 0:
            self.wrong(key, "must be more than nothing")
        return minor, match[2]

    def inner(self, key: str, known: Iterable[str] | None = None) -> "Spot":
        """The table at `key`; absent: an empty one."""
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, "must be a table")
        inner = Spot(self.file, (*self.path, key), value if isinstance(value, dict) else {})
        if known is not None:
            inner.only(known)
        return inner

    def rows(self, key: str, known: Iterable[str], *, needed: bool = True) -> list["Spot"]:
        """The elements of a list of tables, one `[[key]]` each."""
        found = self.table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.wrong(key, f"must be a list of tables, each beginning with [[{key}]]")
            return []
        if not found and needed and self.file.whole:
            self.wrong(key, f"needs at least one [[{key}]]")
        spots = [Spot(self.file, (*self.path, key, place), one) for place, one in enumerate(found)]
        for spot in spots:
            spot.only(known)
        return spots

    def once(self, seen: set[str], value: str, key: str = "code") -> bool:
        """Whether this value is new; a fault where it is there already."""
        if value and value in seen:
            self.wrong(key, f"{value!r} is there twice")
            return False
        seen.add(value)
        return bool(value)


def unknown(word: str, known: Iterable[str]) -> str:
    """What to say of a word nobody knows: what was meant perhaps, and what there is."""
    return f"{word!r} is unknown{meant(word, known) or '; known are ' + ', '.join(sorted(known))}"


def meant(word: str, known: Iterable[str]) -> str:
    """What was meant perhaps, as the end of a sentence; "" where nothing is near."""
    near = get_close_matches(word, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
