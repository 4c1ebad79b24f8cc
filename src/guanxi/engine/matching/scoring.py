"""Fellegi-Sunter with a household: how likely two are the same person, and every step of the sum.

Two people who share a telephone, an address and a family name are most often one family. So each level is weighed
against strangers (u) and against members of one household (h), and the probability is

    p = prior_same Πm / (prior_same Πm + prior_household Πh + (1 - both priors) Πu)

The waterfall stays a sum: the prior, log2(m/u) of each field, and one line "household" for what the second
alternative takes away. Names weigh by how common they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2
from typing import Final, Literal

from guanxi.engine.matching.levels import Agreement, compare
from guanxi.engine.matching.person import Person
from guanxi.engine.matching.weights import Level, Weights, default_weights

Decision = Literal["same", "review", "new"]
VETOES: Final = ("national_id", "birth")  # fields; that they differ leaves it to a steward
U_MAX: Final = 0.99
BITS_MAX: Final = 200.0  # beyond this a probability is 0 or 1 anyway


def log_odds(probability: float) -> float:
    """A probability in bits, as far as a number can tell: 0 for .5, at most `BITS_MAX` either way."""
    if probability <= 0:
        return -BITS_MAX
    return log2(probability / (1 - probability)) if probability < 1 else BITS_MAX


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the waterfall, free of personal values: `weight` in bits, for (+) or against (-).

    `field` is one of `FIELDS`, or "prior" or "household" (which have no m and u: both 0).
    """

    field: str
    level: str
    m: float
    u: float
    weight: float


@dataclass(frozen=True, slots=True)
class Match:
    """`weight_bits` is the sum of the lines and the log-odds of `probability`. `vetoes` are reason codes."""

    probability: float
    weight_bits: float
    lines: tuple[Line, ...]
    vetoes: tuple[str, ...]
    decision: Decision
    weights_version: str


def score(
    one: Person,
    other: Person,
    weights: Weights | None = None,
    *,
    shared: Mapping[tuple[str, str], int] | None = None,
    cannot_link: bool = False,
) -> Match:
    """How likely `one` and `other` (records, or whole customers by `Person.of_all`) are one person; symmetric.

    `shared`: how many people are known to have a (kind, value), where it is more than one: a telephone of forty says
    little. `cannot_link`: somebody has decided that they are not the same.
    A veto never changes the probability, only the decision: "national_id" and "birth" leave it to a steward,
    "cannot_link" says new.
    """
    table = default_weights() if weights is None else weights
    lines = [Line("prior", "", 0.0, 0.0, log2(table.prior_same / _strangers(table)))]
    against_household = log2(table.prior_same / table.prior_household)
    vetoes = ["cannot_link"] if cannot_link else []
    for agreement in compare(one, other):
        level = table.fields[agreement.field][agreement.level]
        u = _chance(agreement, level, table, shared)
        lines.append(Line(agreement.field, agreement.level, level.m, u, log2(level.m / u)))
        against_household += log2(level.m / max(level.h, u))
        if agreement.level == "differs" and agreement.field in VETOES:
            vetoes.append(agreement.field)
    return _match(lines, against_household, tuple(vetoes), table)


def weigh(
    one: Person, other: Person, table: Weights, shared: Mapping[tuple[str, str], int]
) -> tuple[float, bool]:
    """`Match.weight_bits` and whether a veto was met, as `score` has them, without the lines: for scans."""
    known = _weights_known(table)
    strangers = log2(table.prior_same / _strangers(table))
    household = log2(table.prior_same / table.prior_household)
    veto = False
    for agreement in compare(one, other):
        field, code = agreement.field, agreement.level
        level, against_strangers, against_household = known[field][code]
        if level.frequency or (code == "same" and (field, agreement.one) in shared):
            u = _chance(agreement, level, table, shared)
            against_strangers, against_household = log2(level.m / u), log2(level.m / max(level.h, u))
        strangers += against_strangers
        household += against_household
        veto = veto or (code == "differs" and field in VETOES)
    apart = min(abs(strangers - household), BITS_MAX)
    return min(strangers, household) - log2(1 + 2**-apart), veto


_Known = dict[str, dict[str, tuple[Level, float, float]]]
_known: dict[int, tuple[Weights, _Known]] = {}


def _weights_known(table: Weights) -> _Known:
    """The logarithms of a table, taken once."""
    found = _known.get(id(table))
    if found is None or found[0] is not table:
        _known.clear()
        levels = {
            field: {
                code: (one, log2(one.m / min(one.u, U_MAX)), log2(one.m / max(one.h, min(one.u, U_MAX))))
                for code, one in levels.items()
            }
            for field, levels in table.fields.items()
        }
        found = _known[id(table)] = (table, levels)
    return found[1]


def _match(lines: list[Line], against_household: float, vetoes: tuple[str, ...], table: Weights) -> Match:
    against_strangers = sum(line.weight for line in lines)
    apart = min(abs(against_strangers - against_household), BITS_MAX)
    bits = min(against_strangers, against_household) - log2(1 + 2**-apart)
    lines.append(Line("household", "", 0.0, 0.0, bits - against_strangers))
    probability = 1 / (1 + 2 ** -max(bits, -BITS_MAX))
    decision = _decide(probability, vetoes, table)
    return Match(probability, bits, tuple(lines), vetoes, decision, table.version)


def _decide(probability: float, vetoes: Iterable[str], table: Weights) -> Decision:
    if "cannot_link" in vetoes or probability < table.review_min:
        return "new"
    return "review" if vetoes or probability < table.same_min else "same"


def _strangers(table: Weights) -> float:
    return 1 - table.prior_same - table.prior_household


def _chance(
    agreement: Agreement,
    level: Level,
    table: Weights,
    shared: Mapping[tuple[str, str], int] | None,
) -> float:
    """How often strangers agree like that, by what they agree on."""
    u = level.u
    if level.frequency:
        share = table.frequencies.name if level.frequency == "name" else table.frequencies.family
        u = level.spread * max(share(agreement.one), share(agreement.other))
    if shared and agreement.level == "same":
        u *= shared.get((agreement.field, agreement.one), 1)
    return min(u, U_MAX)
