"""Which order a slip of money is for: candidates scored, and the answer with its reasons. Pure.

A slip says little and says it badly: a payer's name, an address, perhaps a member number, some words. Each thing an order
shares with it counts; an order number in the words counts most, an amount alone never decides.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from guanxi.core.explain import Explanation, Fact
from guanxi.core.money import Money
from guanxi.engine.names import name_key

RULE = "trade.remittance@1"
WEIGHTS: Mapping[str, float] = {
    "number": 8.0,  # the order's number stands in the words
    "member": 5.0,
    "phone": 4.0,
    "name": 3.0,
    "name_part": 1.0,  # a family name, or names in another order
    "address": 2.0,
    "amount": 3.0,  # exactly what is due
    "amount_total": 1.0,  # the order's total, part of which is paid
    "other_number": -6.0,  # the words name another order
}
ENOUGH = 8.0  # a score that names the order, however many others there are
LEAD = 3.0  # by which the best must be ahead of the next to be clear
SHOWN = 2.0  # less is nothing to show
ADDRESS_LIKE = 0.6  # share of two addresses' letter pairs that makes them one
CANDIDATES_MAX = 50
LINES_MAX = 30
QUANTITY_MAX = 999

_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z_\-./]*")
_DIGITS = re.compile(r"[^0-9A-Z]")
_QUANTITY = re.compile(r"\s*[*xX×✕]\s*(\d{1,3})(?!\d)|\s*(\d{1,3})\s*(?:本|张|件|套|个|盒|枚|pcs|copies)")


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip says, as written."""

    amount: Money
    payer: str = ""
    address: str = ""
    member: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """An order that waits for money. `owed` is what is still to come; the buyer's keys are normalised."""

    key: int
    number: str
    owed: Money
    total: Money
    names: Collection[str] = ()
    members: Collection[str] = ()
    phones: Collection[str] = ()
    addresses: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate: its score and the facts it rests on, weightiest first."""

    due: Due
    score: float
    facts: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome`: exact, short, over (one order, and how the amount fits), ambiguous, none. `clear`: no clerk is needed."""

    outcome: str
    matches: Sequence[Match] = ()
    clear: bool = False
    why: Explanation = field(default_factory=lambda: Explanation("remit.none", (), RULE))

    @property
    def best(self) -> Match | None:
        return self.matches[0] if self.matches else None


def bare(text: str) -> str:
    """A number as it is compared: full-width forms made plain, capitals, letters and digits only."""
    return _DIGITS.sub("", unicodedata.normalize("NFKC", text).upper())


def tokens(text: str) -> list[str]:
    """What in some words could be a number of ours, as written but for full-width forms."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text))


def fit(amount: Money, owed: Money) -> str:
    """How an amount fits what is owed: exact, short or over."""
    return "exact" if amount == owed else "short" if amount < owed else "over"


def match(slip: Slip, dues: Sequence[Due]) -> Answer:
    """The orders this slip may be for, best first. The amounts are of one currency."""
    said = {bare(token) for token in tokens(slip.text)}
    named = {due.key for due in dues if bare(due.number) in said}
    scored = [_score(slip, due, said, named) for due in dues]
    found = sorted(
        (one for one in scored if one.score >= SHOWN), key=lambda one: (-one.score, one.due.number)
    )
    if not found:
        return Answer("none")
    best, second = found[0], found[1].score if len(found) > 1 else 0.0
    sure = best.score >= ENOUGH and best.score - second >= LEAD
    outcome = fit(slip.amount, best.due.owed) if sure else "ambiguous"
    why = Explanation(f"remit.{outcome}", tuple(best.facts), RULE, "remit.object")
    return Answer(outcome, found, sure and outcome == "exact", why)


def _score(slip: Slip, due: Due, said: Collection[str], named: Collection[int]) -> Match:
    facts = [*_number(due, said, named), *_person(slip, due, said), *_amount(slip, due)]
    facts.sort(key=lambda fact: -abs(fact.weight))
    score = sum(fact.weight for fact in facts)
    if all(fact.code in ("remit.amount", "remit.amount_total") for fact in facts if fact.weight > 0):
        score = min(score, SHOWN)  # money alone names nobody
    return Match(due, round(score, 2), tuple(facts))


def _fact(code: str, share: float = 1.0, **values: object) -> Fact:
    return Fact(f"remit.{code}", values, round(WEIGHTS[code] * share, 2))


def _number(due: Due, said: Collection[str], named: Collection[int]) -> list[Fact]:
    if due.key in named:
        return [_fact("number", number=due.number)]
    return [_fact("other_number")] if named and bare(due.number) not in said else []


def _person(slip: Slip, due: Due, said: Collection[str]) -> list[Fact]:
    facts: list[Fact] = []
    members = {bare(slip.member)} | set(said) if slip.member else set(said)
    if any(bare(member) in members for member in due.members if len(bare(member)) > 3):
        facts.append(_fact("member"))
    phones = {digits[-8:] for one in said if (digits := re.sub(r"\D", "", one)) and len(digits) >= 8}
    if any(phone[-8:] in phones for phone in due.phones):
        facts.append(_fact("phone"))
    facts += _named(name_key(slip.payer), due.names)
    like = max((likeness(slip.address, one) for one in due.addresses), default=0.0)
    if like >= ADDRESS_LIKE:
        facts.append(_fact("address", like, alike=f"{like:.0%}"))
    return facts


def _named(payer: str, names: Collection[str]) -> list[Fact]:
    if not payer:
        return []
    if payer in names:
        return [_fact("name")]
    parts = set(payer.split())
    alike = any(parts & set(one.split()) or (len(payer) > 1 and payer[0] == one[:1]) for one in names if one)
    return [_fact("name_part")] if alike else []


def _amount(slip: Slip, due: Due) -> list[Fact]:
    if slip.amount == due.owed:
        return [_fact("amount")]
    if slip.amount == due.total:
        return [_fact("amount_total")]
    return []


def likeness(one: str, other: str) -> float:
    """How much of two addresses is the same, 0 to 1: the Dice share of their letter pairs."""
    mine, theirs = _pairs(one), _pairs(other)
    if not mine or not theirs:
        return 0.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def _pairs(text: str) -> set[str]:
    plain = "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())
    return {plain[place : place + 2] for place in range(len(plain) - 1)}


def read_lines(text: str, known: Collection[str]) -> list[tuple[str, int]]:
    """The products a slip's words ask for: [(number as the catalogue writes it, quantity)], each once, in the order named.

    `known` are the catalogue's numbers among `tokens(text)`. A quantity follows its number: "BK-1*2", "BK-1 x 2", "BK-1 2本".
    """
    plain = unicodedata.normalize("NFKC", text)
    by_bare = {bare(sku): sku for sku in known}
    found: dict[str, int] = {}
    for token in _TOKEN.finditer(plain):
        sku, quantity = _line(token, plain, by_bare)
        if sku:
            found[sku] = min(QUANTITY_MAX, found.get(sku, 0) + quantity)
    return list(found.items())[:LINES_MAX]


def product_tokens(text: str) -> set[str]:
    """What could be a product's number in some words, in capitals: also without a quantity written close to it."""
    found = {token.upper() for token in tokens(text)}
    return found | {one.rpartition("X")[0] for one in found if re.search(r"X\d{1,3}$", one)}


def _line(token: re.Match[str], text: str, known: Mapping[str, str]) -> tuple[str, int]:
    word = token.group()
    if sku := known.get(bare(word)):
        after = _QUANTITY.match(text, token.end())
        return sku, max(1, int(after[1] or after[2])) if after else 1
    close = re.fullmatch(r"(.+?)[xX](\d{1,3})", word)  # "BK-1x2" is one word
    if close and (sku := known.get(bare(close[1]))):
        return sku, max(1, int(close[2]))
    return "", 0
