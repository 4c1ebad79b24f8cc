"""What somebody says about who they are, and what of it can be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, NamedTuple

from guanxi.engine.cleaning import visible
from guanxi.engine.names import plain_name_key
from guanxi.engine.normalise import NAME_CHARS_MAX, Normalised, NotNormalisable, normalise

# In the order claims are read in; who has stated one of the first can be reached or told apart by it.
DOCUMENT_KINDS: Final = ("passport", "hkmo_permit", "tw_permit", "hk_id", "tw_id")
IDENTIFIER_KINDS: Final = (
    "email", "member", "phone", "national_id", *DOCUMENT_KINDS, "open_id", "device",
)  # fmt: skip
EVIDENCE_KINDS: Final = ("birth", "gender", "address")
Fact = tuple[str, str]  # a kind and a normalised value; of a name its key


@dataclass(frozen=True, slots=True)
class Contact:
    """What somebody said about who they are, as typed. At least one of `IDENTIFIER_KINDS` makes them somebody."""

    name: str = ""
    phone: str = ""
    email: str = ""
    member: str = ""
    language: str = ""
    birth: str = ""
    gender: str = ""
    address: str = ""
    national_id: str = ""
    passport: str = ""
    hkmo_permit: str = ""
    tw_permit: str = ""
    hk_id: str = ""
    tw_id: str = ""
    open_id: str = ""
    device: str = ""

    def said(self) -> dict[str, str]:
        """The non-empty parts, verbatim but for characters nobody sees: no database takes all of those."""
        parts = [(kind, getattr(self, kind)) for kind in _SAID]
        return {kind: shown for kind, text in parts if text and (shown := visible(text))}


_SAID: Final = tuple(field.name for field in fields(Contact) if field.name != "language")


class Statement(NamedTuple):
    """A contact as read: what it says verbatim, and the keys it is found by."""

    said: Mapping[str, str]
    claims: Sequence[Normalised]
    name_key: str

    @property
    def facts(self) -> list[Fact]:
        """Everything it says that can be compared."""
        return facts_of(self.claims, self.name_key)


def facts_of(claims: Sequence[Normalised], name_key: str) -> list[Fact]:
    """(kind, value) of everything a contact says that can be compared."""
    named = [("name", name_key)] if name_key else []
    return named + [(claim.kind, claim.value) for claim in claims]


def read_claims(said: Mapping[str, str]) -> tuple[list[Normalised], dict[str, str]]:
    """(what could be read, by kind; {kind: reason code} of the unreadable) of what a contact said; blanks skipped."""
    claims: list[Normalised] = []
    refused: dict[str, str] = {}
    for kind in (*IDENTIFIER_KINDS, *EVIDENCE_KINDS):
        if kind in said and said[kind].strip():
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
