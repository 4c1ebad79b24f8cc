"""Roles as a table of rights by room: read, made, copied, changed, with the history of each."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.core import access, clock, roles, roster, staff
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, form_key, page, text_of
from guanxi.core.models import Role, RoleGrant
from guanxi.core.words import known, say
from guanxi.site.administration.forms import act
from guanxi.site.administration.trail import recent
from guanxi.site.things import MASKS

HOLDERS_SHOWN = 50


def _table(rights: dict[str, str]) -> list[dict[str, Any]]:
    """Every right by room with its scope here; rights no room declares any more stand last."""
    rooms = [
        {
            "code": room.code,
            "title": say(f"room.{room.code}") if known(f"room.{room.code}") else room.code,
            "rights": [_right(right.name, str(right.words), rights) for right in room.rights],
        }
        for room in roles.by_room()
    ]
    lost = sorted(set(rights) - set(access.declared()))
    if lost:
        rooms.append(
            {"code": "", "title": _("No longer known"), "rights": [_right(one, one, rights) for one in lost]}
        )
    return rooms


def _right(name: str, words: str, rights: dict[str, str]) -> dict[str, Any]:
    return {"name": name, "words": words, "scope": rights.get(name, ""), "mask": MASKS.get(name, "")}


def _sent(request: Request) -> dict[str, str]:
    """{right: scope} as the form says it."""
    prefix = "r:"
    return {
        name.removeprefix(prefix): value
        for name, value in request.POST.items()
        if name.startswith(prefix) and value and isinstance(value, str)
    }


def _context(
    request: Request, role: Role | None, rights: dict[str, str], errors: dict[str, Any]
) -> dict[str, Any]:
    holders = (
        RoleGrant.objects.filter(role=role).select_related("user", "unit").order_by("user__name")
        if role
        else ()
    )
    return {
        "role": role,
        "rooms": _table(rights),
        "scopes": [(str(code), str(words)) for code, words in roles.SCOPES.items()],
        "errors": errors,
        "sent": request.POST if errors else {},
        "holders": [
            {
                "name": one.user.name or one.user.username,
                "url": reverse("settings_user", args=[one.user.public_id]),
                "unit": one.unit.name if one.unit else {},
                "out": not one.user.is_active,
            }
            for one in holders[:HOLDERS_SHOWN]
        ],
        "history": recent(request.actor, ("role", role.id)) if role else [],
        "key": form_key(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def role(request: Request, code: str) -> HttpResponse:
    """One role: shown, and changed by the same form."""
    request.actor.require(staff.RIGHT)
    found = roster.get_role(code)
    if request.method != "POST":
        return page(request, "site/settings/role.html", _context(request, found, dict(found.rights), {}))

    def effect() -> str:
        roles.change_role(
            actor=request.actor,
            now=clock.now(),
            code=code,
            name_zh=text_of(request, "name_zh", most=80),
            name_en=text_of(request, "name_en", most=80),
            rights=_sent(request),
        )
        return reverse("settings_role", args=[code])

    def again(errors: dict[str, Any]) -> HttpResponse:
        return page(
            request, "site/settings/role.html", _context(request, found, _sent(request), errors), status=422
        )

    return act(request, effect=effect, again=again, told=_("Saved. It holds from everybody's next click on."))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """A new role, empty or as a copy (`?copy=agent`)."""
    request.actor.require(staff.RIGHT)
    if request.method != "POST":
        return page(request, "site/settings/role.html", _copy(request))

    def effect() -> str:
        made = roles.add_role(
            actor=request.actor,
            now=clock.now(),
            code=text_of(request, "code", most=60),
            name_zh=text_of(request, "name_zh", most=80),
            name_en=text_of(request, "name_en", most=80),
            rights=_sent(request),
        )
        return reverse("settings_role", args=[made.code])

    def again(errors: dict[str, Any]) -> HttpResponse:
        return page(
            request, "site/settings/role.html", _context(request, None, _sent(request), errors), status=422
        )

    return act(request, effect=effect, again=again, told=_("Made. Give it to people on their own pages."))


def _copy(request: Request) -> dict[str, Any]:
    code = request.GET.get("copy", "")
    try:
        original = roster.get_role(code) if code else None
    except NotFound:
        original = None
    context = _context(request, None, dict(original.rights) if original else {}, {})
    if original:
        copied = {lang: f"{name} 2" for lang, name in original.name.items()}
        context["sent"] = {
            "code": f"{original.code}-2",
            "name_zh": copied.get("zh-hans", ""),
            "name_en": copied.get("en", ""),
        }
    return context
