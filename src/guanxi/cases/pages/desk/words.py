"""Words of the desk: verbs as buttons, what somebody did as a heading, what happens when a limit passes, whose turn."""

from django.utils.translation import gettext_lazy as _

DO = {
    "accept": _("Take up"),
    "ask_facts": _("Ask for facts"),
    "reject": _("Do not take up"),
    "propose": _("Send to both sides for hearing"),
    "propose_anew": _("Propose anew"),
    "consult": _("Ask an expert"),
    "find": _("Give your finding"),
    "take_evidence": _("Look into the new evidence"),
    "confirm": _("Confirm"),
    "approve": _("Approve"),
    "return": _("Return"),
    "refer_up": _("Refer up"),
    "execute": _("Record as done"),
    "summarise": _("Record the cause"),
    "reopen": _("Open it again"),
    "file_evidence": _("File evidence"),
    "reclassify": _("Correct the kind"),
}
"""A verb as what its button says."""

DID = {
    "accept": _("Taken up"),
    "ask_facts": _("Facts asked for"),
    "answer": _("Facts given"),
    "reject": _("Not taken up"),
    "admit": _("Admitted"),
    "admit_fault": _("Fault admitted"),
    "contest": _("Contested"),
    "escalate": _("Asks us to decide"),
    "comment": _("Comment in the hearing"),
    "agree": _("Agrees to the proposal"),
    "take_evidence": _("New evidence is looked into"),
    "confirm": _("Answer to what was said"),
    "approve": _("Approved"),
    "return": _("Returned by the approver"),
    "refer_up": _("Referred to the next supervisor"),
    "appeal": _("Appeal"),
    "reopen": _("Opened again"),
    "withdraw": _("Withdrawn"),
    "find": _("Finding of the expert"),
    "offer": _("Offer made"),
    "counter": _("Counter-offer made"),
}
"""What a statement was said with."""

EXPIRY = {
    "recorded": _("then a person looks at it"),
    "validity": _("then it counts as taken up, and the supervisor is told"),
    "facts": _("then it goes on with what is there"),
    "response": _("then we look into it without an answer"),
    "response.investigation": _("then we look into it without an answer"),
    "negotiation": _("then we look into it and decide"),
    "hearing": _("then you weigh what was said"),
    "decided": _("then it is served again, and the supervisor is told"),
    "remedy": _("then the deposit fund pays"),
    "remedy.goods": _("then money is paid instead"),
    "appealable": _("then it is closed"),
}
"""What happens when the limit passes, by key of machine.LIMITS."""

CLIMBS = (
    _("then the supervisor takes it over"),
    _("then the head of service takes it over"),
    _("the head of service keeps it until it is done"),
)
"""The same for steps whose owner climbs, by level."""

OWNERS = (_("handler"), _("supervisor"), _("head of service"))

WAITS = {
    "customer": _("Waits for the complainant"),
    "respondent": _("Waits for the other side"),
    "both": _("Waits for both sides"),
    "nobody": _("Nobody's turn"),
}

APPROVAL = {
    "amount": _("the amount is above what one person decides"),
    "kind": _("every decision of this kind is approved"),
    "penalty": _("a penalty is imposed"),
    "publication": _("it is to be published"),
    "own_staff": _("it is against our own staff"),
    "again": _("the first proposal was returned: somebody else looks again"),
}
"""Why a second person must agree, by code of Decision.needs_approval."""

LINKS = {
    "related": _("related"),
    "split": _("split"),
    "merged_in": _("merged into this one"),
}

ALARMS = {
    "threat": _("Violence is threatened"),
    "self_harm": _("Somebody may be in danger of harming themselves"),
    "extortion": _("Money is demanded under threat"),
}
"""What cannot wait, by kind of engine.intake.Alarm."""

MARKS = {
    "heard": (_("Were both sides heard?"), _("What each brought was answered, or need not be.")),
    "reasons": (_("Are the reasons clear?"), _("Whoever lost can follow them without asking.")),
    "rules": (_("Are the right rules cited?"), _("In the version that was in force.")),
    "in_time": (_("Was it done in time?"), _("Look at the clock of every step, not at the end alone.")),
    "tone": (_("Was the tone right?"), _("Polite, plain, no blame.")),
}
"""What a second look asks, by actions.issues.MARKS: the question and what is meant."""
MARK_LEAST = 0.8  # below that a share is pointed out
SIDES = {"complainant": _("complainant"), "respondent": _("respondent")}
