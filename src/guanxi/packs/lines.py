"""Where a key stands in a TOML file, since `tomllib` does not say. Only for text that `tomllib` has read: it checks nothing.

A path is how one reaches a value in what `tomllib` returns: ("issue", 3, "limits", "hearing").
"""

import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r"""
      \"{3} (?: \\. | [^\\] )*? \"{3} \"{0,2}
    | '{3} .*? '{3} '{0,2}
    | " (?: \\. | [^"\\\n] )* "
    | ' [^'\n]* '
    """,
    re.DOTALL | re.VERBOSE,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")
_KEY = re.compile(r'[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'')


def positions(text: str) -> Mapping[Path, int]:
    """{path: line} of every table, key and element, lines counted from 1."""
    return _Walk(text.replace("\r\n", "\n")).document()


def line_of(places: Mapping[Path, int], path: Path) -> int:
    """The line of this path, or where it is missing, of what should hold it; 1 for the file itself."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path, 1)


class _Walk:
    """One pass over the text. `at` is the next character."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.found: dict[Path, int] = {}
        self.arrays: Counter[Path] = Counter()  # of tables: how many there are so far

    def document(self) -> Mapping[Path, int]:
        base: Path = ()
        while self._skip(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                base = self._header()
            else:
                self._pair(base)
        return self.found

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _put(self, path: Path) -> Path:
        self.found.setdefault(path, bisect_right(self.starts, self.at))
        return path

    def _header(self) -> Path:
        """`[table]` or `[[table]]`: the path its keys begin with."""
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        path: Path = ()
        *above, last = self._keys()
        for key in above:
            path = self._put((*path, key))
            if path in self.arrays:
                path = (*path, self.arrays[path] - 1)
        path = self._put((*path, last))
        if brackets == 2:
            self.arrays[path] += 1
            path = self._put((*path, self.arrays[path] - 1))
        self.at += brackets
        return path

    def _keys(self) -> list[str]:
        """A dotted key; stands behind it and its blanks afterwards."""
        keys = []
        while True:
            self._skip(_SPACE)
            start = self.at
            key = self.text[start : self._skip(_KEY)]
            keys.append(next(iter(tomllib.loads(f"{key} = 0"))))
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _pair(self, base: Path) -> None:
        start = self.at
        keys = self._keys()
        behind, self.at = self.at, start
        path = base
        for key in keys:
            path = self._put((*path, key))
        self.at = behind + 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        first = self.text[self.at]
        if first == "[":
            self._elements(path)
        elif first == "{":
            self._members(path)
        else:
            self._skip(_STRING if first in "\"'" else _SCALAR)

    def _elements(self, path: Path) -> None:
        self.at += 1
        place = 0
        while self.text[self._skip(_BLANK)] != "]":
            self._value(self._put((*path, place)))
            place += 1
            self._comma()
        self.at += 1

    def _members(self, path: Path) -> None:
        self.at += 1
        while self.text[self._skip(_BLANK)] != "}":
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        if self.text[self._skip(_BLANK)] == ",":
            self.at += 1
