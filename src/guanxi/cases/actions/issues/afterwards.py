"""What follows a case: how satisfied the sides are, and a second look at its quality."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import choice

from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries
from guanxi.cases.actions.frame import event
from guanxi.cases.models import Issue, Sample, Satisfaction
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import sampling
from guanxi.cases.rules import clean_text, machine
from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound

WORDS_CHARS_MAX = 2_000
MARKS = ("heard", "reasons", "rules", "in_time", "tone")
"""What a second look judges: were both heard, are the reasons clear, rules cited rightly, in time, in a good tone."""


@action
def rate(*, actor: Actor, now: datetime, number: str, score: int, words: str = "") -> Satisfaction:
    """A party says once how their case was handled, 1 to 5, from the first decision on. Raises `Invalid`, `Conflict`."""
    actor.require_kind(Kind.LINK, Kind.CUSTOMER)
    case = queries.get_case(actor, number)
    if not 1 <= score <= 5:
        raise Invalid(fields={"score": _("Choose one of the five.")}, code="invalid")
    if case.state in machine.UNDECIDED:
        raise Conflict(_("We ask when it is decided."), code="not_now")
    side = reads.side_of(actor, case)
    if Satisfaction.objects.filter(case=case, side=side).exists():
        raise Conflict(_("You have answered already. Thank you."), code="at_most")
    text = clean_text(words)[:WORDS_CHARS_MAX]
    row = Satisfaction(case=case, side=side, score=score, words=text, given=now)
    events.record(event("rated", actor, now, case, {"side": side, "score": score}, text), with_rows=[row])
    return row


@action
def draw_sample(*, actor: Actor, now: datetime, draw: Callable[[Sequence[int]], int] = choice) -> Sample:
    """Draw one more decided issue of one's teams for a second look. Raises `Denied`, `Conflict` where none is left.

    `draw` chooses among the keys of issues; by chance unless told.
    """
    actor.require("cases.approve")
    left = sampling.list_drawable(actor, now)
    if not left:
        raise Conflict(_("Nothing is left to draw in the last 90 days."), code="nothing_left")
    found = Issue.objects.select_for_update(of=("self",)).filter(id=draw(left))
    issue = found.select_related("case").first()
    if issue is None or Sample.objects.filter(issue=issue).exists():
        raise Conflict(_("Somebody drew this one in the meantime."), code="at_most")
    row = Sample(issue=issue, drawn=now)
    data = {"issue": issue.public_id, "place": issue.place}
    events.record(event("sample_drawn", actor, now, issue.case, data), with_rows=[row])
    return row


@action
def review_sample(
    *, actor: Actor, now: datetime, sample_id: int, marks: dict[str, bool], words: str = ""
) -> Sample:
    """A second look at a decided issue, by somebody who did not act on it. Raises `Denied`, `Conflict`, `Invalid`."""
    actor.require("cases.approve")
    row = (
        Sample.objects.select_for_update(of=("self",))
        .filter(id=sample_id)
        .select_related("issue__case")
        .first()
    )
    if row is None:
        raise NotFound
    actor.require_at("cases.approve", row.issue.team_id)
    if reads.acted_before(row.issue, actor.user_id):
        raise Denied(_("You acted on this yourself: somebody else looks at it."), code="own_work")
    if row.reviewed is not None:
        raise Conflict(_("Somebody has looked at this already."), code="at_most")
    if set(marks) != set(MARKS):
        raise Invalid(fields={"marks": _("Answer every question.")}, code="invalid")
    row.marks, row.words, row.reviewed = dict(marks), clean_text(words)[:WORDS_CHARS_MAX], now
    row.reviewer_id = actor.user_id
    row.save()
    data = {"issue": row.issue.public_id, "place": row.issue.place, "good": sum(marks.values())}
    events.record(event("sample_reviewed", actor, now, row.issue.case, data, row.words))
    return row
