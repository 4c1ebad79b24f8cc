"""Ids made before the row is written, so that a whole action can be written in one statement (ADR 0002).

`new_id` gives 63-bit integers that sort by time within a process: 32 bits of seconds since 2020, then a 31-bit counter
that starts at a random place each second. Two processes meet with a probability of about rows/2**31 per second; the
primary key then refuses the row and the action runs again. Integer ids never leave the database: what people see is a
random code (`new_code`).
"""

import os
import secrets
import threading
import time
from datetime import datetime
from itertools import accumulate

EPOCH_S = 1_577_836_800  # 2020-01-01T00:00:00Z
_COUNTER_BITS = 31
# Crockford's base 32 without look-alikes: no I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIGN_OF = bytes(
    [ord(ALPHABET[byte & 31]) for byte in range(256)]
)  # each sign for eight bytes: all equally likely


class _Source(threading.local):
    """A counter per thread: no lock on the way to a row."""

    second = 0
    counter = 0


_source = _Source()


def _forget() -> None:
    _source.second = 0


os.register_at_fork(after_in_child=_forget)


def new_id() -> int:
    """A fresh primary key, rising within a thread even when the wall clock steps back."""
    second = max(int(time.time()) - EPOCH_S, _source.second)
    if second > _source.second:
        _source.second = second
        _source.counter = secrets.randbits(_COUNTER_BITS - 1)  # upper half stays free to count into
    else:
        _source.counter += 1
    return (second << _COUNTER_BITS) | _source.counter


def new_ids(count: int) -> range:
    """`count` fresh keys in a row, rising with those of `new_id`; for thousands of rows at once."""
    if count < 1:
        return range(0)
    first = new_id()
    _source.counter += count - 1
    return range(first, first + count)


def first_id(moment: datetime) -> int:
    """No row written at or after `moment` has a smaller key: narrows a span of time by the primary key."""
    return max(0, int(moment.timestamp()) - EPOCH_S) << _COUNTER_BITS


def new_code(prefix: str, groups: tuple[int, ...] = (5, 5)) -> str:
    """A random public code such as `C-7Q4M2-K9DX3` (50 bits with the default groups)."""
    total = sum(groups)
    bits = secrets.randbits(5 * total)  # one look into the system's entropy for the whole code
    signs = "".join([ALPHABET[bits >> 5 * place & 31] for place in range(total)])
    ends = accumulate(groups)
    parts = [signs[end - size : end] for size, end in zip(groups, ends, strict=True)]
    return "-".join((prefix, *parts)) if prefix else "-".join(parts)


def new_codes(prefix: str, count: int) -> list[str]:
    """`count` codes as `new_code` makes them with its default groups, from one look into the system's entropy."""
    signs = secrets.token_bytes(10 * count).translate(_SIGN_OF).decode()
    return [
        f"{prefix}-{signs[place : place + 5]}-{signs[place + 5 : place + 10]}"
        for place in range(0, 10 * count, 10)
    ]


def new_digits(count: int) -> str:
    """`count` random decimal digits, for numbers people read out over the telephone."""
    return f"{secrets.randbelow(10**count):0{count}d}"
