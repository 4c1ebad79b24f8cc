"""Words of people with addresses and numbers covered, for readers who may not see how to reach somebody. Pure."""

import re

from guanxi.engine.names import split_name
from guanxi.engine.normalise import mask

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Cards, ids and telephone numbers; not a time, a decimal or one of our own numbers (GX-2603-1234-5678).
_DIGITS = re.compile(r"(?<![\d.:])(?<!\w-)(?:\+|00)?\d(?:[ -]?\d){6,18}(?!\d)(?![:.]\d)")
_YEARS = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


def cover(text: str) -> str:
    """`text` with every address and every run of seven or more digits masked, all but the last two."""
    return _DIGITS.sub(_covered, _MAIL.sub(lambda found: mask("email", found[0]), text))


def _covered(found: "re.Match[str]") -> str:
    run = found[0]
    if _YEARS.match(run):
        return run
    kept = len(run) - 2
    return "".join("*" if place < kept and sign.isdigit() else sign for place, sign in enumerate(run))


def cover_name(name: str) -> str:
    """A person's name for the other side of a matter: 贺**, L*** H***; "" stays ""."""
    family, given = split_name(name)
    if any(char > "\u2e7f" for char in name):
        return f"{family or given[:1]}**"
    return " ".join(f"{word[:1]}***" for word in f"{given} {family}".split())
