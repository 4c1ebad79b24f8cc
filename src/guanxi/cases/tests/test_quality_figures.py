"""Key figures of cases: what the sides say, what second looks found; only of cases one may see, rows equal to the number."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases.actions import issues as acts
from guanxi.cases.models import Sample, Satisfaction
from guanxi.cases.queries import quality
from guanxi.core.access import PUBLIC
from guanxi.core.counting import Counting
from guanxi.core.figures import Value, Whose
from tests.cast import SYSTEM, Shopper, Staffer
from tests.disputes import open_dispute, publish

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def agree(counting: Counting, wanted: Value) -> None:
    rows = list(counting.every())
    assert counting.value() == wanted
    assert (sum(one.numerator for one in rows), len(rows)) == (wanted.numerator, wanted.denominator)
    assert sum(value.denominator or 0 for _day, value in counting.days()) == wanted.denominator


def test_four_and_five_are_satisfied(seller: Shopper, agent: Staffer, now: datetime) -> None:
    """Scores 5, 4, 3 in the span, 1 the day before: two of three."""
    publish(now)
    case = open_dispute(now, against=seller.record_id).case
    other = open_dispute(now, against=seller.record_id).case
    rows = (
        (case, "complainant", 5, 0),
        (case, "respondent", 4, 1),
        (other, "complainant", 3, 2),
        (other, "respondent", 1, 25),
    )
    for of, side, score, hours in rows:
        Satisfaction.objects.create(
            case=of, side=side, score=score, given=now - timedelta(hours=hours, minutes=1)
        )
    since, until = now - DAY, now + DAY
    agree(quality.satisfied(SYSTEM, since, until, Whose()), Value(2, 3))
    agree(quality.satisfied(agent.actor, since, until, Whose()), Value(2, 3))
    agree(quality.satisfied(PUBLIC, since, until, Whose()), Value(0, 0))
    assert "66.7 %" in agent.client.get("/figures/cases.satisfied/?whose=all&span=day").text


def test_critical_marks_make_an_error(
    seller: Shopper, supervisor: Staffer, agent: Staffer, now: datetime
) -> None:
    """All yes, tone missed (not critical), not heard (critical), drawn only."""
    publish(now)
    yes = dict.fromkeys(acts.MARKS, True)
    for marks in (yes, {**yes, "tone": False}, {**yes, "heard": False}, None):
        issue = open_dispute(now, against=seller.record_id).issue
        Sample.objects.create(
            issue=issue, drawn=now, marks=marks or {}, reviewed=now - timedelta(minutes=1) if marks else None
        )
    agree(quality.without_error(SYSTEM, now - DAY, now + DAY, Whose()), Value(2, 3))
    assert "66.7 %" in supervisor.client.get("/figures/cases.quality/?whose=all&span=day").text
    assert agent.client.get("/figures/cases.quality/?whose=all").status_code == 404
