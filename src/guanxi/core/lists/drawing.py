"""Rows and cells of a list as HTML: in Python, like `core.markup`, since a page has hundreds. What varies is escaped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from markupsafe import Markup, escape

from guanxi.core import markup
from guanxi.core.phrases import kept as _
from guanxi.core.phrases import language

Cell = Mapping[str, Any]
Row = Mapping[str, Any]


def rows(shown: Sequence[Row], now: datetime, *, picked: bool, quick: bool, back: str = "") -> Markup:
    """The table's body. `picked`: rows can be selected; `quick`: they have a quick view; `back`: the list's query.

    What remains is told to the minute (clock.js goes on from there), so that a row is drawn once as long as it stays the
    same: colleagues look at the same first pages all day.
    """
    if not shown:
        return markup.NOTHING
    table = _Table(
        frames=tuple(_Frame.of(cell, back) for cell in shown[0]["cells"]),
        now=now.replace(second=0, microsecond=0),
        picked=bool(picked),
        quick=bool(quick),
        language=language(),
    )
    known = _known.get(table)
    if known is None:
        if len(_known) >= TABLES_KEPT:
            _known.clear()
        known = _known[table] = {}
    return Markup("".join([_drawn(table, row, known) for row in shown]))  # noqa: S704  escaped  # nosec B704


def _drawn(table: "_Table", row: Row, known: dict[Any, str]) -> str:
    try:
        key = (row["key"], row["url"], row["quick_url"], *[tuple(cell.values()) for cell in row["cells"]])
        html = known.get(key)
    except TypeError:  # a cell holds something that cannot be compared
        return table.draw(row)
    if html is None:
        html = table.draw(row)
        if len(known) < ROWS_KEPT:
            known[key] = html
    return html


TABLES_KEPT, ROWS_KEPT = 20, 200  # at some 3 kB a row: 12 MB at the very most
_known: "dict[_Table, dict[Any, str]]" = {}


def td(cell: Cell, row: Row, now: datetime, back: str = "") -> Markup:
    """One cell in its row; with `edit_url` it carries the way into its editor."""
    return Markup(_Frame.of(cell, back).around(cell, row, now))  # noqa: S704  escaped  # nosec B704


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around the cells of one column: the same in every row but for the address of the editor."""

    inner: Callable[[Cell, Row, datetime], str]
    plain: str
    editable: str
    query: str
    verb: str

    @classmethod
    def of(cls, cell: Cell, back: str) -> Self:
        heading = escape(cell["heading"])
        shape, end = cell["shape"], " gx-end" if cell["end"] else ""
        named = f'data-column="{cell["code"]}" data-label="{heading}">'
        words = escape(_("Edit %(column)s")) % {"column": heading}
        return cls(
            inner=_SHAPES[shape],
            plain=f'<td class="gx-td-{shape}{end}" {named}',
            editable=f'<td class="gx-td-{shape}{end} gx-editable" {named}',
            query=f"?back={escape(quote(back))}" if back else "",
            verb=f' hx-target="closest td" hx-swap="outerHTML" aria-label="{words}" title="{words}">'
            f"{markup.icon('edit', 's')}</a></td>",
        )

    def around(self, cell: Cell, row: Row, now: datetime) -> str:
        inner = self.inner(cell, row, now)
        if not cell["edit_url"]:
            return f"{self.plain}{inner}</td>"
        url = escape(cell["edit_url"])
        return f'{self.editable}{inner}<a class="gx-cell-edit" href="{url}{self.query}" hx-get="{url}"{self.verb}'


@dataclass(frozen=True, slots=True)
class _Table:
    """Everything but the row that its HTML depends on."""

    frames: tuple[_Frame, ...]
    now: datetime
    picked: bool
    quick: bool
    language: str

    def draw(self, row: Row) -> str:
        key = escape(row["key"])
        name = escape(row["cells"][0].get("title") or row["key"])
        quick_url = escape(row["quick_url"])
        held = f' data-quick="{quick_url}"' if quick_url else ""
        parts = [f'<tr data-key-of="{key}" data-url="{escape(row["url"])}"{held} tabindex="-1">']
        if self.picked:
            words = escape(_("Select %(row)s")) % {"row": name}
            parts.append(
                f'<td class="gx-pick"><input type="checkbox" name="keys" value="{key}" form="gx-bulk"'
                f' autocomplete="off" aria-label="{words}"></td>'
            )
        cells = zip(self.frames, row["cells"], strict=True)
        parts.extend(frame.around(cell, row, self.now) for frame, cell in cells)
        if self.quick:
            words = escape(_("Quick view of %(row)s")) % {"row": name}
            parts.append(
                f'<td class="gx-row-verbs"><a class="gx-btn gx-btn--icon gx-btn--bare" href="{quick_url}" data-quick-open'
                f' aria-label="{words}" title="{escape(_("Quick view"))}">{markup.icon("eye", "s")}</a></td>'
            )
        parts.append("</tr>")
        return "".join(parts)


def _title(cell: Cell, row: Row, now: datetime) -> str:
    """title, sub, icon + icon_label | initials, chip + chip_tone"""
    title = cell["title"]
    face = markup.avatar(cell["initials"], "m") if "initials" in cell else ""
    chip = markup.chip(cell["chip"], cell.get("chip_tone") or "") if cell.get("chip") else ""
    icon = markup.icon(cell["icon"], "s", str(cell.get("icon_label") or "")) if cell.get("icon") else ""
    return (
        f'<div class="gx-row gx-row--wide">{face}<div class="gx-clip"><p class="gx-row"><a class="gx-cover gx-clip'
        f' gx-cell-words" href="{escape(row["url"])}"{markup.said(str(title))}>{escape(title)}</a>{chip}</p>'
        f'<p class="gx-meta gx-row gx-cell-sub">{icon}<span class="gx-num">{escape(cell["sub"])}</span></p></div></div>'
    )


def _text(cell: Cell, row: Row, now: datetime) -> str:
    value = cell["value"]
    words = "" if value is None else str(value)
    return f'<span class="gx-clip gx-cell-text"{markup.said(words)}>{escape(words)}</span>'


def _number(cell: Cell, row: Row, now: datetime) -> str:
    value = cell["value"]
    return f'<span class="gx-num gx-nowrap">{"" if value is None else escape(value)}</span>'


def _flag(cell: Cell, row: Row, now: datetime) -> str:
    return escape(_("yes") if cell["value"] else _("no"))


def _moment(cell: Cell, row: Row, now: datetime) -> str:
    return markup.when(cell["value"]) if cell["value"] else ""


def _turn(cell: Cell, row: Row, now: datetime) -> str:
    return markup.turn_badge(cell["kind"], cell["label"])


def _left(cell: Cell, row: Row, now: datetime) -> str:
    return markup.time_left(cell["start"], cell["due"], now, cell["mode"], cell.get("settled") or "")


def _chip(cell: Cell, row: Row, now: datetime) -> str:
    return markup.chip(cell["value"], cell.get("tone") or "") if cell["value"] else ""


_SHAPES: dict[str, Callable[[Cell, Row, datetime], str]] = {
    "title": _title,
    "text": _text,
    "number": _number,
    "flag": _flag,
    "moment": _moment,
    "turn": _turn,
    "left": _left,
    "chip": _chip,
}
