from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

OPENED = EventType("case.opened", _("Complaint received"), icon="message-report", direction="in")
APPENDED = EventType("case.appended", _("Added to the case"), icon="message-plus", direction="in")
ANSWERED = EventType("case.answered", _("Answered"), icon="message-reply", direction="out")
TAKEN_BACK = EventType("case.answer_taken_back", _("Answer taken back"), icon="arrow-back-up")
RESOLVED = EventType("case.resolved", _("Resolved"), icon="circle-check", direction="out")
REOPENED = EventType("case.reopened", _("Opened again"), icon="refresh", direction="in")
LAPSED = EventType("case.lapsed", _("Settled, no reply within the time stated"), icon="clock-check")
OVERDUE = EventType("case.overdue", _("Our answer is overdue"), icon="alarm")
RETITLED = EventType("case.retitled", _("Subject corrected"), icon="edit", shown=False)
LANGUAGE_SET = EventType("case.language_set", _("Language corrected"), icon="language", shown=False)
MOVED = EventType("case.moved", _("Handed over to another team"), icon="arrows-left-right", shown=False)
DUE_MOVED = EventType(
    "case.due_moved", _("Promised time recounted: working days have changed"), icon="calendar"
)
PROCEDURE_PUBLISHED = EventType(
    "case.procedure_published", _("Rules of the procedure published"), icon="versions", shown=False
)
ISSUE_EVENTS = (
    EventType("case.issue_opened", _("Issue taken down"), icon="list-check"),
    EventType("case.protected", _("Paid by protection"), icon="shield-check", direction="out"),
    EventType("case.checked", _("To be checked"), icon="checkbox", shown=False),
    EventType("case.accepted", _("Accepted: the other side is asked"), icon="gavel"),
    EventType("case.facts_asked", _("Facts asked for"), icon="help", direction="out"),
    EventType("case.rejected", _("Not taken up"), icon="circle-x", direction="out"),
    EventType("case.facts_given", _("Facts given"), icon="message-plus", direction="in"),
    EventType("case.admitted", _("Admitted"), icon="circle-check", direction="in"),
    EventType("case.fault_admitted", _("Fault admitted"), icon="circle-check", direction="in"),
    EventType("case.offered", _("Offer made"), icon="coins", direction="in"),
    EventType("case.contested", _("Contested"), icon="scale", direction="in"),
    EventType("case.offer_accepted", _("Offer accepted"), icon="circle-check", direction="in"),
    EventType("case.countered", _("Counter-offer made"), icon="coins", direction="in"),
    EventType("case.escalated", _("We are asked to decide"), icon="gavel", direction="in"),
    EventType("case.proposed", _("Decision proposed, both sides heard"), icon="scale", direction="out"),
    EventType("case.expert_asked", _("Expert asked"), icon="user-search"),
    EventType("case.expert_found", _("Expert has answered"), icon="user-check"),
    EventType("case.climbed", _("Limit missed: the owner has changed"), icon="alarm"),
    EventType("case.commented", _("Comment in the hearing"), icon="message-plus", direction="in"),
    EventType("case.agreed", _("Agreed to the proposal"), icon="thumb-up", direction="in"),
    EventType("case.heard", _("Hearing over"), icon="clock-check", shown=False),
    EventType("case.evidence_taken", _("New evidence is looked into"), icon="zoom-check"),
    EventType("case.confirmed", _("Proposal confirmed"), icon="gavel"),
    EventType("case.approved", _("Approved by a second person"), icon="checkbox"),
    EventType("case.returned", _("Returned by the approver"), icon="arrow-back-up"),
    EventType("case.referred", _("Referred to the next supervisor"), icon="arrow-up-right"),
    EventType("case.proposed_anew", _("Something else proposed"), icon="scale", direction="out"),
    EventType("case.served", _("Decision served"), icon="file-text", direction="out"),
    EventType("case.executed", _("Put right"), icon="circle-check", direction="out"),
    EventType("case.substituted", _("Put right another way"), icon="replace", direction="out"),
    EventType("case.appealed", _("Appeal"), icon="refresh", direction="in"),
    EventType("case.limit_passed", _("Time over: it goes on by itself"), icon="clock-check"),
    EventType("case.summarised", _("Cause recorded"), icon="clipboard-check", shown=False),
    EventType("case.issue_reopened", _("Issue opened again"), icon="refresh"),
    EventType("case.withdrawn", _("Withdrawn"), icon="arrow-back-up", direction="in"),
    EventType("case.evidence_filed", _("Evidence filed"), icon="photo", direction="in"),
    EventType("case.reclassified", _("Kind of issue corrected"), icon="edit", shown=False),
    EventType("case.advanced", _("Money paid ahead"), icon="coins", direction="out"),
    EventType("case.warned", _("Part of our time is over"), icon="alarm", shown=False),
    EventType("case.respondent_named", _("Other side named"), icon="users", shown=False),
    EventType("case.suggestion_dismissed", _("Suggestion dismissed"), icon="edit", shown=False),
    EventType("case.split", _("One issue split off"), icon="arrows-split", shown=False),
    EventType("case.split_off", _("Split off from another case"), icon="arrows-split", shown=False),
    EventType("case.linked", _("Linked with another case"), icon="link", shown=False),
    EventType("case.unlinked", _("Link with another case removed"), icon="link", shown=False),
    EventType("case.merged", _("Merged into another case"), icon="git-merge", shown=False),
    EventType("case.merged_in", _("Another case merged into this one"), icon="git-merge", shown=False),
    EventType("case.unmerged", _("Stands by itself again"), icon="git-merge", shown=False),
    EventType("case.unmerged_from", _("A merged case stands by itself again"), icon="git-merge", shown=False),
    EventType("case.unreached", _("A side could not be told by mail"), icon="mail-off"),
    EventType("case.rated", _("Handling rated"), icon="star", direction="in"),
    EventType("case.evidence_weighed", _("Evidence weighed"), icon="scale", shown=False),
    EventType("case.measured", _("Goods measured"), icon="checklist"),
    EventType("case.sample_drawn", _("Drawn for a look at quality"), icon="checkbox", shown=False),
    EventType("case.sample_reviewed", _("Quality looked at"), icon="checkbox", shown=False),
)
REPLY_SAVED = EventType("reply.saved", _("Saved reply written"), icon="edit", shown=False)
REPLY_REMOVED = EventType("reply.removed", _("Saved reply removed"), icon="edit", shown=False)
REPLY_USED = EventType("reply.used", _("Saved reply used"), icon="edit", shown=False)
DRAFT_BEGUN = EventType("case.draft_begun", _("Answer being written"), icon="edit", shown=False)
DRAFT_TAKEN = EventType("case.draft_taken", _("Draft taken over"), icon="edit", shown=False)
READER_ASKED = EventType("reader.asked", _("Training of the reader asked for"), icon="bulb", shown=False)
READER_TRAINED = EventType("reader.trained", _("Reader trained"), icon="bulb", shown=False)
ALL = (
    OPENED,
    APPENDED,
    ANSWERED,
    TAKEN_BACK,
    RESOLVED,
    REOPENED,
    LAPSED,
    OVERDUE,
    RETITLED,
    LANGUAGE_SET,
    MOVED,
    DUE_MOVED,
    PROCEDURE_PUBLISHED,
    *ISSUE_EVENTS,
    REPLY_SAVED,
    REPLY_REMOVED,
    REPLY_USED,
    DRAFT_BEGUN,
    DRAFT_TAKEN,
    READER_ASKED,
    READER_TRAINED,
)
