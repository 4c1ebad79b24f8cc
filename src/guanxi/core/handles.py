"""What a form calls a row that has no public id: a keyed digest, since integer keys never leave the database.

A handle names a row among those a page was about; whoever receives it looks for it among the same rows again.
"""

from collections.abc import Iterable

from django.utils.crypto import salted_hmac

CHARS = 20


def handle(kind: str, key: int) -> str:
    """The name of one row; the same for as long as the installation keeps its secret key."""
    return salted_hmac(f"guanxi.handle.{kind}", str(key), algorithm="sha256").hexdigest()[:CHARS]


def find(kind: str, name: str, keys: Iterable[int]) -> int | None:
    """Which of `keys` is called `name`; None when none of them is."""
    return next((key for key in keys if handle(kind, key) == name), None)
