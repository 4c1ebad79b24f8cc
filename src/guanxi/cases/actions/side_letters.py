"""What we write to the two sides as their case goes on: each in their language, with the signed link of their own side."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guanxi.cases.models import Case, Decision, Issue, Remedy
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import link_token, procedures, sides
from guanxi.cases.rules import machine, telling
from guanxi.channels.actions import Words
from guanxi.core import cover
from guanxi.core.money import Money
from guanxi.core.phrases import pick, span_words
from guanxi.engine.cover import cover_name
from guanxi.people.queries.privacy import link_token as choices_token
from guanxi.trade.queries.standards import cited

CLAIM_CHARS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class About:
    """What a letter is about: an issue of a case, and which side reads it."""

    issue: Issue
    side: str

    @property
    def case(self) -> Case:
        return self.issue.case

    @property
    def name(self) -> str:
        return pick(reads.kind_name(self.issue))

    def amount(self, minor: int) -> str:
        return Money(minor, self.issue.currency).format(
            "en" if translation.get_language() == "en" else "zh-hans"
        )

    def remedy(self, code: str, minor: int) -> str:
        kind = procedures.policy_of(self.case).remedies.get(code)
        name = pick(kind.name) if kind else ""
        return " ".join(filter(None, [name, self.amount(minor) if minor else ""]))

    @property
    def until(self) -> str:
        return f"{timezone.localtime(self.issue.due):%Y-%m-%d %H:%M}" if self.issue.due else ""

    @property
    def them(self) -> str:
        """The other side, masked; whoever reports is never named."""
        case = self.case
        record = case.respondent if self.side == machine.COMPLAINANT else case.record
        role = case.respondent_role if self.side == machine.COMPLAINANT else case.role
        if role == Case.Role.REPORTER or record is None or not record.name:
            return _("the other side")
        return cover_name(record.name)


def language_of(case: Case, side: str) -> str:
    """The language a side reads: the complainant's words', the respondent's own."""
    if side == machine.COMPLAINANT:
        return case.language
    known = case.respondent.language if case.respondent else ""
    return known if known in dict(settings.LANGUAGES) else case.language


def letter(code: str, issue: Issue, side: str) -> Words:
    """The letter `code` of rules.telling for this side, as the issue stands now."""
    about, language = About(issue, side), language_of(issue.case, side)
    with translation.override(language):
        title, *parts = _LETTERS[code](about)
        body = "\n\n".join(part for part in (*parts, _link(about), _choices(about)) if part)
    return Words(title=title, body=body, language=language)


def _link(about: About) -> str:
    token = link_token(about.case, side=about.side)
    address = settings.BASE_URL + reverse("follow", args=[token])
    return _("Your page of the case, without a password, so share the link with nobody:") + "\n" + address


def _choices(about: About) -> str:
    record = about.case.record if about.side == machine.COMPLAINANT else about.case.respondent
    if record is None:
        return ""
    address = settings.BASE_URL + reverse("preferences", args=[choices_token(record.customer_id)])
    return _("What we may write to you about, and your rights over your data:") + "\n" + address


def _named(about: About) -> dict[str, str]:
    return {"number": about.case.number, "issue": about.name, "when": about.until, "them": about.them}


def _asked_facts(about: About) -> list[str]:
    said = about.issue.statements.filter(verb="ask_facts").order_by("-made", "-id").first()
    return [
        _("We need to know something: %(number)s, %(issue)s") % _named(about),
        said.text if said else "",
        _("Please answer by %(when)s. No answer does no harm: we then go on with what is there.")
        % _named(about),
    ]


def _asked_to_respond(about: About) -> list[str]:
    issue, case = about.issue, about.case
    asked = about.remedy(issue.wants, issue.wants_minor) if issue.wants else ""
    protected = case.role == Case.Role.REPORTER
    claim = "" if protected else cover.covered(sides.claim_of(case))[:CLAIM_CHARS_MAX]
    return [
        _("Please respond by %(when)s: %(number)s, %(issue)s") % _named(about),
        _("Something was reported to us that concerns you. Whoever reports is protected.")
        if protected
        else _("%(them)s complains of this:") % _named(about) + "\n" + claim,
        cover.covered(issue.quote),
        _("Asked for: %(what)s") % {"what": asked} if asked else "",
        _(
            "You can admit it, make an offer, or contest it with evidence. If you say nothing by %(when)s, we look into it "
            "without your answer; silence is no admission."
        )
        % _named(about),
    ]


def _offer(about: About) -> list[str]:
    made = about.issue.offers.order_by("-made", "-id").first()
    what = about.remedy(made.remedy, made.amount_minor) if made else ""
    return [
        _("An offer for %(number)s: %(what)s") % {**_named(about), "what": what},
        _("%(them)s offers: %(what)s") % {**_named(about), "what": what},
        cover.covered(made.words) if made else "",
        _(
            "Accept it, make a counter-offer or ask us to decide by %(when)s. No answer does no harm: we then decide."
        )
        % _named(about),
    ]


def _proposal(about: About) -> list[str]:
    found = reads.pending_decision(about.issue)
    if found is None:
        return [_("A decision is proposed: %(number)s, %(issue)s") % _named(about)]
    return [
        _("A decision is proposed: %(number)s, %(issue)s") % _named(about),
        _ruled(about, found),
        cover.covered(found.reasons),
        _cited(about, found),
        _("Comment, bring evidence or agree by %(when)s. Nothing is decided before that.") % _named(about),
    ]


def _ruled(about: About, found: Decision) -> str:
    lines = [_("Result: %(outcome)s") % {"outcome": found.get_outcome_display()}]
    if found.remedy:
        lines.append(_("Ordered: %(what)s") % {"what": about.remedy(found.remedy, found.amount_minor)})
    return "\n".join(lines)


def _cited(about: About, found: Decision) -> str:
    rules = procedures.policy_of(about.case).rules
    lines = []
    for citation in found.citations:
        code = citation.rpartition("@")[0] or citation
        rule = rules.get(code)
        name = pick(rule.name) if rule else _standard(citation)
        lines.append(f"- {name or code} ({citation})")
    return "\n".join([_("Rules it rests on:"), *lines]) if lines else ""


def _standard(citation: str) -> str:
    """What a cited quality standard is called; "" where the citation is none."""
    version = cited(citation)
    return pick(version.standard.name) if version is not None else ""


def _decision(about: About) -> list[str]:
    found = reads.decision_in_force(about.issue)
    if found is None:
        return [_("Decided: %(number)s, %(issue)s") % _named(about)]
    return [
        _("Decided: %(number)s, %(issue)s") % _named(about),
        _ruled(about, found),
        cover.covered(found.reasons),
        _("What would change it: %(words)s") % {"words": found.would_change} if found.would_change else "",
        _cited(about, found),
        _appeal(about),
    ]


def _appeal(about: About) -> str:
    issue = about.issue
    if issue.state == machine.APPEALABLE:
        return _("You can appeal once, until %(when)s.") % _named(about)
    if issue.state == machine.REMEDY:
        limit = procedures.policy_of(about.case).kinds[about.case.kind].limit(machine.APPEALABLE)
        span = {"span": span_words(int(limit.total_seconds() // 60))}
        return _("You can appeal once, from now on until %(span)s after it is carried out.") % span
    return _("This was the appeal: the decision is final.") if issue.round > 1 else ""


def _paid(about: About) -> list[str]:
    done = about.issue.remedies.filter(state=Remedy.State.EXECUTED, shape__in=("money", "claim"))
    last = done.order_by("-executed", "-id").first()
    what = {"amount": about.amount(last.amount_minor) if last else "", **_named(about)}
    if last is not None and last.shape == "claim":
        return [
            _("%(amount)s is taken back: %(number)s, %(issue)s") % what,
            _("The last decision ordered less than was paid."),
        ]
    return [
        _("%(amount)s is on its way to you: %(number)s, %(issue)s") % what,
        _("It goes the way the money first came."),
    ]


def _advanced(about: About) -> list[str]:
    what = {"amount": about.amount(about.issue.paid_minor), **_named(about)}
    title = _("%(amount)s paid ahead of the decision: %(number)s, %(issue)s") % what
    if about.side == machine.COMPLAINANT:
        return [
            title,
            _("We have not decided yet and do not let you wait for it: the fund pays what you asked for."),
        ]
    return [title, _("The fund has paid it, not you. It is no decision: you are heard as before.")]


def _appealed(about: About) -> list[str]:
    return [
        _("The other side appeals: %(number)s, %(issue)s") % _named(about),
        _(
            "People who have not acted on it look at it again. What was paid stays where it is until they decide."
        ),
        _("You see the grounds on your page, and can bring evidence."),
    ]


def _withdrawn(about: About) -> list[str]:
    return [
        _("The other side has withdrawn: %(number)s, %(issue)s") % _named(about),
        _("The first decision stands.")
        if about.issue.round > 1
        else _("Nothing is decided and nothing is paid."),
    ]


def _closed(about: About) -> list[str]:
    found = reads.decision_in_force(about.issue)
    return [
        _("Closed: %(number)s, %(issue)s") % _named(about),
        _ruled(about, found) if found else "",
        _("Nobody appealed in time, so the decision stands. Please tell us on your page how we handled it."),
    ]


_LETTERS: dict[str, Callable[[About], list[str]]] = {
    telling.ASKED_FACTS: _asked_facts,
    telling.ASKED_TO_RESPOND: _asked_to_respond,
    telling.OFFER: _offer,
    telling.PROPOSAL: _proposal,
    telling.DECISION: _decision,
    telling.PAID: _paid,
    telling.ADVANCED: _advanced,
    telling.APPEALED: _appealed,
    telling.WITHDRAWN: _withdrawn,
    telling.CLOSED: _closed,
}
