"""Chat that becomes a case: the desk that `channels` hands words to, left while nobody was there or from a conversation."""

from django.urls import reverse

from guanxi.cases import queries
from guanxi.cases.actions import intake
from guanxi.channels.actions.chatdesk import Left, Taken


def open_by_chat(left: Left) -> Taken:
    """A new case in these words."""
    opened = intake.open_case(
        actor=left.actor,
        now=left.now,
        contact=left.person,
        text=left.text,
        channel=left.channel,
        fallback_language=left.language or "zh-hans",
        sample=left.sample,
        files=left.files,
    )
    number = opened.case.number
    follow = reverse("received", args=[queries.link_token(opened.case)])
    return Taken(number, follow, reverse("case", args=[number]))
