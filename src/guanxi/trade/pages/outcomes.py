"""What a scan did, in words: short enough to be read from a metre away."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guanxi.core.phrases import pick
from guanxi.trade.models import Scan
from guanxi.trade.pages.purchases import REFUSED
from guanxi.trade.queries import rulesets

__all__ = ["REFUSED", "TONES", "words_of"]

Values = Mapping[str, object]
TONES = {
    "taken": "tint",
    "chosen": "tint",
    "undone": "amber",
    "stopped": "amber",
    "refused_goods": "amber",
    "released": "tint",
    "parcel_wanted": "tint",
    "nothing": "",
    "scan_parcel": "",
    "scan_purchase": "",
    "not_all": "amber",
    "by_itself": "",
}
WHY = {
    "held": gettext_lazy("A colleague has this order in hand."),
    "done_before": gettext_lazy("This is done already."),
    "is_stopped": gettext_lazy("Trouble has stopped this order: settle that first."),
    "elsewhere": gettext_lazy("This order is not at this stage."),
    "gone_on": gettext_lazy("It has gone on since: this can no longer be taken back."),
    "not_found": gettext_lazy("Nothing here has this number."),
    "denied": gettext_lazy("You may not do this."),
}


def words_of(row: Scan) -> str:
    """The outcome of a scan as one sentence."""
    say = _WORDS.get(row.outcome)
    return say(row.values) if say else _("Nothing has happened.")


def _number(values: Values, name: str) -> int:
    found = values.get(name, 0)
    return found if isinstance(found, int) else 0


def _counted(values: Values) -> str:
    n = _number(values, "n")
    return ngettext("%(n)s piece of %(code)s", "%(n)s pieces of %(code)s", n) % {
        "n": n,
        "code": values["code"],
    }


def _full(values: Values) -> str:
    return _("%(counted)s. All is in hand.") % {"counted": _counted(values)}


def _batch(values: Values) -> str:
    n = _number(values, "n")
    return ngettext("Batch %(batch)s: %(n)s order", "Batch %(batch)s: %(n)s orders", n) % {
        "n": n,
        "batch": values["batch"],
    }


def _done(values: Values) -> str:
    if "batch" in values:
        n = _number(values, "n")
        return ngettext("Batch done: %(n)s order is picked.", "Batch done: %(n)s orders are picked.", n) % {
            "n": n
        }
    return _("%(number)s is done.") % {"number": values["number"]}


def _not_all(values: Values) -> str:
    n = _number(values, "left")
    return ngettext("%(n)s piece is still missing.", "%(n)s pieces are still missing.", n) % {"n": n}


def _too_many(values: Values) -> str:
    return _("%(code)s: more than is wanted. Put it back.") % {"code": values["code"]}


def _ordered(values: Values) -> str:
    n = _number(values, "n")
    if not n:
        return _("%(number)s: everything is there or on its way.") % {"number": values["number"]}
    return ngettext("%(number)s: %(n)s piece ordered.", "%(number)s: %(n)s pieces ordered.", n) % {
        "number": values["number"],
        "n": n,
    }


def _arrived(values: Values) -> str:
    n = _number(values, "n")
    return ngettext("%(code)s: %(n)s piece taken in.", "%(code)s: %(n)s pieces taken in.", n) % {
        "code": values["code"],
        "n": n,
    }


def _stopped(values: Values) -> str:
    n = _number(values, "n")
    kind = rulesets.current().troubles.get(str(values.get("kind", "")))
    name = pick(kind.name) if kind else str(values.get("kind", ""))
    said = ngettext("%(n)s order stopped: %(kind)s.", "%(n)s orders stopped: %(kind)s.", n)
    return said % {"n": n, "kind": name}


def _refused(values: Values) -> str:
    words = str(values.get("words") or "")
    return words or str(WHY.get(str(values.get("why", "")), _("Nothing has happened.")))


def _refused_goods(values: Values) -> str:
    why = REFUSED.get(str(values.get("kind", "")), "")
    return _("%(code)s refused: %(why)s") % {"code": values["code"], "why": why}


_WORDS: Mapping[str, Callable[[Values], str]] = {
    "taken": lambda v: _("%(number)s is in your hands.") % {"number": v["number"]},
    "counted": _counted,
    "full": _full,
    "done": _done,
    "batch": _batch,
    "shipped": lambda v: _("%(number)s packed: parcel %(code)s") % {"number": v["number"], "code": v["code"]},
    "handed": lambda v: _("%(number)s is with the carrier.") % {"number": v["number"]},
    "received": lambda v: _("%(number)s has arrived.") % {"number": v["number"]},
    "paid": lambda v: _("%(number)s: suppliers paid.") % {"number": v["number"]},
    "ordered": _ordered,
    "arrived": _arrived,
    "stopped": _stopped,
    "undone": lambda v: _("Taken back: %(code)s") % {"code": v.get("code") or "↵"},
    "released": lambda v: _("Put down: anybody may take it."),
    "refused": _refused,
    "refused_goods": _refused_goods,
    "wrong": lambda v: _("%(code)s does not belong here. Put it back.") % {"code": v["code"]},
    "too_many": _too_many,
    "unknown": lambda v: _("Nothing here has the number %(code)s.") % {"code": v["code"]},
    "not_all": _not_all,
    "nothing": lambda v: _("Nothing waits here."),
    "nothing_left": lambda v: _("Everything is in hand already."),
    "nothing_in_hand": lambda v: _("You have nothing in hand."),
    "no_batch": lambda v: _("Start a batch first: Enter."),
    "parcel_wanted": lambda v: _("All is in. Now the parcel's number."),
    "scan_parcel": lambda v: _("Scan the parcel's number."),
    "scan_purchase": lambda v: _("Scan a purchase or product first."),
    "handed_before": lambda v: _("%(number)s has left already.") % {"number": v["number"]},
    "elsewhere": lambda v: _("%(number)s is not at this stage.") % {"number": v["number"]},
    "chosen": lambda v: _("%(code)s: Enter takes it in.") % {"code": v["code"]},
    "too_late": lambda v: _("Too late to take it back: that works for ten seconds."),
    "cannot_undo": lambda v: _("This cannot be taken back here."),
    "by_itself": lambda v: _("Orders leave this stage by themselves."),
}
