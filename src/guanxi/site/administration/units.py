"""The tree of units: adding, renaming, moving, closing; who works where, how much they carry, what they speak."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, organisation, words
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.http import Request, form_key, page, text_of
from guanxi.core.models import Unit
from guanxi.core.phrases import pick
from guanxi.site.administration.forms import act
from guanxi.site.administration.people import team_choices
from guanxi.site.administration.trail import recent
from guanxi.site.listings import LANGUAGES
from guanxi.work import actions as work
from guanxi.work.models import Member, Team

Errors = dict[str, Any]


@require_safe
def units(request: Request) -> HttpResponse:
    """The whole tree with people, capacity and load of each team."""
    request.actor.require(organisation.RIGHT)
    return _tree(request, {})


def _tree(request: Request, errors: Errors) -> HttpResponse:
    members: dict[int, list[Member]] = {}
    for member in Member.objects.select_related("user").filter(user__is_active=True):
        members.setdefault(member.team_id, []).append(member)
    teams = set(Team.objects.values_list("unit_id", flat=True))
    context = {
        "rows": [_row(unit, members.get(unit.id, []), unit.id in teams) for unit in organisation.tree()],
        "kinds": [(code, str(label)) for code, label in Unit.Kind.choices],
        "units": organisation.choices(),
        "teams": team_choices(),
        "errors": errors,
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "site/settings/units.html", context, status=422 if errors else 200)


def _row(unit: Unit, members: list[Member], works: bool) -> dict[str, Any]:
    return {
        "name": pick(unit.name) or unit.code,
        "code": unit.code,
        "kind": unit.get_kind_display(),
        "depth": organisation.depth(unit),
        "url": reverse("settings_unit", args=[unit.code]),
        "people": len(members),
        "capacity": sum(one.capacity for one in members),
        "open": sum(one.open for one in members),
        "speaks": ", ".join(
            str(LANGUAGES[code]) for code in LANGUAGES if any(code in one.languages for one in members)
        ),
        "works": works,
    }


@require_POST
def add(request: Request) -> HttpResponse:
    """One more unit; a team starts with the hours of another team."""
    request.actor.require(organisation.RIGHT)

    def effect() -> str:
        return reverse("settings_unit", args=[_add(request, request.actor).code])

    return act(request, effect=effect, again=lambda errors: _tree(request, errors), told=_("Added."))


@action
def _add(request: Request, actor: Actor) -> Unit:
    parent = text_of(request, "parent", most=60)
    kind = text_of(request, "kind", most=12)
    unit = organisation.add_unit(
        actor=actor,
        now=clock.now(),
        code=text_of(request, "code", most=60),
        kind=kind,
        name_zh=text_of(request, "name_zh", most=80),
        name_en=text_of(request, "name_en", most=80),
        parent=organisation.get_unit(parent) if parent else None,
    )
    if kind == Unit.Kind.TEAM:
        like = Team.objects.filter(unit__code=text_of(request, "like", most=60)).first()
        if like is None:
            raise Invalid(fields={"like": _("Choose the team whose hours it begins with.")})
        work.add_team(actor=actor, now=clock.now(), unit=unit, like=like)
    return unit


@require_safe
def unit(request: Request, code: str) -> HttpResponse:
    """One unit: its people, and what can be done with it."""
    request.actor.require(organisation.RIGHT)
    return _show(request, organisation.get_unit(code), {})


def _show(request: Request, found: Unit, errors: Errors, form: str = "") -> HttpResponse:
    members = Member.objects.select_related("user").filter(team_id=found.id).order_by("user__name")
    held = organisation.holds(found)
    context = {
        "unit": found,
        "kind": found.get_kind_display(),
        "line": [
            {"name": pick(one.name) or one.code, "url": reverse("settings_unit", args=[one.code])}
            for one in _line(found)
        ],
        "members": [
            {
                "name": one.user.name or one.user.username,
                "url": reverse("settings_user", args=[one.user.public_id]),
                "presence": one.get_presence_display(),
                "open": one.open,
                "capacity": one.capacity,
                "speaks": ", ".join(str(LANGUAGES.get(code, code)) for code in one.languages),
                "out": not one.user.is_active,
            }
            for one in members
        ],
        "is_team": found.kind == Unit.Kind.TEAM,
        "calendar_url": reverse("settings_calendar", args=[found.code])
        if Team.objects.filter(unit=found).exists()
        else "",
        "branch_url": reverse("settings_branch", args=[found.code]) if found.kind == Unit.Kind.BRANCH else "",
        "places": [one for one in organisation.choices() if one[0] != found.code],
        "parent": found.parent.code if found.parent else "",
        "held": [{"words": words.say(f"rows.{one.kind}"), "count": one.count} for one in held],
        "history": recent(request.actor, ("unit", found.id)),
        "errors": errors,
        "form": form,
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "site/settings/unit.html", context, status=422 if errors else 200)


def _line(found: Unit) -> list[Unit]:
    """The units above, from the root."""
    ids = [int(part) for part in found.path.strip("/").split("/")][:-1]
    known = Unit.objects.in_bulk(ids)
    return [known[one] for one in ids if one in known]


@require_POST
def do(request: Request, code: str, verb: str) -> HttpResponse:
    """Rename, move or close one unit."""
    request.actor.require(organisation.RIGHT)
    verbs = {
        "rename": (_rename, _("Saved.")),
        "move": (_move, _("Moved, with everything below it. Rights follow from the next click on.")),
        "close": (_close, _("Closed.")),
    }
    if verb not in verbs:
        raise NotFound
    found = organisation.get_unit(code)
    effect, told = verbs[verb]
    return act(
        request,
        effect=lambda: effect(request, request.actor, found),
        again=lambda errors: _show(request, found, errors, verb),
        told=told,
    )


def _rename(request: Request, actor: Actor, found: Unit) -> str:
    organisation.rename_unit(
        actor=actor,
        now=clock.now(),
        unit=found,
        name_zh=text_of(request, "name_zh", most=80),
        name_en=text_of(request, "name_en", most=80),
    )
    return reverse("settings_unit", args=[found.code])


def _move(request: Request, actor: Actor, found: Unit) -> str:
    below = organisation.find_unit(text_of(request, "parent", most=60), field="parent")
    organisation.move_unit(actor=actor, now=clock.now(), unit=found, parent=below)
    return reverse("settings_unit", args=[found.code])


def _close(request: Request, actor: Actor, found: Unit) -> str:
    named = {one.kind: words.say(f"rows.{one.kind}") for one in organisation.holds(found)}
    organisation.close_unit(actor=actor, now=clock.now(), unit=found, words=named)
    return reverse("settings_units")
