"""What is theirs no more, said while two are made one: it ends with the merge and holds again when the merge is undone."""

from collections.abc import Collection
from datetime import datetime

from guanxi.people.models import Identifier, IdentityEvent


def end_stated(ended: Collection[int], *, records: Collection[int], now: datetime) -> list[int]:
    """End these identifiers, and whatever says the same on `records`; which were. Others' are let be."""
    if not ended:
        return []
    held = Identifier.objects.filter(record__in=records, valid_to=None)
    said = set(held.filter(id__in=ended).values_list("kind", "value"))
    rows = held.values_list("id", "kind", "value")
    over = [key for key, kind, value in rows if (kind, value) in said]
    Identifier.objects.filter(id__in=over).update(valid_to=now)
    return over


def hold_again(merge: IdentityEvent) -> None:
    """What this merge had ended holds again, unless somebody has ended it another time since."""
    over = [int(key) for key in merge.inverse.get("ended", ())]
    Identifier.objects.filter(id__in=over, valid_to=merge.happened).update(valid_to=None)
