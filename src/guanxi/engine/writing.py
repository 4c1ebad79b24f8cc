"""Words people write, made safe to keep and to show. Pure."""

import re
from itertools import groupby

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean_text(text: str) -> str:
    """Somebody's own words without control and direction-changing characters; at most two empty lines in a row."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = ([""] if not line else list(run) for line, run in groupby(text.split("\n"), key=str.strip))
    return "\n".join(line.rstrip() for run in lines for line in run).strip()


def clean_line(text: str) -> str:
    """The same on one line: breaks and runs of blanks become one blank."""
    return " ".join(clean_text(text).split())
