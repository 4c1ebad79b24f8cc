"""What is known of one person, as normalised values: the thing that is compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

DOCUMENTS: Final = frozenset(("passport", "hkmo_permit", "tw_permit", "hk_id", "tw_id"))
VALUES_MAX: Final = 12  # of one kind; a comparison looks at every pair


@dataclass(frozen=True, slots=True)
class Person:
    """Normalised values by kind (`Normalised.value`). A record has at most one of most kinds, a customer many.

    name: name key. phone: E.164. birth: ISO date, "1984-03", "1984" or "1984-03-05/1984-05-03" when day and month
    could be either way, "--03-05" without a year. address: key of `engine.addresses`.
    document: the kinds in `DOCUMENTS`, "passport:E12345678". open_id: "wechat:...". The order of values means nothing.
    """

    name: tuple[str, ...] = ()
    birth: tuple[str, ...] = ()
    gender: tuple[str, ...] = ()
    national_id: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    member: tuple[str, ...] = ()
    open_id: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    address: tuple[str, ...] = ()

    @staticmethod
    def of(facts: Iterable[tuple[str, str]]) -> "Person":
        """From (kind, value) pairs, such as the identifiers of one or several records. Unknown kinds are left out."""
        found: dict[str, dict[str, None]] = {}
        for kind, value in facts:
            if kind in DOCUMENTS:
                kind, value = "document", f"{kind}:{value}"
            if value and kind in _KNOWN:
                values = found.setdefault(kind, {})
                if len(values) < VALUES_MAX:
                    values[value] = None
        return Person(**{kind: tuple(values) for kind, values in found.items()})

    @staticmethod
    def of_all(people: Iterable["Person"]) -> "Person":
        """A whole customer from all of their records: every value once, the first `VALUES_MAX` of each kind."""
        every = list(people)
        values = (chain.from_iterable([getattr(one, kind) for one in every]) for kind in FIELDS)
        return Person(*[tuple(islice(dict.fromkeys(some), VALUES_MAX)) for some in values])

    def facts(self) -> Iterable[tuple[str, str]]:
        """(kind, value) of everything known."""
        return ((kind, value) for kind in FIELDS for value in getattr(self, kind))


FIELDS: Final[tuple[str, ...]] = tuple(Person.__slots__)
_KNOWN = frozenset(FIELDS)
