"""Reads that several panels of one page need are made once: a memory as long as one page.

`page()` opens it around a request that changes nothing; outside one, a remembered read is simply made.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Memory = dict[tuple[Any, ...], tuple[Any, Any]]
_memory: ContextVar[Memory | None] = ContextVar("guanxi_page", default=None)


@contextmanager
def page() -> Iterator[None]:
    """From here to the end, remembered reads are made once. Only around what does not write."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(read: Callable[P, R]) -> Callable[P, R]:
    """Make a read once per page and arguments. Its answer is shared: nobody may change it."""

    @wraps(read)
    def look(*args: P.args, **kwargs: P.kwargs) -> R:
        memory = _memory.get()
        if memory is None:
            return read(*args, **kwargs)
        key = (read, *map(_key, args), *((name, _key(value)) for name, value in sorted(kwargs.items())))
        if key not in memory:
            memory[key] = (
                read(*args, **kwargs),
                args,
            )  # with its arguments: an `id` must not be given out again
        answer: R = memory[key][0]
        return answer

    return look


def _key(value: Any) -> Any:
    """Actors hold their rights in a dict; within one page there is one of them."""
    try:
        hash(value)
    except TypeError:
        return id(value)
    return value
