"""What was offered, proposed, decided, ordered and paid, as a side of the case reads it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanxi.cases.models import Decision, Issue, Offer, Remedy
from guanxi.cases.pages import measured
from guanxi.cases.pages.procedure import citation_url
from guanxi.cases.pages.show import moment
from guanxi.cases.pages.sides import words
from guanxi.cases.pages.sides.seen import Seen
from guanxi.cases.rules import machine
from guanxi.core.money import Money
from guanxi.core.phrases import language, pick
from guanxi.trade.pages.standards.words import citation_url as standard_url

PENDING = (Decision.State.PROPOSED, Decision.State.CONFIRMED)
IN_FORCE = (Decision.State.FINAL, Decision.State.SERVED)


def offers(seen: Seen, issue: Issue) -> dict[str, Any] | None:
    """The offer on the table, what was asked, what was offered before, how many are left; None without any offer."""
    made = [one for one in issue.offers.all() if one.round == issue.round]
    if not made:
        return None
    last = made[-1]
    on_table = last if last.fate == Offer.Fate.OPEN else None
    return {
        "mine": last.side == seen.side,
        "who": seen.who(last.side),
        "open": on_table is not None,
        "fate": str(last.get_fate_display()),
        "remedy": pick(seen.policy.remedies[last.remedy].name),
        "amount": seen.amount(last.amount_minor, issue.currency) if last.amount_minor else "",
        "plain": str(Money(last.amount_minor, issue.currency).amount) if last.amount_minor else "",
        "at": last.made,
        "text": seen.words_of(last.side, last.words),
        "before": [_offered(seen, issue, one) for one in reversed(made[:-1])],
        "left": max(0, machine.OFFERS_MAX - len(made)),
        "then": _after_accepting(seen, issue, last),
    }


def _offered(seen: Seen, issue: Issue, one: Offer) -> dict[str, Any]:
    words_ = {"who": seen.who(one.side), "what": seen.remedy(one.remedy, one.amount_minor, issue.currency)}
    return {"text": _("%(who)s offered %(what)s") % words_, "at": one.made}


def _after_accepting(seen: Seen, issue: Issue, one: Offer) -> str:
    kind, remedy = seen.policy.issues[issue.kind], seen.policy.remedies[one.remedy]
    needs = kind.always_approve or (kind.approval_over is not None and one.amount_minor > kind.approval_over)
    if needs:
        return _("Once accepted, a second person looks at it; then it is carried out.")
    if remedy.shape == "goods":
        return _("Once accepted, it goes out within %(days)s days, or becomes money.") % {
            "days": remedy.promise_days
        }
    if remedy.shape == "money":
        return _("Once accepted, the money is paid within an hour, the way it was first paid.")
    return _("Once accepted, it is binding for both sides.")


def decided(seen: Seen, issue: Issue) -> dict[str, Any] | None:
    """The decision in force, and those before it."""
    served = [one for one in issue.decisions.all() if one.state in IN_FORCE]
    return _decision(seen, issue, max(served, key=lambda one: (one.round, one.proposed))) if served else None


def proposed(seen: Seen, issue: Issue) -> dict[str, Any] | None:
    """What is proposed and both sides are heard on."""
    pending = [one for one in issue.decisions.all() if one.state in PENDING and one.round == issue.round]
    shown = (
        pending
        and issue.state in (machine.HEARING, machine.APPROVAL)
        and pending[-1].basis == Decision.Basis.RULED
    )
    return _decision(seen, issue, pending[-1]) if shown else None


def _decision(seen: Seen, issue: Issue, one: Decision) -> dict[str, Any]:
    penalty = seen.policy.penalties.get(one.penalty)
    rejection = seen.policy.rejections.get(one.code) if one.basis == Decision.Basis.REJECTED else None
    return {
        "outcome": str(one.get_outcome_display()),
        "code": one.outcome,
        "basis": str(one.get_basis_display()),
        "orders": seen.remedy(one.remedy, one.amount_minor, issue.currency),
        "amount": seen.amount(one.amount_minor, issue.currency) if one.amount_minor else "",
        "promised": one.promised,
        "penalty": pick(penalty.name) if penalty and not seen.is_complainant else "",
        "fine": seen.amount(one.penalty_minor, issue.currency)
        if one.penalty_minor and not seen.is_complainant
        else "",
        "publish": one.publish and not seen.is_complainant,
        "reasons": seen.theirs(one.reasons),
        "rejection": pick(rejection.name) if rejection else "",
        "would_change": one.would_change,
        "citations": cited(seen, one.citations),
        "at": one.served or one.proposed,
        "round": one.round,
        "second_person": bool(one.approver_id),
    }


def cited(seen: Seen, citations: Sequence[str]) -> list[dict[str, str]]:
    """Rules a decision rests on, each with its words and where it is published."""
    found = []
    for citation in citations:
        code = citation.rpartition("@")[0] or citation
        rule = seen.policy.rules.get(code)
        found.append(
            {
                "name": pick(rule.name) if rule else measured.name_of(citation) or code,
                "words": pick(rule.words) if rule else "",
                "citation": citation,
                "url": citation_url(citation) if rule else standard_url(citation),
            }
        )
    return found


def movements(seen: Seen, issue: Issue) -> list[dict[str, Any]]:
    """What was paid, taken back or sent: when, how much, from where, in words."""
    rows = [one for one in issue.remedies.all() if one.state != Remedy.State.REPLACED]
    if seen.is_complainant:
        rows = [one for one in rows if one.shape not in ("penalty", "publication")]
    return [_moved(seen, one) for one in rows]


def _moved(seen: Seen, one: Remedy) -> dict[str, Any]:
    done = one.state == Remedy.State.EXECUTED
    return {
        "icon": {"goods": "package", "penalty": "flag", "publication": "speakerphone"}.get(one.shape, "coin"),
        "text": _what_moved(seen, one, done=done),
        "from": _from_where(seen, one) if done else "",
        "at": one.executed if done else None,
        "due": None if done else one.due,
        "tone": "green" if done else "amber",
    }


def _what_moved(seen: Seen, one: Remedy, *, done: bool) -> str:
    amount = seen.amount(one.amount_minor, one.currency) if one.amount_minor else ""
    mine = seen.is_complainant
    if one.shape == "money" and one.code == "advance":
        text = (
            _("%(amount)s paid to you ahead of the decision")
            if mine
            else _("%(amount)s paid ahead by the fund")
        )
    elif one.shape == "money" and done:
        text = _("%(amount)s paid to you") if mine else _("%(amount)s paid to the other side")
    elif one.shape == "money":
        text = (
            _("%(amount)s is being paid to you") if mine else _("%(amount)s is being paid to the other side")
        )
    elif one.shape == "claim":
        text = _("%(amount)s taken back from you") if mine else _("%(amount)s taken back from the other side")
    elif one.shape == "penalty":
        text = _("Penalty %(amount)s")
    elif one.shape == "publication":
        return _("Published in the public record") if done else _("Will be published once it is final")
    else:
        name = pick(seen.policy.remedies[one.code].name) if one.code in seen.policy.remedies else one.code
        return (_("%(what)s: done") if done else _("%(what)s: on its way")) % {"what": name}
    return text % {"amount": amount}


def _from_where(seen: Seen, one: Remedy) -> str:
    parts = []
    for source, minor in one.paid_by.items():
        text = str(words.PAID_FROM.get(source, {}).get(seen.side, ""))
        if minor and text:
            parts.append(text % {"amount": seen.amount(minor, one.currency)})
    return ("，" if language() == "zh-hans" else ", ").join(parts)


def appeal_until(seen: Seen, issue: Issue) -> str:
    """Until when this side may appeal, in words."""
    return _until(issue.due) if issue.state == machine.APPEALABLE else ""


def _until(due: datetime | None) -> str:
    return moment(due) if due else ""
