"""Every write of work."""

from guanxi.work.actions.calendars import (
    Replanned,
    add_team,
    exception_on,
    move_due,
    plan_day,
    recount,
    with_day,
)
from guanxi.work.actions.queue import (
    Added,
    add,
    finish,
    give,
    move,
    put_back,
    put_back_for,
    take,
    take_next,
)
from guanxi.work.actions.seats import (
    CAPACITY_MAX,
    add_member,
    beat,
    change_seat,
    put_back_all,
    set_presence,
    sweep_absent,
)

__all__ = [
    "CAPACITY_MAX",
    "Added",
    "Replanned",
    "add",
    "add_member",
    "add_team",
    "beat",
    "change_seat",
    "exception_on",
    "finish",
    "give",
    "move",
    "move_due",
    "plan_day",
    "put_back",
    "put_back_all",
    "put_back_for",
    "recount",
    "set_presence",
    "sweep_absent",
    "take",
    "take_next",
    "with_day",
]
