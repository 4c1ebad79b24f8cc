"""What a mail hangs on: the token in the address it went to, the mails it answers, a number in it. Never its subject alone."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from guanxi.engine.mail.automatic import is_ours

TOKEN_CHARS_MAX = 40
NUMBERS_MAX = 5
_TOKEN = re.compile(r"[a-z0-9-]{4,40}")


@dataclass(frozen=True, slots=True)
class Clues:
    """In the order they are believed: `tokens` after the plus, `ids` of mails it answers (nearest first), `numbers`."""

    tokens: Sequence[str] = ()
    ids: Sequence[str] = ()
    numbers: Sequence[str] = ()


def plus_address(address: str, token: str) -> str:
    """`help@house.example` and `M-1` give `help+m-1@house.example`; an address with a plus keeps only ours."""
    local, _, host = address.partition("@")
    return f"{local.partition('+')[0]}+{token.lower()}@{host}"


def clues(
    *,
    recipients: Collection[str],
    answers: Sequence[str],
    words: Sequence[str],
    ours: Collection[str],
    number: "re.Pattern[str]",
) -> Clues:
    """`answers`: In-Reply-To, then References backwards. `words`: subject and fresh text. `number`: how ours look."""
    tokens = [token for address in recipients if is_ours(address, ours) and (token := _token(address))]
    numbers = [match[0].upper() for text in words for match in number.finditer(text[:20_000])]
    return Clues(
        tuple(dict.fromkeys(tokens)),
        tuple(dict.fromkeys(answers)),
        tuple(dict.fromkeys(numbers))[:NUMBERS_MAX],
    )


def _token(address: str) -> str:
    token = address.partition("@")[0].partition("+")[2].lower()
    return token if _TOKEN.fullmatch(token) else ""
