"""What became of a dispute in one of the worlds. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

GIVEN_UP = "given_up"
DECIDED = "decided"
AUTOMATIC = "automatic"
ADMITTED = "admitted"
SETTLED = "settled"


@dataclass(slots=True)
class Fate:
    """Hours count from the first complaint. `money`: when all that is rightly owed has been paid; None: never, or nothing owed.

    Amounts in minor units: `paid` = `ordered` + `advanced`; what was `reclaimed` came back.
    """

    number: int
    opened: datetime
    ended_as: str = ""
    decided: datetime | None = None  # first time
    ended: datetime | None = None
    money: datetime | None = None
    handovers: int = 0
    cancelled: int = 0
    restarts: int = 0
    appealed: bool = False
    breaches: int = 0
    consulted: bool = False
    customer_time: timedelta = timedelta(0)  # before the first decision, on the complainant's own clock
    steps: list[str] = field(default_factory=list)
    ordered: int = 0
    advanced: int = 0
    reclaimed: int = 0
    paid: int = 0

    @property
    def net(self) -> int:
        return self.paid - self.reclaimed

    def decide(self, at: datetime, how: str) -> None:
        if self.decided is None:
            self.decided, self.ended_as = at, how

    def hours_to(self, moment: datetime | None) -> float | None:
        return (moment - self.opened) / timedelta(hours=1) if moment else None

    def pay(self, at: datetime, amount: int, *, owed: int, ahead: bool = False) -> None:
        """Pay an order, or ahead of one."""
        if ahead:
            self.advanced += amount
        else:
            self.ordered += amount
        self.paid += amount
        self.has_money(at, owed)

    def has_money(self, at: datetime, owed: int) -> None:
        if self.money is None and owed and self.net >= owed:
            self.money = at
