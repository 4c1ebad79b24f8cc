"""Pages of API tokens: one's own, or all for administrators. A secret is shown on the page that made it and kept nowhere."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import access, clock, idempotency, keyset, tokens
from guanxi.core.access import Actor, Kind, Scope
from guanxi.core.errors import Denied, GuanxiError, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.models import ApiToken, User

ROWS = 50
SCOPES = {
    Scope.OWN: gettext_lazy("own rows"),
    Scope.TEAM: gettext_lazy("team"),
    Scope.DEPARTMENT: gettext_lazy("department"),
    Scope.BRANCH: gettext_lazy("branch"),
    Scope.ALL: gettext_lazy("everything"),
}
DAYS = (7, 30, 90, 180, 365, 730)
NEVER = "never"


def once(request: Request, *, effect: Callable[[], str], shown: Mapping[str, Any]) -> str:
    """Run a form once per key; where it leads. What `effect` puts into `shown` is in no answer that is kept."""
    sent = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    answer = idempotency.once(
        owner=f"{request.actor.kind}:{request.actor.id}",
        key=request.POST.get("key", "")[: idempotency.KEY_CHARS_MAX],
        request=[request.path, sent],
        now=clock.now(),
        effect=lambda: idempotency.Answer(303, effect()),
    )
    return str(answer.body)


def lead_to(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)


@require_safe
def token_list(request: Request) -> HttpResponse:
    """Tokens with what they may, until when, and when they were last used."""
    actor, now = request.actor, clock.now()
    actor.require_kind(Kind.STAFF)
    shown = keyset.cut(tokens.list_tokens(actor), "created", request.GET.get("after", ""), size=ROWS)
    after = f"?after={shown.next_cursor}" if shown.next_cursor else ""
    context = {
        "rows": [_row(actor, one, now) for one in shown.rows],
        "all": actor.may(tokens.RIGHT),
        "new_url": reverse("token_new"),
        "pager": {"next_url": after, "previous_url": None, "total": ""} if after else None,
    }
    return page(request, "site/tokens.html", context)


def _row(actor: Actor, token: ApiToken, now: datetime) -> dict[str, Any]:
    state, tone = _state(token, now)
    return {
        "id": token.public_id,
        "name": token.name,
        "tail": token.tail,
        "owner": token.owner.name if token.owner else _("the house"),
        "mine": token.owner_id == actor.user_id,
        "rights": [_right(right, scope) for right, scope in token.rights.items()],
        "created": token.created,
        "expires": token.expires,
        "reason": token.reason,
        "last_used": token.last_used,
        "state": state,
        "tone": tone,
        "revoke_url": reverse("token_revoke", args=[token.public_id]) if tone == "green" else "",
    }


def _state(token: ApiToken, now: datetime) -> tuple[str, str]:
    if token.revoked:
        return _("revoked"), ""
    if token.expires and token.expires <= now:
        return _("expired"), ""
    if token.owner and not token.owner.is_active:
        return _("its owner has left"), "amber"
    return _("valid"), "green"


def _right(right: str, scope: str) -> dict[str, str]:
    known = access.declared().get(right)
    words = SCOPES.get(Scope(scope), scope) if scope in set(Scope) else scope
    return {"code": right, "words": str(known.words) if known else right, "scope": str(words)}


@require_http_methods(["GET", "HEAD", "POST"])
def token_new(request: Request) -> HttpResponse:
    """Name, rights, end; then the secret, this once."""
    actor = request.actor
    actor.require_kind(Kind.STAFF)
    if not actor.may(tokens.RIGHT):
        actor.require(tokens.OWN)
    owner = tokens.owner_of(actor)
    if request.method != "POST":
        return _form(request, owner, {})
    shown: dict[str, Any] = {}
    try:
        url = once(request, effect=lambda: _make(request, owner, shown), shown=shown)
    except (Invalid, Denied) as error:
        return _form(request, owner, _words_of(error))
    return secret_page(request, shown) if shown else lead_to(url)


def _words_of(error: GuanxiError) -> dict[str, str]:
    return {name: str(words) for name, words in error.fields.items()} or {"form": str(error.detail)}


def _make(request: Request, owner: User, shown: dict[str, Any]) -> str:
    now = clock.now()
    token, secret = tokens.issue_token(
        actor=request.actor,
        now=now,
        name=request.POST.get("name", ""),
        rights=_rights_of(request),
        owner=owner,
        expires=_end(request.POST.get("days", ""), now),
        reason=request.POST.get("reason", ""),
    )
    shown |= {
        "title": _("Token “%(name)s”") % {"name": token.name},
        "code": token.public_id,
        "secret": secret,
        "note": _("Guanxi keeps no copy. Whoever holds it acts as you: keep it like a password."),
        "example": f'curl -H "Authorization: Bearer {secret}" {settings.BASE_URL}/api/v1/tokens/self',
        "back_url": reverse("tokens"),
        "back": _("To the tokens"),
    }
    return reverse("tokens")


def _rights_of(request: Request) -> dict[str, str]:
    return {
        name.removeprefix("right:"): str(scope)
        for name, scope in request.POST.items()
        if name.startswith("right:") and scope
    }


def _end(text: str, now: datetime) -> datetime | None:
    if text == NEVER:
        return None
    if not text.isdecimal() or not 0 < int(text[:5]) <= tokens.AGE_MAX.days:
        raise Invalid(fields={"expires": _("A token lasts from a day to two years.")})
    return now + timedelta(days=int(text))


def secret_page(request: Request, shown: Mapping[str, Any]) -> HttpResponse:
    """The one page that shows a secret."""
    return page(request, "site/secret.html", shown)


def _form(request: Request, owner: User, errors: Mapping[str, str]) -> HttpResponse:
    may_never = request.actor.may(tokens.RIGHT)
    days = [(str(one), _("%(days)s days") % {"days": one}) for one in DAYS]
    context = {
        "key": form_key(),
        "errors": errors,
        "values": {
            "name": request.POST.get("name", ""),
            "days": request.POST.get("days", str(tokens.AGE_DEFAULT.days)),
            "reason": request.POST.get("reason", ""),
        },
        "rights": _choices(owner, _rights_of(request)),
        "days": [*days, (NEVER, _("never"))] if may_never else days,
        "may_never": may_never,
        "most": tokens.NAME_CHARS_MAX,
    }
    return page(request, "site/token_new.html", context, status=422 if errors else 200)


def _choices(owner: User, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the owner has, each with the scopes up to their own."""
    have = tokens.scopes_of(owner)
    heights = list(Scope)
    return [
        {
            "code": right,
            "words": str(known.words),
            "choices": [
                ("", _("no")),
                *((one.value, str(SCOPES[one])) for one in heights[: heights.index(Scope(have[right])) + 1]),
            ],
            "value": chosen.get(right, ""),
        }
        for right, known in access.declared().items()
        if right in have
    ]


@require_POST
def token_revoke(request: Request, public_id: str) -> HttpResponse:
    """Void at once, for ever."""
    request.actor.require_kind(Kind.STAFF)

    def effect() -> str:
        if not tokens.revoke_token(actor=request.actor, now=clock.now(), public_id=public_id):
            raise NotFound
        messages.success(request, _("Revoked. Nobody gets in with this token any more."))
        return reverse("tokens")

    return act_once(request, effect=effect)
