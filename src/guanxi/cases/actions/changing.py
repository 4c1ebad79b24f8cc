"""Changing what is set for a kind of case: checked as a pack is, published as the next version with a reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from guanxi.cases.actions.publishing import publish_procedure
from guanxi.cases.models import Procedure
from guanxi.cases.queries import procedures
from guanxi.cases.rules import bounds, longest, whatif
from guanxi.cases.rules.policy import MONEY, IssueKind, Policy
from guanxi.cases.rules.whatif import Change
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, Words
from guanxi.core.models import User

RIGHT: Final = "cases.procedures"
PUBLISHES: Final = "site.settings"
REASON_CHARS_MAX: Final = 500
_LIMITS: Final = {
    "quarters": _("Whole quarters of an hour, please."),
    "longer": _("Longer than the table of steps allows: %(bound)s at most."),
    "fixed": _("The window to appeal is a right and stays %(bound)s."),
    "party": _("A side needs at least %(bound)s."),
}
_AUTOMATIC: Final = {
    "scheme": _("A protection scheme and the most it pays belong together."),
    "money": _("None of the remedies is money: nothing can be paid by itself."),
    "always": _("What always needs a second person is never paid by itself."),
    "over": _("More would be paid by itself than one person may decide alone."),
}


@action
def change_procedure(
    *, actor: Actor, now: datetime, kind: str, change: Change, base: int, reason: str
) -> Procedure:
    """Publish version `base` with this change of one kind of case as the next one. Needs `cases.procedures`, `site.settings`.

    Raises `Conflict` (`stale`) when `base` is no longer the newest, `Invalid` by field for values no pack could set
    ("limit:KEY", "target:KEY", "approval:ISSUE", "automatic:ISSUE"), for no reason, and when nothing changes.
    """
    actor.require(RIGHT)
    actor.require(PUBLISHES)
    newest = procedures.get_procedure()
    if newest.number != base:
        raise Conflict(
            _("Version %(number)s was published in the meantime. Try again on top of it.")
            % {"number": newest.number},
            code="stale",
        )
    content = whatif.changed(newest.content, kind, change)
    check(Policy.from_json(newest.content), Policy.from_json(content), kind)
    reason = reason.strip()
    if not reason:
        raise Invalid(fields={"reason": _("Say why: it stays with this version.")}, code="empty")
    if len(reason) > REASON_CHARS_MAX:
        raise Invalid(
            fields={"reason": _("At most %(most)s characters fit here.") % {"most": REASON_CHARS_MAX}}
        )
    if content == newest.content:
        raise Invalid(_("Nothing is changed."), code="unchanged")
    return publish_procedure(actor=actor, now=now, content=content, origin=_origin(actor), reason=reason)


def _origin(actor: Actor) -> str:
    """The public id of whoever publishes. Raises `Denied` for machines: somebody stands for a version."""
    mine = User.objects.filter(id=actor.user_id or 0)
    found = mine.values_list("public_id", flat=True).first()
    if found is None:
        raise Denied(code="denied")
    return found


def check(before: Policy, after: Policy, kind: str) -> None:
    """Raise `Invalid` by field for changed values that no pack could set, and for paths that would take too long."""
    faults: dict[str, Words] = {}
    then, now = before.kinds[kind], after.kinds[kind]
    for key, minutes in now.limits.items():
        fault = bounds.limit_fault(key, minutes) if then.limit(key) != now.limit(key) else None
        if fault:
            faults[f"limit:{key}"] = _LIMITS[fault.code] % {"bound": bounds.in_words(fault.bound)}
    for code, issue in after.issues.items():
        if issue != before.issues[code] and (wrong := _automatic_fault(issue, after)):
            faults[f"automatic:{code}"] = _AUTOMATIC[wrong]
    if faults:
        raise Invalid(fields=faults)
    if words := _too_long(then.limits, now.limits, after, kind):
        raise Invalid(words, code="too_long")


def _automatic_fault(issue: IssueKind, policy: Policy) -> str:
    money = any(policy.remedies[code].shape == MONEY for code in issue.remedies)
    return bounds.automatic_fault(
        scheme=issue.scheme,
        most=issue.automatic_most,
        over=issue.approval_over,
        always=issue.always_approve,
        money=money,
    )


def _too_long(then: Mapping[str, int], now: Mapping[str, int], policy: Policy, kind: str) -> Words:
    if then == now:
        return ""
    over = bounds.too_long(policy.kinds[kind])
    if not over:
        return ""
    _begun, asked, took = max(over, key=lambda one: one[2])
    most = longest.MOST_WITH_CONSULTATION if asked else longest.MOST
    return _("The longest path would take %(days)s d, more than the %(most)s d that are promised.") % {
        "days": f"{took / timedelta(days=1):.1f}",
        "most": most.days,
    }
