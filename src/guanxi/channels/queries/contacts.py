"""Every read of live contacts: one, what waits, what was said, what they are called in queues."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.channels import rules
from guanxi.channels.models import Contact, Message
from guanxi.channels.words import CHANNELS, ICONS
from guanxi.core import files, staff
from guanxi.core.access import Actor
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.models import File, User
from guanxi.engine.normalise import mask
from guanxi.work import queries as work
from guanxi.work.models import Member, WorkItem
from guanxi.work.rules import opening

KIND = "contact"
LINES_MAX = 500
SWEPT_AT_ONCE = 200


def get_contact(actor: Actor, public_id: str) -> Contact:
    """One visible contact with whose it is. Raises `NotFound`."""
    found: Contact | None = list_contacts(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def list_contacts(actor: Actor) -> QuerySet[Contact]:
    """Visible contacts, in no order."""
    found: QuerySet[Contact] = Contact.objects.visible_to(actor)
    return found.select_related("record__customer", "staff", "team__unit")


def list_open(actor: Actor, channel: str = "") -> QuerySet[Contact]:
    """Visible contacts that wait or talk, the longest there first."""
    found = list_contacts(actor).filter(state__in=rules.OPEN)
    return (found.filter(channel=channel) if channel else found).order_by("arrived", "id")


def by_outside(channel: str, outside: str) -> Contact | None:
    """The contact the other side calls so."""
    return Contact.objects.filter(channel=channel, outside=outside).first() if outside else None


def colleague(public_id: str) -> Actor:
    """The member of staff a line names, with their rights. Raises `Invalid`."""
    user = User.objects.filter(public_id=public_id, is_active=True).first()
    if user is None:
        raise Invalid(fields={"staff": _("Nobody of our staff has this code.")})
    return staff.actor_of(user)


def may_see(actor: Actor, contact_id: int) -> bool:
    """Whether this actor may see a contact, and so the files sent in it."""
    return bool(Contact.objects.visible_to(actor).filter(id=contact_id).exists())


def files_of(contact: Contact) -> list[File]:
    """What was sent in it, oldest first; the caller has been allowed to see the contact."""
    return files.list_on((KIND, contact.id))


def lines_of(contact: Contact, after: int = 0) -> list[Message]:
    """What was said, oldest first; the caller has been allowed to see the contact. `after`: only what has a greater key."""
    found = Message.objects.filter(subject_kind=KIND, subject_id=contact.id, id__gt=after)
    return list(found.order_by("created", "id")[:LINES_MAX])


def last_line(contact: Contact) -> Message | None:
    found = Message.objects.filter(subject_kind=KIND, subject_id=contact.id)
    return found.order_by("-created", "-id").first()


def count_lines(contact: Contact) -> int:
    return Message.objects.filter(subject_kind=KIND, subject_id=contact.id).count()


def item_of(contact: Contact) -> WorkItem | None:
    """The open work of a contact."""
    return work.open_item((KIND, contact.id), rules.work_kind(contact.channel))


def place_of(contact: Contact) -> int:
    """How many of the same channel and team are answered first; 0 is next."""
    ahead = Contact.objects.filter(state=Contact.State.WAITING, team=contact.team_id, channel=contact.channel)
    return ahead.filter(
        Q(arrived__lt=contact.arrived) | Q(arrived=contact.arrived, id__lt=contact.id)
    ).count()


def team_for(channel: str) -> work.TeamFacts:
    """The team that answers this channel: the one that names it, else whoever answers cases. Raises `NotFound`."""
    try:
        return work.team_for(rules.work_kind(channel))
    except NotFound:
        return work.team_for("case.answer")


def seats_on_duty(team_id: int, channel: str) -> int:
    """How many of a team are here and take this channel, free or not."""
    room = {f"{rules.lane(channel)}_capacity__gt": 0}
    here = (Member.Presence.READY, Member.Presence.WRAP_UP)
    return Member.objects.filter(team=team_id, presence__in=here, user__is_active=True, **room).count()


def is_open(team: work.TeamFacts, channel: str, now: datetime) -> bool:
    """Whether somebody who comes now is answered: within the team's hours, and somebody is on duty."""
    return opening(team.calendar, now).is_open and seats_on_duty(team.id, channel) > 0


def left_alone(now: datetime, silence: timedelta) -> list[int]:
    """Contacts whose colleague has not been heard of for `silence`, though they should be talking."""
    gone = Q(staff__member__heartbeat__lt=now - silence) | Q(staff__isnull=True)
    found = Contact.objects.filter(gone, state__in=rules.TALKING)
    return list(found.order_by("id").values_list("id", flat=True)[:SWEPT_AT_ONCE])


def given_up(now: datetime) -> list[int]:
    """Contacts that wait and whose page has not been heard of."""
    silent = now - timedelta(seconds=rules.GONE_S)
    found = Contact.objects.filter(state=Contact.State.WAITING, seen__lt=silent)
    return list(found.order_by("id").values_list("id", flat=True)[:SWEPT_AT_ONCE])


def shown_name(actor: Actor, contact: Contact) -> str:
    """Who it is, as far as this reader may know: the record's name, what they say, their address (masked), else unknown."""
    if contact.record is not None and contact.record.name:
        return contact.record.name
    return contact.name or shown_address(actor, contact) or str(_("Somebody unknown"))


def shown_address(actor: Actor, contact: Contact) -> str:
    """The address they came from, masked for whoever may not read addresses."""
    if not contact.address or actor.may("people.contacts"):
        return contact.address
    return mask("email" if "@" in contact.address else "phone", contact.address)


def of_unknown(before: datetime) -> QuerySet[Contact]:
    """Contacts over before then, of people we do not know, of which no case was made and whose words still stand."""
    found = Contact.objects.filter(record=None, erased=False, became_case=False, ended__lt=before)
    return found.exclude(outcome="case")


# -- as subjects of work ------------------------------------------------------------------------------------

_pages: dict[str, str] = {}


def register_page(channel: str, url_name: str) -> None:
    """Where staff talk on a channel: the name of an address with the contact's code."""
    _pages[channel] = url_name


def url_of(contact: Contact) -> str:
    """The page where staff talk with them; their customer's where the channel has none."""
    if (name := _pages.get(contact.channel)) is not None:
        return reverse(name, args=[contact.public_id])
    if contact.record is not None:
        return reverse("customer", args=[contact.record.customer.public_id])
    return reverse("today")


def describe(actor: Actor, ids: Sequence[int]) -> Mapping[int, work.SubjectView]:
    """Contacts as subjects of work, for queues and offers."""
    found = list(list_contacts(actor).filter(id__in=ids))
    first = _first_words([one.id for one in found])
    return {
        one.id: work.SubjectView(
            title=first.get(one.id)
            or str(CHANNELS.get(one.channel, one.channel)),  # nothing is written in a call
            who=shown_name(actor, one),
            url=url_of(one),
            icon=ICONS.get(one.channel, "message-2"),
            channel=str(CHANNELS.get(one.channel, one.channel)),
            words=first.get(one.id, ""),
        )
        for one in found
    }


def _first_words(ids: Sequence[int]) -> dict[int, str]:
    said = Message.objects.filter(subject_kind=KIND, subject_id__in=ids, direction=Message.Direction.IN)
    rows = said.order_by("-created", "-id").values_list("subject_id", "body")
    return {key: body[:200] for key, body in rows if key is not None}
