"""Troubles of orders: each stops its stage and becomes work for the team of its kind, until it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import models

from guanxi.core import rows
from guanxi.core.access import Actor
from guanxi.core.events import Event
from guanxi.core.ids import new_id
from guanxi.trade.actions import frame
from guanxi.trade.models import Stage, Trouble
from guanxi.trade.rules import stages as rules
from guanxi.trade.rules.ruleset import Rules, TroubleKind
from guanxi.work import actions as work

WORK_KIND = "trade.trouble"
NOTE_CHARS_MAX = 500


@dataclass(frozen=True, slots=True)
class Raised:
    """A new trouble and what is written with it: the caller writes rows and events in its own statement."""

    trouble: Trouble
    rows: Sequence[models.Model] = ()
    events: Sequence[Event] = field(default_factory=tuple)


def kind_of(content: Rules, code: str) -> TroubleKind:
    """What the rules say of a kind of trouble; of one they do not name, that every way out may be taken."""
    return content.troubles.get(code) or TroubleKind(code, {}, tuple(rules.WAYS))


def raise_trouble(way: frame.Way, *, actor: Actor, now: datetime, kind: str, note: str = "") -> Raised:
    """Stop the open stage. One that is open of this kind already is given back, with nothing to write."""
    known = next((one for one in frame.open_troubles(way) if one.kind == kind), None)
    if known is not None:
        return Raised(known)
    stage = way.stage
    if stage is not None:
        stage.state = Stage.State.STOPPED
    trouble = rows.new(
        Trouble,
        id=new_id(),
        order_id=way.order.id,
        stage_id=stage.id if stage else None,
        kind=kind,
        note=note.strip()[:NOTE_CHARS_MAX],
        opened=now,
        by=actor.id,
    )
    added = _work(way, trouble, stage, actor=actor, now=now)
    return Raised(trouble, [trouble, *([added.item] if added else [])], [added.event] if added else [])


def _work(
    way: frame.Way, trouble: Trouble, stage: Stage | None, *, actor: Actor, now: datetime
) -> work.Added | None:
    """Nobody's queue where the seller works alone: they see it on their own page."""
    kind = kind_of(way.rules, trouble.kind)
    team = frame.team_of(kind.team) or frame.team_of(way.kind(stage).team if stage else "")
    if team is None:
        return None
    due = team.calendar.add(now, timedelta(minutes=kind.minutes)).due
    return work.add(
        actor=actor,
        now=now,
        kind=WORK_KIND,
        subject=("trouble", trouble.id),
        record_id=way.order.record_id,
        team=team,
        due=due,
    )


def close_troubles(
    way: frame.Way, *, actor: Actor, now: datetime, how: str, kinds: Sequence[str] = ()
) -> list[Event]:
    """Open troubles (of these kinds) are over, with their work: its events. The stage goes on when none is left."""
    told = []
    left = 0
    for trouble in frame.open_troubles(way):
        if kinds and trouble.kind not in kinds:
            left += 1
            continue
        trouble.settled, trouble.settled_by, trouble.how = now, actor.id, how
        trouble.save(update_fields=["settled", "settled_by", "how"])
        done = work.finish(actor=actor, now=now, subject=("trouble", trouble.id), kind=WORK_KIND)
        told += [done] if done else []
    stage = way.stage
    if stage is not None and stage.state == Stage.State.STOPPED and not left:
        stage.state = Stage.State.OPEN
    return told
