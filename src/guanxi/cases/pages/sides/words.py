"""What the pages of the two sides call things."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.cases.rules import machine

C, R = machine.COMPLAINANT, machine.RESPONDENT

STAGES = {
    "intake": _("Intake"),
    "response": _("Reply"),
    "negotiation": _("Talks"),
    "ruling": _("Ruling"),
    "execution": _("Remedy"),
    "done": _("End"),
}

EXPIRY = {
    machine.RECORDED: _("We look at it within minutes."),
    machine.VALIDITY: _("If we are late it counts as taken up, and a supervisor is told."),
    machine.INVESTIGATION: _("If we are late a supervisor takes it over, and the delay is published."),
    machine.APPROVAL: _("A second person looks at it. No clock approves or decides."),
    machine.DECIDED: _("The decision is on its way to both sides."),
    machine.REMEDY: _("Money that does not arrive in time is paid by the fund; goods become money."),
    machine.APPEALABLE: _("If nobody appeals by then, the decision stands and the case closes."),
    machine.CLOSED: "",
}
"""What happens if nobody acts, where it is the same for both sides."""

EXPIRY_OF = {
    (machine.FACTS, C): _("No answer does no harm: we go on with what is there. The case is not closed."),
    (machine.FACTS, R): _("The other side was asked for facts. We go on without them when the time is over."),
    (machine.RESPONSE, R): _(
        "If you say nothing by then, we look into it ourselves. Silence is no admission, and you can still bring evidence."
    ),
    (machine.RESPONSE, C): _(
        "If the other side says nothing by then, we look into it. The case is not closed."
    ),
    (machine.NEGOTIATION, C): _("No answer does no harm: it comes to us to decide. The case is not closed."),
    (machine.NEGOTIATION, R): _("No answer does no harm: it comes to us to decide. Offers then lapse."),
    (machine.HEARING, C): _("If you say nothing by then, we decide on what is there. Silence is no consent."),
    (machine.HEARING, R): _("If you say nothing by then, we decide on what is there. Silence is no consent."),
}

HEARD = _("Both sides have been heard: we answer every comment, then decide.")

BUTTONS = {
    "answer": _("Answer"),
    "admit": _("Admit it and put it right"),
    "admit_fault": _("Admit the fault, leave the remedy to us"),
    "offer": _("Make an offer"),
    "contest": _("Contest it"),
    "counter": _("Counter"),
    "escalate": _("Ask us to decide"),
    "comment": _("Comment"),
    "agree": _("Agree to it"),
    "file_evidence": _("Add evidence"),
    "appeal": _("Appeal"),
    "withdraw": _("Take it back"),
}

SAID = {
    "ask_facts": _("We asked"),
    "answer": _("Answered"),
    "admit": _("Admitted"),
    "admit_fault": _("Admitted the fault"),
    "contest": _("Contested"),
    "escalate": _("Asked us to decide"),
    "comment": _("Commented"),
    "agree": _("Agreed"),
    "confirm": _("We answered the comments"),
    "appeal": _("Appealed"),
    "withdraw": _("Withdrew"),
}

PLACEHOLDERS = {
    "answer": _("Your answer"),
    "contest": _("What happened, as you see it"),
    "comment": _("What should we still weigh?"),
    "appeal": _("What is new, or where is the error?"),
    "file_evidence": _("What does it show?"),
}

GROUNDS = {
    "new_ground": _("A ground we have not looked at"),
    "evidence": _("New evidence"),
    "error": _("An error in the decision"),
}

THEM = {
    "buyer": _("The buyer"),
    "seller": _("The seller"),
    "member": _("The member"),
    "client": _("The client"),
    "reporter": _("Whoever reported it"),
    "": _("The other side"),
}

SCORES = {
    1: _("Bad"),
    2: _("Poor"),
    3: _("Fair"),
    4: _("Good"),
    5: _("Very good"),
}

PAID_FROM: Mapping[str, Mapping[str, Any]] = {
    "deposit": {C: _("%(amount)s from the other side's deposit"), R: _("%(amount)s from your deposit")},
    "fund": {C: _("%(amount)s from the protection fund"), R: _("%(amount)s from the protection fund")},
    "house": {C: _("%(amount)s from our own account"), R: _("%(amount)s from our own account")},
    "receivable": {C: "", R: _("%(amount)s of it you owe us now")},
}

DONE = {
    "answer": _("Thank you: it is with us again."),
    "admit": _("Noted. What was asked for is carried out now."),
    "admit_fault": _("Noted. We decide how it is put right, and hear both sides first."),
    "offer": _("Your offer is with the other side."),
    "contest": _("Noted. We look into it and hear both sides before anything is decided."),
    "accept_offer": _("Accepted. What was agreed is carried out now."),
    "counter": _("Your offer is with the other side."),
    "escalate": _("It is with us now."),
    "comment": _("Your comment is part of the case."),
    "agree": _("Noted: you agree."),
    "file_evidence": _("Your evidence is part of the case."),
    "appeal": _("Your appeal is in. People who have not acted on this decide it."),
    "withdraw": _("Withdrawn."),
    "rate": _("Thank you for telling us."),
    "issue": _("Added. No clock of what was there before has changed."),
    "append": _("It is with us."),
}
