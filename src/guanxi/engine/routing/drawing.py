"""Times drawn at random from what was measured: talk times, patience. Pure; the caller brings the dice."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Times:
    """A distribution of seconds: straight between its points (share below, seconds), exponential after the last one."""

    shares: tuple[float, ...]  # rising, from 0
    seconds: tuple[float, ...]
    tail_mean: float = 0.0  # seconds beyond the last point, on average

    def draw(self, dice: Random) -> float:
        """One value in seconds."""
        share = dice.random()
        if share >= self.shares[-1]:
            rest = max((1 - share) / (1 - self.shares[-1]), 1e-12) if self.shares[-1] < 1 else 1.0
            return self.seconds[-1] - self.tail_mean * math.log(rest)
        place = max(bisect_left(self.shares, share), 1)
        low, high = self.shares[place - 1], self.shares[place]
        part = (share - low) / (high - low) if high > low else 0.0
        return self.seconds[place - 1] + part * (self.seconds[place] - self.seconds[place - 1])

    @property
    def mean(self) -> float:
        """Seconds, exactly."""
        steps = zip(self.shares, self.shares[1:], self.seconds, self.seconds[1:], strict=False)
        inside = sum((high - low) * (start + end) / 2 for low, high, start, end in steps)
        return inside + (1 - self.shares[-1]) * (self.seconds[-1] + self.tail_mean)

    @classmethod
    def of_quantiles(cls, points: Sequence[tuple[float, float]], mean: float) -> "Times":
        """From (share, seconds) above 0 and the mean, which the tail is made to meet (never below 0)."""
        shares, seconds = (0.0, *(share for share, _ in points)), (0.0, *(value for _, value in points))
        bare = cls(shares, seconds)
        return cls(
            shares, seconds, max(0.0, (mean - bare.mean) / (1 - shares[-1])) if shares[-1] < 1 else 0.0
        )

    @classmethod
    def of_survival(cls, points: Sequence[tuple[float, float]]) -> "Times":
        """From (seconds, share that is still there), falling; whoever outlasts the last point goes on as steadily as before."""
        shares, seconds = (0.0, *(1 - left for _, left in points)), (0.0, *(value for value, _ in points))
        left = 1 - shares[-1]
        return cls(shares, seconds, seconds[-1] / -math.log(left) if 0 < left < 1 else 0.0)

    @classmethod
    def observed(cls, values: Sequence[float]) -> "Times":
        """From measured seconds, each as likely as the others. Raises `ValueError` without any."""
        if not values:
            raise ValueError("no times measured")
        ordered = sorted(values)
        count = len(ordered)
        return cls((0.0, *(n / count for n in range(1, count + 1))), (ordered[0], *ordered))
