"""The frame around every page: rail by role, presence, languages, live stream. A context processor for both engines."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from guanxi.core import live, options
from guanxi.core.access import PUBLIC, Actor, Kind
from guanxi.core.live import ticket
from guanxi.core.markup import static
from guanxi.core.models import User
from guanxi.core.notices.pages import bell_of
from guanxi.core.notices.queries import Pulse, pulse
from guanxi.core.phrases import language, pick, translator
from guanxi.engine.normalise import avatar
from guanxi.packs.cast import DEMO_PASSWORD
from guanxi.packs.install import house_pack
from guanxi.packs.loader import load
from guanxi.packs.worlds import WORLDS
from guanxi.site import help_pages, run
from guanxi.site.administration import sections
from guanxi.site.palette import record_of
from guanxi.trade.queries import market
from guanxi.work import queries as work
from guanxi.work.actions import DECLARED
from guanxi.work.models import Member


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the rail: shown to whoever has the right."""

    key: str
    label: Any
    icon: str
    url_name: str
    right: str
    chord: str  # keys pressed one after the other, "g t"
    also: tuple[str, ...] = ()  # other lists of the same room: their pages belong here too


RAIL = (
    Place("today", gettext_lazy("Today"), "sun", "today", "work.view", "g t"),
    Place("floor", gettext_lazy("Board"), "chart-dots", "floor", "work.assign", "g q"),
    Place("customers", gettext_lazy("Customers"), "users", "customers", "people.view", "g c"),
    Place("identity", gettext_lazy("Identity"), "git-merge", "identity", "people.review", "g i"),
    Place("cases", gettext_lazy("Cases"), "briefcase", "cases", "cases.view", "g a", also=("issues",)),
    Place(
        "orders",
        gettext_lazy("Orders"),
        "package",
        "orders",
        "trade.view",
        "g o",
        also=(
            "ledger",
            "returns",
            "remittances",
            "purchases",
            "holdings",
            "shops",
            "listings",
            "investments",
            "protection",
            "stages",
            "stock",
        ),
    ),
    Place("settings", gettext_lazy("Settings"), "settings", "settings", "site.settings", "g s"),
)
RAIL_MAX = 8
_FORM_FIELD = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
TONES = {
    Member.Presence.READY: "ready",
    Member.Presence.AWAY: "away",
    Member.Presence.OFFLINE: "away",
    Member.Presence.WRAP_UP: "busy",
    Member.Presence.SILENT: "away",
}


@dataclass
class Shell:
    """What the staff frame asks for; each part is read when the template gets there."""

    request: HttpRequest
    actor: Actor
    theme: str = "auto"
    languages: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def member(self) -> Member | None:
        return work.member_of(self.actor)

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        return [
            {
                "key": place.key,
                "chord": place.chord,
                "label": place.label,
                "icon": place.icon,
                "url": reverse(place.url_name),
                "count": self.member.open if place.key == "today" and self.member else 0,
                "current": any(map(self._is_at, (place.url_name, *place.also))),
            }
            for place in RAIL
            if self._may_go(place)
        ][:RAIL_MAX]

    def _is_at(self, url_name: str) -> bool:
        return self.request.path.startswith(reverse(url_name))

    def _may_go(self, place: Place) -> bool:
        """Settings has pages for auditors and others too."""
        return sections.opens_any(self.actor) if place.key == "settings" else self.actor.may(place.right)

    @property
    def user_name(self) -> str:
        return self.actor.name

    @property
    def user_initials(self) -> str:
        return avatar(self.actor.name)

    @cached_property
    def team(self) -> str:
        return pick(self.member.team.unit.name) if self.member else ""

    @cached_property
    def presence(self) -> dict[str, Any] | None:
        member = self.member
        if member is None:
            return None
        return {
            "label": member.get_presence_display(),
            "tone": TONES[Member.Presence(member.presence)],
            "loads": [
                gettext("in hand %(open)s/%(capacity)s") % {"open": member.open, "capacity": member.capacity}
            ],
            "url": reverse("presence"),
            "heartbeat_url": reverse("beat"),
            "choices": [
                {"code": code, "label": label, "current": code == member.presence}
                for code, label in Member.Presence.choices
                if code in DECLARED
            ],
        }

    @cached_property
    def run(self) -> dict[str, Any] | None:
        """The foot of the page while its reader goes through their work."""
        return run.bar(self.request, self.actor, self.member) if run.running(self.request) else None

    @cached_property
    def live_url(self) -> str:
        return live_url(self.request)

    @property
    def me(self) -> str:
        """Whose recent records the browser keeps."""
        return self.actor.id

    @property
    def topic(self) -> str:
        """What concerns this person alone: their notices."""
        return own_topic(self.actor)

    @cached_property
    def bell(self) -> dict[str, Any]:
        return bell_of(self.pulse.unread)

    @cached_property
    def pulse(self) -> Pulse:
        return _pulse(self.request)

    @cached_property
    def record(self) -> str:
        """The address of the record this page shows, to be remembered as recent."""
        match = self.request.resolver_match
        return record_of(self.request.path, match.kwargs) if match else ""

    @cached_property
    def help_topic(self) -> str:
        match = self.request.resolver_match
        return help_pages.topic_of((match.url_name or "") if match else "", self.request.path)

    @cached_property
    def seat(self) -> str:
        """Permission to be seen at this page by colleagues; "" where nobody is shown."""
        subject = getattr(self.request, "here", None)
        if subject is None or self.actor.kind is not Kind.STAFF:
            return ""
        actor = self.actor
        where = live.here_topic(*subject)
        return live.seat(live.Seat(where, actor.id, actor.name, self.user_initials, actor.stamp))

    @property
    def here_url(self) -> str:
        return f"{settings.LIVE_URL}/here"

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        """The pages beside a page of Settings; none elsewhere and on the map itself."""
        home = reverse("settings")
        path = self.request.path
        return sections.visible(self.actor, path) if path.startswith(home) and path != home else []

    @property
    def search(self) -> dict[str, str]:
        return {"url": reverse("search"), "text": self.request.GET.get("q", "")}


def own_topic(actor: Actor) -> str:
    """What is told to one member of staff alone."""
    return live.topic("user", actor.user_id) if actor.kind is Kind.STAFF and actor.user_id else ""


def _pulse(request: HttpRequest) -> Pulse:
    """As it was when the request came in (`middleware.Stream`); read now for a form that is shown again."""
    if not hasattr(request, "pulse"):
        request.pulse = pulse(getattr(request, "actor", PUBLIC))  # type: ignore[attr-defined]
    found: Pulse = request.pulse  # type: ignore[attr-defined]
    return found


def live_url(request: HttpRequest) -> str:
    """The live stream's address with a ticket for the topics of this page; "" when the page hears nothing."""
    topics = [*getattr(request, "topics", ())]
    actor: Actor = getattr(request, "actor", PUBLIC)
    if actor.kind is Kind.STAFF:
        here = getattr(request, "here", None)
        topics += [own_topic(actor), live.doer(actor.id), *([live.here_topic(*here)] if here else [])]
    if not topics:
        return ""
    # Of a member of staff it holds while they stand as they do now: whoever is shut out hears nothing more.
    person = actor.id if actor.kind is Kind.STAFF else ""
    signed = ticket(topics, person=person, stamp=actor.stamp)
    # From the head as it was before the page read anything: what happens until it listens is not missed.
    return f"{settings.LIVE_URL}?ticket={signed}&after={_pulse(request).head}"


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything the frames ask for. Lazy where it costs a statement."""
    actor: Actor = getattr(request, "actor", PUBLIC)
    languages = _languages()
    return {
        "_": translator(),
        **_form_token(request),
        "shell": SimpleLazyObject(lambda: Shell(request, actor, languages=languages)),
        "languages": languages,
        "live_url": SimpleLazyObject(lambda: live_url(request)),
        "place": SimpleLazyObject(lambda: options.text(f"house.name_{'en' if language() == 'en' else 'zh'}")),
        "signed_in": _signed_in(actor),
        "has_market": SimpleLazyObject(market.has_market),
        "messages": SimpleLazyObject(
            lambda: [{"text": str(m), "tone": m.level_tag} for m in messages.get_messages(request)]
        ),
        "demo": settings.DEMO,
        "demo_accounts": SimpleLazyObject(_demo_accounts),
        "icons_url": SimpleLazyObject(lambda: static("vendor/icons.svg")),
    }


def _form_token(request: HttpRequest) -> dict[str, Any]:
    """Django masks the token anew for every form of a page; once a page is as safe and costs a tenth."""
    token = SimpleLazyObject(lambda: get_token(request))
    field = SimpleLazyObject(lambda: format_html(_FORM_FIELD, token))
    return {"csrf_token": token, "csrf_input": field}


def _demo_accounts() -> list[dict[str, str]]:
    """One sign-in for each role of the demo world, while its accounts are open; read by the sign-in page alone."""
    if not settings.DEMO:
        return []
    pack = house_pack()
    cast = WORLDS[pack].CAST if pack in WORLDS else ()
    first = {part.role: part for part in reversed(cast)}
    is_open = set(
        User.objects.filter(username__in=[part.username for part in cast], is_active=True).values_list(
            "username", flat=True
        )
    )
    roles = {role.code: pick(dict(role.name)) for role in load(pack).roles}
    return [
        {
            "name": part.name,
            "login": part.username,
            "password": DEMO_PASSWORD,
            "note": roles.get(part.role, part.role),
            "initials": avatar(part.name),
            "lang": "zh-Hans" if not part.name.isascii() else "en",
        }
        for part in cast
        if part.username in is_open and first[part.role] is part
    ]


def _languages() -> list[dict[str, Any]]:
    english = language() == "en"
    return [
        {"code": "zh-hans", "label": "简体中文", "short": "中", "current": not english},
        {"code": "en", "label": "English", "short": "EN", "current": english},
    ]


def _signed_in(actor: Actor) -> dict[str, str] | None:
    if actor.kind is not Kind.CUSTOMER:
        return None
    return {"name": actor.name, "home_url": reverse("my_home"), "sign_out_url": reverse("my_sign_out")}
