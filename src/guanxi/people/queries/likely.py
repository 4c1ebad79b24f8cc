"""Who a contact is likely to be, while it is being written down: compared as recognition does, and nothing is decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guanxi.core.access import Actor
from guanxi.people.models import Record
from guanxi.people.queries.customers import CustomerView, list_records, view_of
from guanxi.people.queries.recognition import find_known, weights_in_use
from guanxi.people.rules import Candidate, Contact, Fact, Likely, facts_of, rank, read_claims, read_name

SHOWN_MAX = 5
LIKELY_MIN = 0.01  # below it somebody else fits as well
OPEN_KINDS = frozenset({"name"})


@dataclass(frozen=True, slots=True)
class LikelyCustomer:
    """A customer this actor sees. `share`: of all the contact may be; `likely`: the steps, None for who may not see them."""

    who: CustomerView
    share: float
    probability: float
    likely: Likely | None


def likely_customers(actor: Actor, contact: Contact, *, limit: int = SHOWN_MAX) -> list[LikelyCustomer]:
    """The customers that somebody who says this may be, likeliest first; parts that cannot be read yet say nothing.

    A constant number of statements, nothing is locked. Without `people.contacts` only those who share a whole identifier or
    the name, and no steps: how close a guess at somebody's number comes is not told. Needs `people.view`.
    """
    actor.require("people.view")
    said = contact.said()
    claims, _unreadable = read_claims(said)
    facts = facts_of(claims, read_name(contact.name) if contact.name else "")
    if not facts:
        return []
    known = find_known(facts, "", hold=False)
    ranked = [
        one for one in rank(facts, known.candidates, weights_in_use()) if one.match.probability >= LIKELY_MIN
    ]
    opens = actor.may("people.contacts")
    if not opens:
        ranked = [one for one in ranked if _shares(one.candidate, facts)]
    seen = _seen(actor, [one.candidate.customer for one in ranked[: limit * 2]])
    return [
        LikelyCustomer(
            view_of(actor, seen[one.candidate.customer]),
            one.share,
            one.match.probability,
            one if opens else None,
        )
        for one in ranked
        if one.candidate.customer in seen
    ][:limit]


def _shares(candidate: Candidate, facts: Sequence[Fact]) -> bool:
    return any(fact in candidate.facts for fact in facts)


def _seen(actor: Actor, customers: Sequence[int]) -> Mapping[int, Sequence[Record]]:
    found: dict[int, list[Record]] = {}
    for record in list_records(actor).filter(customer__in=customers).prefetch_related("identifiers"):
        found.setdefault(record.customer_id, []).append(record)
    return found


def contact_in(text: str) -> Contact:
    """What was typed into a search box, as a contact: telephone, e-mail, member number by their form; the rest is a name."""
    found: dict[str, str] = {}
    words = []
    for part in text.split():
        kind = _kind_of(part)
        if kind and kind not in found:
            found[kind] = part
        else:
            words.append(part)
    return Contact(name=" ".join(words), **found)


def _kind_of(part: str) -> str:
    if "@" in part:
        return "email"
    digits = sum(sign.isdigit() for sign in part)
    if part.lstrip("+").replace("-", "").isdigit() and digits >= 7:
        return "phone"
    return "member" if digits >= 4 and part.isascii() and part.isalnum() else ""
