"""What the two sides do: answer, admit, contest, offer, agree, bring evidence, appeal, withdraw. Effects of verbs on a turn."""

import hashlib

from django.utils.translation import gettext_lazy as _

from guanxi.cases.actions.frame import readable
from guanxi.cases.actions.issues.facts import Values
from guanxi.cases.actions.issues.given import EVIDENCE_CHARS_MAX, GROUNDS, POINT_CHARS_MAX
from guanxi.cases.actions.issues.turn import Turn
from guanxi.cases.models import Decision, Evidence, Offer
from guanxi.cases.queries import issues as reads
from guanxi.cases.rules import clean_text, machine
from guanxi.cases.rules.policy import AMOUNT_MAX, MONEY, approval_reasons
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.files.actions import attach
from guanxi.core.models import File

EVIDENCE_MAX = 40  # pieces of one side in one round


def said(turn: Turn, *, needed: bool = True) -> str:
    """The words of this step, cleaned; `Invalid` on "text" where they are needed and missing."""
    text = turn.brought.text
    if not text.strip() and not needed:
        return ""
    return readable(text)


def speak(turn: Turn) -> None:
    """Words, and what was brought with them."""
    turn.state(said(turn, needed=not turn.brought.files))
    bring(turn)


def speak_if_any(turn: Turn) -> None:
    if turn.brought.text.strip():
        turn.state(said(turn))
    bring(turn)


def bring(turn: Turn) -> None:
    """Files that come with a step are evidence, each a piece of its own."""
    if turn.brought.files:
        file_evidence(turn, with_words=False)


def file_evidence(turn: Turn, *, with_words: bool = True) -> None:
    """One piece per file; words alone are a piece too. Raises `Invalid` on "files", "text", "private_why"."""
    brought, issue = turn.brought, turn.issue
    words = clean_text(brought.text)[:EVIDENCE_CHARS_MAX] if with_words else ""
    if not brought.files and not words:
        raise Invalid(fields={"files": _("Add a file, or say in words what you saw.")}, code="empty")
    if brought.private and not clean_text(brought.private_why):
        raise Invalid(fields={"private_why": _("Say why the other side must not see it.")}, code="empty")
    _room_left(turn)
    record_id = turn.case.respondent_id if turn.side == machine.RESPONDENT else turn.case.record_id
    rows = attach(
        brought.files,
        actor=turn.actor,
        now=turn.now,
        subject=("case", turn.case.id),
        part_id=issue.id,
        record_id=record_id,
    )
    claimed = _claimed(turn)
    turn.rows.extend(rows)
    files = [*rows, *claimed]
    for file in files:
        turn.rows.append(_piece(turn, words if len(files) == 1 else "", file.digest, file.id))
    if words and len(files) != 1:
        turn.rows.append(_piece(turn, words, hashlib.sha256(words.encode()).hexdigest(), None))
    turn.told["pieces"] = len(files) + (1 if words and len(files) != 1 else 0)
    turn.words = turn.words or words


def _claimed(turn: Turn) -> list[File]:
    return list(File.objects.filter(public_id__in=turn.brought.files.claimed))


def _room_left(turn: Turn) -> None:
    there = turn.issue.evidence.filter(side=turn.side, round=turn.issue.round).count()
    if there + len(turn.brought.files.stored) + len(turn.brought.files.claimed) > EVIDENCE_MAX:
        most = {"most": EVIDENCE_MAX}
        raise Invalid(
            fields={"files": _("At most %(most)s pieces of evidence for one issue.") % most}, code="too_many"
        )


def _piece(turn: Turn, words: str, digest: str, file_id: int | None) -> Evidence:
    brought, issue = turn.brought, turn.issue
    known = {one["code"] for one in turn.policy.issues[issue.kind].evidence}
    return Evidence(
        issue_id=issue.id,
        round=issue.round,
        side=turn.side,
        author=turn.author,
        file_id=file_id,
        digest=digest,
        item=brought.item if brought.item in known else "",
        point=" ".join(clean_text(brought.point).split())[:POINT_CHARS_MAX],
        words=words,
        private=brought.private,
        private_why=clean_text(brought.private_why)[:200] if brought.private else "",
        state=issue.state,
        filed=turn.now,
    )


def remedy_asked(turn: Turn, *, needed: bool) -> tuple[str, int]:
    """The remedy and amount brought, of the kinds this issue allows. Raises `Invalid` on "remedy", "amount"."""
    brought = turn.brought
    code = brought.remedy
    kind = turn.policy.remedies.get(code)
    if not code and not needed:
        return "", 0
    if kind is None or code not in turn.policy.issues[turn.issue.kind].remedies:
        raise Invalid(fields={"remedy": _("Choose what should be done.")}, code="invalid")
    amount = brought.amount_minor or 0
    if amount < 0 or amount > AMOUNT_MAX:
        raise Invalid(fields={"amount": _("This amount cannot be right.")}, code="invalid")
    if kind.shape == MONEY and amount == 0:
        raise Invalid(fields={"amount": _("Say how much.")}, code="empty")
    return code, amount if kind.shape == MONEY else 0


def admit(turn: Turn) -> None:
    """The respondent admits fault and the remedy asked for."""
    issue = turn.issue
    speak_if_any(turn)
    turn.decision = decide(turn, Decision.Basis.ADMITTED, "admitted", issue.wants, issue.wants_minor)


def decide(turn: Turn, basis: str, outcome: str, remedy: str, amount: int) -> Decision:
    """A decision that needs nobody's ruling: admitted, or agreed; confirmed where somebody must approve, else final."""
    kind = turn.policy.issues[turn.issue.kind]
    needs = approval_reasons(kind, amount=amount, penalty=False, publish=False, against_staff=False)
    row = Decision(
        issue_id=turn.issue.id,
        round=turn.issue.round,
        basis=basis,
        outcome=outcome,
        remedy=remedy,
        amount_minor=amount,
        needs_approval=needs,
        proposed=turn.now,
    )
    row.state = final(row)
    turn.rows.append(row)
    turn.told |= {"amount_minor": amount, "currency": turn.issue.currency, "remedy": remedy}
    return row


def offer(turn: Turn) -> None:
    """An offer, or a counter-offer in place of the one before."""
    code, amount = remedy_asked(turn, needed=True)
    before = reads.open_offer(turn.issue)
    if before is not None:
        if before.side == turn.role or not Values(turn)["others_offer"]:
            return  # the table refuses it with its own words
        if Values(turn)["offers"] >= machine.OFFERS_MAX:
            return
        turn.change(before, fate=Offer.Fate.COUNTERED)
    text = said(turn, needed=False)
    turn.words = text
    turn.rows.append(
        Offer(
            issue_id=turn.issue.id,
            round=turn.issue.round,
            side=turn.role,
            remedy=code,
            amount_minor=amount,
            words=text,
            made=turn.now,
        )
    )
    turn.told |= {"amount_minor": amount, "currency": turn.issue.currency, "remedy": code}
    if turn.verb == "counter":
        # One window however many offers: the limit stays, whose turn it is changes.
        turn.issue.turn = "customer" if turn.role == machine.RESPONDENT else "respondent"
    bring(turn)


def accept_offer(turn: Turn) -> None:
    """The other side's open offer is accepted as it stands."""
    found = reads.open_offer(turn.issue)
    if found is None or found.side == turn.role:
        return
    if turn.brought.amount_minor is not None and turn.brought.amount_minor != found.amount_minor:
        raise Conflict(_("The offer has changed in the meantime: look at it again."), code="stale")
    turn.decision = decide(turn, Decision.Basis.OFFER, "settled", found.remedy, found.amount_minor)
    turn.change(found, fate=Offer.Fate.ACCEPTED)


def lapse_offers(turn: Turn) -> None:
    """What is on the table goes with the window."""
    open_ones = turn.issue.offers.filter(fate=Offer.Fate.OPEN)
    turn.afterwards.append(lambda: open_ones.update(fate=Offer.Fate.LAPSED))


def escalate(turn: Turn) -> None:
    speak_if_any(turn)
    lapse_offers(turn)


def agree(turn: Turn) -> None:
    """One side agrees to what is proposed; the second agreement settles it as proposed."""
    if turn.role in Values(turn)._said("agree"):
        raise Conflict(_("You have agreed already: we wait for the other side."), code="at_most")
    turn.state(said(turn, needed=False))
    found = reads.pending_decision(turn.issue)
    if found is None or not Values(turn)["both_agree"]:
        return
    turn.change(found, basis=Decision.Basis.AGREED, state=final(found))
    turn.decision = found


def final(decision: Decision) -> str:
    """Final, or first to somebody who must approve it."""
    return Decision.State.CONFIRMED if decision.needs_approval else Decision.State.FINAL


def appeal(turn: Turn) -> None:
    """Round 2, or joining it: on a new ground, evidence, or an error."""
    issue = turn.issue
    if turn.brought.grounds not in GROUNDS:
        raise Invalid(
            fields={"grounds": _("Say what it rests on: a new ground, new evidence, or an error.")},
            code="invalid",
        )
    text = said(turn)
    turn.told["grounds"] = turn.brought.grounds
    if issue.round == 1 and Values(turn)["may_appeal"]:
        stop_goods(turn)
        turn.told["first"] = True
        issue.opened_round = turn.role
    turn.state(text)
    bring(turn)


def stop_goods(turn: Turn) -> None:
    """An appeal stops goods that have not gone out; money already paid stays."""
    due = turn.issue.remedies.filter(state="due")
    turn.afterwards.append(lambda: due.update(state="replaced"))


def withdraw(turn: Turn) -> None:
    """Whoever opened the round takes it back: in round 1 that ends the issue, in round 2 the first decision stands."""
    turn.state(said(turn, needed=False))
    drop_pending(turn)
    lapse_offers(turn)
    if turn.issue.round == 1:
        turn.issue.outcome = "withdrawn"


def drop_pending(turn: Turn) -> None:
    pending = turn.issue.decisions.filter(state__in=reads.PENDING)
    turn.afterwards.append(lambda: pending.update(state=Decision.State.DROPPED))
