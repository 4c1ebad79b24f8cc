"""The thousand disputes: what each is about and how its people behave, drawn once and lived through in both worlds. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

RIGHT = "right"
PARTLY = "partly"
WRONG = "wrong"
ADMIT = "admit"
OFFER = "offer"
CONTEST = "contest"
SILENT = "silent"

FIRST_DAY = datetime(2025, 11, 1, tzinfo=UTC)
HOURS_OPEN = (8, 23)
"""Most people write between these hours of the day, in China."""
SHANGHAI_AHEAD = timedelta(hours=8)

ASSUMED: Mapping[str, float] = {
    "right": 0.62,
    "partly": 0.13,
    "amount_median": 150.0,
    "proven": 0.30,
    "automatic_most": 300.0,
    "mismatch": 0.22,
    "wrong_desk": 0.08,
    "facts": 0.15,
    "silent": 0.12,
    "respondent_hours": 9.0,
    "complainant_hours": 4.0,
    "admit": 0.25,
    "offer": 0.35,
    "accept_offer": 0.55,
    "hearing_evidence": 0.15,
    "agree": 0.35,
    "approval_over": 1000.0,
    "returned": 0.06,
    "consulted": 0.04,
    "expert_hours": 30.0,
    "misjudged": 0.08,
    "appeal_misjudged": 0.45,
    "appeal_other": 0.06,
    "staff_share": 0.35,
    "staff_missed": 0.01,
    "starts_again": 0.85,
    "starts_again_hours": 24.0,
    "old_take_up_days": 2.0,
    "old_answer_days": 7.0,
    "old_decide_days": 30.0,
}
"""All that is assumed: shares from 0 to 1, hours, days, amounts in yuan. The reasons stand in pages.assumptions."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute. Hours are how long somebody takes by themselves; `staff_share` how much of a limit staff use up."""

    number: int
    opened: datetime
    amount_minor: int
    merit: str
    proven: bool
    mismatch: bool
    wrong_desk: bool
    facts: bool
    answer: str
    respondent_hours: float
    complainant_hours: float
    accepts_offer: bool
    hearing_evidence: bool
    agrees: bool
    returned: bool
    consulted: bool
    expert_hours: float
    misjudged: bool
    appeals: bool
    staff_share: float
    misses: int  # at which of the steps of staff a limit is missed; 0: none
    starts_again: bool
    starts_again_hours: float

    @property
    def due_minor(self) -> int:
        """What is rightly owed."""
        return {RIGHT: self.amount_minor, PARTLY: self.amount_minor // 2, WRONG: 0}[self.merit]

    @property
    def judged_minor(self) -> int:
        """What a first decision orders: sometimes the wrong thing."""
        if not self.misjudged:
            return self.due_minor
        return self.amount_minor if self.merit == WRONG else 0


def draw(number: int, seed: int, assumed: Mapping[str, float] = ASSUMED) -> Dispute:
    """The dispute with this number: always the same for the same seed and assumptions."""
    dice = Random(f"{seed}:{number}")  # noqa: S311  # nosec B311  a simulation, no secret
    likely = _Likely(dice, assumed)
    merit = likely.one_of({RIGHT: assumed["right"], PARTLY: assumed["partly"]}, WRONG)
    amount = round(100 * assumed["amount_median"] * math.exp(dice.gauss(0, 1.0)))
    misjudged = likely("misjudged")
    missed = likely("staff_missed")
    return Dispute(
        number=number,
        opened=_moment(dice),
        amount_minor=max(amount, 100),
        merit=merit,
        proven=likely("proven") and merit == RIGHT,
        mismatch=likely("mismatch"),
        wrong_desk=likely("wrong_desk"),
        facts=likely("facts"),
        answer=_answer(likely, merit),
        respondent_hours=likely.hours("respondent_hours"),
        complainant_hours=likely.hours("complainant_hours"),
        accepts_offer=likely("accept_offer"),
        hearing_evidence=likely("hearing_evidence"),
        agrees=likely("agree"),
        returned=likely("returned"),
        consulted=likely("consulted"),
        expert_hours=likely.hours("expert_hours"),
        misjudged=misjudged,
        appeals=likely("appeal_misjudged" if misjudged else "appeal_other"),
        staff_share=_share(dice, assumed["staff_share"]),
        misses=dice.randint(1, 4) if missed else 0,
        starts_again=likely("starts_again"),
        starts_again_hours=likely.hours("starts_again_hours"),
    )


class _Likely:
    """Draws by the name of what is assumed, always one number each: a changed share moves nothing else."""

    def __init__(self, dice: Random, assumed: Mapping[str, float]) -> None:
        self.dice = dice
        self.assumed = assumed

    def __call__(self, name: str) -> bool:
        return self.dice.random() < self.assumed[name]

    def one_of(self, shares: Mapping[str, float], otherwise: str) -> str:
        left = self.dice.random()
        for name, share in shares.items():
            if left < share:
                return name
            left -= share
        return otherwise

    def hours(self, name: str) -> float:
        """Half take longer than the median, one in seven more than twice, one in fifty more than six times as long."""
        return min(self.assumed[name] * math.exp(self.dice.gauss(0, 0.9)), 24.0 * 60)


def _answer(likely: _Likely, merit: str) -> str:
    """Whoever is in the wrong admits or offers more often."""
    weight = 0.2 if merit == WRONG else 1.0
    shares = {
        SILENT: likely.assumed["silent"],
        ADMIT: likely.assumed["admit"] * weight,
        OFFER: likely.assumed["offer"] * weight,
    }
    return likely.one_of(shares, CONTEST)


def _share(dice: Random, mean: float) -> float:
    """Between nothing and nearly all of a limit, around the mean."""
    return min(dice.betavariate(4 * mean, 4 * (1 - mean)), 0.98)


def _moment(dice: Random) -> datetime:
    """Some minute within a year, in the hours people write."""
    day, hour = dice.randrange(365), dice.randint(*HOURS_OPEN)
    minute = timedelta(days=day, hours=hour, minutes=dice.randrange(60))
    return FIRST_DAY - SHANGHAI_AHEAD + minute
