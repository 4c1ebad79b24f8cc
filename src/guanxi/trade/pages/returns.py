"""A return in words, for both sides and for staff: where it is, whose turn it is, what may be done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.core import files
from guanxi.core.files.cards import cards
from guanxi.core.money import Money
from guanxi.core.phrases import language, pick
from guanxi.trade.models import Return
from guanxi.trade.queries import rulesets

REASONS: Mapping[str, Any] = {
    "no_reason": gettext_lazy("I changed my mind"),
    "not_as_described": gettext_lazy("Not as described"),
    "damaged": gettext_lazy("Arrived damaged"),
    "wrong_item": gettext_lazy("Not what I ordered"),
    "faulty": gettext_lazy("It does not work"),
    "ruling": gettext_lazy("By a decision"),
}
FINDINGS: Mapping[str, Any] = {
    "as_sent": gettext_lazy("As I sent it"),
    "wrong_item": gettext_lazy("Something else came back"),
    "used": gettext_lazy("Used"),
    "damaged": gettext_lazy("Damaged"),
    "incomplete": gettext_lazy("Parts are missing"),
}
TONES = {
    "asked": "amber",
    "agreed": "amber",
    "sent": "tint",
    "arrived": "amber",
    "refunded": "green",
    "repaired": "green",
    "refused": "red",
}
TURN = {"asked": "seller", "agreed": "buyer", "sent": "carrier", "arrived": "seller"}
_TURNS: Mapping[str, Any] = {
    "seller": gettext_lazy("The seller's turn"),
    "buyer": gettext_lazy("The buyer's turn"),
    "carrier": gettext_lazy("The carrier's turn"),
}
# state, what it is called, whose turn
_STAGES = (
    ("asked", gettext_lazy("Shop answers"), "seller"),
    ("agreed", gettext_lazy("Buyer sends it back"), "buyer"),
    ("sent", gettext_lazy("On its way back"), "carrier"),
    ("arrived", gettext_lazy("Shop checks it"), "seller"),
    ("ended", gettext_lazy("Return settled"), ""),
)
STEPS = (
    ("asked", gettext_lazy("Return asked for")),
    ("sent", gettext_lazy("Parcel sent back")),
    ("arrived", gettext_lazy("Parcel arrived")),
    ("ended", gettext_lazy("Return settled")),
)


def shown(row: Return, side: str, now: datetime) -> dict[str, Any]:
    """Everything a page says of a return. `side`: buyer, seller or house."""
    scheme = rulesets.current().schemes.get(row.scheme)
    whose = TURN.get(row.state, "")
    return {
        "code": row.public_id,
        "name": pick(row.line.product.name) or row.line.product.sku,
        "quantity": row.quantity,
        "order": row.order.number,
        "state": row.state,
        "label": row.get_state_display(),
        "tone": TONES.get(row.state, ""),
        "scheme": pick(scheme.name) if scheme else "",
        "reason": str(REASONS.get(row.reason, row.reason)),
        "words": row.words,
        "amount": Money(row.amount_minor, row.currency).format(language()) if row.amount_minor else "",
        "repair": row.repair,
        "carrier": carrier_name(row.carrier),
        "tracking": row.tracking,
        "finding": str(FINDINGS.get(row.finding, "")) if row.finding else "",
        "found": row.found,
        "due": row.due if row.state in ("asked", "agreed", "arrived") else None,
        "since": row.arrived if row.state == "arrived" else row.asked,
        "turn": str(_TURNS[whose]) if whose else "",
        "mine": side == whose or (side == "house" and whose == "seller"),
        "says": _says(row, side),
        "steps": _steps(row),
        "files": cards(files.list_on(("return", row.id))),
        "verbs": verbs_of(row, side),
        "case_id": row.case_id,
    }


def _steps(row: Return) -> list[dict[str, Any]]:
    moments = {"asked": row.asked, "sent": row.sent, "arrived": row.arrived, "ended": row.ended}
    return [
        {"name": str(name), "at": moments[code], "done": moments[code] is not None} for code, name in STEPS
    ]


def carrier_name(code: str) -> str:
    """A carrier as it is called; what somebody wrote themself stays as written."""
    known = rulesets.current().carriers.get(code)
    return pick(known.name) if known else code


def stages(row: Return) -> list[dict[str, Any]]:
    """The way of a return for a stage bar: done with when, what is open with its turn and limit, what lies ahead."""
    checked = row.ended if row.arrived else None
    ended = {"agreed": row.sent, "sent": row.arrived, "arrived": checked, "ended": row.ended}
    codes = [one[0] for one in _STAGES]
    passed = (
        ["asked", *(code for code in codes if ended.get(code))]
        if row.state not in codes
        else codes[: codes.index(row.state)]
    )
    return [
        _stage(row, code, str(name), whose, ended.get(code), code in passed) for code, name, whose in _STAGES
    ]


def _stage(
    row: Return, code: str, name: str, whose: str, at: datetime | None, is_done: bool
) -> dict[str, Any]:
    if code == row.state:
        return {
            "label": name,
            "state": "live",
            "turn": {"kind": "other", "label": str(_TURNS[whose])},
            "start": {"sent": row.sent, "arrived": row.arrived}.get(code) or row.asked,
            "due": row.due,
            "limit_note": _("until %(when)s") % {"when": _moment(row.due)} if row.due else "",
        }
    return {"label": name, "state": "done" if is_done else "ahead", "note": _moment(at) if at else ""}


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"


def verbs_of(row: Return, side: str) -> list[str]:
    """What this side may do now."""
    seller, buyer = side in ("seller", "house"), side in ("buyer", "house")
    found = []
    if row.state == "asked" and seller:
        found += ["agree", "refuse"]
    if row.state == "agreed" and buyer:
        found.append("send")
    if row.state in ("asked", "agreed") and buyer:
        found.append("withdraw")
    if row.state in ("agreed", "sent") and seller:
        found.append("arrive")
    if row.state == "arrived" and seller:
        found += ["repaired", "object"] if row.repair else ["accept", "object"]
    return found


def _says(row: Return, side: str) -> str:
    """What happens now, and what if nobody acts."""
    buyer = side == "buyer"
    if row.state == "asked":
        return _("The shop answers. No answer in time counts as a yes.")
    if row.state == "agreed":
        return (
            _("Send it within seven days and enter the parcel's number. Not sent, it ends by itself.")
            if buyer
            else _("The buyer sends it within seven days; not sent, it ends by itself.")
        )
    if row.state == "sent":
        return _("The carrier has it. As soon as it arrives the shop has 48 hours to look at it.")
    if row.state == "arrived":
        return _arrived_says(row, side)
    if row.state == "refunded":
        return _("Accepted, and the money is on its way.") if row.amount_minor else _("Accepted.")
    if row.state == "refused":
        return (
            _("The shop did not accept it. You can complain: both of you are heard, and we decide.")
            if buyer
            else _("Not accepted. The buyer can complain; then both of you are heard.")
        )
    if row.state == "repaired":
        return _("Repaired and on its way back.")
    return _("It was not sent, or taken back.")


def _arrived_says(row: Return, side: str) -> str:
    if row.repair:
        return _("It is repaired within the promised time; otherwise the price is paid back.")
    if side != "seller":
        return _("The shop looks at it. If it says nothing in time, the money is paid back by itself.")
    return _("Look at it in time. If you say nothing, it counts as accepted and the money is paid back.")
