"""Mail as it comes in, read without trust: bytes in, plain values out. Pure; nothing here opens a socket or a file.

`read` gives everything the house needs to know of one mail; `automatic` says whether a machine wrote it;
`clues` what it hangs on.
"""

from guanxi.engine.mail.automatic import HARD, SOFT, automatic
from guanxi.engine.mail.charsets import CHARSETS, decode
from guanxi.engine.mail.clues import Clues, clues, plus_address
from guanxi.engine.mail.folding import Folded, fold
from guanxi.engine.mail.headers import Person
from guanxi.engine.mail.markup import text_of
from guanxi.engine.mail.reading import Enclosure, Incoming, read
from guanxi.engine.mail.reports import Report

__all__ = [
    "CHARSETS",
    "HARD",
    "SOFT",
    "Clues",
    "Enclosure",
    "Folded",
    "Incoming",
    "Person",
    "Report",
    "automatic",
    "clues",
    "decode",
    "fold",
    "plus_address",
    "read",
    "text_of",
]
