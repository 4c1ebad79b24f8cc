"""What goes with the goods on paper: the walk of a batch, and a label for each parcel. A4, black and white."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.graphics.barcode import code128
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from guanxi.core.phrases import pick
from guanxi.engine.phones import formatted
from guanxi.trade.models import Order
from guanxi.trade.queries.screens import Sheet
from guanxi.trade.rules.scanning import Stop

WIDE, HIGH = A4
MARGIN = 14 * mm
ROW = 9 * mm
LABEL_WIDE, LABEL_HIGH = (WIDE - 2 * MARGIN) / 2, 66 * mm
LABELS_ACROSS, LABELS_DOWN = 2, 4
BARCODE_CHARS_MAX = 40


@cache
def _font() -> str:
    """A font every reader of PDF brings for Chinese (Adobe-GB1); Latin letters and digits are in it too."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"


def picking_list(sheet: Sheet, now: datetime) -> bytes:
    """The stops of a batch in the order of the bins, with a barcode for each product and for the batch."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(sheet.batch.public_id)
    leaf = 1
    top = _list_head(canvas, sheet, now, leaf)
    for number, stop in enumerate(sheet.stops, 1):
        if top < MARGIN + 2 * ROW:
            canvas.showPage()
            leaf += 1
            top = _list_head(canvas, sheet, now, leaf)
        top = _stop(canvas, sheet, stop, number, top)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _list_head(canvas: Canvas, sheet: Sheet, now: datetime, leaf: int) -> float:
    """Draws the head of a page; gives where its first row goes."""
    top: float = HIGH - MARGIN
    count, pieces = len(sheet.orders), sum(stop.quantity for stop in sheet.stops)
    _text(canvas, _("Picking list"), MARGIN, top - 6 * mm, 18)
    orders = ngettext("%(n)s order", "%(n)s orders", count) % {"n": count}
    items = ngettext("%(n)s piece", "%(n)s pieces", pieces) % {"n": pieces}
    made = f"{timezone.localtime(now):%Y-%m-%d %H:%M}"
    _text(canvas, f"{sheet.batch.public_id}   {orders} · {items}   {made}", MARGIN, top - 13 * mm, 10)
    _barcode(canvas, sheet.batch.public_id, WIDE - MARGIN - 62 * mm, top - 14 * mm, 12 * mm, 62 * mm)
    line: float = top - 22 * mm
    for text, place in ((_("Bin"), 8), (_("Product"), 34), (_("How many"), 118)):
        _text(canvas, text, MARGIN + place * mm, line + 2 * mm, 8)
    _text(canvas, f"{sheet.batch.public_id} · {leaf}", WIDE - MARGIN - 34 * mm, MARGIN - 6 * mm, 8)
    canvas.setLineWidth(0.8)
    canvas.line(MARGIN, line, WIDE - MARGIN, line)
    return line


def _stop(canvas: Canvas, sheet: Sheet, stop: Stop, number: int, top: float) -> float:
    """One row, as high as it has orders to say; gives where the next goes."""
    whose = _orders_said(sheet, stop)
    base = top - 6 * mm
    _text(canvas, str(number), MARGIN, base, 8)
    _text(canvas, stop.bin or "–", MARGIN + 8 * mm, base, 14)
    name = pick(sheet.names.get(stop.wants[0].line)) if stop.wants else ""
    _text(canvas, f"{stop.sku}  {name}", MARGIN + 34 * mm, base, 10, 82 * mm)
    _text(canvas, str(stop.quantity), MARGIN + 118 * mm, base, 14)
    canvas.setLineWidth(0.6)
    canvas.rect(MARGIN + 126.5 * mm, base - 0.8 * mm, 4.5 * mm, 4.5 * mm)  # to tick off by hand
    _barcode(canvas, stop.sku, WIDE - MARGIN - 50 * mm, base - 2.4 * mm, 7 * mm, 50 * mm)
    below = base
    for line in whose:
        below -= 4 * mm
        _text(canvas, line, MARGIN + 34 * mm, below, 7.5, 82 * mm)
    bottom: float = min(below - 2.5 * mm, top - ROW)
    canvas.setLineWidth(0.2)
    canvas.line(MARGIN, bottom, WIDE - MARGIN, bottom)
    return bottom


def _orders_said(sheet: Sheet, stop: Stop) -> list[str]:
    """For which orders, three to a line."""
    numbers = {order.id: order.number for order in sheet.orders}
    said = [f"{numbers.get(want.order, '')} × {want.quantity}" for want in stop.wants]
    return ["   ".join(said[place : place + 3]) for place in range(0, len(said), 3)]


def labels(sheet: Sheet, *, contacts: bool) -> bytes:
    """A packing label for every order: to whom, what is in it, the order's barcode. Eight to a page.

    `contacts`: whether the reader may see telephone numbers and addresses.
    """
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(f"{sheet.batch.public_id} labels")
    inside = _inside(sheet)
    for place, order in enumerate(sheet.orders):
        spot = place % (LABELS_ACROSS * LABELS_DOWN)
        if place and not spot:
            canvas.showPage()
        left = MARGIN + spot % LABELS_ACROSS * LABEL_WIDE
        top = HIGH - MARGIN - spot // LABELS_ACROSS * LABEL_HIGH
        said = f"{place + 1} / {len(sheet.orders)}"
        _label(canvas, order, inside.get(order.id, []), said, left, top, contacts=contacts)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _inside(sheet: Sheet) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for stop in sheet.stops:
        for want in stop.wants:
            name = pick(sheet.names.get(want.line))
            found.setdefault(want.order, []).append(f"{want.quantity} × {stop.sku}  {name}")
    return found


def _label(
    canvas: Canvas,
    order: Order,
    inside: Sequence[str],
    place: str,
    left: float,
    top: float,
    *,
    contacts: bool,
) -> None:
    canvas.setLineWidth(0.2)
    canvas.rect(left, top - LABEL_HIGH, LABEL_WIDE, LABEL_HIGH)
    room, edge = LABEL_WIDE - 8 * mm, left + 4 * mm
    sent: dict[str, Any] = order.ship_to
    name = str(sent.get("name") or order.record.called)
    phone, address = (
        (formatted(str(sent.get("phone", ""))), str(sent.get("address", ""))) if contacts else ("", "")
    )
    _text(canvas, name, edge, top - 8 * mm, 14, room - 30 * mm)
    _text(canvas, phone, left + LABEL_WIDE - 36 * mm, top - 8 * mm, 10, 32 * mm)
    base = top - 14 * mm
    for line in _wrapped(address, 10, room)[:3]:
        _text(canvas, line, edge, base, 10)
        base -= 4.6 * mm
    base = min(base - 1 * mm, top - 26 * mm)
    for line in [*inside[:4], *(["…"] if len(inside) > 4 else [])]:
        _text(canvas, line, edge, base, 9, room)
        base -= 4.2 * mm
    _barcode(canvas, order.number, edge, top - LABEL_HIGH + 8 * mm, 11 * mm, room)
    _text(canvas, order.number, edge, top - LABEL_HIGH + 3.2 * mm, 10)
    _text(canvas, place, left + LABEL_WIDE - 16 * mm, top - LABEL_HIGH + 3.2 * mm, 10)


def _text(canvas: Canvas, text: str, left: float, base: float, size: float, room: float = 0) -> None:
    """A line of text; cut with an ellipsis where there is only so much `room`."""
    font = _font()
    if room:
        text = _fitting(text, size, room)
    canvas.setFont(font, size)
    canvas.drawString(left, base, text)


def _fitting(text: str, size: float, room: float) -> str:
    if pdfmetrics.stringWidth(text, _font(), size) <= room:
        return text
    while text and pdfmetrics.stringWidth(text + "…", _font(), size) > room:
        text = text[:-1]
    return text + "…"


def _wrapped(text: str, size: float, room: float) -> list[str]:
    """Broken at spaces where there are any, else between characters, as addresses here are written."""
    lines, line = [], ""
    for char in " ".join(text.split()):
        if pdfmetrics.stringWidth(line + char, _font(), size) > room:
            head, space, tail = line.rpartition(" ")
            broken = head if space and len(tail) < len(line) / 2 else line
            lines.append(broken)
            line = line[len(broken) :].lstrip() + char
        else:
            line += char
    return [*lines, line] if line else lines


def _barcode(canvas: Canvas, text: str, left: float, base: float, high: float, room: float) -> None:
    """Code 128, as wide as there is room and a scanner needs; numbers with other signs have none."""
    if not text.isascii() or len(text) > BARCODE_CHARS_MAX:
        return
    wide = code128.Code128(text, barHeight=high, barWidth=1, quiet=0).width
    bar = min(0.42 * mm, room / wide)
    drawn = code128.Code128(text, barHeight=high, barWidth=bar, quiet=0)
    drawn.drawOn(canvas, left + room - drawn.width if room < 70 * mm else left, base)
