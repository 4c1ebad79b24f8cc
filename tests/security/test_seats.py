"""Who may sit on the stage: people of the sample world, and in the demo only."""

from typing import Any

import pytest
from django.http import HttpResponse

from guanxi.core.errors import NotFound
from guanxi.core.models import User
from guanxi.people.models import Record
from guanxi.site.stage import seats


@pytest.mark.parametrize("who", [Record(name="Real Person"), User(username="real")])
def test_nobody_real_takes_a_seat(who: User | Record, settings: Any) -> None:
    settings.DEMO = True
    response = HttpResponse()
    with pytest.raises(NotFound):
        seats.take(response, seats.BUYER, who)
    assert not response.cookies


def test_outside_the_demo_there_are_no_seats(settings: Any) -> None:
    settings.DEMO = False
    response = HttpResponse()
    with pytest.raises(NotFound):
        seats.take(response, seats.DESK, Record(name="Sample Person", sample=True))
    assert not response.cookies
