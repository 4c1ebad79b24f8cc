"""Reading an order back to the client, and hearing their yes: their exact words, to exactly this reading."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.people.models import Record
from guanxi.trade import events as happened
from guanxi.trade.actions.investing.drafting import CHANNELS, traded
from guanxi.trade.actions.investing.moving import State, happening, in_time, locked, step, worth
from guanxi.trade.models import InvestmentOrder, InvestmentYes
from guanxi.trade.queries import investments as queries
from guanxi.trade.rules import investments
from guanxi.trade.rules.holdings import Signing, tail

WORDS_CHARS_MAX = 500
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Yes:
    """What a signatory said: their `words` as spoken or written, to which `reading`, on which channel."""

    person_id: int
    reading: int
    words: str
    channel: str = "phone"


@action
def read_investment(*, actor: Actor, now: datetime, public_id: str, language: str = "") -> InvestmentOrder:
    """Compose what is read out, for the next cut-off from `now` on; every earlier yes is void. Needs `trade.invest`.

    `language` "zh-hans" or "en"; none: the client's own. Raises `Conflict` once it is confirmed.
    """
    order = locked(actor, public_id)
    state = step(order, "read", actor)
    trading = traded(order.product.sku)[1]
    cutoff = investments.next_cutoff(trading, now)
    spoken = language or ("en" if order.record.language.startswith("en") else "zh-hans")
    if spoken not in LANGUAGES:
        raise Invalid(fields={"language": _("There is no such language.")})
    said = investments.ReadBack(
        side=order.side,
        product=order.product.name,
        sku=order.product.sku,
        amount=worth(order),
        units=order.units,
        account=tail(order.holding.number) if order.holding else "",
        risk=trading.risk,
        cutoff=cutoff,
        zone=trading.calendar.zone,
        now=now,
    )
    order.state, order.reading, order.read, order.read_by = state, order.reading + 1, now, actor.id
    order.read_text, order.read_language = investments.read_back(said, spoken), spoken
    order.trades, order.due, order.settles = cutoff.day, cutoff.due, cutoff.settles
    order.told_late = cutoff.missed is not None
    order.confirmed = None
    order.save()
    data = {
        "reading": order.reading,
        "trades": cutoff.day.isoformat(),
        "late": order.told_late,
        "provisional": cutoff.provisional,
        "language": spoken,
    }
    detail = {"text": order.read_text}
    events.record(happening(happened.INVESTMENT_READ, order, actor, now, data, detail))
    return order


@action
def confirm_investment(*, actor: Actor, now: datetime, public_id: str, yes: Yes) -> InvestmentOrder:
    """Take a signatory's yes. The order is confirmed once those who said it may sign together; the same yes twice is one.

    Past the cut-off that was read out nothing is confirmed: the order becomes too late and must be read back anew; look at its
    `state`. Needs `trade.invest`. Raises `Denied` (code `may_not_sign`) for a person whose mandates do not go so far,
    `Conflict` for a yes to an earlier reading or an order that is past this, `Invalid` naming the field.
    """
    order = locked(actor, public_id)
    known = InvestmentYes.objects.filter(order=order, reading=yes.reading, person_id=yes.person_id)
    if known.exists() and yes.reading == order.reading:
        return order
    if yes.reading != order.reading:
        raise Conflict(
            _("This has been read back anew: the yes must be to the last reading."), code="reading"
        )
    if not in_time(order, now):
        return make_late(order, actor, now, step(order, "confirm", actor, in_time=False, enough=False))
    step(order, "confirm", actor, in_time=True, enough=False)
    person = Record.objects.visible_to(actor).filter(id=yes.person_id).first()
    if person is None:
        raise NotFound
    words = _checked(yes)
    signed = queries.signed_by(order)
    verdict = queries.signing_of(order, [*signed, person.customer_id], now)
    if person.customer_id not in verdict.may:
        raise Denied(_("This person may not sign an order of this size."), code="may_not_sign")
    enough = verdict.verdict is Signing.ENOUGH
    order.state = step(order, "confirm", actor, in_time=True, enough=enough)
    if enough:
        order.confirmed = now
    order.save(update_fields=["state", "confirmed"])
    row = InvestmentYes(
        order=order,
        person=person,
        reading=order.reading,
        words=words,
        channel=yes.channel,
        heard_by=actor.id,
        given=now,
    )
    data = {"reading": order.reading, "channel": yes.channel, "signatures": len(signed) + 1}
    event = happening(happened.INVESTMENT_SIGNED, order, actor, now, data, {"text": words})
    events.record(event, with_rows=[row])
    return order


def _checked(yes: Yes) -> str:
    if yes.channel not in CHANNELS:
        raise Invalid(fields={"channel": _("There is no such channel.")})
    words = " ".join(yes.words.split())
    if not words or len(words) > WORDS_CHARS_MAX:
        raise Invalid(fields={"words": _("The client's own words are needed, at most 500 characters.")})
    return words


def make_late(order: InvestmentOrder, actor: Actor, now: datetime, state: str) -> InvestmentOrder:
    """The cut-off passed before the order was placed: nothing that was agreed holds any more."""
    order.state, order.confirmed = State(state), None
    order.save(update_fields=["state", "confirmed"])
    due = order.due.isoformat() if order.due else ""
    events.record(happening(happened.INVESTMENT_LATE, order, actor, now, {"due": due}))
    return order
