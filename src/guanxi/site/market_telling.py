"""Telling buyers and sellers of each other's steps: trade and channels do not know one another, so the two meet here."""

from datetime import datetime, timedelta

from guanxi.channels import actions as channels
from guanxi.core.access import Kind, system
from guanxi.core.action import action
from guanxi.core.models import Event
from guanxi.people.models import Record
from guanxi.site import market_letters as letters
from guanxi.trade.queries import questions, returns
from guanxi.trade.rules import telling

NEWS_AGE_MAX = timedelta(days=1)  # a history brought in, a long outage: no news any more


@action
def tell(*, now: datetime, event: Event) -> str:
    """Mail the other side what happened; gives what became of the mail, "" where nobody is told. Safe twice.

    Through the send gate, as every letter: whoever has no address or has said no gets none, and the outbox says why.
    """
    if now - event.occurred >= NEWS_AGE_MAX:
        return ""
    side, letter = telling.told(event.type, event.data, by_customer=event.actor_kind == Kind.CUSTOMER)
    if not side:
        return ""
    to, words = _written(event, side, letter)
    if to is None or words is None:
        return ""
    subject = (event.subject_kind, event.subject_id)
    sent = channels.send(
        actor=system("market"), now=now, record_id=to.id, words=words, subject=subject, once_id=event.id
    )
    return str(sent.state)


def _written(event: Event, side: str, letter: str) -> tuple[Record | None, channels.Words | None]:
    """To whom, and what; nobody where the thing is gone, or where we ourselves are the seller."""
    if event.subject_kind == "question":
        asked = questions.question_told(event.subject_id)
        if asked is None or asked.hidden is not None:
            return None, None
        to = asked.listing.shop.record if side == telling.SELLER else asked.record
        return to, letters.about_question(letter, asked, to)
    row = returns.return_told(event.subject_id)
    if row is None:
        return None, None
    other = row.order.seller if side == telling.SELLER else row.order.record
    return other, letters.about_return(letter, row, other) if other else None
