"""Words for cases' codes and the rights it protects."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare

STEPS = {
    "recorded": _("Received"),
    "answered": _("Answered"),
    "resolved": _("Resolved"),
    "validity": _("Check"),
    "facts": _("More facts"),
    "response": _("Response"),
    "negotiation": _("Negotiation"),
    "investigation": _("Investigation"),
    "hearing": _("Hearing"),
    "approval": _("Approval"),
    "decided": _("Decision"),
    "remedy": _("Putting right"),
    "appealable": _("Appeal"),
    "closed": _("Closed"),
}
VERBS = {
    "append": _("add something"),
    "answer": _("answer"),
    "resolve": _("settle it"),
    "reopen": _("open it again"),
}
REPLY_STEPS = {
    "answer": _("send it as the answer"),
    "resolve": _("send it and resolve"),
    "next": _("open the next piece of work"),
}
"""What a macro does after its words are inserted."""

IF_NOBODY_ACTS = {
    "recorded": _("If we are late, the case goes to the supervisor at once and stays open."),
    "answered": _("If you do not reply, we take it as settled. You can open it again at any time."),
    "resolved": _("Something still wrong? Open it again, with the same number."),
}

IF_NOBODY_ACTS_STAFF = {
    "recorded": _("then it is overdue and goes to the supervisor"),
    "answered": _("then it counts as settled; one word reopens it"),
    "resolved": "",
}


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("cases.view", _("See cases")),
        Right("cases.handle", _("Answer and resolve cases")),
        Right("cases.intake", _("Enter cases for customers")),
        Right("cases.approve", _("Approve decisions of colleagues")),
        Right("cases.head", _("Take what supervisors have let lie")),
        Right("cases.consult", _("Be asked as an expert")),
        Right("cases.fulfil", _("Say that goods of a decision went out")),
        Right("cases.replies", _("Write the saved replies of the team")),
        Right("cases.procedures", _("Publish procedures and try changes out")),
    )
    words.register(
        {
            "moves.case": _("Cases"),
            "limit": _("Promised time"),
            "cases.limit": _("limit %(hours)s hours for this step"),
            "cases.working": _("counted in the working hours of the team"),
            "cases.party": _("clock hours; a limit never ends at night"),
            "cases.plain": _("clock hours, day and night"),
            "work.kind.case.validity": _("Check a complaint"),
            "work.kind.case.investigate": _("Find out and propose"),
            "work.kind.case.hearing": _("Weigh what was said"),
            "work.kind.case.fulfil": _("Send what was promised"),
            "work.kind.case.summarise": _("Record the cause"),
            "cases.counted": _("%(start)s to %(end)s counts"),
            "cases.skipped": _("%(day)s does not count: %(why)s"),
            "cases.provisional": _("public holidays of that year are not published yet"),
            "cases.objection": _("Think this is wrong? Write to us under the same number."),
            "cases.exception": _("%(day)s has been changed since: %(why)s"),
            "cases.before": _("before that it was %(end)s"),
            "opened": _("open by exception"),
            "usual": _("as usual again"),
            "weekend": _("weekend"),
            "closed": _("closed"),
            "holiday": _("public holiday"),
        }
    )
