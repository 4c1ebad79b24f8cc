"""What people may ask of us about their data: restricting, objecting, forgetting, and the register of their requests."""

from guanxi.people.actions.privacy.choosing import choose, stop_all
from guanxi.people.actions.privacy.copying import (
    ask_copy,
    link_key,
    linked_copy,
    open_copy,
    sweep_copies,
    write_copy,
)
from guanxi.people.actions.privacy.forgetting import catch_up_register, forget
from guanxi.people.actions.privacy.marking import lift_restriction, object_to_all, restrict
from guanxi.people.actions.privacy.replaying import Replayed, replay
from guanxi.people.actions.privacy.requests import (
    DEEDS,
    NOTE_CHARS_MAX,
    carry_out,
    close,
    extend,
    open_request,
    refuse,
)

__all__ = [
    "DEEDS",
    "NOTE_CHARS_MAX",
    "Replayed",
    "ask_copy",
    "carry_out",
    "catch_up_register",
    "choose",
    "close",
    "extend",
    "forget",
    "lift_restriction",
    "link_key",
    "linked_copy",
    "object_to_all",
    "open_copy",
    "open_request",
    "refuse",
    "replay",
    "restrict",
    "stop_all",
    "sweep_copies",
    "write_copy",
]
