"""The clock of issues comes by: one that cannot be moved on is told of, and holds up no other."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases import actions, jobs
from guanxi.cases.models import Issue
from guanxi.core import clock
from tests.cast import Shopper, Staffer
from tests.disputes import open_dispute, publish


def test_one_fault_stops_no_other_clock(
    agent: Staffer, seller: Shopper, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(now)
    broken, sound = (open_dispute(now, against=seller.record_id) for _ in range(2))
    key, expire = broken.issue.id, actions.issues.expire

    def fails(*, issue_id: int, **given: Any) -> Issue | None:
        if issue_id == key:
            raise ValueError("a row nobody understands")
        return expire(issue_id=issue_id, **given)

    monkeypatch.setattr(actions.issues, "expire", fails)
    with clock.at(now + timedelta(days=2)), pytest.raises(ExceptionGroup) as told:
        jobs.tick.call()
    assert [str(one) for one in told.value.exceptions] == ["a row nobody understands"]
    assert (broken.state, sound.state) == ("validity", "response")
