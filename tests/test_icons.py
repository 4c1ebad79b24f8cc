"""Every icon named in Python or in a template is in the sprite, each colour is said once."""

import re
from collections.abc import Iterator
from pathlib import Path

from guanxi.core import staff, timeline

PACKAGE = Path(staff.__file__).parents[1]
SPRITE = PACKAGE / "site" / "static" / "vendor" / "icons.svg"
IN_TEMPLATES = re.compile(r'icon\(\s*(\{[^}]*\}[^,)]*|"[a-z0-9-]+")|icon_name="([a-z0-9-]+)"')
IN_PYTHON = re.compile(
    r'(?:"icon": |icon=|view\.icon if view else )"([a-z0-9-]+)"|Place\([^)]*?\), "([a-z0-9-]+)"'
)
TABLES = re.compile(r"^(?:CHANNEL_)?ICONS = (\{.*?\})", re.MULTILINE | re.DOTALL)
NAME = re.compile(r'"([a-z0-9-]+)"')


def _named_in_templates() -> Iterator[tuple[str, str]]:
    for path in PACKAGE.rglob("templates*/**/*.html"):
        for expression, plain in IN_TEMPLATES.findall(path.read_text("utf-8")):
            values = re.sub(r'"[a-z0-9-]+":', "", expression)
            yield from ((name, path.name) for name in [*NAME.findall(values), *filter(None, [plain])])


def _named_in_python() -> Iterator[tuple[str, str]]:
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text("utf-8")
        for pair in IN_PYTHON.findall(text):
            yield next(filter(None, pair)), path.name
        for table in TABLES.findall(text):
            yield from ((name, path.name) for name in re.findall(r': "([a-z0-9-]+)"', table))


def test_every_icon_is_in_the_sprite() -> None:
    there = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text("utf-8")))
    named = {*_named_in_templates(), *_named_in_python()}
    named |= {(one.icon, one.code) for one in timeline.registered().values()}
    assert len({name for name, _ in named}) > 40, "the patterns no longer find the names"
    assert sorted((name, where) for name, where in named if name not in there) == []


def test_each_colour_stands_once() -> None:
    """Light and dark beside each other: a second palette somewhere would drift."""
    text = (PACKAGE / "site" / "static" / "gx" / "gx.css").read_text("utf-8")
    values = re.findall(r"var\(--if-light, ([^;]+?)\) var\(--if-dark, ([^;]+?)\);", text)
    assert len(values) == 25
    twice = [
        name for name in re.findall(r"(--[a-z0-9-]+): var\(--if-light", text) if text.count(f"{name}: ") > 1
    ]
    assert twice == []
