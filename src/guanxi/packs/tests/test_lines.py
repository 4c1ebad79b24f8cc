"""Where a key stands in a TOML file: every path that `tomllib` finds has its line, and no other path has one."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.packs.lines import Path, line_of, positions
from guanxi.packs.loader import FOLDER

NASTY = '''# a # in a comment
plain = "a # no comment, [no] = { table }"
"quoted.key" = 'it''s'
a.b."c d" = 1 # dotted
escaped = "a \\" quote = \\\\"
"k\\u00e9y" = 1979-05-27 07:32:00
long = """
[[not]] = a table
ends with two quotes"""""
raw = \'\'\'
no \\ escape
\'\'\'
list = [ # a comment ] in a list
  "one",
  { x = 1, y = { z = [2, [3, 4]] } }, # a table ]
  "two",
]
empty = []
none = {}
[table.inner]
key = true
[[rows]]
code = "first"
[[rows.sub]]
deep = 1
[[rows.sub]]
deep = 2
[rows.settings]
on = false
  [[rows]] # the second
  code = "second"
  [[ rows . sub ]]
  deep = 3
'''


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from paths(inner, (*path, place))


def test_the_line_of_everything() -> None:
    text = NASTY.replace("it''s", "its")
    places = positions(text)
    assert set(places) == set(paths(tomllib.loads(text)))
    shown = text.splitlines()
    for path, words in {
        ("quoted.key",): '"quoted.key"',
        ("a", "b", "c d"): "a.b",
        ("kéy",): "k\\u00e9y",
        ("list", 1, "y", "z", 1, 0): "{ x = 1",
        ("list", 2): '"two"',
        ("table", "inner", "key"): "key = true",
        ("rows", 0, "sub", 1, "deep"): "deep = 2",
        ("rows", 0, "settings", "on"): "on = false",
        ("rows", 1): "[[rows]] # the second",
        ("rows", 1, "sub", 0, "deep"): "deep = 3",
    }.items():
        assert words in shown[places[path] - 1], path


def test_a_missing_path_is_where_it_should_have_been() -> None:
    places = positions("[[unit]]\ncode = 1\n\n[[unit]]\nname = 2\n")
    assert line_of(places, ("unit", 1, "code")) == 4
    assert line_of(places, ("team",)) == 1


@pytest.mark.parametrize(
    "file", sorted(FOLDER.glob("*/*.toml")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_our_own_files(file: Any) -> None:
    text = file.read_text(encoding="utf-8")
    assert set(positions(text)) == set(paths(tomllib.loads(text)))


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f" {written(one)}, # ]\n" for one in value) + "]"
    return quoted(value) if isinstance(value, str) else str(value).lower()


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


WORDS = st.text(alphabet="ab\\\"'#=[]{},.\n ", max_size=6)
VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(WORDS, VALUES, max_size=3),
    st.lists(st.dictionaries(WORDS, VALUES, max_size=3), max_size=3),
)
def test_any_document(top: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    top = {key: value for key, value in top.items() if key != "rows"}
    lines = [f"{quoted(key)} = {written(value)}" for key, value in top.items()]
    for row in rows:
        lines += ["[[rows]]", *(f"{quoted(key)} = {written(value)}" for key, value in row.items())]
    text = "\n".join(lines) + "\n"
    assert tomllib.loads(text) == (top | {"rows": rows} if rows else top)
    assert set(positions(text)) == set(paths(tomllib.loads(text)))
