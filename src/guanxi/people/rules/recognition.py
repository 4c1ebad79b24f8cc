"""Recognition: is this contact somebody we know? Pure; what two statements have in common, `engine.matching` weighs.

Recognition says whom a contact is *about*; it never authenticates. A wrong "recognised" shows one person's record to
another, a wrong "doubt" costs a look by a steward: so every open question falls to doubt.

Each candidate customer is compared as a whole (all that their records say) and gets a probability of being the same person
as the contact (Fellegi-Sunter, with the household as an alternative). The contact can be one of them only: what speaks for
one speaks against the others, so the *share* of a candidate is its odds over those of all candidates together. Provisional
customers do not count against established ones: who they are is open, most often one of these.

- recognised: the likeliest has a share of at least `same_min` (.999) and no veto (another national id, another birth date).
- doubt: the likeliest is at least as likely as `review_min` (.5) by itself. A provisional customer is made at once, and a
  steward decides; two who fit equally well (father and son of one name, or an undetected duplicate) end here.
- new otherwise. A name alone is no evidence, a telephone alone is a doubt: families share it, carriers recycle it.

Two answers save a steward a question that has been answered or asked already. Who says neither more nor less than a
*provisional* customer is that unknown person again: doubt, but no second customer and no second review. And where a steward
has told all other contenders apart from somebody who has said all of this before, it is that one: recognised.
The likeliest is the one with the greatest odds, then established before provisional, then the lower key, so that the answer
never depends on the order of candidates.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from guanxi.core.explain import Explanation
from guanxi.core.explain import Fact as Told
from guanxi.engine.matching import BITS_MAX, Match, Person, Weights, log_odds, score
from guanxi.people.rules.contact import IDENTIFIER_KINDS, Fact

RECOGNITION_RULE: Final = "people.recognition@2"
CANDIDATES_MAX: Final = 20  # of one contact: those that share the rarest keys
_HELD: Final = (
    "phone",
    "email",
    "member",
    "address",
    "device",
)  # of names the weights know how common they are

Outcome = Literal["recognised", "doubt", "new"]
Apart = Collection[frozenset[int]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer who shares a key with the contact. `facts`: all that their records say; `peer`: a record that shares one."""

    customer: int
    facts: frozenset[Fact]
    provisional: bool = False
    peer: int | None = None


@dataclass(frozen=True, slots=True)
class Likely:
    """A candidate with what speaks for and against. `share`: of all whom the contact may be, somebody unknown among them."""

    candidate: Candidate
    match: Match
    share: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """`customer` is who the record belongs to: set when recognised, and in a doubt that stands there already.

    `candidate` (the likeliest) is set in a doubt that has to be decided. `likely`: all candidates, likeliest first.
    `claimed`: kinds of identifiers that were given. `reason` is a stable code.
    """

    outcome: Outcome
    customer: int | None
    candidate: int | None
    reason: str
    likely: tuple[Likely, ...] = ()
    claimed: tuple[str, ...] = ()
    rule: str = RECOGNITION_RULE

    @property
    def score(self) -> float | None:
        """How likely the likeliest is by itself."""
        return self.likely[0].match.probability if self.likely else None

    @property
    def peer(self) -> int | None:
        return self.likely[0].candidate.peer if self.likely else None


def recognise(
    facts: Collection[Fact], candidates: Iterable[Candidate], weights: Weights, apart: Apart = ()
) -> Recognition:
    """Decide by the rules at the head of the file. `apart`: pairs of customers that somebody has told apart."""
    claimed = tuple(kind for kind in IDENTIFIER_KINDS if any(fact[0] == kind for fact in facts))
    likely = rank(facts, candidates, weights)
    if not likely or likely[0].match.probability < weights.review_min:
        return Recognition("new", None, None, "nobody_likely", likely, claimed)
    best = likely[0]
    if best.share >= weights.same_min and not best.match.vetoes:
        return Recognition("recognised", best.candidate.customer, None, "likely", likely, claimed)
    contenders = [one for one in likely if one.match.probability >= weights.review_min]
    said_before = [one for one in contenders if facts and one.candidate.facts.issuperset(facts)]
    known = _told_apart_from_all(said_before, contenders, apart)
    if known is not None:
        return Recognition("recognised", known, None, "told_apart", likely, claimed)
    same = frozenset(facts)
    again = [
        one.candidate.customer
        for one in said_before
        if one.candidate.provisional and one.candidate.facts == same
    ]
    if again and not best.match.vetoes:
        return Recognition("doubt", again[0], None, "asked_already", likely, claimed)
    reason = best.match.vetoes[0] if best.match.vetoes else "several" if len(contenders) > 1 else "uncertain"
    return Recognition("doubt", None, best.candidate.customer, reason, likely, claimed)


def rank(facts: Collection[Fact], candidates: Iterable[Candidate], weights: Weights) -> tuple[Likely, ...]:
    """All candidates, likeliest first, each compared with the contact."""
    people = list(candidates)
    holders = _holders(facts, people)
    said = Person.of(sorted(facts))
    matches = [score(said, _person(one, facts), weights, shared=holders) for one in people]
    odds = [2 ** min(one.weight_bits, BITS_MAX) for one in matches]
    known = 1 + sum(sorted(each for one, each in zip(people, odds, strict=True) if not one.provisional))
    every = 1 + sum(sorted(odds))
    shares = [each / (every if one.provisional else known) for one, each in zip(people, odds, strict=True)]
    likely = [Likely(*one) for one in zip(people, matches, shares, strict=True)]
    likely.sort(key=_likeliest_first)
    return tuple(likely)


def _likeliest_first(one: Likely) -> tuple[float, bool, int]:
    return -one.match.weight_bits, one.candidate.provisional, one.candidate.customer


def _person(candidate: Candidate, facts: Collection[Fact]) -> Person:
    """What agrees comes first: of a customer with very many values the engine looks at some only."""
    agreeing = candidate.facts.intersection(facts)
    return Person.of([*sorted(agreeing), *sorted(candidate.facts - agreeing)])


def _holders(facts: Collection[Fact], people: Sequence[Candidate]) -> Mapping[Fact, int]:
    """How many candidates have each of the contact's facts, of those that more than one has."""
    if len(people) < 2:
        return {}
    counts = {fact: sum(fact in one.facts for one in people) for fact in facts if fact[0] in _HELD}
    return {fact: count for fact, count in counts.items() if count > 1}


def _told_apart_from_all(
    said_before: Sequence[Likely], contenders: Sequence[Likely], apart: Apart
) -> int | None:
    """The one contender that has said all of this before, when a steward has told all others apart from them."""
    if len(said_before) != 1 or len(contenders) < 2 or said_before[0].match.vetoes:
        return None
    known = said_before[0].candidate.customer
    others = {one.candidate.customer for one in contenders} - {known}
    return known if all(frozenset((known, other)) in apart for other in others) else None


def is_contested(recognition: Recognition, weights: Weights) -> bool:
    """Whether it could matter that somebody has told contenders apart: then `apart` must be known to decide."""
    likely = [one for one in recognition.likely if one.match.probability >= weights.review_min]
    return recognition.outcome == "doubt" and len(likely) > 1


def explain(recognition: Recognition) -> Explanation:
    """The waterfall of the likeliest candidate in the one shape of explanations: kinds and codes, never a personal value."""
    if not recognition.likely:
        told = tuple(Told("people.missing", {"kind": kind}) for kind in recognition.claimed)
        return Explanation(recognition.outcome, told, recognition.rule, objection="people.objection")
    best = recognition.likely[0]
    facts = (*waterfall(best), Told(f"people.why.{recognition.reason}", {}))
    return Explanation(recognition.outcome, facts, recognition.rule, objection="people.objection")


def waterfall(one: Likely) -> tuple[Told, ...]:
    """Every step from the first odds to the share: the prior, each field, the household, the other candidates."""
    facts = [
        Told(f"people.{line.field}", {}, round(line.weight, 2))
        if line.field in ("prior", "household")
        else Told(f"people.{line.level}", {"kind": line.field}, round(line.weight, 2))
        for line in one.match.lines
    ]
    rivals = log_odds(one.share) - one.match.weight_bits
    if rivals < -0.005:
        facts.append(Told("people.rivals", {}, round(rivals, 2)))
    facts += [Told("people.veto", {"kind": kind}) for kind in one.match.vetoes]
    shown = {"percent": f"{100 * one.share:.2f}", "weights": one.match.weights_version}
    return (*facts, Told("people.share", shown))
