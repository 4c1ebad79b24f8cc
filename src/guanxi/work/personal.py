"""What work holds of a person: that somebody had something to do for them. No word of theirs."""

from django.utils.translation import gettext_lazy as _

from guanxi.core.personal import Fate, Holding, nothing
from guanxi.work.models import (
    Article,
    Assignment,
    Audit,
    Branch,
    Checklist,
    Learned,
    Member,
    Shelf,
    Shift,
    Team,
    Term,
    Version,
    Vote,
    WhatIf,
    WorkItem,
)

ROOM = _("Work")

HOLDINGS = (
    Holding(
        code="work.items",
        title=_("Work done for this person"),
        room=ROOM,
        model=WorkItem,
        find=lambda person: WorkItem.objects.filter(record_id__in=person.records),
        plain=(
            "public_id",
            "kind",
            "subject_kind",
            "language",
            "channel",
            "skill",
            "conflicts",
            "state",
            "reason",
        ),
        anonymise=Fate.KEEP,
        erase=Fate.KEEP,
        keyed=True,
        shows={
            "kind": _("kind"),
            "arrived": _("when"),
            "due": _("promised by"),
            "state": _("state"),
            "finished": _("settled"),
        },
    ),
    Holding(
        code="work.audits",
        title=_("What colleagues said of the handling"),
        room=ROOM,
        model=Audit,
        find=lambda person: Audit.objects.filter(assignment__item__record_id__in=person.records),
        values={"words": "", "reply": ""},
        plain=("public_id", "marks"),
    ),
)


def connect() -> None:
    nothing("the house: who works when, and who had which item", Team, Member, Assignment, Shelf, Shift)
    nothing("the house: what was worked out of its queues, without names", WhatIf)
    nothing("the house: where its branches are", Branch)
    nothing("the house: what its staff should know, and what helped them", Article, Version, Vote, Term)
    nothing("the house: what new staff learn, and how far they are", Checklist, Learned)
