"""Effective rights: what can Li see, and why; and the other way round, who can see this."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.core import access, audit, clock, effective, roles, staff
from guanxi.core.access import Reach
from guanxi.core.effective import Grant, Judged, Source, Thing, Tree
from guanxi.core.errors import Denied, NotFound, SignInNeeded
from guanxi.core.http import Request, page
from guanxi.core.models import ApiToken, User
from guanxi.core.phrases import pick, sentence
from guanxi.core.words import known, say
from guanxi.site.things import MASKS

PEOPLE_MAX = 2_000


def _require(request: Request) -> None:
    """Administrators and auditors."""
    if not (request.actor.may(staff.RIGHT) or request.actor.may(audit.RIGHT)):
        raise SignInNeeded if request.actor.kind is access.Kind.PUBLIC else Denied(code="denied")


@require_safe
def rights(request: Request) -> HttpResponse:
    """Pick a person, a thing, or both."""
    _require(request)
    who = request.GET.get("who", "").strip()
    code, number = request.GET.get("thing", "case"), request.GET.get("number", "").strip()
    found, person_missing = _person(who)
    thing = effective.things().get(code)
    row, row_missing = _row(thing, number)
    tree = effective.read_tree()
    context = {
        "who": who,
        "thing": code,
        "number": number,
        "people": _people(),
        "things": [(one.code, str(one.title)) for one in effective.things().values()],
        "missing": [*person_missing, *row_missing],
        "person": _portrait(found, tree) if found else None,
        "about": _about(thing, row) if thing and row else None,
        "verdict": None,
        "seen_by": None,
    }
    if thing and row:
        facts = thing.facts(row.pk)
        if found:
            grants = effective.read_grants([found.id]).get(found.id, [])
            context["verdict"] = _verdict(effective.judge(thing, facts, found, grants, tree), tree)
        else:
            context["seen_by"] = _seen_by(thing, row)
    return page(request, "site/settings/rights.html", context)


def _people() -> list[tuple[str, str]]:
    found = User.objects.order_by("name", "username")[:PEOPLE_MAX]
    return [(one.public_id, f"{one.name or one.username} ({one.username})") for one in found]


def _person(who: str) -> tuple[User | None, list[str]]:
    if not who:
        return None, []
    found = User.objects.filter(public_id=who).first() or User.objects.filter(username__iexact=who).first()
    return found, [] if found else [_("There is no member of staff “%(who)s”.") % {"who": who[:60]}]


def _row(thing: Thing | None, number: str) -> tuple[Any, list[str]]:
    if not thing or not number:
        return None, []
    try:
        return thing.get(number), []
    except NotFound:
        return None, [
            _("There is no %(thing)s %(number)s.")
            % {"thing": str(thing.title).lower(), "number": number[:60]}
        ]


def _about(thing: Thing, row: Any) -> dict[str, Any]:
    return {"title": thing.title, "name": thing.name(row), "url": thing.url(row)}


def _verdict(judged: Judged, tree: Tree) -> dict[str, Any]:
    return {
        "visible": judged.visible,
        "lines": [{"text": sentence(fact), "yes": bool(fact.weight)} for fact in judged.explanation.facts],
        "rule": judged.explanation.rule,
        "name": (judged.user.name or judged.user.username) if judged.user else "",
    }


def _seen_by(thing: Thing, row: Any) -> dict[str, Any]:
    judged = effective.who_sees(thing, row.pk, clock.now())
    shown = [_machine(one, one.token) if one.token else _member(one, thing, row) for one in judged]
    return {
        "see": [one for one in shown if one["visible"]],
        "blind": [one for one in shown if not one["visible"]],
    }


def _member(one: Judged, thing: Thing, row: Any) -> dict[str, Any]:
    name, unit, code = "", "", ""
    if one.user:
        name, code = one.user.name or one.user.username, one.user.public_id
        unit = pick(one.user.unit.name) if one.user.unit else ""
    return {
        "name": name,
        "beside": unit,
        "lines": [sentence(fact) for fact in one.explanation.facts[1:]],
        "url": f"{reverse('settings_rights')}?who={code}&thing={thing.code}&number={thing.name(row)}",
        "visible": one.visible,
        "token": False,
    }


def _machine(one: Judged, token: ApiToken) -> dict[str, Any]:
    """A token: what it is called, whose it is, and the way to end it."""
    owner = (
        _("acts for %(name)s") % {"name": one.user.name or one.user.username} if one.user else _("the house")
    )
    return {
        "name": token.name,
        "beside": f"…{token.tail} · {owner}" if token.tail else owner,
        "lines": [sentence(fact) for fact in one.explanation.facts[1:]],
        "url": reverse("tokens"),
        "visible": one.visible,
        "token": True,
    }


def _portrait(found: User, tree: Tree) -> dict[str, Any]:
    """Every declared right of one person: reach with units named, where it comes from, and what is masked."""
    grants = effective.read_grants([found.id]).get(found.id, []) if found.is_active else []
    sources = effective.sources_of(grants, tree)
    rooms = [
        {
            "title": say(f"room.{room.code}") if known(f"room.{room.code}") else room.code,
            "rights": [_effective(right, sources.get(right.name, []), tree) for right in room.rights],
        }
        for room in roles.by_room()
    ]
    return {
        "name": found.name or found.username,
        "url": reverse("settings_user", args=[found.public_id]),
        "active": found.is_active,
        "rooms": rooms,
        "count": sum(bool(sources.get(right.name)) for room in roles.by_room() for right in room.rights),
        "of": len(access.declared()),
        "masks": [words for right, words in MASKS.items() if not sources.get(right)],
        "roles": [_held(one, tree) for one in grants],
    }


def _held(grant: Grant, tree: Tree) -> str:
    role = pick(dict(grant.role_name)) or grant.role
    if grant.unit_id is None:
        return role
    return _("%(role)s at %(unit)s") % {"role": role, "unit": effective.unit_name(tree, grant.unit_id)}


def _effective(right: access.Right, sources: Sequence[Source], tree: Tree) -> dict[str, Any]:
    reach = effective.together(sources)
    return {
        "name": right.name,
        "words": right.words,
        "held": bool(reach),
        "reach": _reach_words(reach, tree),
        "from": [
            _("%(grant)s: %(scope)s") % {"grant": _held(one.grant, tree), "scope": say(f"scope.{one.scope}")}
            for one in sources
        ],
    }


def _reach_words(reach: Reach, tree: Tree) -> str:
    if reach.everything:
        return _("everything")
    if reach.units:
        return effective.unit_names(tree, reach.units)
    return _("their own") if reach.own else ""
