"""The ruling panel: what may be ordered, what to begin from, rules to cite, whether somebody must approve, what is alike."""

from collections.abc import Mapping, Sequence
from statistics import median_low
from typing import Any

from django.urls import reverse

from guanxi.cases.models import Decision, Issue, Measurement, Offer, Remedy
from guanxi.cases.pages import measured
from guanxi.cases.pages.desk import words
from guanxi.cases.pages.procedure import citation_url
from guanxi.cases.queries import desk
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import MONEY, IssueKind, Node, Policy
from guanxi.core import cover
from guanxi.core.access import Actor
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import kept as _
from guanxi.core.phrases import pick
from guanxi.trade.pages.standards import words as standard_words
from guanxi.trade.rules.standards import Content

OUTCOME_KEYS = {"upheld": "u", "partly": "p", "not_upheld": "x"}
REMEDY_KEYS_MAX = 9


def outcome_words(code: str) -> str:
    return str(dict(Issue.Outcome.choices).get(code, code))


def plain(minor: int, currency: str) -> str:
    """An amount as it stands in a field: 410.00."""
    digits = digits_of(currency)
    whole, part = divmod(minor, 10**digits)
    return f"{whole}.{part:0{digits}}" if digits else str(whole)


def name_of(nodes: Mapping[str, Any], code: str) -> str:
    return pick(nodes[code].name) if code in nodes else code


def remedies(issue: Issue, policy: Policy, kind: IssueKind) -> list[dict[str, Any]]:
    """What may be ordered for this kind of issue, each with its key."""
    return [
        {
            "code": code,
            "name": pick(policy.remedies[code].name),
            "shape": policy.remedies[code].shape,
            "is_money": policy.remedies[code].shape == MONEY,
            "days": policy.remedies[code].promise_days,
            "asked": code == issue.wants,
            "key": str(place) if place <= REMEDY_KEYS_MAX else "",
        }
        for place, code in enumerate((one for one in kind.remedies if one in policy.remedies), start=1)
    ]


def rules(policy: Policy, kind: IssueKind, standard: str = "") -> list[dict[str, Any]]:
    """Rules that can be cited: the standard by which it was sold ("phone@3"), then those of the kind."""
    codes = [*kind.rules, *(code for code in policy.rules if code not in kind.rules)]
    own = [_standard(standard)] if standard else []
    return own + [
        {
            "code": code,
            "name": pick(policy.rules[code].name),
            "words": pick(policy.rules[code].words),
            "own": code in kind.rules,
            "url": citation_url(policy.citation(code)),
        }
        for code in codes
        if code in policy.rules
    ]


def _standard(citation: str) -> dict[str, Any]:
    return {
        "code": citation,
        "name": f"{measured.name_of(citation)} {citation}",
        "words": "",
        "own": True,
        "url": standard_words.citation_url(citation),
    }


def cited(policy: Policy, citations: Sequence[str]) -> list[dict[str, str]]:
    """Citations of a decision ("r1@3") as chips that lead to the published rule."""
    found = []
    for one in citations:
        code, _at, version = one.partition("@")
        if code in policy.rules:
            found.append(
                {"name": pick(policy.rules[code].name), "version": version, "url": citation_url(one)}
            )
        else:
            url = standard_words.citation_url(one)
            found.append({"name": measured.name_of(one) or code, "version": version, "url": url})
    return found


def tree(nodes: Mapping[str, Node]) -> list[tuple[str, str]]:
    """Choices of a tree, children below their parents, indented."""
    children: dict[str, list[Node]] = {}
    for node in nodes.values():
        children.setdefault(node.parent if node.parent in nodes else "", []).append(node)
    found: list[tuple[str, str]] = []

    def add(parent: str, depth: int) -> None:
        for node in children.get(parent, []):
            found.append((node.code, "\u2003" * depth + pick(node.name)))
            if depth < 6:
                add(node.code, depth + 1)

    add("", 0)
    return found


def amounts(issue: Issue, offers: Sequence[Offer], alike: desk.Similar) -> list[dict[str, Any]]:
    """Amounts to begin from: asked for, last offered, half-way, the median of the like; each once."""
    asked = issue.wants_minor
    mine = [one.amount_minor for one in offers if one.side == machine.COMPLAINANT and one.amount_minor]
    given = [one.amount_minor for one in offers if one.side == machine.RESPONDENT and one.amount_minor]
    wanted = mine[-1] if mine else asked
    found: list[tuple[str, int]] = []
    if asked:
        found.append((_("asked for"), asked))
    if given:
        found.append((_("last offer"), given[-1]))
        if wanted > given[-1]:
            found.append((_("half-way"), median_low([(wanted + given[-1]) // 2])))
    if alike.median_minor:
        found.append((_("median of the like"), alike.median_minor))
    seen: dict[int, str] = {}
    for label, minor in found:
        seen.setdefault(minor, label)
    return [
        {"label": label, "money": Money(minor, issue.currency), "plain": plain(minor, issue.currency)}
        for minor, label in seen.items()
    ]


def approval_rule(issue: Issue, kind: IssueKind) -> dict[str, Any]:
    """When a second person must agree; `over` in minor units, None where no amount asks for it."""
    over = kind.approval_over
    return {
        "always": kind.always_approve,
        "over": over,
        "money": Money(over, issue.currency) if over is not None else None,
        "digits": digits_of(issue.currency),
    }


def decision(actor: Actor, one: Decision, issue: Issue, policy: Policy) -> dict[str, Any]:
    """One decision as everybody at the desk reads it."""
    return {
        "id": one.public_id,
        "round": one.round,
        "basis": one.get_basis_display(),
        "state": one.get_state_display(),
        "state_code": one.state,
        "outcome": outcome_words(one.outcome),
        "outcome_code": one.outcome,
        "remedy": name_of(policy.remedies, one.remedy) if one.remedy else "",
        "money": Money(one.amount_minor, issue.currency) if one.amount_minor else None,
        "promised": one.promised,
        "penalty": name_of(policy.penalties, one.penalty) if one.penalty else "",
        "penalty_money": Money(one.penalty_minor, issue.currency) if one.penalty_minor else None,
        "publish": one.publish,
        "reasons": cover.shown(actor, one.reasons),
        "would_change": cover.shown(actor, one.would_change),
        "code": name_of(policy.causes, one.code)
        if one.code in policy.causes
        else name_of(policy.rejections, one.code),
        "citations": cited(policy, one.citations),
        "approval": [str(words.APPROVAL.get(code, code)) for code in one.needs_approval],
        "proposer": one.proposer_name,
        "proposed": one.proposed,
        "approver": one.approver_name,
        "approved": one.approved,
        "returned_why": cover.shown(actor, one.returned_why),
        "served": one.served,
    }


def remedy(one: Remedy, policy: Policy) -> dict[str, Any]:
    """One thing a decision makes happen, and who paid it."""
    by = {"deposit": _("the deposit"), "fund": _("the protection fund"), "house": _("our own account")}
    paid = [
        {"who": label, "money": Money(one.paid_by[code], one.currency)}
        for code, label in by.items()
        if one.paid_by.get(code)
    ]
    names = {"claim": _("Taken back"), "advance": _("Paid ahead"), "publication": _("Published")}
    nodes = {**policy.remedies, **policy.penalties}
    return {
        "id": one.public_id,
        "name": names.get(one.code) or name_of(nodes, one.code),
        "shape": one.shape,
        "money": Money(one.amount_minor, one.currency) if one.amount_minor else None,
        "state": one.get_state_display(),
        "is_due": one.state == Remedy.State.DUE,
        "due": one.due,
        "executed": one.executed,
        "paid": paid,
        "words": one.words,
        "by_hand": one.shape in ("goods", "none", "publication") and one.state == Remedy.State.DUE,
    }


def alike(found: desk.Similar, issue: Issue) -> dict[str, Any]:
    """Similar decided cases in one line and as a list."""
    return {
        "count": found.count,
        "outcomes": [
            {"label": outcome_words(code), "count": count}
            for code, count in sorted(found.by_outcome.items(), key=lambda pair: -pair[1])
        ],
        "median": Money(found.median_minor, issue.currency) if found.median_minor else None,
        "rows": [
            {
                "number": one.case.number,
                "url": f"{reverse('case', args=[one.case.number])}?issue={one.place}",
                "title": one.case.title,
                "outcome": outcome_words(one.outcome),
                "money": Money(one.amount_minor, one.currency) if one.amount_minor else None,
                "decided": one.decided,
            }
            for one in found.issues
        ],
    }


def repeated(found: Sequence[Issue]) -> list[dict[str, Any]]:
    return [
        {
            "number": one.case.number,
            "url": f"{reverse('case', args=[one.case.number])}?issue={one.place}",
            "outcome": outcome_words(one.outcome),
            "decided": one.decided,
        }
        for one in found
    ]


def templates(
    actor: Actor, kind: IssueKind, policy: Policy, before: Sequence[Decision]
) -> list[dict[str, str]]:
    """Texts to begin from: the pack's draft, then reasons that were served before."""
    found = []
    if draft := pick(kind.reasons):
        found.append({"title": _("Draft of the pack"), "text": draft})
    for one in before:
        title = _("As in %(number)s") % {"number": one.issue.case.number}
        found.append({"title": title, "text": cover.shown(actor, one.reasons)})
    return found


def start(
    issue: Issue,
    kind: IssueKind,
    decisions: Sequence[Decision],
    alike_median: int | None,
    found: tuple[Measurement, Content] | None = None,
) -> dict[str, Any]:
    """What the form begins with: the last proposal of this round, else what was measured, else the kind's own draft."""
    last = next(
        (one for one in reversed(decisions) if one.round == issue.round and one.basis == "ruled"), None
    )
    if last is not None:
        return {
            "outcome": last.outcome,
            "remedy": last.remedy,
            "amount": plain(last.amount_minor, issue.currency) if last.amount_minor else "",
            "text": last.reasons,
            "citations": [*(one.partition("@")[0] for one in last.citations), *last.citations],
            "code": last.code,
            "penalty": last.penalty,
            "publish": last.publish,
        }
    if found is not None:
        return _measured(issue, kind, *found)
    amount = issue.wants_minor or alike_median or 0
    wanted = issue.wants if issue.wants in kind.remedies else next(iter(kind.remedies), "")
    return {
        "outcome": "upheld",
        "remedy": wanted,
        "amount": plain(amount, issue.currency) if amount else "",
        "text": pick(kind.reasons),
        "citations": list(kind.rules),
        "code": "",
        "penalty": "",
        "publish": False,
    }


def _measured(issue: Issue, kind: IssueKind, one: Measurement, content: Content) -> dict[str, Any]:
    """A proposal from what was measured: the standard's remedy where this kind of issue may order it."""
    upheld = bool(one.remedy) or one.found != one.declared
    remedy = one.remedy if one.remedy in kind.remedies else next(iter(kind.remedies), "")
    return {
        "outcome": "upheld" if upheld else "not_upheld",
        "remedy": remedy if upheld else "",
        "amount": plain(one.amount_minor, issue.currency) if one.amount_minor else "",
        "text": measured.reasons_of(one, content),
        "citations": [one.citation, *kind.rules],
        "code": "",
        "penalty": "",
        "publish": False,
    }
