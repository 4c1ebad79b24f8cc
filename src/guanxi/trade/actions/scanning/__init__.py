"""Scans at stage screens: each is counted once however often it is sent, refused whole or done whole."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.trade.actions.scanning import hands, packing, picking, single, undoing
from guanxi.trade.actions.scanning.hands import Desk, Result
from guanxi.trade.actions.stages import stop_stage
from guanxi.trade.models import Scan
from guanxi.trade.queries import screens
from guanxi.trade.rules import scanning as rules
from guanxi.trade.rules import stages as way_rules
from guanxi.trade.rules.scanning import Said

__all__ = ["release", "scan"]

RIGHT = screens.RIGHT
ONCE_CHARS_MAX = 80


@action
def scan(
    *,
    actor: Actor,
    now: datetime,
    screen: str,
    text: str,
    once: str,
    size: int = rules.BATCH_USUAL,
    carrier: str = "",
    chosen: str = "",
) -> Scan:
    """Do what a scanned or typed text means at a screen (a stage's code, or "arrivals"). Needs `trade.fulfil`.

    `once` is the screen's own key: sent again it is the same scan. What cannot be is an answer (`Scan.outcome`), not an
    error: nothing has changed then. Raises `NotFound` for a screen that is none, `Conflict` for somebody else's key.
    """
    actor.require(RIGHT)
    if not 0 < len(once) <= ONCE_CHARS_MAX:
        raise Conflict(code="once")
    known = Scan.objects.filter(once=once).first()
    if known is not None:
        if known.by != actor.id or known.screen != screen:
            raise Conflict(code="once")
        return known
    kind = None if screen == screens.ARRIVALS else screens.kind_of(screen)
    said = rules.read(text)
    desk = Desk(actor, now, screen, kind, size, carrier)
    result = _try(desk, said, chosen)
    row = Scan(
        by=actor.id, once=once, screen=screen, code=text.strip()[: rules.CODE_CHARS_MAX], outcome=result.outcome,
        values=result.values, order_id=result.order_id, undo=result.undo, made=now,
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def _try(desk: Desk, said: Said, chosen: str) -> Result:
    """The scan whole, or nothing of it and the reason."""
    try:
        with transaction.atomic():
            return _do(desk, said, chosen)
    except (Conflict, Invalid, NotFound) as error:
        words = str(error.detail or next(iter(getattr(error, "fields", {}).values()), "") or "")
        return Result("refused", {"code": said.code, "why": error.code, "words": words})
    except Denied:
        return Result("refused", {"code": said.code, "why": "denied", "words": ""})


def _do(desk: Desk, said: Said, chosen: str) -> Result:
    if said.verb == "undo":
        return undoing.undo(desk)
    if desk.screen == screens.ARRIVALS:
        return _arrive(desk, said, chosen)
    if said.verb == "trouble":
        return (
            picking.trouble(desk, said.code)
            if _does(desk) == way_rules.PICKING
            else _trouble(desk, said.code)
        )
    enter, code = _DOES.get(_does(desk), (_nothing, _no_code))
    return enter(desk) if said.verb == "enter" else code(desk, said)


def _does(desk: Desk) -> str:
    return desk.stage.does


def _arrive(desk: Desk, said: Said, chosen: str) -> Result:
    if said.verb == "enter":
        return single.arrive_enter(desk, chosen)
    if said.verb == "trouble":
        return single.refuse(desk, said.code, chosen)
    return single.arrive_code(desk, said, chosen)


def _trouble(desk: Desk, kind: str) -> Result:
    """What is in hand is stopped and put down; the next is taken."""
    stage = screens.in_hand(desk.actor, desk.stage.code)
    if stage is None:
        return Result("nothing_in_hand")
    stage = hands.lock(stage)
    stop_stage(actor=desk.actor, now=desk.now, order_id=stage.order_id, kind=kind)
    hands.release(stage)
    done = Result("stopped", {"number": stage.order.number, "kind": kind, "n": 1}, stage.order_id)
    hands.take_next(desk)
    return done


def _nothing(desk: Desk) -> Result:
    return Result("by_itself")


def _no_code(desk: Desk, said: Said) -> Result:
    return Result("by_itself", {"code": said.code})


_DOES: dict[str, tuple[Callable[[Desk], Result], Callable[[Desk, Said], Result]]] = {
    way_rules.KEYING: (single.enter, single.code),
    way_rules.PROCUREMENT: (single.enter, single.code),
    way_rules.PICKING: (picking.enter, picking.code),
    way_rules.PACKING: (packing.enter, packing.code),
    way_rules.LOGISTICS: (single.hand_enter, single.hand_code),
    way_rules.RECEIPT: (single.enter, single.code),
    way_rules.SETTLEMENT: (single.enter, single.code),
}


@action
def release(*, actor: Actor, now: datetime, screen: str) -> int:
    """Put down what is in hand at a screen: anybody may take it. Gives how many orders. Needs `trade.fulfil`."""
    actor.require(RIGHT)
    desk = Desk(actor, now, screen, screens.kind_of(screen))
    if desk.stage.does == way_rules.PICKING:
        return int(picking.release(desk).values.get("n", 0))
    stage = screens.in_hand(actor, screen)
    if stage is None:
        return 0
    hands.release(stage)
    return 1
