"""Who looks at a case from which side, and how that side is told things."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from guanxi.cases.models import Case, Issue
from guanxi.cases.pages.sides import words
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import procedures
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import Policy
from guanxi.core import cover
from guanxi.core.access import Actor
from guanxi.core.money import Money
from guanxi.core.phrases import language, pick
from guanxi.engine.cover import cover_name

UrlOf = Callable[[int, str], str]
"""(place of the issue, or 0 for the case; verb) -> where its form goes."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that did not go through: which, what was in it, what was wrong. Nothing written is lost."""

    place: int = 0
    verb: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""


NOTHING_TRIED = Tried()


@dataclass(frozen=True)
class Seen:
    """One reader of one case at one moment."""

    actor: Actor
    case: Case
    now: datetime
    url_of: UrlOf
    link: str = ""  # token of the signed link this is shown by
    tried: Tried = NOTHING_TRIED

    @cached_property
    def side(self) -> str:
        return reads.side_of(self.actor, self.case)

    @cached_property
    def policy(self) -> Policy:
        return procedures.policy_of(self.case)

    @property
    def is_complainant(self) -> bool:
        return self.side == machine.COMPLAINANT

    def theirs(self, text: str) -> str:
        """Words of the other side or ours, with contacts in them covered."""
        return cover.covered(text)

    def words_of(self, side: str, text: str) -> str:
        """Somebody's words as this reader sees them: their own as said."""
        return text if side == self.side else self.theirs(text)

    @cached_property
    def them(self) -> str:
        """The other side as this reader knows it: "The seller 贺**"; a reporter is never named."""
        case = self.case
        role = case.respondent_role if self.is_complainant else case.role
        record = case.respondent if self.is_complainant else case.record
        if self.is_complainant and record is None:
            return ""
        called = str(words.THEM.get(role, words.THEM[""]))
        if role == Case.Role.REPORTER or record is None or not record.name:
            return called
        return f"{called} {cover_name(record.name)}"

    def who(self, side: str) -> str:
        """Whose a statement, piece or offer is."""
        if side == self.side:
            return _("You")
        if side in (machine.COMPLAINANT, machine.RESPONDENT):
            role = self.case.role if side == machine.COMPLAINANT else self.case.respondent_role
            return str(words.THEM.get(role, words.THEM[""]))
        return _("An expert") if side == "expert" else _("We")

    def amount(self, minor: int, currency: str) -> str:
        return Money(minor, currency).format(language())

    def remedy(self, code: str, minor: int, currency: str) -> str:
        """ "Refund ¥350.00", "Replacement"."""
        kind = self.policy.remedies.get(code)
        name = pick(kind.name) if kind else ""
        return " ".join(filter(None, [name, self.amount(minor, currency) if minor else ""]))

    def issue_name(self, issue: Issue) -> str:
        return pick(reads.kind_name(issue))

    def turn(self, issue: Issue) -> dict[str, str]:
        """Whose turn it is with an issue."""
        if issue.state in (machine.CLOSED, machine.APPEALABLE):
            return {"kind": "done", "label": _("Closed") if issue.closed else _("Decision made")}
        if issue.turn == Case.Turn.BOTH and self._spoke(issue):
            return {"kind": "other", "label": _("Waits for the other side")}
        if issue.turn in (Case.Turn.BOTH, self._own_turn):
            return {"kind": "mine", "label": _("Your turn")}
        if issue.turn == Case.Turn.STAFF:
            return {"kind": "other", "label": _("Our turn")}
        return {"kind": "other", "label": _("The other side's turn")}

    @property
    def _own_turn(self) -> str:
        return Case.Turn.CUSTOMER if self.is_complainant else Case.Turn.RESPONDENT

    def _spoke(self, issue: Issue) -> bool:
        """Whether this side has said in the running hearing what it had to say."""
        said = [one for one in issue.statements.all() if one.round == issue.round and one.made >= issue.since]
        return any(one.side == self.side and one.verb in ("comment", "agree") for one in said)

    def expiry(self, issue: Issue) -> str:
        """What happens if nobody acts."""
        if issue.state == machine.HEARING and issue.heard:
            return str(words.HEARD)
        own = words.EXPIRY_OF.get((issue.state, self.side))
        return str(own or words.EXPIRY.get(issue.state, ""))
