"""Lines: what a live channel's own machine (a switchboard, an SMS gateway, WeChat) says to us and is told by us.

Every line has the same small interface, so that a telephone is a simulator today and a switchboard tomorrow. **In**, a line
calls `hear` with what happened there; **out**, Guanxi calls the line's own functions, in a job and never in a
transaction, since a line may be slow or gone (`command`: at least once, in the order things happened to one contact). What the
line itself did is not told back to it. Web chat has no line: its machine is our own page; nor has the demo's telephone.

| a line says (`Heard.what`) | Guanxi does |
|---|---|
| `offered` | somebody rings, or writes first: a contact that waits (`address`: who, `text`: first words) |
| `answered` | picked up by `staff` (their work is accepted); without `staff` nothing |
| `said` | words: a message of the contact; for a line of single messages (SMS) the first ones begin it |
| `held`, `resumed` | on hold, and back |
| `transferred` | handed over to the team `to` |
| `hung_up` | they left: given up while waiting, ended while talking |

`call` is the line's own name for the contact: hearing the same twice has one effect, and what comes late (said after the end)
changes nothing. What comes in the wrong order (on hold before anybody answered) is refused with `Conflict`.
A line without an address says "" (a caller who hides their number).

For telephone by ARI or FreeSWITCH: `call` is the channel's id, `answer` bridges the seat's extension. SIP: the Call-ID. SMS:
`call` is the two numbers and the day, `say` sends; there is nothing to answer or to hang up. WeChat: `call` is OpenID and MsgId
of the first message; `say` answers within 5 s or by customer-service message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from guanxi.channels import rules
from guanxi.channels.actions import contacts, conversing
from guanxi.channels.models import Contact
from guanxi.channels.queries import contacts as reads
from guanxi.core.access import Actor, Kind, system
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.models import Event

EVENTS = ("offered", "answered", "said", "held", "resumed", "transferred", "hung_up")


class Line(Protocol):
    """Commands to a line about one contact; `to`: the colleague's public id (the line knows their extension), or a team's code.

    May raise: the job tries again, so a line is told some things twice and does them once.
    """

    def offer(self, contact: Contact, to: str) -> None:
        """Ring a colleague's telephone, or mark the conversation as theirs."""

    def answer(self, contact: Contact, to: str) -> None:
        """Connect them."""

    def hold(self, contact: Contact) -> None: ...

    def resume(self, contact: Contact) -> None: ...

    def transfer(self, contact: Contact, to: str) -> None: ...

    def say(self, contact: Contact, text: str) -> None:
        """Send words; a line that only carries voice does nothing."""

    def hang_up(self, contact: Contact) -> None: ...


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing a line says; which fields matter stands in the table above. `actor`: the colleague who did it there."""

    what: str
    channel: str
    call: str
    address: str = ""
    name: str = ""
    text: str = ""
    to: str = ""
    language: str = ""
    record_id: int | None = None
    actor: Actor | None = None


_lines: dict[str, Line] = {}


def register_line(channel: str, line: Line) -> None:
    """Called by `site/wiring.py`, once per channel."""
    _lines[channel] = line


def lines() -> Mapping[str, Line]:
    return dict(_lines)


def line_for(channel: str) -> Line | None:
    """The machine of a channel; None where our own page is it, or none is set up."""
    return _lines.get(channel)


def hear(*, now: datetime, heard: Heard) -> Contact | None:
    """Do what a line says; the contact it is about, None for one nobody knows. Heard twice, or too late, changes nothing.

    Raises `Conflict`: `waiting` for what needs an answer first, `taken` when a colleague was faster; `Invalid`, `NotFound`.
    """
    doer = heard.actor or system(heard.channel)
    if heard.what == "offered":
        caller = contacts.Caller(heard.record_id, heard.name, heard.address, heard.language)
        return contacts.arrive(
            actor=doer, now=now, channel=heard.channel, caller=caller, outside=heard.call, text=heard.text
        )
    contact = reads.by_outside(heard.channel, heard.call)
    if contact is None or contact.state not in rules.OPEN:
        return contact
    try:
        _does(doer, now, contact, heard)
    except Conflict as error:
        if error.code != "over":  # else it ended in between: what the line says is old
            raise
    contact.refresh_from_db()
    return contact


def _does(doer: Actor, now: datetime, contact: Contact, heard: Heard) -> None:
    code = contact.public_id
    if heard.what == "hung_up":
        contacts.leave(actor=system(heard.channel), now=now, public_id=code)
    elif heard.what == "said":
        conversing.say(actor=doer, now=now, public_id=code, text=heard.text)
    elif heard.what in ("held", "resumed"):
        act = contacts.hold if heard.what == "held" else contacts.resume
        act(actor=doer, now=now, public_id=code)
    elif heard.what == "transferred":
        contacts.transfer(actor=doer, now=now, public_id=code, team=heard.to)
    elif heard.what == "answered" and heard.actor is not None:
        contacts.accept(actor=heard.actor, now=now, public_id=code)
    elif heard.what not in EVENTS:
        raise NotFound


COMMANDED = frozenset(
    {"contact.answered", "contact.held", "contact.resumed", "contact.returned", "contact.ended"}
)


def is_for_a_line(event: Event) -> bool:
    """Whether a line has to do something because of this event: it has a machine, and did not do it itself."""
    channel = str(event.data.get("channel", ""))
    itself = event.actor_kind == Kind.SYSTEM and event.actor_id == channel
    return event.type in COMMANDED and channel in _lines and not itself


def command(event: Event) -> bool:
    """Have the contact's line do what was decided here. False when there is nothing to do any more. May raise as the line does.

    A contact that is over by now is only hung up: an answer that comes late would ring a seat for nobody.
    """
    contact = Contact.objects.select_related("staff", "team__unit").filter(id=event.subject_id).first()
    line = line_for(contact.channel) if contact else None
    if contact is None or line is None:
        return False
    if event.type == "contact.ended":
        line.hang_up(contact)
    elif contact.state not in rules.OPEN:
        return False
    elif event.type == "contact.answered":
        line.answer(contact, contact.staff.public_id if contact.staff is not None else "")
    elif event.type == "contact.held":
        line.hold(contact)
    elif event.type == "contact.resumed":
        line.resume(contact)
    else:
        line.transfer(contact, contact.team.unit.code)
    return True
