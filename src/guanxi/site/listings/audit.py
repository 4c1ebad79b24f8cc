"""The list of events: the audit trail."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from guanxi.core import audit, effective, timeline
from guanxi.core.access import Actor
from guanxi.core.access import Kind as ActorKind
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View, registered
from guanxi.core.models import Event, User
from guanxi.site.things import kind_words

PEOPLE_MAX = 500  # offered as a filter


def _name_actors(actor: Actor, found: Sequence[Any]) -> None:
    """Names of the people who acted, in one statement."""
    people = {one.actor_id for one in found if one.actor_kind == ActorKind.STAFF}
    names = dict(User.objects.filter(public_id__in=people).values_list("public_id", "name"))
    for one in found:
        one.who = who(one.actor_kind, one.actor_id, names)


def who(kind: str, public_id: str, names: Mapping[str, str]) -> str:
    """An actor in words."""
    if kind == ActorKind.STAFF:
        return names.get(public_id) or public_id
    named = {
        ActorKind.CUSTOMER: gettext("customer"),
        ActorKind.LINK: gettext("signed link"),
        ActorKind.TOKEN: gettext("API token"),
        ActorKind.SYSTEM: gettext("by itself"),
        ActorKind.PUBLIC: gettext("visitor"),
    }
    word = named.get(ActorKind(kind), kind) if kind in set(ActorKind) else kind
    return f"{word} {public_id}".strip()


def about(event: Event) -> str:
    """What an event is about: its kind and the public code it carries."""
    data = event.data
    named = ("number", event.subject_kind, "user", "case", "run")
    code = next((str(data[name]) for name in named if data.get(name)), "")
    told = f"{kind_words(event.subject_kind)} {code}".strip()
    return f"{told} · {held_words(data)}" if event.subject_kind == "export" else told


def held_words(data: Mapping[str, Any]) -> str:
    """What an export held: "Customers: 1,240 rows"."""
    known = registered().get(str(data.get("list", "")))
    count = int(data.get("count", 0))
    rows = ngettext("%(n)s row", "%(n)s rows", count) % {"n": f"{count:,}"}
    return f"{known.title}: {rows}" if known else rows


def _find_events(actor: Actor, text: str, limit: int, candidates: Candidates) -> Sequence[int]:
    """By number in the chain, or everything about a case, customer, order or member of staff, newest first."""
    events = audit.list_events(actor)
    if text.isascii() and text.isdecimal() and len(text) < 19:
        numbered = list(events.filter(seq=int(text)).values_list("id", flat=True))
        if numbered:
            return numbered
    wanted = Q(pk__in=[])
    for thing in effective.things().values():
        key = thing.find(text)
        if key is not None:
            wanted |= Q(subject_id__in=thing.together(key))
            if thing.code == "customer":
                wanted |= Q(record_id__in=thing.together(key))
    for user in User.objects.filter(Q(username__iexact=text) | Q(public_id__iexact=text) | Q(name=text))[:5]:
        wanted |= Q(subject_id=user.id) | Q(actor_id=user.public_id)
    return list(events.filter(wanted).order_by("-recorded", "-id").values_list("id", flat=True)[:limit])


def _people(actor: Actor) -> Choices:
    found = User.objects.order_by("name").values_list("public_id", "name")[:PEOPLE_MAX]
    return [*found, ("worker", gettext("by itself: worker"))]


def _types(actor: Actor) -> Choices:
    known = timeline.registered().values()
    return sorted(((one.code, f"{one.words} ({one.code})") for one in known), key=lambda pair: pair[1])


_HOUSE_TYPES = (
    "role.added", "role.changed", "setting.changed", "staff.added", "staff.changed", "staff.disabled", "staff.enabled",
    "staff.granted", "staff.revoked", "staff.sign_in_reset", "unit.added", "unit.closed", "unit.moved", "unit.renamed",
)  # fmt: skip

AUDIT = Listing(
    code="audit",
    title=_("Audit trail"),
    right=audit.RIGHT,
    query=audit.list_events,
    order="-recorded",
    key=lambda event: str(event.seq),
    key_path="seq",
    url=lambda event: reverse("settings_event", args=[event.seq]),
    url_name="settings_audit",
    find=_find_events,
    apart=True,
    prepare=_name_actors,
    icon="history",
    empty=_("Every action leaves an event here, for ever."),
    views=(
        View("today", _("Today"), "recorded=today"),
        View("settings", _("Settings and rights"), f"type={','.join(_HOUSE_TYPES)}"),
        View("left", _("Left the house"), "type=list.downloaded"),
        View("deleted", _("Deletions"), "type=retention.swept"),
    ),
    columns=(
        Column(
            code="what",
            title=_("Event"),
            value=lambda actor, event: str(timeline.describe(event.type).words),
            shape="title",
            cell=lambda actor, event: {
                "title": str(timeline.describe(event.type).words),
                "sub": f"{event.type} #{event.seq:,}",
                "icon": timeline.describe(event.type).icon,
            },
        ),
        Column(
            code="type",
            title=_("Type"),
            value=lambda actor, event: event.type,
            kind=Kind.CHOICE,
            path="type",
            sorts=False,
            choices=_types,
            shown=False,
        ),
        Column(
            code="who",
            title=_("Who"),
            value=lambda actor, event: event.who,
            kind=Kind.CHOICE,
            path="actor_id",
            sorts=False,
            choices=_people,
        ),
        Column(
            code="about",
            title=_("About"),
            value=lambda actor, event: about(event),
        ),
        Column(
            code="recorded",
            title=_("When"),
            value=lambda actor, event: event.recorded,
            kind=Kind.MOMENT,
            path="recorded",
        ),
        Column(
            code="occurred",
            title=_("Happened"),
            value=lambda actor, event: event.occurred,
            kind=Kind.MOMENT,
            shown=False,
        ),
        Column(
            code="seq", title=_("Number"), value=lambda actor, event: event.seq, kind=Kind.NUMBER, path="seq",
            shown=False,
        ),
    ),
)  # fmt: skip
