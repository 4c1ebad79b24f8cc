"""What staff are told of issues: limits, approvals, experts, appeals, answers of the sides. Registered by `notices`."""

from django.utils.translation import gettext_lazy as _

from guanxi.cases.queries import concerned, issues
from guanxi.cases.rules import machine
from guanxi.core.access import Kind as ActorKind
from guanxi.core.models import Event
from guanxi.core.notices import Kind

SIDES = (ActorKind.CUSTOMER.value, ActorKind.LINK.value)
ANSWERS = {
    f"case.{machine.PAST[verb]}"
    for verb in (
        "answer", "admit", "admit_fault", "offer", "contest", "accept_offer", "counter", "escalate", "comment", "agree"
    )
}  # fmt: skip
TO_APPROVAL = {
    f"case.{machine.PAST[verb]}"
    for (_state, verb), step in machine.TABLE.items()
    if verb != "climb" and any(to == machine.APPROVAL for _guard, to in step.branches)
}
"""Events of the verbs that lead to an approval, or on to the next supervisor."""


def _key(event: Event) -> str:
    return str(event.data.get("issue", ""))


def _subject(event: Event) -> tuple[str, int] | None:
    """The issue itself: the notice opens its case there."""
    found = issues.issue_key(_key(event))
    return ("issue", found) if found else None


def _climbed_to(event: Event) -> list[int]:
    return concerned.climbed_to(_key(event), str(event.data.get("owner", "")))


def _approvers(event: Event) -> list[int]:
    return concerned.approvers(_key(event)) if event.data.get("to") == machine.APPROVAL else []


def _asked(event: Event) -> list[int]:
    return concerned.expert(str(event.data.get("expert", "")))


def _handler_of_side(event: Event) -> list[int]:
    """Only what a side did itself: what staff take down for them, the handler knows."""
    return concerned.handler(_key(event)) if event.actor_kind in SIDES else []


KINDS = (
    Kind(
        code="case.climbed",
        words=_("A limit was missed: it is yours now"),
        right="cases.approve",
        types={"case.climbed"},
        whom=_climbed_to,
        subject=_subject,
        icon="alarm",
        tone="red",
    ),
    Kind(
        code="case.warned",
        words=_("Part of our time is over"),
        right="cases.view",
        types={"case.warned"},
        whom=lambda event: concerned.owners(_key(event)),
        subject=_subject,
        icon="hourglass",
        tone="amber",
    ),
    Kind(
        code="case.approval",
        words=_("A decision waits for your approval"),
        right="cases.approve",
        types=TO_APPROVAL,
        whom=_approvers,
        subject=_subject,
        icon="eye",
    ),
    Kind(
        code="case.returned",
        words=_("Your proposal was returned"),
        right="cases.handle",
        types={"case.returned"},
        whom=lambda event: concerned.proposer(_key(event)),
        subject=_subject,
        icon="arrow-back-up",
        tone="amber",
    ),
    Kind(
        code="case.expert_asked",
        words=_("You are asked as an expert"),
        right="cases.view",
        types={"case.expert_asked"},
        whom=_asked,
        subject=_subject,
        icon="user-question",
    ),
    Kind(
        code="case.expert_found",
        words=_("The expert has answered"),
        right="cases.handle",
        types={"case.expert_found"},
        whom=lambda event: concerned.handler(_key(event)),
        subject=_subject,
        icon="user-check",
    ),
    Kind(
        code="case.appealed",
        words=_("An appeal has come in"),
        right="cases.handle",
        types={"case.appealed"},
        whom=lambda event: concerned.told_of_appeal(_key(event)),
        subject=_subject,
        icon="scale",
        tone="amber",
    ),
    Kind(
        code="case.side_answered",
        words=_("A side has answered"),
        right="cases.view",
        types=ANSWERS,
        whom=_handler_of_side,
        subject=_subject,
        icon="message-2",
    ),
)
