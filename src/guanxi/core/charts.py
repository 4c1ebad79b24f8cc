"""Charts: one table of numbers, shown as a drawing, as a table and as CSV - always the same numbers.

The title says what is found, the subtitle how it is defined. One series may be the accent, one amber; the rest is grey.
A page gives `[chart.view(url) for chart in charts]` to `gx.chart_card` and answers `?csv=CODE` with `as_csv`.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guanxi.core.errors import NotFound

Shape = Literal["bar", "line", "scatter", "heatmap", "sankey", "rows"]
Tone = Literal["", "accent", "amber"]
Cell = str | int | float | None
ROWS_MAX = 2_000  # a browser draws that; more belongs into a list
_FORMULA = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True, slots=True)
class Series:
    """One column drawn as marks. `marks` writes the value on each of them (few marks only)."""

    column: int
    shape: Literal["bar", "line", "scatter"] = "bar"
    tone: Tone = ""
    marks: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """`columns` are the table's headings, `rows` its cells; the first column names each row (x).

    heatmap: columns x, y, value. sankey: columns from, to, value. rows: bars from left to right, for long names. `urls`: where
    each row's things are listed.
    """

    code: str
    title: str
    subtitle: str
    shape: Shape
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    series: Sequence[Series] = ()
    unit: str = ""
    target: float | None = None
    urls: Sequence[str] = ()
    rows_url: str = ""
    size: Literal["", "tall", "low"] = ""
    labels: Sequence[str] = field(
        default_factory=tuple
    )  # for people where the first column is a key (heat map: y)

    def view(self, path: str, **kept: Any) -> dict[str, Any]:
        """What `gx.chart_card` asks for; `kept` stays in the CSV's address.

        Raises `ValueError` for more rows than a browser draws.
        """
        if len(self.rows) > ROWS_MAX:
            raise ValueError(f"{self.code}: {len(self.rows)} rows")
        return {
            "code": self.code,
            "title": self.title,
            "subtitle": self.subtitle,
            "columns": list(self.columns),
            "rows": [[shown(cell) for cell in row] for row in self.rows],
            "urls": list(self.urls),
            "rows_url": self.rows_url,
            "csv_url": f"{path}?{urlencode({**kept, 'csv': self.code})}",
            "about": about(self),
            "size": self.size,
            "spec": self._spec(),
        }

    def _spec(self) -> dict[str, Any]:
        return {
            "shape": self.shape,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "series": [
                {
                    "column": one.column,
                    "shape": one.shape,
                    "tone": one.tone,
                    "marks": one.marks,
                    "dashed": one.dashed,
                }
                for one in self.series
            ],
            "unit": self.unit,
            "target": self.target,
            "targetLabel": _("target %(value)s") % {"value": f"{self.target:g} {self.unit}".strip()}
            if self.target is not None
            else "",
            "urls": list(self.urls),
            "labels": list(self.labels),
        }


def shown(cell: Cell) -> str:
    """A cell for people: thousands separated, at most one decimal, a dash for nothing."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def about(chart: Chart) -> str:
    """The drawing in words, from its numbers: for whoever does not see it."""
    value = 2 if chart.shape in ("heatmap", "sankey") else None
    columns = [value] if value else [one.column for one in chart.series] or [1]
    parts = [chart.title]
    for column in columns:
        known = [(row[column], row) for row in chart.rows if isinstance(row[column], int | float)]
        if known:
            parts.append(_extremes(chart, column, known))
    return " ".join(parts)


def _extremes(chart: Chart, column: int, known: Sequence[tuple[Any, Sequence[Cell]]]) -> str:
    low, high = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    names = 2 if chart.shape in ("heatmap", "sankey") else 1
    return _("%(name)s: %(count)s values, lowest %(low)s (%(low_at)s), highest %(high)s (%(high_at)s).") % {
        "name": chart.columns[column],
        "count": len(known),
        "low": shown(low[0]),
        "low_at": " ".join(str(cell) for cell in low[1][:names]),
        "high": shown(high[0]),
        "high_at": " ".join(str(cell) for cell in high[1][:names]),
    }


def as_csv(request: HttpRequest, charts: Sequence[Chart]) -> HttpResponse | None:
    """The answer to `?csv=CODE`, None for any other address. Raises `NotFound` for a chart that is not on the page."""
    code = request.GET.get("csv", "")
    if not code:
        return None
    chart = next((one for one in charts if one.code == code), None)
    if chart is None:
        raise NotFound
    response = HttpResponse(_written(chart), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{chart.code}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _written(chart: Chart) -> str:
    sheet = io.StringIO()
    sheet.write("\ufeff")  # spreadsheets then read it as UTF-8
    writer = csv.writer(sheet)
    writer.writerow([harmless(name) for name in chart.columns])
    writer.writerows([[harmless(cell) for cell in row] for row in chart.rows])
    return sheet.getvalue()


def harmless(cell: Cell) -> Cell:
    """Text that a spreadsheet would compute is told to be text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
