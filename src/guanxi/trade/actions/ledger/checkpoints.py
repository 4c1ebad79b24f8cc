"""Checkpoints of busy accounts: what their older postings come to, so that a balance stays cheap as the books grow."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Sum

from guanxi.core.action import action
from guanxi.core.ids import first_id
from guanxi.trade.models import Checkpoint, Posting

BUSY: Final = 1_000  # postings since the last time that make an account worth one
SETTLED: Final = timedelta(days=1)  # no transaction runs so long: nothing is added any more among older keys


@action
def take_checkpoints(*, now: datetime) -> int:
    """Move the checkpoints of busy accounts forward; gives how many. Twice is once; a derived row, no event.

    Only what was written since the last time is counted, by the primary key.
    """
    below = first_id(now - SETTLED)
    points = {one.account_id: one for one in Checkpoint.objects.all()}
    since = Checkpoint.objects.aggregate(last=Max("below"))["last"] or 0
    written = Posting.objects.filter(id__gte=since, id__lt=below).order_by().values_list("account_id")
    busy = written.annotate(n=Count("id")).filter(n__gte=BUSY).values_list("account_id", flat=True)
    wanted = [one for one in {*busy, *points} if one not in points or points[one].below < below]
    for account in wanted:
        point = points.get(account) or Checkpoint(account_id=account, below=0, sum_minor=0)
        newer = Posting.objects.filter(account_id=account, id__gte=point.below, id__lt=below)
        point.sum_minor += newer.aggregate(total=Sum("amount_minor"))["total"] or 0
        point.below, point.made = below, now
        point.save()
    return len(wanted)
