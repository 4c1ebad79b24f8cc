"""What-if: what is set for a kind of case, changed and replayed over the past before it is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.cases.actions import changing
from guanxi.cases.pages import differences, table_words, whatif_words
from guanxi.cases.pages.differences import told
from guanxi.cases.queries import procedures, trying
from guanxi.cases.rules import bounds, longest, machine, policy, whatif
from guanxi.cases.rules.policy import CaseKind, Policy
from guanxi.cases.rules.whatif import Change
from guanxi.core import clock
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of, version_of
from guanxi.core.money import Money, MoneyError
from guanxi.core.phrases import language

DAYS = (7, 30, 90)
FIELD_CHARS_MAX = 30
Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Shown:
    """One page: the kind, what its fields hold, and what is wrong with them."""

    before: Policy
    kind: CaseKind
    fields: Mapping[str, str]
    errors: Mapping[str, Any]


@require_safe
def settings_page(request: Request) -> HttpResponse:
    """What is set now, the form to change it, and who changed what when and why. Needs `cases.procedures`."""
    request.actor.require(changing.RIGHT)
    before = procedures.current()
    if before is None:
        return page(request, "cases/whatif.html", {"unpublished": True})
    kind = _kind(before, request.GET.get("kind", "") or next(iter(before.kinds)))
    return _page(request, _Shown(before, kind, _set(before, kind), {}))


@require_POST
def try_out(request: Request) -> HttpResponse:
    """Replay the past under the values given. Writes nothing."""
    request.actor.require(changing.RIGHT)
    return _page(request, *_tried(request))


@require_POST
def publish(request: Request) -> HttpResponse:
    """Publish the values given as the next version; refused and tried again on top when somebody was faster."""
    request.actor.require(changing.RIGHT)
    request.actor.require(changing.PUBLISHES)
    try:
        return act_once(request, effect=lambda: _publish(request))
    except (Conflict, Invalid) as error:
        shown, result = _tried(request)
        errors = {**shown.errors, **error.fields}
        if error.detail or not errors:
            errors["form"] = error.detail or error.title
        shown = _Shown(shown.before, shown.kind, shown.fields, errors)
        return _page(request, shown, result, status=int(error.status))


def _publish(request: Request) -> str:
    """A double submit never comes here twice: the form's key leads to the answer of the first."""
    before = _policy()
    kind = _kind(before, text_of(request, "kind"))
    change = _change(before, kind, _given(request, before, kind))
    row = changing.change_procedure(
        actor=request.actor,
        now=clock.now(),
        kind=kind.code,
        change=change,
        base=version_of(request) or 0,
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("Version %(number)s is published.") % {"number": row.number})
    return f"{reverse('case_whatif')}?kind={kind.code}"


def _tried(request: Request) -> tuple[_Shown, dict[str, Any] | None]:
    """What was sent, and its replay; None where something is wrong or nothing differs."""
    before = _policy()
    kind = _kind(before, text_of(request, "kind"))
    given = _given(request, before, kind)
    try:
        change = _change(before, kind, given)
        content = whatif.changed(procedures.get_procedure(before.number).content, kind.code, change)
        after = Policy.from_json(content, number=before.number + 1)
        changing.check(before, after, kind.code)
    except Invalid as error:
        return _Shown(before, kind, given, {**error.fields, "form": error.detail}), None
    if not change:
        unchanged = {"form": _("Nothing is changed: give another value somewhere, then try again.")}
        return _Shown(before, kind, given, unchanged), None
    days = _days(request)
    replay = trying.replay(
        actor=request.actor, now=clock.now(), kind=kind.code, days=days, before=before, after=after
    )
    result = {
        "days": days,
        "sentences": whatif_words.sentences(replay, before, after, kind.code, change),
        "steps": whatif_words.steps(replay, kind, after.kinds[kind.code]),
        "cut": sum(one.cut for one in replay.steps),
        "count": len(replay.changed),
        "issues": whatif_words.issues(trying.list_changed(request.actor, replay), before),
        "most": trying.CHANGED_MAX,
        "longest": whatif_words.longest_words(kind, after.kinds[kind.code]),
        "changes": differences.lines(before, after, kind.code),
        "number": before.number + 1,
    }
    return _Shown(before, kind, given, {}), result


def _page(
    request: Request, shown: _Shown, result: dict[str, Any] | None = None, status: int = 0
) -> HttpResponse:
    context = {
        "unpublished": False,
        "kinds": [
            {
                "name": told(one.name),
                "url": f"{reverse('case_whatif')}?kind={one.code}",
                "here": one.code == shown.kind.code,
            }
            for one in shown.before.kinds.values()
        ],
        "kind": {"code": shown.kind.code, "name": told(shown.kind.name)},
        "number": shown.before.number,
        "groups": _groups(shown),
        "sent": shown.fields,
        "errors": {key: words for key, words in shown.errors.items() if words},
        "days": _days(request),
        "periods": [(days, whatif_words.period(days)) for days in DAYS],
        "result": result,
        "reason": request.POST.get("reason", ""),
        "reason_most": changing.REASON_CHARS_MAX,
        "may_publish": request.actor.may(changing.PUBLISHES),
        "versions": [whatif_words.version(one, shown.kind.code) for one in trying.list_published()],
        "bounds": {"most": longest.MOST.days, "asked": longest.MOST_WITH_CONSULTATION.days},
        "key": form_key(),
    }
    wrong = 422 if context["errors"] else 200
    return page(request, "cases/whatif.html", context, status=status or wrong)


def _policy() -> Policy:
    found = procedures.current()
    if found is None:
        raise NotFound
    return found


def _kind(before: Policy, code: str) -> CaseKind:
    found = before.kinds.get(code)
    if found is None:
        raise NotFound
    return found


def _days(request: Request) -> int:
    given = request.POST.get("days", "")
    return int(given) if given in {str(days) for days in DAYS} else 30


# -- fields: what is set, what was sent, what that changes
def _set(before: Policy, kind: CaseKind) -> Fields:
    """Every field as it is set now, in the form people write."""
    found = {f"limit:{key}": _minutes(kind, key) for key in _limits(kind)}
    for key in _target_keys():
        value = kind.targets.get(key)
        found[f"target:{key}"] = "" if value is None else _target(key, value)
    for code, issue in _issues(before, kind).items():
        over = issue.approval_over
        found[f"approval:{code}"] = "" if over is None else _amount(over, before)
        found[f"automatic:{code}"] = _amount(issue.automatic_most, before) if issue.automatic_most else ""
    return found


def _limits(kind: CaseKind) -> list[str]:
    """Limits that may differ here: not the system's own minutes, not the windows to appeal."""
    kept = {*whatif.SYSTEMS, *bounds.FIXED}
    kept.add(machine.RESPONSE if not kind.offers else machine.SLOW_RESPONSE)
    if not kind.offers:
        kept.add(machine.NEGOTIATION)
    return [key for key in machine.LIMITS if key not in kept]


def _target_keys() -> list[str]:
    states = [one for one in machine.STATES if one in whatif.OURS]
    return [*states, *policy.MEASURES]


def _issues(before: Policy, kind: CaseKind) -> dict[str, policy.IssueKind]:
    return {code: one for code, one in before.issues.items() if one.kind == kind.code}


def _minutes(kind: CaseKind, key: str) -> str:
    return bounds.in_words(kind.limit(key).total_seconds() / 60)


def _target(key: str, value: float) -> str:
    return f"{value * 100:g} %" if key in table_words.SHARES else bounds.in_words(value)


def _amount(minor: int, before: Policy) -> str:
    return f"{Money(minor, before.currency).amount:f}"


def _given(request: Request, before: Policy, kind: CaseKind) -> Fields:
    """What was sent; a field that was not sent keeps what is set."""
    return {
        name: request.POST.get(name, value).strip()[:FIELD_CHARS_MAX]
        for name, value in _set(before, kind).items()
    }


def _change(before: Policy, kind: CaseKind, given: Fields) -> Change:
    """What differs from what is set. Raises `Invalid` by field for what is no length of time, share or amount."""
    parts: dict[str, dict[str, Any]] = {"limit": {}, "target": {}, "approval": {}, "automatic": {}}
    faults: dict[str, str] = {}
    now = _set(before, kind)
    for name, text in given.items():
        about, _colon, key = name.partition(":")
        if text == now[name]:
            continue
        try:
            value = _read(about, key, text, before)
        except (ValueError, MoneyError):
            faults[name] = _expected(about, key)
            continue
        if value != _value(before, kind, about, key):
            parts[about][key] = value
    if faults:
        raise Invalid(fields=faults)
    return Change(parts["limit"], parts["target"], parts["approval"], parts["automatic"])


def _read(about: str, key: str, text: str, before: Policy) -> float | int | None:
    """The value of a field. Raises `ValueError` or `MoneyError`."""
    if not text and about != "limit":
        return 0 if about == "automatic" else None
    if about in ("approval", "automatic"):
        minor = Money.parse(text, before.currency).minor
        if minor < 0:
            raise ValueError(text)
        return minor
    if about == "target" and key in table_words.SHARES:
        share = float(text.removesuffix("%").removesuffix("％").strip())
        if not 0 <= share <= 100:
            raise ValueError(text)
        return round(share / 100, 4)
    return bounds.read_minutes(text)


def _value(before: Policy, kind: CaseKind, about: str, key: str) -> float | int | None:
    if about == "limit":
        return int(kind.limit(key).total_seconds() // 60)
    if about == "target":
        return kind.targets.get(key)
    issue = before.issues[key]
    return issue.approval_over if about == "approval" else issue.automatic_most


def _expected(about: str, key: str) -> str:
    if about in ("approval", "automatic"):
        return _("An amount, please, such as 500.")
    if key in table_words.SHARES:
        return _("A share, please, such as 75 %.")
    return _("A length of time, please, such as 30 min, 4 h or 7 d.")


def _groups(shown: _Shown) -> dict[str, list[dict[str, Any]]]:
    """The fields as the page shows them."""
    now = _set(shown.before, shown.kind)

    def field(name: str, label: str, hint: str = "") -> dict[str, Any]:
        value = shown.fields.get(name, now[name])
        return {
            "name": name,
            "label": label,
            "hint": hint,
            "value": value,
            "error": shown.errors.get(name, ""),
            "changed": value != now[name],
            "was": now[name],
        }

    return {
        "limits": [
            field(f"limit:{key}", whatif_words.step(key), whatif_words.limit_hint(key))
            for key in _limits(shown.kind)
        ],
        "targets": [field(f"target:{key}", whatif_words.step(key)) for key in _target_keys()],
        "issues": [
            {
                "name": told(one.name),
                "always": one.always_approve,
                "approval": field(f"approval:{code}", _("Second person above")),
                "automatic": field(f"automatic:{code}", _("Paid by itself up to")),
                "scheme": bool(one.scheme),
            }
            for code, one in _issues(shown.before, shown.kind).items()
        ],
        "currency": [{"code": shown.before.currency, "language": language()}],
    }
