"""What hangs on the crowd of customers: cases with words, work, orders, events, search entries; worked out by number.

One case, one message and as many orders as asked for per customer, ten events; the newest of the cases are open.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bench.parts.crowd import BASE, FIRST_DAY, RECORD_ID, TEXTS_EN, TEXTS_ZH, person

CASE_ID, MESSAGE_ID, ITEM_ID, ORDER_ID, LINE_ID, EVENT_ID, SEARCH_ID = (
    BASE + (part << 40) for part in range(8, 15)
)
EVENTS_EACH = 10
OPEN_SHARE = 50  # one case in so many waits for us, the newest ones
Rows = Iterator[tuple[str, list[str], Iterator[Sequence[object]]]]


def rows(
    count: int, *, unit: int, product: int, now: datetime, orders_each: int = 1, open_share: int = OPEN_SHARE
) -> Rows:
    """(table, columns, rows) for `count` customers, in the order of their references."""
    step = (now - FIRST_DAY) / count
    first_open = count - count // open_share
    orders = count * orders_each
    explanation = json.dumps({"outcome": "limit", "facts": [], "rule": "deadline@1"})

    def opened(n: int) -> datetime:
        return FIRST_DAY + step * n

    yield "cases_case", [
        "id", "public_id", "number", "kind", "channel", "record_id", "team_id", "title", "language", "state", "turn",
        "turn_since", "due", "due_explanation", "round", "version", "overdue_told", "link_version", "opened", "resolved",
        "role", "respondent_role", "respondent_link_version",
    ], (_case(n, n >= first_open, unit, opened(n), explanation) for n in range(count))  # fmt: skip
    yield "channels_message", [
        "id", "public_id", "record_id", "direction", "channel", "purpose", "subject_kind", "subject_id", "title",
        "body", "language", "address", "author", "state", "explanation", "created", "sent",
    ], (
        (MESSAGE_ID + n, f"M-{n:010d}", RECORD_ID + n, "in", "web", "service", "case", CASE_ID + n, "", text_of(n),
         "zh-hans", "", "", "received", "{}", _stamp(opened(n)), None) for n in range(count)
    )  # fmt: skip
    yield "work_workitem", [
        "id", "public_id", "kind", "subject_kind", "subject_id", "record_id", "team_id", "language", "arrived", "due",
        "state", "member_id", "reason", "finished",
    ], (
        (ITEM_ID + n, f"W-{n:010d}", "case.answer", "case", CASE_ID + n, RECORD_ID + n, unit, "zh-hans",
         _stamp(opened(n)), _stamp(opened(n) + timedelta(days=30)), "queued" if n >= first_open else "done", None,
         "{}", None if n >= first_open else _stamp(opened(n))) for n in range(count)
    )  # fmt: skip
    yield "trade_order", [
        "id", "public_id", "number", "record_id", "state", "currency", "total_minor", "placed", "received", "paid_minor",
        "intake", "flow", "stage", "ship_to", "why", "sample",
    ], (_order(n, orders_each, FIRST_DAY + step * n / orders_each) for n in range(orders))  # fmt: skip
    yield (
        "trade_orderline",
        ["id", "order_id", "product_id", "quantity", "amount_minor", "cancelled", "reserved", "shipped", "received",
         "returned", "terms", "declaration"],
        ((LINE_ID + n, ORDER_ID + n, product, 1, _price(n), 0, 0, 1, 1, 0, "{}", "{}") for n in range(orders)),
    )  # fmt: skip
    yield "core_event", [
        "id", "type", "occurred", "recorded", "actor_kind", "actor_id", "record_id", "unit_id", "subject_kind",
        "subject_id", "data", "detail_digest", "seq", "hash",
    ], (_event(n, step, unit) for n in range(count * EVENTS_EACH))  # fmt: skip


def text_of(number: int) -> str:
    texts = TEXTS_ZH if number % 7 else TEXTS_EN
    return texts[number % len(texts)]


def _stamp(moment: datetime) -> str:
    return moment.isoformat(sep=" ").removesuffix("+00:00")


def _case(number: int, ours: bool, unit: int, opened: datetime, explanation: str) -> Sequence[object]:
    state, turn = ("recorded", "staff") if ours else ("resolved", "nobody")
    due = _stamp(opened + timedelta(days=30)) if ours else None
    return (
        CASE_ID + number, f"K-{number:010d}", f"GX-{number // 10000:06d}-{number % 10000:04d}", "request", "web",
        RECORD_ID + number, unit, text_of(number)[:60], "zh-hans", state, turn, _stamp(opened), due, explanation, 1, 1,
        False, 1, _stamp(opened), None if ours else _stamp(opened), "", "", 1,
    )  # fmt: skip


def _price(number: int) -> int:
    return 1000 + number % 50_000


def _order(number: int, each: int, placed: datetime) -> Sequence[object]:
    moment = _stamp(placed)
    return (
        ORDER_ID + number, f"O-{number:010d}", f"B-{number:09d}", RECORD_ID + number // each, "received", "CNY",
        _price(number), moment, moment, _price(number), "web", "", "", "{}", "", False,
    )  # fmt: skip


def _event(number: int, step: timedelta, unit: int) -> Sequence[object]:
    """The first of ten opens the case, the others are orders of the same customer."""
    who = number // EVENTS_EACH
    moment = _stamp(FIRST_DAY + step * number / EVENTS_EACH)
    if number % EVENTS_EACH == 0:
        kind, subject, data = "case.opened", ("case", CASE_ID + who), {"case": f"K-{who:010d}"}
    else:
        kind, subject = "order.imported", ("order", ORDER_ID + who)
        data = {"order": f"O-{who:010d}", "number": f"B-{who:09d}", "total_minor": 1000, "currency": "CNY",
                "items": 1, "sku": "BENCH"}  # fmt: skip
    return (
        EVENT_ID + number, kind, moment, moment, "system", "bench", RECORD_ID + who, unit, *subject,
        json.dumps(data), "", number + 1, f"{number:064x}",
    )  # fmt: skip


def words(count: int) -> Iterator[tuple[str, int, str, str]]:
    """(kind, ref, text, boost) of what search finds: each customer and each case."""
    for n in range(count):
        who = person(n)
        known = [value for _, value in who.identifiers()]
        yield "customer", RECORD_ID + n, " ".join(known), "\n".join([who.name, *known])
        number = f"GX-{n // 10000:06d}-{n % 10000:04d}"
        yield "case", CASE_ID + n, text_of(n), "\n".join([number, text_of(n)[:60], who.name])
