"""Structured logs without personal data: what looks like a card, an id, a telephone number or an address is masked."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Order matters: the longest digit runs (cards, national ids) before telephone numbers.
_PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\w)"), "[id]"),
    (re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)"), "[card]"),
    # Neither part of a time, a decimal or one of our own numbers (GX-2603-1234-5678).
    (re.compile(r"(?<!\d)(?<!\d[.:])(?<!\w-)(?:\+|00)?\d(?:[ -]?\d){9,13}(?!\d)(?![:.]\d)"), "[phone]"),
    (re.compile(r"\bgx_[\w-]{8,}"), "[token]"),
    (re.compile(r"/(?:c|my/code)/[\w:.~-]{20,}"), "/[signed link]"),
)
_SAFE_KEYS = frozenset({"timestamp", "level", "logger", "duration_ms", "status", "pid", "job", "worker"})


def mask(text: str) -> str:
    """`text` with everything that looks personal replaced by its kind."""
    for pattern, kind in _PERSONAL:
        text = pattern.sub(kind, text)
    return text


def _mask_values(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in entry.items():
        if key not in _SAFE_KEYS and not isinstance(value, bool | int | float | type(None)):
            entry[key] = mask(str(value))
    return entry


def configure(*, level: str, plain: bool) -> None:
    """Route structlog and the standard library through one masked formatter."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if plain
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _mask_values, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("axes").setLevel("ERROR")
