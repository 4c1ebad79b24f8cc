"""Words for stable codes. Rooms register what their codes mean; pages and API ask here, in the user's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

_words: dict[str, Any] = {}
_spoken: dict[str, dict[str, str]] = {}  # language -> code -> words


def register(words: Mapping[str, Any]) -> None:
    """`words` maps codes to lazily translated templates with named `%(x)s` places."""
    _words.update(words)
    _spoken.clear()


def say(code: str, values: Mapping[str, Any] | None = None) -> str:
    """The sentence for `code`; the bare code when nobody registered one (a test finds those)."""
    template = _template_of(code)
    try:
        return template % dict(values or {})
    except (KeyError, TypeError, ValueError):
        return template


def _template_of(code: str) -> str:
    """The words for a code in the reader's language, looked up once: a page says some of them for every row."""
    spoken = _spoken.setdefault(get_language() or "", {})
    if code not in spoken:
        if code not in _words:
            return code
        spoken[code] = str(_words[code])
    return spoken[code]


def known(code: str) -> bool:
    return code in _words
