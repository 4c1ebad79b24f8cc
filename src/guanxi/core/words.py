"""Words for stable codes. Rooms register what their codes mean; pages and API ask here, in the user's language."""

from collections.abc import Mapping
from typing import Any

_words: dict[str, Any] = {}


def register(words: Mapping[str, Any]) -> None:
    """`words` maps codes to lazily translated templates with named `%(x)s` places."""
    _words.update(words)


def say(code: str, values: Mapping[str, Any] | None = None) -> str:
    """The sentence for `code`; the bare code when nobody registered one (a test finds those)."""
    template = str(_words.get(code, code))
    try:
        return template % dict(values or {})
    except (KeyError, TypeError, ValueError):
        return template


def known(code: str) -> bool:
    return code in _words
