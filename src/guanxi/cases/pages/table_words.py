"""The table of an issue's procedure in words: states, verbs, who, under which guard, and what happens when a limit passes."""

from django.utils.translation import gettext_lazy as _

from guanxi.cases.rules import machine
from guanxi.core.procedure import Clock

STATES = {
    machine.RECORDED: _("Received"),
    machine.VALIDITY: _("Check"),
    machine.FACTS: _("More facts"),
    machine.RESPONSE: _("Response"),
    machine.NEGOTIATION: _("Negotiation"),
    machine.INVESTIGATION: _("Investigation"),
    machine.HEARING: _("Hearing"),
    machine.APPROVAL: _("Approval"),
    machine.DECIDED: _("Decision"),
    machine.REMEDY: _("Putting right"),
    machine.APPEALABLE: _("Appeal"),
    machine.CLOSED: _("Closed"),
}
WHO = {
    machine.COMPLAINANT: _("complaining side"),
    machine.RESPONDENT: _("other side"),
    machine.HANDLER: _("handler"),
    machine.SUPERVISOR: _("supervisor"),
    machine.EXPERT: _("expert"),
    machine.FULFILMENT: _("fulfilment"),
    machine.SYSTEM: _("system"),
}
TURNS = {
    "staff": _("our turn"),
    "customer": _("complaining side's turn"),
    "respondent": _("other side's turn"),
    "both": _("both sides' turn"),
    "nobody": _("settled"),
}
VERBS = {
    "protect": _("pay under protection"),
    "check": _("pass it to a handler"),
    "accept": _("take it up"),
    "ask_facts": _("ask for facts"),
    "reject": _("not take it up, and say what would change that"),
    "answer": _("answer"),
    "admit": _("admit it and the remedy asked for"),
    "admit_fault": _("admit the fault, not the remedy"),
    "offer": _("offer something"),
    "contest": _("contest it with evidence"),
    "lapse": _("time runs out"),
    "accept_offer": _("accept the offer"),
    "counter": _("make a counter-offer"),
    "escalate": _("ask us to decide"),
    "propose": _("propose cause, outcome and remedy"),
    "consult": _("ask an expert"),
    "find": _("give a finding"),
    "climb": _("pass it up, overdue"),
    "comment": _("comment"),
    "agree": _("agree to the proposal"),
    "hear": _("close the hearing"),
    "take_evidence": _("take new evidence back to the investigation"),
    "confirm": _("answer every comment and confirm"),
    "approve": _("approve"),
    "return": _("return it with a reason"),
    "refer_up": _("refer it to the next supervisor"),
    "propose_anew": _("propose anew"),
    "serve": _("serve the decision with reasons and rules"),
    "execute": _("carry it out"),
    "substitute": _("pay in its place"),
    "appeal": _("appeal"),
    "summarise": _("record the root cause"),
    "reopen": _("open it again for new facts"),
    "withdraw": _("withdraw"),
    "file_evidence": _("file evidence"),
    "reclassify": _("put it into another category"),
    "advance": _("pay ahead of the decision"),
}
ANYWHERE = {
    "withdraw": _("whoever opened the round, until it is decided"),
    "file_evidence": _("until the hearing ends; the other side sees it"),
    "reclassify": _("state, clock and evidence stay as they are: nobody starts anew"),
    "advance": _("the fund, after six days without a decision about money"),
}
GUARDS = {
    "covered": _("a protection scheme covers it and records prove it"),
    "proven_since": _("a protection scheme covers it and what was found since proves it"),
    "ours": _("it concerns our own service, or nobody stands on the other side"),
    "needs_approval": _("a second person must agree"),
    "asked_for": _("something certain was asked for"),
    "asked_for_and_needs_approval": _("something certain was asked for, and a second person must agree"),
    "may_offer": "",
    "others_offer": _("the offer is the other side's"),
    "others_offer_and_needs_approval": _("the offer is the other side's, and a second person must agree"),
    "others_offer_and_more_left": _("the offer is the other side's; five offers at most"),
    "both_agree": _("the other side agrees as well"),
    "both_agree_and_needs_approval": _("the other side agrees as well, and a second person must agree"),
    "heard": "",
    "not_heard": _("as long as the hearing lasts"),
    "heard_with_evidence": _("evidence was filed in the hearing"),
    "confirmed_with_approval": _("a second person must agree"),
    "confirmable": "",
    "four_eyes": _("never by whoever proposed it"),
    "returned_before": _("it was returned once already"),
    "referred": _("after a referral, by somebody who has not acted on it"),
    "remedy_due": _("something is to be paid or done"),
    "remedy_undone": _("not everything is done yet"),
    "last_round": _("after an appeal"),
    "first_appeal_unasked": _("the other side was never asked"),
    "first_appeal": _("handled and approved by people who did not act before"),
    "joins": _("joins the appeal of the other side"),
    "opened_it": "",
    "takes_up_remedies": _("the appeal had stopped what was ordered: it goes on"),
    "fresh_handler": _("in an appeal: by somebody who did not act before"),
    "always": "",
}
LIMITS = {
    machine.HEARD: _("to weigh what was said"),
    machine.APPEAL_ROUND: _("in an appeal"),
    machine.SHORT: _("after new evidence or a return"),
    machine.GOODS: _("for goods, or by the promised day"),
    machine.PENALTY_APPEAL: _("for penalties"),
}
EXPIRY = {
    machine.RECORDED: _("A handler takes it."),
    machine.VALIDITY: _("It counts as taken up, and the supervisor is told."),
    machine.FACTS: _("The check goes on with what is there. Nothing is cancelled."),
    machine.RESPONSE: _("It is investigated. The other side may still file evidence until the hearing ends."),
    machine.NEGOTIATION: _("It is investigated."),
    machine.INVESTIGATION: _(
        "The supervisor takes over, 4 working hours later the head of service, who keeps it. "
        "The delay is published as a breach."
    ),
    machine.HEARING: _(
        "The handler weighs what was said. No clock decides: when that is late, the supervisor takes over."
    ),
    machine.APPROVAL: _("The next supervisor takes over. A clock never approves."),
    machine.DECIDED: _("It is served again, and the supervisor is told."),
    machine.REMEDY: _(
        "Money: the deposit fund pays and takes it back from the seller; without a fund our own account pays. "
        "Goods: their price is paid instead."
    ),
    machine.APPEALABLE: _("The decision is final."),
    machine.CLOSED: _("New facts can open it again once within a year, under the same number."),
}
CLOCKS = {
    Clock.WORKING: _("working hours of the team"),
    Clock.PARTY: _("clock hours, never ending between 22:00 and 09:00"),
    Clock.PLAIN: _("clock hours"),
}
MEASURES = {
    "acknowledgement": _("acknowledged with number and promised time"),
    "first_answer_live": _("first answer on the telephone and in chat"),
    "first_answer": _("first answer in writing, nine of ten"),
    "decision_automatic": _("automatic decision, 19 of 20"),
    "decision_median": _("decision, half of all"),
    "decision_p95": _("decision, 19 of 20"),
    "refund_p95": _("money back, 19 of 20"),
    "refund_most": _("money back, at the latest"),
    "appeal_median": _("decision on an appeal, half of all"),
    "first_contact": _("settled by the first contact, at least"),
    "reopened": _("opened again, at most"),
    "causes": _("causes recorded of what was upheld"),
}
SHARES = frozenset({"first_contact", "reopened", "causes"})
FIELDS = {
    "team": _("department"),
    "remedies": _("remedies"),
    "evidence": _("what helps"),
    "rules": _("rules"),
    "approval_over": _("second person above"),
    "always_approve": _("always a second person"),
    "automatic_most": _("paid by itself up to"),
    "scheme": _("protection scheme"),
    "advance": _("paid ahead after six days"),
    "reasons": _("draft of the reasons"),
    "shape": _("money or goods"),
    "promise_days": _("promised days"),
    "amount": _("amount"),
    "words": _("wording"),
    "role": _("complaining side"),
    "respondent_role": _("other side"),
    "parent": _("belongs to"),
}
OUTCOMES = {
    "upheld": _("upheld"),
    "partly": _("partly upheld"),
    "not_upheld": _("not upheld"),
    "settled": _("settled between the two"),
    "admitted": _("admitted"),
    "protected": _("paid by protection"),
    "rejected": _("not taken up"),
    "withdrawn": _("withdrawn"),
}
BREACHED = {
    machine.VALIDITY: _("it counted as taken up, the supervisor was told"),
    machine.INVESTIGATION: _("the supervisor took over, after 4 working hours the head of service"),
    machine.HEARING: _("the supervisor took over; nothing was decided by the clock"),
    machine.APPROVAL: _("the next supervisor took over; nothing was approved by the clock"),
}
