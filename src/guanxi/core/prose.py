"""Texts of the house as markup: a small safe subset of Markdown, for help pages, articles and call scripts.

`## heading`, paragraphs, `- ` lists, `> ` words to say, `**strong**`, `` `Key` `` as a key cap. In a script `3. ` begins the
third step, and an answer that ends with `-> 3` leads there. Everything is escaped first: a text can never be markup.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

_STRONG: Final = re.compile(r"\*\*(.+?)\*\*")
_HEADING: Final = re.compile("^(## .+)$", re.MULTILINE)
_KEY: Final = re.compile(r"`(.+?)`")
_STEP: Final = re.compile(r"([1-9]\d?)\. (.+)")
_LEADS: Final = re.compile(r"(.*?)\s*(?:->|→)\s*([1-9]\d?)")


def render(body: str, *, script: bool = False) -> Markup:
    """A text as markup; with `script`, numbered steps and answers that lead to them."""
    return Markup("\n").join(_blocks(body, script))


def quoted(body: str) -> str:
    """What a text says to say: its lines after `> `, as they are sent."""
    blocks = ["\n".join(_unquoted(line) for line in lines) for said, lines in _runs(body) if said == ">"]
    return "\n\n".join(blocks).replace("**", "").strip()


def plain(body: str, most: int = 120) -> str:
    """The beginning of a text without its marks, in one line."""
    words = re.sub(r"^(?:## |- |> )", "", body, flags=re.MULTILINE).replace("**", "").replace("`", "")
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _blocks(body: str, script: bool) -> Iterator[Markup]:
    for block in re.split(r"\n{2,}", _HEADING.sub(r"\1\n", body.replace("\r\n", "\n").strip())):
        for kind, lines in _runs(block):
            if kind == "-":
                yield _list(lines, script)
            elif kind == ">":
                said = Markup("<br>").join(_inline(_unquoted(line)) for line in lines)
                yield Markup("<blockquote><p>{}</p></blockquote>").format(said)
            elif script:
                yield from _steps(lines)
            else:
                yield _text(" ".join(lines))


def _runs(block: str) -> Iterator[tuple[str, list[str]]]:
    """Lines that belong together: of a list ("-"), to say (">"), of a paragraph ("")."""
    for kind, lines in groupby(block.splitlines(), key=_kind):
        yield kind, list(lines)


def _kind(line: str) -> str:
    return "-" if line.startswith("- ") else ">" if line.startswith(">") else ""


def _unquoted(line: str) -> str:
    return line.removeprefix(">").removeprefix(" ")


def _steps(lines: list[str]) -> Iterator[Markup]:
    waiting: list[str] = []
    for line in lines:
        if step := _STEP.fullmatch(line):
            if waiting:
                yield _text(" ".join(waiting))
                waiting = []
            words = '<p class="gx-kn-step" id="step-{0}"><b class="gx-num">{0}</b><span>{1}</span></p>'
            yield Markup(words).format(step[1], _inline(step[2]))  # noqa: S704  escaped  # nosec B704
        else:
            waiting.append(line)
    if waiting:
        yield _text(" ".join(waiting))


def _list(lines: list[str], script: bool) -> Markup:
    items = (Markup("<li>{}</li>").format(_item(line.removeprefix("- "), script)) for line in lines)
    return Markup("<ul>{}</ul>").format(Markup("").join(items))


def _item(text: str, script: bool) -> Markup:
    leads = _LEADS.fullmatch(text) if script else None
    if leads is None:
        return _inline(text)
    return Markup('{} <a class="gx-kn-leads" href="#step-{}">→ {}</a>').format(
        _inline(leads[1]), leads[2], leads[2]
    )


def _text(text: str) -> Markup:
    if text.startswith("## "):
        return Markup("<h3>{}</h3>").format(_inline(text.removeprefix("## ")))
    return Markup("<p>{}</p>").format(_inline(text))


def _inline(text: str) -> Markup:
    safe = _STRONG.sub(r"<b>\1</b>", str(escape(text)))
    return Markup(_KEY.sub(r"<kbd>\1</kbd>", safe))  # noqa: S704  escaped  # nosec B704
