"""What the guards of the table read of an issue, each worked out only when it is asked."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from guanxi.cases.actions.issues import money
from guanxi.cases.models import Decision, Offer, Statement
from guanxi.cases.queries import issues as reads
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import MONEY, PUBLICATION

if TYPE_CHECKING:
    from guanxi.cases.actions.issues.turn import Turn


class Values(Mapping[str, Any]):
    """What the guards of the table may ask of an issue, each worked out only when asked."""

    def __init__(self, turn: "Turn") -> None:
        self._turn = turn

    def __getitem__(self, name: str) -> Any:
        return getattr(self, f"_{name}")()

    def __iter__(self) -> Iterator[str]:
        return (name[1:] for name in dir(self) if name.startswith("_") and not name.startswith("__"))

    def __len__(self) -> int:
        return sum(1 for _name in self)

    def _rows(self, name: str) -> list[Any]:
        """Rows that belong to the issue, as they are now; for whoever only looks, read once for all verbs."""
        if self._turn.looking:
            reads.keep(self._turn.issue, name)
        return list(getattr(self._turn.issue, name).all())

    def _pending(self) -> Decision | None:
        """What is proposed or waits for approval in this round."""
        mine = [one for one in self._rows("decisions") if one.round == self._turn.issue.round]
        found = [one for one in mine if one.state in reads.PENDING]
        return max(found, key=lambda one: (one.proposed, one.id), default=None)

    def _respondent(self) -> bool:
        return self._turn.case.respondent_id is not None

    def _covered(self) -> bool:
        return bool(self._turn.told.get("scheme"))

    def _approval(self) -> bool:
        decision = self._turn.decision or self._pending()
        return bool(decision and decision.needs_approval)

    def _asked_for(self) -> bool:
        issue, kinds = self._turn.issue, self._turn.policy.remedies
        if issue.wants not in kinds:
            return False
        return kinds[issue.wants].shape != MONEY or issue.wants_minor > 0

    def _offers_allowed(self) -> bool:
        return self._turn.policy.kinds[self._turn.case.kind].offers

    def _others_offer(self) -> bool:
        offers = [one for one in self._rows("offers") if one.fate == Offer.Fate.OPEN]
        return any(one.side != self._turn.role for one in offers)

    def _offers(self) -> int:
        return sum(one.round == self._turn.issue.round for one in self._rows("offers"))

    def _said(self, verb: str) -> set[str]:
        """Sides that did a verb in this hearing: since the last proposal."""
        issue = self._turn.issue
        decision = self._pending()
        said = [one for one in self._rows("statements") if one.round == issue.round and one.verb == verb]
        return {
            one.side
            for one in said
            if one.state == machine.HEARING and (decision is None or one.made >= decision.proposed)
        }

    def _both_agree(self) -> bool:
        turn = self._turn
        agreed = self._said("agree") | ({turn.role} if turn.verb == "agree" else set())
        sides = {machine.COMPLAINANT} | ({machine.RESPONDENT} if turn.case.respondent_id else set())
        return sides <= agreed

    def _heard(self) -> bool:
        return self._turn.issue.heard

    def _new_evidence(self) -> bool:
        issue = self._turn.issue
        decision = self._pending()
        if decision is None:
            return False
        filed = [one for one in self._rows("evidence") if one.round == issue.round and one.side != "staff"]
        return any(one.state == machine.HEARING and one.filed >= decision.proposed for one in filed)

    def _may_go_back(self) -> bool:
        return reads.done_in_round(self._turn.issue, "take_evidence") == 0

    def _four_eyes(self) -> bool:
        """Not the proposer; after a referral, and in an appeal round, nobody who acted on the issue before."""
        turn = self._turn
        decision = self._pending()
        if decision is not None and decision.proposer_id == turn.actor.user_id:
            return False
        if reads.done_in_round(turn.issue, "refer_up"):
            return not reads.acted_before(turn.issue, turn.actor.user_id)
        return not reads.handled_now(turn.issue, turn.actor.user_id) and self._fresh()

    def _returned(self) -> bool:
        return reads.done_in_round(self._turn.issue, "return") > 0

    def _referred(self) -> bool:
        return reads.done_in_round(self._turn.issue, "refer_up") > 0

    def _remedy_due(self) -> bool:
        return bool(self._turn.told.get("remedies"))

    def _remedy_undone(self) -> bool:
        due = self._turn.issue.remedies.filter(state="due").exclude(shape=PUBLICATION)
        return due.exclude(id__in=self._turn.told.get("done_ids", ())).exists()

    def _round(self) -> int:
        return self._turn.issue.round

    def _asked(self) -> bool:
        """Whether the respondent was ever asked."""
        return any(one.state == machine.RESPONSE for one in self._rows("segments"))

    def _may_appeal(self) -> bool:
        """Each side once; and a second appeal joins only a round that an appeal began, no reopened one."""
        turn = self._turn
        made = self._appeals()
        if turn.issue.round >= 2 and not any(one.round == turn.issue.round for one in made):
            return False
        return not any(one.side == turn.role for one in made)

    def _appeals(self) -> list[Statement]:
        return [one for one in self._rows("statements") if one.verb == "appeal"]

    def _opened_it(self) -> bool:
        return self._turn.issue.opened_round == self._turn.role

    def _stopped(self) -> bool:
        """What the decision in force orders is not all done: an appeal stopped it."""
        turn = self._turn
        decision = reads.decision_in_force(turn.issue)
        if turn.issue.round == 1 or decision is None:
            return False
        return any(one.shape != PUBLICATION for one in money.remedies_of(turn, decision))

    def _both_appealed(self) -> bool:
        return len({one.side for one in self._appeals() if one.round == self._turn.issue.round}) > 1

    def _fresh(self) -> bool:
        """In a round that an appeal opened: did not act in an earlier one."""
        issue, user_id = self._turn.issue, self._turn.actor.user_id
        before = any(one["user"] == str(user_id) and one["round"] < issue.round for one in issue.acted)
        return not (before and any(one.round == issue.round for one in self._appeals()))
