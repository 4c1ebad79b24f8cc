"""What files may say about conversations, and about whom we telephone."""

from guanxi.channels.imports.calls import CALLS, connect
from guanxi.channels.imports.messages import KIND

__all__ = ["CALLS", "KIND", "connect"]
