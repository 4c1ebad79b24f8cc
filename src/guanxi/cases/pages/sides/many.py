"""All my cases by slack, and answering many complaints at once: first what would happen to each, then it is done row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.cases import actions, rules
from guanxi.cases.actions import Brought
from guanxi.cases.models import Case, Issue
from guanxi.cases.pages.sides.seen import Seen
from guanxi.cases.queries import sides
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import MONEY
from guanxi.core import clock, fields, files, idempotency, live
from guanxi.core.access import Kind
from guanxi.core.errors import Conflict, Denied, GuanxiError, Invalid, NotFound
from guanxi.core.files import Given
from guanxi.core.http import Request, form_key, page
from guanxi.core.money import Money
from guanxi.core.phrases import language

ANSWERS = ("contest", "offer", "admit")
AT_ONCE_MAX = 200


@dataclass(frozen=True, slots=True)
class Planned:
    """What one answer would do to one issue; `brought` is None where it cannot be done, and `words` say why."""

    issue: Issue
    seen: Seen
    words: str
    brought: Brought | None = None
    minor: int = 0


@require_safe
def my_cases(request: Request) -> HttpResponse:
    """My cases on either side, the most pressing first."""
    request.actor.require_kind(Kind.CUSTOMER)
    return _list(request, {}, [])


def _list(
    request: Request, errors: Mapping[str, str], chosen: Sequence[str], status: int = 200
) -> HttpResponse:
    found = list(sides.issues_of_party(request.actor))
    rows = [_row(_seen(request, issue.case), issue) for issue in found]
    rows.sort(key=lambda row: (row["turn"]["kind"] == "done", row["turn"]["kind"] != "mine", not row["due"]))
    topics = [live.topic("case", key) for key in dict.fromkeys(issue.case_id for issue in found)]
    context = {
        "rows": rows,
        "open": sum(row["turn"]["kind"] == "mine" for row in rows),
        "answerable": sum(row["answerable"] for row in rows),
        "answers": _answers(),
        "chosen": list(chosen),
        "given": request.POST,
        "errors": errors,
        "preview_url": reverse("my_cases_do", args=["preview"]),
        "complain_url": reverse("complain"),
        "most": AT_ONCE_MAX,
    }
    return page(request, "cases/my_cases.html", context, topics=topics[:100], status=status)


def _answers() -> list[tuple[str, str, str]]:
    return [
        ("contest", _("Contest them"), _("We look into each and hear both sides.")),
        (
            "offer",
            _("Offer a share of what is asked for"),
            _("The other side accepts, counters or lets us decide."),
        ),
        ("admit", _("Admit them"), _("What is asked for is carried out at once.")),
    ]


def _seen(request: Request, case: Case) -> Seen:
    return Seen(request.actor, case, clock.now(), lambda place, verb: "")


def _row(seen: Seen, issue: Issue) -> dict[str, Any]:
    turn = seen.turn(issue)
    over = issue.state in (machine.APPEALABLE, machine.CLOSED)
    return {
        "code": issue.public_id,
        "url": f"{reverse('my_case', args=[issue.case.number])}#issue-{issue.place}",
        "name": seen.issue_name(issue),
        "number": issue.case.number,
        "them": seen.them,
        "wants": seen.remedy(issue.wants, issue.wants_minor, issue.currency) if issue.wants else "",
        "order": issue.order.number if issue.order else "",
        "turn": turn,
        "start": issue.since,
        "due": None if over else issue.due,
        "mode": "done" if over else "mine" if turn["kind"] == "mine" else "other",
        "answerable": _answerable(seen, issue),
    }


def _answerable(seen: Seen, issue: Issue) -> bool:
    asked = issue.state == machine.RESPONSE and seen.side == machine.RESPONDENT
    return asked and sides.is_running(issue, seen.now)


@require_POST
def my_cases_do(request: Request, verb: str) -> HttpResponse:
    """`preview`: what would happen to each of the chosen; `answer`: do it, and say of each what became of it."""
    request.actor.require_kind(Kind.CUSTOMER)
    if verb not in ("preview", "answer"):
        raise NotFound
    codes = list(dict.fromkeys(request.POST.getlist("issue")))
    try:
        planned = _planned(request, codes)
        if verb == "preview":
            return _preview(request, planned, {})
    except Invalid as error:
        errors = {name: str(said) for name, said in error.fields.items()}
        return _list(request, errors or {"form": str(error.detail)}, codes, status=422)
    return _answer(request, planned)


def _planned(request: Request, codes: Sequence[str]) -> list[Planned]:
    """The plan for every chosen issue that is this customer's. Raises `Invalid` on "issue", "answer", "percent"."""
    answer = request.POST.get("answer", "")
    if not codes:
        raise Invalid(fields={"issue": _("Choose at least one.")})
    if len(codes) > AT_ONCE_MAX:
        raise Invalid(fields={"issue": _("At most %(most)s at once.") % {"most": AT_ONCE_MAX}})
    if answer not in ANSWERS:
        raise Invalid(fields={"answer": _("Choose what to answer.")})
    share = _share(request) if answer == "offer" else Fraction(0)
    mine = {one.public_id: one for one in sides.issues_of_party(request.actor)}
    if any(code not in mine for code in codes):
        raise NotFound
    return [plan(_seen(request, mine[code].case), mine[code], answer, share) for code in codes]


def _share(request: Request) -> Fraction:
    percent = fields.read_number(request.POST, "percent")
    if percent is None or not 0 < percent <= 100:
        raise Invalid(fields={"percent": _("A number from 1 to 100.")})
    return Fraction(percent) / 100


def plan(seen: Seen, issue: Issue, answer: str, share: Fraction) -> Planned:
    """What `answer` does to this issue, in words, and what it costs the respondent at most."""
    if not _answerable(seen, issue):
        return Planned(issue, seen, _("It no longer waits for your answer."))
    if answer == "contest":
        return Planned(issue, seen, _("Contested: we look into it and hear both sides."), Brought())
    if answer == "admit":
        what = {
            "what": seen.remedy(issue.wants, issue.wants_minor, issue.currency) or _("nothing was asked for")
        }
        return Planned(issue, seen, _("Admitted: %(what)s") % what, Brought(), issue.wants_minor)
    return _offered(seen, issue, share)


def _offered(seen: Seen, issue: Issue, share: Fraction) -> Planned:
    kind = seen.policy.issues[issue.kind]
    money = [code for code in kind.remedies if seen.policy.remedies[code].shape == MONEY]
    remedy = issue.wants if issue.wants in money else next(iter(money), "")
    if not seen.policy.kinds[issue.case.kind].offers:
        return Planned(issue, seen, _("Nothing is negotiated in this kind of case."))
    minor = Money(issue.wants_minor, issue.currency).times(share).minor
    if not remedy or minor <= 0:
        return Planned(issue, seen, _("No amount was asked for: make an offer on its own page."))
    what = {"what": seen.remedy(remedy, minor, issue.currency)}
    return Planned(
        issue, seen, _("Offered: %(what)s") % what, Brought(remedy=remedy, amount_minor=minor), minor
    )


def _preview(
    request: Request, planned: Sequence[Planned], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    """What would happen to each, the money in all; words and evidence for all of them."""
    doable = [one for one in planned if one.brought is not None]
    context = {
        "rows": [
            {**_row(one.seen, one.issue), "words": one.words, "fits": one.brought is not None}
            for one in planned
        ],
        "count": len(doable),
        "totals": _totals(doable),
        "answer": request.POST.get("answer", ""),
        "percent": request.POST.get("percent", ""),
        "text": request.POST.get("text", ""),
        "errors": errors,
        "key": form_key(),
        "most": rules.TEXT_CHARS_MAX,
        "files": files.form(),
        "send_url": reverse("my_cases_do", args=["answer"]),
        "back": reverse("my_cases"),
    }
    return page(request, "cases/my_cases_preview.html", context, status=status)


def _totals(planned: Sequence[Planned]) -> list[str]:
    sums: dict[str, int] = {}
    for one in planned:
        sums[one.issue.currency] = sums.get(one.issue.currency, 0) + one.minor
    return [Money(minor, currency).format(language()) for currency, minor in sums.items() if minor]


def _answer(request: Request, planned: Sequence[Planned]) -> HttpResponse:
    text = request.POST.get("text", "")[: rules.TEXT_CHARS_MAX * 2 + 1]
    try:
        given = files.receive(request.FILES.getlist("files"))
        if request.POST.get("answer") == "contest" and not text.strip() and not given:
            raise Invalid(fields={"text": _("Say why you contest them, or bring evidence.")})
        if len(text) > rules.TEXT_CHARS_MAX:
            raise Invalid(fields={"text": _("At most %(most)s characters.") % {"most": rules.TEXT_CHARS_MAX}})
    except Invalid as error:
        return _preview(
            request, planned, {name: str(said) for name, said in error.fields.items()}, status=422
        )
    rows = [{**_row(one.seen, one.issue), **_done(request, one, text, given)} for one in planned]
    context = {"rows": rows, "done": sum(row["ok"] for row in rows), "back": reverse("my_cases")}
    return page(request, "cases/my_cases_done.html", context)


def _done(request: Request, one: Planned, text: str, given: Given) -> dict[str, Any]:
    """One row's step, in a transaction of its own and once per form key: sending the form again tells the same."""
    issue, verb, key = one.issue, request.POST.get("answer", ""), request.POST.get("key", "")[:40]
    asked = [issue.public_id, verb, text, request.POST.get("percent", ""), given.fingerprint()]

    def effect() -> idempotency.Answer:
        if one.brought is None:
            raise Conflict(one.words, code="not_now")
        brought = Brought(
            text=text, files=given, remedy=one.brought.remedy, amount_minor=one.brought.amount_minor
        )
        actions.issues.act(
            actor=request.actor,
            now=clock.now(),
            number=issue.case.number,
            place=issue.place,
            verb=verb,
            brought=brought,
        )
        return idempotency.Answer(200, {"words": one.words})

    try:
        answer = idempotency.once(
            owner=f"{request.actor.kind}:{request.actor.id}",
            key=f"{key}:{issue.public_id}" if key else "",
            request=asked,
            now=clock.now(),
            effect=effect,
        )
    except (Conflict, Denied, Invalid) as error:
        return {"ok": False, "words": _why(error)}
    return {"ok": True, "words": answer.body["words"]}


def _why(error: GuanxiError) -> str:
    said = [str(words) for words in getattr(error, "fields", {}).values()]
    return " ".join(said) or str(error.detail or error.title)
