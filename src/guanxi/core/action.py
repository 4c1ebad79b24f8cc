"""The frame around every write: one transaction, run again when two of them met."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 3
# Deadlock and serialization failure on PostgreSQL; a unique violation is two actions making the same thing at once.
_AGAIN = ("deadlock detected", "could not serialize")


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run in ONE transaction. Called from inside another action it is simply part of that one.

    The outermost runs again, up to `TRIES` times, when it met another writer (deadlock, or a unique key taken in between):
    on the second run it sees what the other one wrote.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return function(*args, **kwargs)
        return again_when_met(lambda: function(*args, **kwargs))

    return run


def again_when_met(work: Callable[[], R]) -> R:
    """`work` in a transaction of its own, tried again when it met another writer."""
    for _ in range(TRIES - 1):
        try:
            with transaction.atomic():
                return work()
        except DatabaseError as error:
            if not _met(error):
                raise
    with transaction.atomic():
        return work()


def _met(error: DatabaseError) -> bool:
    if isinstance(error, IntegrityError):
        return "unique" in str(error).lower()
    return isinstance(error, OperationalError) and any(words in str(error) for words in _AGAIN)
