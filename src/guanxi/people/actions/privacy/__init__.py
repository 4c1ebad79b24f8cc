"""What people may ask of us about their data: restricting, objecting, forgetting, and the register of their requests."""

from guanxi.people.actions.privacy.forgetting import catch_up_register, forget
from guanxi.people.actions.privacy.marking import lift_restriction, restrict
from guanxi.people.actions.privacy.replaying import Replayed, replay

__all__ = ["Replayed", "catch_up_register", "forget", "lift_restriction", "replay", "restrict"]
