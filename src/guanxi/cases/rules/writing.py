"""Saved replies: variables in braces, what is missing as a marked gap, the steps of a macro. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

VARIABLES = ("customer", "case", "promise", "order", "me", "team")
STEPS = ("answer", "resolve", "next")
SENDING = frozenset({"answer", "resolve"})
TITLE_CHARS_MAX = 80
_BRACES = re.compile(r"\{([^{}]*)\}")
_LONE = re.compile(r"[{}]")
_GAP = re.compile(r"⟦([^⟦⟧]*)⟧")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")


@dataclass(frozen=True, slots=True)
class Filled:
    """The words with values in them; `missing`: variables without one, each a gap in the text."""

    text: str
    missing: Sequence[str]


def is_code(text: str) -> bool:
    """Whether it can be typed after a slash: small letters, digits and dashes."""
    return _CODE.fullmatch(text) is not None


def unknown(text: str) -> list[str]:
    """What stands in braces and is no variable; a brace without its partner is named by itself."""
    wrong = [name for name in _BRACES.findall(text) if name.strip() not in VARIABLES]
    return [*wrong, *_LONE.findall(_BRACES.sub("", text))]


def fill(text: str, values: Mapping[str, str], names: Mapping[str, str]) -> Filled:
    """Put the values in. Without one stands a gap ⟦name⟧ that must be filled before sending."""
    missing: list[str] = []

    def put(found: re.Match[str]) -> str:
        name = found[1].strip()
        if value := values.get(name, ""):
            return value
        missing.append(name)
        return f"⟦{names.get(name, name)}⟧"

    return Filled(_BRACES.sub(put, text), tuple(dict.fromkeys(missing)))


def gaps(text: str) -> list[str]:
    """The names of the gaps that are still in these words."""
    return list(dict.fromkeys(_GAP.findall(text)))


def steps_fit(steps: Sequence[str]) -> bool:
    """Sends at most once, opens the next piece of work only after it has sent."""
    if any(step not in STEPS for step in steps) or len(set(steps)) != len(steps):
        return False
    sends = [step for step in steps if step in SENDING]
    return len(sends) <= 1 and ("next" not in steps or (bool(sends) and steps[-1] == "next"))


def fits(*, kinds: Iterable[str], channels: Iterable[str], of_kinds: Iterable[str], by: str) -> bool:
    """Whether a reply is offered in a matter of these kinds that came by this channel."""
    return (not kinds or bool(set(kinds) & set(of_kinds))) and (not channels or by in set(channels))
