"""How often somebody may ask: token buckets in memory, one set per web process.

Nothing is written to the database and nothing is shared: each process of each host counts for itself, so that a token
served by N processes may ask up to N times as often. The set is bounded; when it is full, whoever has not asked for longest
is forgotten and begins with a full bucket.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

KEYS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left. `reset_s`: until the bucket is full again; `retry_s`: until the next request is taken, 0 at once."""

    allowed: bool
    limit: int
    remaining: int
    reset_s: int
    retry_s: int


class Buckets:
    """One bucket per key: holds `per_minute` requests, fills evenly. `per_minute` 0 allows everything."""

    def __init__(
        self, per_minute: int, *, keys_max: int = KEYS_MAX, tell: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit = per_minute
        self._per_s = per_minute / 60
        self._keys_max = keys_max
        self._tell = tell
        self._lock = threading.Lock()
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: str) -> Standing | None:
        """Take one request out of the key's bucket if there is one; None when nothing is limited."""
        if not self.limit:
            return None
        with self._lock:
            now = self._tell()
            level, since = self._levels.pop(key, (float(self.limit), now))
            level = min(self.limit, level + (now - since) * self._per_s)
            allowed = level >= 1
            level -= allowed
            self._levels[key] = (level, now)
            if len(self._levels) > self._keys_max:
                self._levels.popitem(last=False)
        return Standing(
            allowed=allowed,
            limit=self.limit,
            remaining=int(level),
            reset_s=math.ceil((self.limit - level) / self._per_s),
            retry_s=0 if allowed else math.ceil((1 - level) / self._per_s),
        )
