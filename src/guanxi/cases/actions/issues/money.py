"""Money of remedies, through trade's ledger: paid once, taken back, paid ahead, recourse when the appeal window ends."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from guanxi.cases.models import Coverage, Decision, Issue, Remedy
from guanxi.cases.queries import issues as reads
from guanxi.cases.rules.policy import BY_SYSTEM, GOODS, MONEY, PENALTY_BACK, PUBLICATION, still_to_pay
from guanxi.core.access import system
from guanxi.core.errors import NotFound
from guanxi.core.money import Money
from guanxi.trade.actions import enrolling, ledger, returns
from guanxi.trade.queries import protection

if TYPE_CHECKING:
    from guanxi.cases.actions.issues.turn import Turn

MONEY_WITHIN = timedelta(hours=1)
BOOKS = system("cases")
"""Who moves the money: the procedure, never the person whose step made it due."""


def remedies_of(turn: "Turn", decision: Decision) -> list[Remedy]:
    """What the decision makes happen beside what has happened: the difference in money, goods, a penalty, a publication."""
    issue, found = turn.issue, []

    def add(code: str, shape: str, amount: int, due: datetime) -> None:
        found.append(_row(turn, code, shape, amount, due, decision))

    kind = turn.policy.remedies.get(decision.remedy)
    goods = kind is not None and kind.shape == GOODS
    before = _goods_before(issue, decision.remedy) if goods else []
    ordered = decision.amount_minor + sum(one.amount_minor for one in before if one.shape == "money")
    open_difference = still_to_pay(ordered=ordered, paid=issue.paid_minor)
    soon = turn.now + MONEY_WITHIN
    if open_difference > 0:
        add(decision.remedy, "money", open_difference, soon)
    elif open_difference < 0:
        add("claim", "claim", -open_difference, soon)
    if kind is not None and goods and not before:
        promised = decision.promised or turn.now + timedelta(days=kind.promise_days)
        add(decision.remedy, "goods", 0, promised)
    fined, warned = _penalised_so_far(issue)
    if decision.penalty_minor < fined:
        add("penalty", PENALTY_BACK, fined - decision.penalty_minor, soon)
    elif decision.penalty and (decision.penalty_minor > fined or decision.penalty not in warned):
        add(decision.penalty, "penalty", decision.penalty_minor - fined, soon)
    if decision.publish and not _executed_of(issue, PUBLICATION):
        add(PUBLICATION, PUBLICATION, 0, soon)
    return found


def _row(
    turn: "Turn", code: str, shape: str, amount: int, due: datetime, decision: Decision | None = None
) -> Remedy:
    """A remedy of the issue's running round, to be written."""
    return Remedy(
        issue_id=turn.issue.id,
        decision=decision,
        round=turn.issue.round,
        code=code,
        shape=shape,
        amount_minor=amount,
        currency=turn.issue.currency,
        due=due,
        made=turn.now,
    )


def _executed_of(issue: Issue, *shapes: str) -> list[Remedy]:
    return list(issue.remedies.filter(state=Remedy.State.EXECUTED, shape__in=shapes))


def _goods_before(issue: Issue, code: str) -> list[Remedy]:
    """The same goods, sent already; or the money paid in their place."""
    return [one for one in _executed_of(issue, "goods", "money") if one.code == code]


def _penalised_so_far(issue: Issue) -> tuple[int, set[str]]:
    """What was fined and not given back, and the penalties that were imposed."""
    done = _executed_of(issue, "penalty", PENALTY_BACK)
    fined = sum(one.amount_minor * (1 if one.shape == "penalty" else -1) for one in done)
    return fined, {one.code for one in done}


def fall_due(turn: "Turn", decision: Decision) -> None:
    """The remedies of a decision that is served, or that goes on; goods give the step their own limit."""
    remedies = remedies_of(turn, decision)
    turn.rows.extend(remedies)
    turn.told["remedies"] = any(one.shape != PUBLICATION for one in remedies)
    kind = turn.policy.remedies.get(decision.remedy)
    if kind is not None and kind.shape == GOODS:
        turn.issue.amount_minor = decision.amount_minor + sum(
            one.amount_minor for one in _goods_before(turn.issue, decision.remedy)
        )
    if any(one.shape == GOODS for one in remedies):
        turn.told["goods"] = True
        turn.due = max(one.due for one in remedies)


def take_up(turn: "Turn") -> None:
    """The appeal is taken back: what it stopped goes on, as the first decision ordered it."""
    decision = reads.decision_in_force(turn.issue)
    if decision is not None:
        fall_due(turn, decision)


def due_now(issue: Issue) -> QuerySet[Remedy]:
    """Remedies the system executes itself."""
    return Remedy.objects.filter(issue=issue, state=Remedy.State.DUE, shape__in=BY_SYSTEM).order_by(
        "made", "id"
    )


def execute_due(turn: "Turn") -> None:
    """Everything due that is the system's: each once, under a key of its own in the ledger."""
    done = []
    for remedy in due_now(turn.issue).select_for_update(of=("self",)):
        execute(turn, remedy)
        done.append(remedy.id)
    turn.told["done_ids"] = done


def execute(turn: "Turn", remedy: Remedy) -> None:
    """One remedy through the ledger."""
    amount = Money(remedy.amount_minor, remedy.currency)
    once, reference = f"remedy:{remedy.public_id}", ("issue", turn.issue.id)
    case, issue = turn.case, turn.issue
    if remedy.shape == "money":
        _pay(turn, remedy, amount, reference, once)
        issue.paid_minor += remedy.amount_minor
    elif remedy.shape == "claim":
        back = ledger.reverse(
            actor=BOOKS,
            now=turn.now,
            from_record=case.record_id,
            to_record=case.respondent_id,
            amount=amount,
            reference=reference,
            once=once,
        )
        remedy.entry = back.entry.public_id
        issue.paid_minor -= remedy.amount_minor
    elif remedy.shape == "penalty" and remedy.amount_minor and case.respondent_id is not None:
        _free(turn, case.respondent_id, amount, once)
        fined = ledger.penalise(
            actor=BOOKS,
            now=turn.now,
            record=case.respondent_id,
            amount=amount,
            reference=reference,
            once=once,
        )
        remedy.entry = fined.entry.public_id
    elif remedy.shape == PENALTY_BACK and case.respondent_id is not None:
        given = ledger.reverse(
            actor=BOOKS,
            now=turn.now,
            from_record=None,
            to_record=case.respondent_id,
            amount=amount,
            reference=reference,
            once=once,
        )
        remedy.entry = given.entry.public_id
    _executed(turn, remedy)


def _executed(turn: "Turn", remedy: Remedy) -> None:
    remedy.state, remedy.executed = Remedy.State.EXECUTED, turn.now
    remedy.save()
    turn.told.setdefault("executed", []).append(
        {"remedy": remedy.code, "shape": remedy.shape, "amount_minor": remedy.amount_minor}
    )


def _pay(turn: "Turn", remedy: Remedy, amount: Money, reference: tuple[str, int], once: str) -> None:
    """Automatic payment comes from the fund, recourse waits; what was decided or agreed the respondent's deposit pays."""
    case, decision = turn.case, remedy.decision
    _less_to_return(turn, amount)
    if decision is not None and decision.basis == Decision.Basis.AUTOMATIC and case.respondent_id:
        paid = ledger.advance(
            actor=BOOKS,
            now=turn.now,
            to_record=case.record_id,
            against_record=case.respondent_id,
            amount=amount,
            reference=reference,
            once=once,
        )
        remedy.recourse_due = True
    else:
        if case.respondent_id is not None:
            _free(turn, case.respondent_id, amount, once)
        paid = ledger.pay(
            actor=BOOKS,
            now=turn.now,
            to_record=case.record_id,
            from_record=case.respondent_id,
            amount=amount,
            reference=reference,
            once=once,
        )
    remedy.entry = paid.entry.public_id
    remedy.paid_by = {
        "deposit": paid.from_deposit.minor,
        "fund": paid.from_fund.minor,
        "house": paid.from_house.minor,
        "receivable": paid.receivable.minor,
    }


def _free(turn: "Turn", record: int, amount: Money, once: str) -> None:
    """What a shop's promises hold of its deposit stands for what it owes, that of the promise in question first."""
    paid = Coverage.objects.filter(issue=turn.issue, paid=True).order_by("-made").first()
    enrolling.free_deposit(
        now=turn.now,
        record=record,
        amount=amount,
        others=[turn.case.record_id],
        once=once,
        scheme=paid.scheme if paid is not None else "",
    )


def _less_to_return(turn: "Turn", amount: Money) -> None:
    """What a case pays for goods on their way back, the return need not; what is paid on top of the price is another thing."""
    if turn.issue.order_id is None:
        return
    paid = Coverage.objects.filter(issue=turn.issue, paid=True).order_by("-made").first()
    if paid is None or paid.scheme not in protection.on_top():
        returns.paid_by_case(case_id=turn.case.id, minor=amount.minor)


def pay_ahead(turn: "Turn") -> None:
    """Advance compensation: what was asked for, from the fund, with recourse."""
    issue = turn.issue
    remedy = _row(turn, "advance", MONEY, issue.wants_minor, turn.now)
    remedy.recourse_due = turn.case.respondent_id is not None
    _less_to_return(turn, Money(remedy.amount_minor, remedy.currency))
    paid = ledger.advance(
        actor=BOOKS,
        now=turn.now,
        to_record=turn.case.record_id,
        against_record=turn.case.respondent_id,
        amount=Money(remedy.amount_minor, remedy.currency),
        reference=("issue", issue.id),
        once=f"remedy:{remedy.public_id}",
    )
    remedy.entry = paid.entry.public_id
    remedy.paid_by = {"fund": paid.from_fund.minor, "house": paid.from_house.minor}
    remedy.state, remedy.executed = Remedy.State.EXECUTED, turn.now
    turn.rows.append(remedy)
    issue.advanced = turn.now
    issue.paid_minor += remedy.amount_minor
    turn.told |= {"amount_minor": remedy.amount_minor, "currency": remedy.currency}


def settle_recourse(turn: "Turn") -> None:
    """The window to appeal is over: what the fund paid, within what was ordered, the respondent owes now."""
    waiting = turn.issue.remedies.filter(recourse_due=True, state=Remedy.State.EXECUTED).order_by("made")
    left = turn.issue.amount_minor
    for remedy in waiting.select_for_update(of=("self",)):
        owed = min(left, remedy.amount_minor)
        left -= owed
        if owed > 0 and turn.case.respondent_id is not None:
            money = Money(owed, remedy.currency)
            _free(turn, turn.case.respondent_id, money, f"recourse:{remedy.public_id}")
            ledger.recourse(
                actor=BOOKS,
                now=turn.now,
                against_record=turn.case.respondent_id,
                amount=money,
                reference=("issue", turn.issue.id),
                once=f"recourse:{remedy.public_id}",
            )
        remedy.recourse_due = False
        remedy.save(update_fields=["recourse_due"])


def in_lieu(turn: "Turn") -> None:
    """Past the promised time: goods become money (the price of what was bought, else what was asked for)."""
    execute_due(turn)
    late = turn.issue.remedies.filter(state=Remedy.State.DUE, shape="goods", due__lte=turn.now)
    for goods in late.select_for_update(of=("self",)):
        goods.state = Remedy.State.REPLACED
        goods.save(update_fields=["state"])
        amount = _worth(turn.issue)
        if amount <= 0:
            continue
        money = _row(turn, goods.code, MONEY, amount, turn.now + MONEY_WITHIN, goods.decision)
        money.round = goods.round
        money.save(force_insert=True)
        turn.issue.amount_minor += amount
        execute(turn, money)
        turn.told["in_lieu"] = amount


def _worth(issue: Issue) -> int:
    """What was paid for the goods: the line's price, else what was asked for, else the whole order."""
    if issue.line is not None:
        return int(issue.line.amount_minor)
    if issue.wants_minor or issue.order is None:
        return issue.wants_minor
    return int(issue.order.total_minor)


def fulfilled(turn: "Turn") -> None:
    """Somebody says goods went out, or an apology was written: the named remedy is done."""
    due = turn.issue.remedies.filter(
        state=Remedy.State.DUE, shape=GOODS
    )  # money moves through the books alone
    remedy = due.filter(public_id=turn.brought.remedy_id).first()
    if remedy is None:
        raise NotFound
    remedy.words = turn.brought.text.strip()[:2000]
    _executed(turn, remedy)
    turn.told["done_ids"] = [remedy.id]


def at_the_end(turn: "Turn") -> None:
    """The issue closes: recourse, publications, and what was paid ahead for a complaint taken back becomes a claim."""
    issue = turn.issue
    decision = reads.decision_in_force(issue)
    if turn.verb == "withdraw" and decision is not None:
        fall_due(turn, decision)  # an appeal had stopped the publication; the rest would be in `remedy`
    for row in turn.rows:
        if isinstance(row, Remedy):  # what this very step made due must be there to be carried out
            row.save(force_insert=True)
    turn.rows = [row for row in turn.rows if not isinstance(row, Remedy)]
    settle_recourse(turn)
    publications(turn)
    if issue.outcome == "withdrawn" and issue.paid_minor > 0 and issue.round == 1:
        claim = _row(turn, "claim", "claim", issue.paid_minor, turn.now)
        claim.save(force_insert=True)
        execute(turn, claim)


def publications(turn: "Turn") -> None:
    """What is published executes here, never before the decision is final."""
    for remedy in turn.issue.remedies.filter(state=Remedy.State.DUE, shape=PUBLICATION):
        _executed(turn, remedy)
