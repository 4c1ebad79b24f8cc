"""A case at a glance, beside the list."""

from typing import Any

from django.urls import reverse

from guanxi.cases import queries
from guanxi.cases.models import Case
from guanxi.cases.pages import show
from guanxi.cases.words import STEPS
from guanxi.core import cover
from guanxi.core.access import Actor
from guanxi.core.words import say
from guanxi.people.pages import customer as people

LAST = 3  # messages shown


def quick(actor: Actor, case: Case) -> dict[str, Any]:
    """What cases/quick.html draws: who it is, how it stands, the last words, where to act."""
    url = reverse("case", args=[case.number])
    said = show.conversation(actor, case) if actor.may("channels.view") else []
    verbs = queries.open_verbs(actor, case)
    return {
        "title": cover.shown(actor, case.title),
        "number": case.number,
        "icon": queries.CHANNEL_ICONS.get(case.channel, "message"),
        "channel": say(f"channel.{case.channel}"),
        "stage": STEPS[case.state],
        "turn": show.turn(actor, case),
        "opened_at": case.opened,
        "person": people.person_panel(actor, case.record.customer_id) if actor.may("people.view") else None,
        "said": said[-LAST:],
        "more": max(len(said) - LAST, 0),
        "answer_url": f"{url}#f-answer" if "answer" in verbs else "",
        **show.clock_of(actor, case),
    }
