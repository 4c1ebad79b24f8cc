"""The house: its settings with history, what the machine was started with, and the pack it runs on."""

import os
import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi import __version__
from guanxi.cases import rules as procedure
from guanxi.cases.words import IF_NOBODY_ACTS_STAFF, STEPS, VERBS
from guanxi.core import clock, options, retention
from guanxi.core.access import Kind as ActorKind
from guanxi.core.access import declared
from guanxi.core.errors import Denied, NotFound, SignInNeeded
from guanxi.core.http import Request, form_key, page, text_of
from guanxi.core.models import Role, Unit, User
from guanxi.core.options import Kind, Option, Value
from guanxi.core.phrases import pick
from guanxi.core.words import say
from guanxi.packs.install import house_pack
from guanxi.packs.loader import Pack, load
from guanxi.site.administration.forms import act
from guanxi.site.house_settings import GROUPS
from guanxi.site.listings import who
from guanxi.site.templating import num
from guanxi.trade.models import Product

RIGHT = options.RIGHT
_SECRET = re.compile("SECRET|PASSWORD|TOKEN|KEY", re.IGNORECASE)


def _require(request: Request) -> None:
    if not (request.actor.may(RIGHT) or request.actor.may(retention.RIGHT)):
        raise SignInNeeded if request.actor.kind is ActorKind.PUBLIC else Denied(code="denied")


def value_words(option: Option, value: Value) -> str:
    """A value with its unit, as people say it."""
    if option.kind is Kind.FLAG:
        return _("on") if value else _("off")
    if option.kind is Kind.NUMBER:
        if option.never and not value:
            return str(option.never)
        return f"{num(int(value))} {option.unit}".strip()
    return str(value)


def _line(request: Request, option: Option) -> dict[str, Any]:
    value = options.value(option.code)
    return {
        "code": option.code,
        "title": option.title,
        "hint": option.hint,
        "value": value_words(option, value),
        "changed": value != option.given,
        "url": reverse("settings_option", args=[option.code]),
        "may": request.actor.may(option.right),
    }


@require_safe
def all_options(request: Request) -> HttpResponse:
    """Every setting by group."""
    _require(request)
    groups = [
        {
            "title": title,
            "options": [_line(request, one) for one in options.declared().values() if one.group == code],
        }
        for code, title in GROUPS.items()
    ]
    return page(request, "site/settings/options.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
def option(request: Request, code: str) -> HttpResponse:
    """One setting: what it is, the form, and its history."""
    _require(request)
    found = options.option(code)
    if request.method != "POST":
        return _show(request, found, {})

    def effect() -> str:
        options.change(
            actor=request.actor,
            now=clock.now(),
            code=code,
            text=text_of(request, "value", most=400),
            why=text_of(request, "why", most=200),
        )
        return reverse("settings_option", args=[code])

    return act(
        request,
        effect=effect,
        again=lambda errors: _show(request, found, errors),
        told=_("Saved. Every process knows it within a few seconds."),
    )


def _show(request: Request, found: Option, errors: dict[str, Any]) -> HttpResponse:
    history = options.history(found.code)
    people = {one.actor_id for one in history}
    names = dict(User.objects.filter(public_id__in=people).values_list("public_id", "name"))
    value = options.value(found.code)
    context = {
        "option": found,
        "line": _line(request, found),
        "group": GROUPS[found.group],
        "default": value_words(found, found.given),
        "raw": request.POST.get("value", "")
        if errors
        else ("1" if value is True else "" if value is False else value),
        "why": request.POST.get("why", "") if errors else "",
        "history": [
            {
                "event": one.event,
                "who": names.get(one.actor_id) or who("system", one.actor_id, names),
                "at": one.at,
                "before": value_words(found, one.before),
                "after": value_words(found, one.after),
                "why": one.why,
                "back": one.before != value,
            }
            for one in history
        ],
        "errors": errors,
        "key": form_key(),
        "kinds": Kind,
    }
    return page(request, "site/settings/option.html", context, status=422 if errors else 200)


@require_POST
def option_back(request: Request, code: str) -> HttpResponse:
    """Back to what it was before one of its changes."""
    _require(request)
    found = options.option(code)
    given = request.POST.get("event", "")
    if not given.isascii() or not given.isdecimal() or len(given) > 19:
        raise NotFound

    def effect() -> str:
        why = text_of(request, "why", most=200) or _("Taken back")
        options.go_back(actor=request.actor, now=clock.now(), code=code, event=int(given), why=why)
        return reverse("settings_option", args=[code])

    return act(
        request,
        effect=effect,
        again=lambda errors: _show(request, found, errors),
        told=_("As it was before."),
    )


@require_safe
def environment(request: Request) -> HttpResponse:
    """What the machine was started with; secrets only as set or not."""
    request.actor.require(RIGHT)
    facts = [
        (_("Version"), __version__),
        (_("Database"), _database()),
        (_("Folder for data"), str(settings.GUANXI_HOME)),
        (_("Address"), settings.BASE_URL),
        (_("Live stream"), settings.LIVE_URL),
        (_("Pack"), house_pack()),
        (_("Language"), settings.LANGUAGE_CODE),
        (_("Time zone"), settings.TIME_ZONE),
        (_("Outgoing mail"), _mail()),
        (_("Sender"), settings.DEFAULT_FROM_EMAIL),
        (_("Demo helps"), _("on") if settings.DEMO else _("off")),
    ]
    context = {"facts": facts, "variables": _variables()}
    return page(request, "site/settings/environment.html", context)


def _database() -> str:
    stated = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        return f"SQLite, {stated['NAME']}"
    return f"PostgreSQL, {stated['HOST'] or 'localhost'}:{stated['PORT'] or 5432}/{stated['NAME']}"


def _mail() -> str:
    return (
        f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        if settings.MAIL_LEAVES
        else _("no mail leaves this house")
    )


def _variables() -> list[tuple[str, str]]:
    """Every GUANXI_ variable that is set, without what is secret in it."""
    return [
        (name, shown(name, value)) for name, value in sorted(os.environ.items()) if name.startswith("GUANXI_")
    ]


def shown(name: str, value: str) -> str:
    """An environment variable as it may be read by people: no secrets, no user and password of an address."""
    if not value:
        return ""
    if _SECRET.search(name):
        return "••••"
    if "://" not in value:
        return value
    try:
        parts = urlsplit(value)
    except ValueError:
        return "••••"
    place = parts.netloc.rpartition("@")[2]
    who_ = "••••@" if "@" in parts.netloc else ""
    return urlunsplit((parts.scheme, who_ + place, parts.path, "••••" if parts.query else "", ""))


@require_safe
def pack(request: Request) -> HttpResponse:
    """What the pack says, and where this house differs from it."""
    request.actor.require(RIGHT)
    found = load(house_pack())
    units = {unit.code: unit for unit in Unit.objects.all()}
    roles = {role.code: role for role in Role.objects.all()}
    context = {
        "pack": found,
        "name": pick(dict(found.name)),
        "units": [
            {
                "name": pick(dict(one.name)),
                "code": one.code,
                "kind": Unit.Kind(one.kind).label,
                "parent": _named(found, one.parent),
                "calendar": (one.calendar or {}).get("code", ""),
                "targets": [
                    (say(f"work.kind.{kind}"), target["minutes"])
                    for kind, target in (one.targets or {}).items()
                ],
                "own": one.code in units and units[one.code].own,
            }
            for one in found.units
        ],
        "roles": [
            {
                "name": pick(dict(one.name)),
                "code": one.code,
                "rights": len(one.rights),
                "own": one.code in roles and roles[one.code].own,
                "url": reverse("settings_role", args=[one.code]) if one.code in roles else "",
                "words": [
                    (str(declared()[right].words) if right in declared() else right, say(f"scope.{scope}"))
                    for right, scope in one.rights.items()
                ],
            }
            for one in found.roles
        ],
        "products": [
            {"sku": one.sku, "line": one.line, "name": pick(dict(one.name))} for one in found.products
        ],
        "on_sale": Product.objects.count(),
        "procedure": procedure.PROCEDURE,
        "steps": [
            {
                "from": STEPS.get(state, state),
                "hours": f"{limit.duration.total_seconds() / 3600:g}",
                "clock": limit.clock.value,
                "then": IF_NOBODY_ACTS_STAFF.get(state, ""),
            }
            for state, limit in procedure.LIMITS.items()
        ],
        "verbs": list(VERBS.values()),
    }
    return page(request, "site/settings/pack.html", context)


def _named(found: Pack, code: str) -> str:
    return next((pick(dict(one.name)) for one in found.units if one.code == code), "")
