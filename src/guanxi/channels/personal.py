"""What channels hold of a person: everything said, in both directions."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.channels.models import CallEntry, CallList, CallOrder, Contact, Mail, Mailbox, Message, Opinion
from guanxi.core.personal import Fate, Holding, Person, Way, nothing
from guanxi.core.personal.holdings import delete

ROOM = _("Conversations")
VALUES = {"title": "", "body": "", "address": "", "explanation": {}}


def _clear(person: Person, way: Way, now: datetime) -> int:
    """What is still on its way goes out no more. Anonymised, it stays visible that and when something was said."""
    found = Message.objects.filter(record__in=person.records)
    if way is Way.ERASE:
        return delete(found)
    found.filter(state=Message.State.QUEUED).update(state=Message.State.HELD)
    found.filter(direction=Message.Direction.IN).update(author="")
    return found.update(**VALUES)


HOLDINGS = (
    Holding(
        code="channels.messages",
        title=_("Messages, in and out"),
        room=ROOM,
        model=Message,
        find=lambda person: Message.objects.filter(record__in=person.records),
        values=VALUES,
        plain=("public_id", "direction", "channel", "purpose", "subject_kind", "language", "author", "state"),
        clear=_clear,
        erase=Fate.DELETE,
        keyed=True,
        codes=("public_id",),
        words=("title",),
        shows={
            "created": _("when"),
            "direction": _("direction"),
            "channel": _("channel"),
            "purpose": _("purpose"),
            "address": _("address"),
            "author": _("by"),
            "title": _("title"),
            "body": _("words"),
            "state": _("state"),
        },
    ),
    Holding(
        code="channels.call_orders",
        title=_("Orders that came of our calls"),
        room=ROOM,
        model=CallOrder,
        find=lambda person: CallOrder.objects.filter(entry__record__in=person.records),
        plain=("number", "minor", "currency"),
        erase=Fate.DELETE,
        shows={"placed": _("when"), "number": _("number")},
    ),
    Holding(
        code="channels.calls",
        title=_("Calls of ours, on lists"),
        room=ROOM,
        model=CallEntry,
        find=lambda person: CallEntry.objects.filter(record__in=person.records),
        values={"number": "", "note": "", "explanation": {}},
        plain=("public_id", "state", "result", "currency"),
        erase=Fate.DELETE,
        keyed=True,
        codes=("public_id",),
        shows={
            "created": _("when"),
            "number": _("number"),
            "state": _("state"),
            "result": _("what came of it"),
            "note": _("words"),
        },
    ),
    Holding(
        code="channels.mails",
        title=_("Mail that came in, as it was"),
        room=ROOM,
        model=Mail,
        find=lambda person: Mail.objects.filter(record__in=person.records),
        values={"sender": "", "sender_name": "", "title": "", "quoted": "", "signature": "", "left_out": []},
        plain=(
            "public_id",
            "given_id",
            "digest",
            "charset",
            "chosen",
            "automatic",
            "fate",
            "explanation",
            "subject_kind",
        ),
        erase=Fate.DELETE,
        keyed=True,
        codes=("public_id",),
        words=("title",),
        shows={
            "arrived": _("when"),
            "sender": _("address"),
            "sender_name": _("name"),
            "title": _("title"),
            "quoted": _("quoted"),
            "signature": _("signature"),
            "fate": _("state"),
        },
    ),
    Holding(
        code="channels.contacts",
        title=_("Calls and chats"),
        room=ROOM,
        model=Contact,
        find=lambda person: Contact.objects.filter(record__in=person.records),
        values={"name": "", "address": "", "outside": "", "origin": ""},
        plain=("public_id", "channel", "direction", "language", "state", "outcome"),
        erase=Fate.DELETE,
        keyed=True,
        codes=("public_id",),
        words=("name",),
        shows={
            "arrived": _("when"),
            "channel": _("channel"),
            "direction": _("direction"),
            "name": _("name"),
            "address": _("address"),
            "state": _("state"),
        },
    ),
    Holding(
        code="channels.opinions",
        title=_("What they said of a chat"),
        room=ROOM,
        model=Opinion,
        find=lambda person: Opinion.objects.filter(contact__record__in=person.records),
        values={"words": ""},
        erase=Fate.DELETE,
        shows={
            "given": _("when"),
            "satisfied": _("satisfied, 1 to 5"),
            "easy": _("easy, 1 to 7"),
            "recommends": _("would recommend us, 0 to 10"),
            "words": _("words"),
        },
    ),
)


def connect() -> None:
    nothing("the house: the mailboxes it reads", Mailbox)
    nothing("the house: whom it calls about what", CallList)
