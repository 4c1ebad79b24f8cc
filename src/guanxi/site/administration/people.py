"""Members of staff: adding, changing, roles, seats, the way in, and shutting out with what happens to their work."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.channels import actions as channels
from guanxi.core import clock, options, organisation, roster, staff
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, form_key, page, text_of
from guanxi.core.models import Role, RoleGrant, StaffLetter, User
from guanxi.core.phrases import pick, sentences
from guanxi.engine.normalise import avatar
from guanxi.site import staffing
from guanxi.site.administration.forms import act
from guanxi.site.administration.trail import recent
from guanxi.site.listings import LANGUAGES
from guanxi.work import actions as work
from guanxi.work import queries as queue
from guanxi.work.models import Team

Errors = dict[str, Any]
LETTERS_SHOWN = 5


def team_choices() -> list[tuple[str, str]]:
    """Units that work."""
    found = Team.objects.select_related("unit").order_by("unit__path")
    return [(team.unit.code, organisation.name_of(team.unit)) for team in found]


def _unit_of(code: str) -> int | None:
    unit = organisation.find_unit(code)
    return unit.id if unit else None


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """The form for somebody new. They choose their password by a link."""
    request.actor.require(staff.RIGHT)
    if request.method == "POST":
        made: list[User] = []

        def effect() -> str:
            user = staff.add_user(
                actor=request.actor,
                now=clock.now(),
                username=text_of(request, "username", most=60),
                name=text_of(request, "name", most=80),
                password_hash=make_password(None),
                language=text_of(request, "language", most=10) or "zh-hans",
                unit_id=_unit_of(text_of(request, "unit", most=60)),
                email=text_of(request, "email", most=254),
            )
            made.append(user)
            return reverse("settings_user", args=[user.public_id])

        told = _("Added. Now give them a role and a way in.")
        return act(request, effect=effect, again=lambda errors: _new(request, errors), told=told)
    return _new(request, {})


def _new(request: Request, errors: Errors) -> HttpResponse:
    context = {
        "errors": errors,
        "sent": request.POST,
        "key": form_key(),
        "units": organisation.choices(),
        "tongues": [(code, str(words)) for code, words in LANGUAGES.items()],
    }
    return page(request, "site/settings/user_new.html", context, status=422 if errors else 200)


@require_safe
def user(request: Request, public_id: str) -> HttpResponse:
    """One member of staff, whole."""
    request.actor.require(staff.RIGHT)
    return _show(request, roster.get_user(public_id), {})


def _show(
    request: Request, found: User, errors: Errors, *, form: str = "", way_in: dict[str, Any] | None = None
) -> HttpResponse:
    seat = staffing.seat_of(found)
    held = staffing.in_hand(found)
    views = queue.subjects_of(request.actor, held)
    context = {
        "person": found,
        "initials": avatar(found.name or found.username),
        "unit_name": pick(found.unit.name) if found.unit else "",
        "is_me": found.id == request.actor.user_id,
        "grants": _grants(found),
        "roles": [(one.code, pick(one.name) or one.code) for one in Role.objects.order_by("code")],
        "units": organisation.choices(),
        "teams": team_choices(),
        "tongues": [(code, str(words)) for code, words in LANGUAGES.items()],
        "seat": seat,
        "seat_team": seat.team.unit.code if seat else "",
        "seat_skills": ", ".join(
            code if level == 1 else f"{code}:{level}" for code, level in sorted(seat.skills.items())
        )
        if seat
        else "",
        "capacity": seat.capacity if seat else options.number("people.capacity"),
        "held": [
            {"title": view.title, "who": view.who, "url": view.url, "due": item.due}
            if (view := views.get(item.id))
            else {"title": item.public_id, "who": "", "url": "", "due": item.due}
            for item in held
        ],
        "letters": _letters(found),
        "second_factor": staffing.has_second_factor(found),
        "last_administrator": roster.administrators() == {found.id},
        "history": recent(request.actor, ("user", found.id)),
        "rights_url": f"{reverse('settings_rights')}?who={found.public_id}",
        "errors": errors,
        "form": form,
        "sent": request.POST if errors else {},
        "key": form_key(),
        "way_in": way_in,
    }
    return page(request, "site/settings/user.html", context, status=422 if errors else 200)


def _grants(found: User) -> list[dict[str, Any]]:
    grants = RoleGrant.objects.filter(user=found).select_related("role", "unit").order_by("role__code", "id")
    return [
        {
            "role": grant.role.code,
            "label": pick(grant.role.name) or grant.role.code,
            "unit": grant.unit.code if grant.unit else "",
            "unit_label": pick(grant.unit.name) if grant.unit else "",
        }
        for grant in grants
    ]


@require_POST
def do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """One change to one member of staff."""
    request.actor.require(staff.RIGHT)
    verbs = {
        "change": (_change, _("Saved.")),
        "grant": (_grant, _("The role is theirs from their next click on.")),
        "revoke": (_revoke, _("The role is gone.")),
        "seat": (_seat, _("The seat is saved.")),
        "shut-out": (
            _shut_out,
            _("They may no longer sign in. Their sessions have ended, their work went back."),
        ),
        "let-in": (_let_in, _("They may sign in again: give them a link or a password.")),
        "letter-again": (_letter_again, _("It is tried again.")),
    }
    if verb not in verbs:
        raise NotFound
    found = roster.get_user(public_id)
    effect, told = verbs[verb]

    def run() -> str:
        effect(request, request.actor, found)
        return reverse("settings_user", args=[found.public_id])

    return act(request, effect=run, again=lambda errors: _show(request, found, errors, form=verb), told=told)


def _change(request: Request, actor: Actor, found: User) -> None:
    roster.change_user(
        actor=actor,
        now=clock.now(),
        user=found,
        name=text_of(request, "name", most=80),
        language=text_of(request, "language", most=10),
        unit_id=_unit_of(text_of(request, "unit", most=60)),
        email=text_of(request, "email", most=254) if "email" in request.POST else None,
    )


def _grant(request: Request, actor: Actor, found: User) -> None:
    staff.grant_role(
        actor=actor,
        now=clock.now(),
        user=found,
        role=text_of(request, "role", most=60),
        unit_id=_unit_of(text_of(request, "at", most=60)),
    )


def _revoke(request: Request, actor: Actor, found: User) -> None:
    roster.revoke_role(
        actor=actor,
        now=clock.now(),
        user=found,
        role=text_of(request, "role", most=60),
        unit=text_of(request, "at", most=60),
    )


def _count(request: Request, name: str) -> int | None:
    """A number that the form may lack; None leaves it as it is."""
    text = text_of(request, name, most=4).strip()
    if text and not text.isdecimal():
        raise Invalid(fields={name: _("A whole number, please.")})
    return int(text) if text else None


def _skills(request: Request) -> dict[str, int] | None:
    """ "finance, refunds:2": a level after a colon, 1 without; None when the form has no such field."""
    if "skills" not in request.POST:
        return None
    words = text_of(request, "skills", most=400).replace("，", ",").lower().split(",")
    found = {}
    for word in filter(None, map(str.strip, words)):
        code, _colon, level = word.replace("：", ":").partition(":")
        found[code.strip()] = int(level) if level.strip().isdecimal() else (1 if not level else 0)
    return found


def _seat(request: Request, actor: Actor, found: User) -> None:
    capacity = text_of(request, "capacity", most=4)
    if not capacity.isdecimal():
        raise Invalid(fields={"capacity": _("A whole number, please.")})
    work.change_seat(
        actor=actor,
        now=clock.now(),
        user=found,
        team=text_of(request, "team", most=60),
        languages=[code for code in LANGUAGES if code in request.POST.getlist("speaks")],
        capacity=int(capacity),
        phone=_count(request, "phone"),
        chat=_count(request, "chat"),
        skills=_skills(request),
    )


def _shut_out(request: Request, actor: Actor, found: User) -> None:
    staffing.shut_out(actor=actor, now=clock.now(), user=found)


def _let_in(request: Request, actor: Actor, found: User) -> None:
    staffing.let_in(actor=actor, now=clock.now(), user=found)


def _letter_again(request: Request, actor: Actor, found: User) -> None:
    letter = text_of(request, "letter", most=20)
    if not channels.send_letter_again(actor=actor, now=clock.now(), public_id=letter):
        raise Conflict(_("This letter has moved on."), code="letter_moved_on")


def _letters(found: User) -> list[dict[str, Any]]:
    """The last mails about their notices, and what became of each."""
    return [
        {
            "id": one.public_id,
            "title": one.title,
            "at": one.created,
            "state": one.get_state_display(),
            "tone": "red" if one.state == StaffLetter.State.FAILED else "",
            "why": "; ".join(sentences(one.explanation)) if one.state == StaffLetter.State.HELD else "",
            "retry": one.state == StaffLetter.State.FAILED,
        }
        for one in StaffLetter.objects.filter(user=found).order_by("-created", "-id")[:LETTERS_SHOWN]
    ]


@never_cache
@require_POST
def way_in(request: Request, public_id: str) -> HttpResponse:
    """Reset somebody's sign-in. What they need is shown in this answer and never again."""
    request.actor.require(staff.RIGHT)
    found = roster.get_user(public_id)
    by_link = request.POST.get("way", "link") != "password"
    try:
        given = staffing.give_way_in(
            actor=request.actor,
            now=clock.now(),
            user=found,
            by_link=by_link,
            second_factor=bool(request.POST.get("second_factor")),
        )
    except Invalid as error:
        return _show(request, found, error.fields or {"": error.detail}, form="way")
    told = {"password": given.password, "hours": given.hours, "link": ""}
    if given.token:
        told["link"] = request.build_absolute_uri(reverse("welcome", args=[given.token]))
    return _show(request, roster.get_user(public_id), {}, way_in=told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: Request, token: str) -> HttpResponse:
    """Whoever holds the link chooses a password; then it is void."""
    found = staffing.user_of_link(token)
    errors: Errors = {}
    if request.method == "POST":
        password = request.POST.get("password", "")
        errors = _password_errors(password, request.POST.get("again", ""), found)
        if not errors:
            roster.choose_password(now=clock.now(), user=found, password_hash=make_password(password))
            return redirect(f"{reverse('account_login')}?chosen=1")
    context = {"person": found, "errors": errors, "rules": password_validators_help_texts()}
    return page(request, "site/settings/welcome.html", context, status=422 if errors else 200)


def _password_errors(password: str, again: str, found: User) -> Errors:
    if len(password) > 200:
        return {"password": _("At most %(most)s characters fit here.") % {"most": 200}}
    try:
        validate_password(password, found)
    except ValidationError as error:
        return {"password": " ".join(error.messages)}
    return {} if password == again else {"again": _("The two are not the same.")}
