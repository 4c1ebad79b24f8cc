"""What the comparison of then and now assumes, with the reason of each: the values stand in rules.replay."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

SHARE, HOURS, DAYS, YUAN = "share", "hours", "days", "yuan"

ASSUMED: Mapping[str, tuple[str, Any, Any]] = {
    "right": (SHARE, _("complaints that are right"), _("most people who write have a reason")),
    "partly": (SHARE, _("complaints that are half right"), _("both sides gave cause")),
    "misjudged": (SHARE, _("first decisions that are wrong"), _("the same people decide in both worlds")),
    "appeal_misjudged": (
        SHARE,
        _("of those decided wrongly, who object"),
        _("the old procedure sends them to another desk, ours has the appeal"),
    ),
    "appeal_other": (SHARE, _("of those decided rightly, who object"), _("some try")),
    "amount_median": (YUAN, _("middle amount in dispute"), _("half of all orders are smaller")),
    "proven": (
        SHARE,
        _("right complaints that records prove"),
        _("dispatch and delivery stand in the order itself; only ours looks there by itself"),
    ),
    "automatic_most": (YUAN, _("most that is paid by itself"), _("the limit of the protection scheme")),
    "mismatch": (
        SHARE,
        _("complaints put into a wrong category"),
        _("people do not know our categories; the old procedure cancels, ours reclassifies"),
    ),
    "starts_again": (SHARE, _("cancelled ones that start again"), _("the rest give up")),
    "starts_again_hours": (HOURS, _("until somebody cancelled starts again"), _("they must notice first")),
    "wrong_desk": (
        SHARE,
        _("complaints another department must settle"),
        _("the old procedure begins anew there, ours moves the case with its clock"),
    ),
    "facts": (SHARE, _("complaints in which a fact is missing"), _("asked for once, in ours only")),
    "complainant_hours": (
        HOURS,
        _("middle time in which the complaining side answers"),
        _("they want their money"),
    ),
    "respondent_hours": (
        HOURS,
        _("middle time in which the other side answers"),
        _("a working day; the same person in both worlds"),
    ),
    "silent": (SHARE, _("other sides that never answer"), _("their window runs out in both worlds")),
    "admit": (SHARE, _("other sides that admit it"), _("a fifth of that where they are in the right")),
    "offer": (SHARE, _("other sides that offer something"), _("a fifth of that where they are in the right")),
    "accept_offer": (SHARE, _("offers that are accepted"), _("the old procedure takes them as settled too")),
    "hearing_evidence": (
        SHARE,
        _("hearings with new evidence"),
        _("it goes back to the handler once, in ours only"),
    ),
    "agree": (SHARE, _("proposals both sides agree to"), _("then nothing more is weighed")),
    "approval_over": (YUAN, _("amount above which a second person decides"), _("in ours only")),
    "returned": (SHARE, _("approvals returned once"), _("in ours only")),
    "consulted": (SHARE, _("disputes an expert looks at"), _("in ours only; adds up to 72 hours")),
    "expert_hours": (HOURS, _("middle time an expert needs"), _("the goods must be looked at")),
    "staff_share": (
        SHARE,
        _("how much of a limit staff use up, on average"),
        _("the same share in both worlds: what differs is the limit"),
    ),
    "staff_missed": (SHARE, _("disputes in which staff miss a limit"), _("then the supervisor must act")),
    "old_take_up_days": (DAYS, _("then: to take it up"), _("as the old rules said")),
    "old_answer_days": (DAYS, _("then: for the other side"), _("as the old rules said")),
    "old_decide_days": (DAYS, _("then: to decide"), _("as the old rules said")),
}
