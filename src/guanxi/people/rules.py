"""Exact recognition: is this contact somebody we know? Pure rules over keys made by `engine.normalise`.

Recognition says whom a contact is *about*; it never authenticates. A wrong "recognised" shows one
person's record to another, a wrong "doubt" costs a look by a steward: so every open question falls to
doubt.

Identifiers. *Strong*: e-mail and member number. *Shared*: phones (families share them, carriers recycle
them), role mailboxes (info@, service@) and every kind not known here; a shared identifier alone
recognises nobody, however many there are.

Names are compared by key: equal and full = agrees. A family name, a nickname or a single Latin name that
fits, or a name of which one side says more, is *partial*: it neither agrees nor contradicts. Two scripts
(张伟, wei zhang) cannot be compared here: *other_script*, read like a missing name. Of a customer's several
names the best comparison counts, so an earlier name still agrees.

One customer matched:
- strong, name not contradicting (agrees, partial, other script, missing) -> recognised
- strong of two kinds (e-mail and member number), name contradicting -> recognised: people do change their
  names. Two e-mails are one kind: one household mailbox often comes with another.
- strong of one kind, name contradicting -> doubt
- shared, full name agrees -> recognised
- shared otherwise -> doubt

Several customers matched: recognised only if exactly one would be recognised by the above, all others are
matched by shared identifiers only, and either
- its name agrees and it has strictly more agreeing items (identifiers and name) than each other one, or
- it has strong identifiers of two kinds, its name does not contradict, and no other one's name agrees.
Otherwise doubt. Two records of one full name behind one phone (father and son, or a duplicate) stay in
doubt.

Further cases: a name alone is no evidence ("new"); a match the contact did not claim is ignored; a
candidate listed twice is read as one; claims repeated count once. A provisional customer is recognised by
the same rules (the same unknown person came back), but ranks after an established one when both fit
equally well. A verified identifier ranks higher and still opens no shortcut: a verified phone was
verified by whoever held it then.
The candidate of a doubt is the most likely customer by weight, then established before provisional, then
the lower key, so the answer never depends on the order of inputs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from guanxi.engine.names import COMPOUND_SURNAMES, is_full_name, is_nickname, key_parts, plain_name_key
from guanxi.engine.normalise import NAME_CHARS_MAX, Normalised, NotNormalisable, is_shared, normalise

RECOGNITION_RULE: Final = "people.recognition@1"
IDENTIFIER_KINDS: Final = ("email", "member", "phone")
STRONG_KINDS: Final = frozenset({"email", "member"})

Outcome = Literal["recognised", "doubt", "new"]
Agreement = Literal["agrees", "partial", "other_script", "missing", "differs"]

# Points for ranking and for the reader's waterfall, not probabilities; whole, so sums are exact in any order.
_IDENTIFIER_WEIGHTS: Final = {"member": 9.0, "email": 8.0, "phone": 4.0}
_SHARED_WEIGHT: Final = 3.0
_VERIFIED_WEIGHT: Final = 1.0
_NAME_WEIGHTS: Final[dict[Agreement, float]] = {
    "agrees": 5.0,
    "partial": 1.0,
    "other_script": 0.0,
    "missing": 0.0,
    "differs": -6.0,
}
_BEST_NAME_FIRST: Final[tuple[Agreement, ...]] = ("agrees", "partial", "differs", "other_script", "missing")


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """An identifier the contact gave; `value` is a normalised key."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer some of whose identifiers equal a claim. `names`: name keys of the customer's records."""

    customer: int
    matched: tuple[Claim, ...]
    names: tuple[str, ...] = ()
    verified: frozenset[Claim] = frozenset()
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the explanation, free of personal values.

    `code`: agrees, differs (name only), partial, other_script, missing (not given, or not known of this
    customer), shared (equal, but of a sort that several people use), elsewhere (equal at another candidate).
    `customer` is None when nobody matched.
    """

    kind: str
    code: str
    weight: float
    customer: int | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Recognition:
    """`customer` is set when recognised, `candidate` (the likeliest) in doubt; `reason` is a stable code."""

    outcome: Outcome
    customer: int | None
    candidate: int | None
    evidence: tuple[Evidence, ...]
    reason: str
    rule: str = RECOGNITION_RULE


@dataclass(frozen=True, slots=True)
class _Assessed:
    candidate: Candidate
    name: Agreement
    strong_kinds: frozenset[str]
    evidence: tuple[Evidence, ...]

    @property
    def weight(self) -> float:
        return sum(line.weight for line in self.evidence)

    @property
    def agreeing_count(self) -> int:
        return len(self.candidate.matched) + (self.name == "agrees")

    @property
    def recognisable(self) -> bool:
        """Whether it would be recognised were it the only one matched."""
        if self.name == "agrees":
            return True
        if self.name == "differs":
            return len(self.strong_kinds) > 1
        return bool(self.strong_kinds)


def read_claims(said: Mapping[str, str]) -> tuple[list[Normalised], dict[str, str]]:
    """(identifiers by kind, {kind: reason code} of the unreadable) of what a contact said; blanks skipped."""
    claims: list[Normalised] = []
    refused: dict[str, str] = {}
    for kind in IDENTIFIER_KINDS:
        if said.get(kind, "").strip():
            try:
                claims.append(normalise(kind, said[kind]))
            except NotNormalisable as refusal:
                refused[kind] = refusal.reason_code
    return claims, refused


def read_name(text: str) -> str:
    """The name key; "" for what is no name: nobody is refused for an odd name, it just proves nothing."""
    try:
        return (len(text) <= NAME_CHARS_MAX and plain_name_key(text)) or normalise("name", text).value
    except NotNormalisable:
        return ""


def recognise(claims: Iterable[Claim], name: str | None, candidates: Iterable[Candidate]) -> Recognition:
    """Decide by the rules at the head of the file. `name`: the contact's name key; None or "": not given."""
    claimed = frozenset(claims)
    matched = _merged(claimed, candidates)
    if not matched:
        nothing = tuple(Evidence(claim.kind, "missing", 0.0) for claim in sorted(claimed))
        return Recognition("new", None, None, nothing, "nothing_matched")
    elsewhere = frozenset(claim for candidate in matched for claim in candidate.matched)
    assessed = [_assess(claimed, elsewhere, name or "", candidate) for candidate in matched]
    assessed.sort(key=_likeliest_first)
    evidence = tuple(line for one in assessed for line in one.evidence)
    winner, reason = _decide(assessed)
    if winner is None:
        return Recognition("doubt", None, assessed[0].candidate.customer, evidence, reason)
    return Recognition("recognised", winner.candidate.customer, None, evidence, reason)


def compare_names(one: str, other: str) -> Agreement:
    """Compare two name keys; symmetric. Never "agrees" unless both are the same full name."""
    if not one or not other:
        return "missing"
    if one == other:
        return "agrees" if is_full_name(one) else "partial"
    (east_one, west_one), (east_other, west_other) = key_parts(one), key_parts(other)
    fits = []
    if east_one and east_other:
        fits.append(_east_fits(east_one, east_other))
    if west_one and west_other:
        fits.append(_west_fits(west_one, west_other))
    if not fits:
        return "other_script"
    return "partial" if all(fits) else "differs"


def is_strong(claim: Claim) -> bool:
    """Whether an identifier by its nature belongs to one person."""
    return claim.kind in STRONG_KINDS and not is_shared(claim.kind, claim.value)


def _decide(assessed: list[_Assessed]) -> tuple[_Assessed | None, str]:
    """(the recognised one or None, reason code); `assessed` is likeliest first and not empty."""
    if len(assessed) == 1:
        only = assessed[0]
        return (only, _why_recognised(only)) if only.recognisable else (None, _why_doubtful(only))
    recognisable = [one for one in assessed if one.recognisable]
    if len(recognisable) == 1:
        others = [one for one in assessed if one is not recognisable[0]]
        if _outweighs(recognisable[0], others):
            return recognisable[0], _why_recognised(recognisable[0])
    return None, "several_customers"


def _outweighs(one: _Assessed, others: list[_Assessed]) -> bool:
    if any(other.strong_kinds for other in others):
        return False
    if one.name == "agrees":
        return all(one.agreeing_count > other.agreeing_count for other in others)
    # An agreeing name would have made another one recognisable, so none of them has it here.
    return len(one.strong_kinds) > 1 and one.name != "differs"


def _why_recognised(one: _Assessed) -> str:
    if len(one.strong_kinds) > 1:
        return "strong_identifiers"
    if one.strong_kinds:
        return "strong_identifier_and_name" if one.name == "agrees" else "strong_identifier"
    return "shared_identifier_and_name"


def _why_doubtful(one: _Assessed) -> str:
    if one.name == "differs":
        return "name_differs"
    return "shared_identifier_only"


def _merged(claimed: frozenset[Claim], candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate per customer, matched by claims that are the contact's; without any it is dropped."""
    by_customer: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        by_customer.setdefault(candidate.customer, []).append(candidate)
    merged = [_as_one(customer, same, claimed) for customer, same in by_customer.items()]
    return [candidate for candidate in merged if candidate.matched]


def _as_one(customer: int, same: list[Candidate], claimed: frozenset[Claim]) -> Candidate:
    return Candidate(
        customer=customer,
        matched=tuple(sorted({claim for one in same for claim in one.matched} & claimed)),
        names=tuple(sorted({name for one in same for name in one.names})),
        verified=frozenset().union(*(one.verified for one in same)),
        provisional=all(one.provisional for one in same),
    )


def _assess(
    claimed: frozenset[Claim], elsewhere: frozenset[Claim], name: str, candidate: Candidate
) -> _Assessed:
    agreement = _name_agreement(name, candidate.names)
    lines = [_identifier_line(claim, elsewhere, candidate) for claim in claimed]
    lines.sort(key=lambda line: (-line.weight, line.kind, line.code, line.verified))
    lines.append(Evidence("name", agreement, _NAME_WEIGHTS[agreement], candidate.customer))
    strong_kinds = frozenset(claim.kind for claim in candidate.matched if is_strong(claim))
    return _Assessed(candidate, agreement, strong_kinds, tuple(lines))


def _identifier_line(claim: Claim, elsewhere: frozenset[Claim], candidate: Candidate) -> Evidence:
    if claim not in candidate.matched:
        return Evidence(claim.kind, "elsewhere" if claim in elsewhere else "missing", 0.0, candidate.customer)
    verified = claim in candidate.verified
    known = is_strong(claim) or claim.kind == "phone"
    weight = _IDENTIFIER_WEIGHTS[claim.kind] if known else _SHARED_WEIGHT
    weight += _VERIFIED_WEIGHT if verified else 0.0
    return Evidence(claim.kind, "agrees" if known else "shared", weight, candidate.customer, verified)


def _name_agreement(name: str, known: tuple[str, ...]) -> Agreement:
    found = {compare_names(name, other) for other in known} or {"missing"}
    return next(agreement for agreement in _BEST_NAME_FIRST if agreement in found)


def _likeliest_first(one: _Assessed) -> tuple[float, bool, int]:
    return -one.weight, one.candidate.provisional, one.candidate.customer


def _east_fits(one: str, other: str) -> bool:
    """Whether one may be short for the other: 张 or 欧阳 the family, 小王 or 阿明 a nickname."""
    short, long = sorted((one, other), key=lambda text: (len(text), text))
    if short == long:
        return True
    if len(short) == 1 or short in COMPOUND_SURNAMES:
        return long.startswith(short)
    return any(is_nickname(nick) and nick[1] in full for nick, full in ((short, long), (long, short)))


def _west_fits(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether every token of the smaller set stands in the larger, an initial standing for its word."""
    small, large = sorted((one, other), key=len)
    if len(small) == len(large):
        return _tokens_within(small, large) or _tokens_within(large, small)
    return _tokens_within(small, large)


def _tokens_within(small: frozenset[str], large: frozenset[str]) -> bool:
    return all(any(_token_fits(token, other) for other in large) for token in small)


def _token_fits(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])
