"""What the parts of the standards' API share."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from guanxi.trade.rules.standards.content import NUMBER_MAX

MOST = int(NUMBER_MAX)
Measured = (
    bool
    | Annotated[int, Field(ge=-MOST, le=MOST)]
    | Annotated[float, Field(ge=-MOST, le=MOST, allow_inf_nan=False)]
    | Annotated[str, Field(max_length=200)]
)
"""A value of a parameter: a number, yes or no, the code of a choice, a text."""


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
