"""What cases hold of a person: their words, on either side. Cases and decisions stay, for the figures, without anybody."""

from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanxi.cases.models import (
    Case,
    CaseLink,
    ClockSegment,
    Consultation,
    Coverage,
    Decision,
    Draft,
    Evidence,
    Issue,
    Measurement,
    Offer,
    Procedure,
    Remedy,
    RootCause,
    Sample,
    Satisfaction,
    SavedReply,
    Statement,
    Suggestion,
    TextModel,
)
from guanxi.core.personal import Fate, Holding, Person, Way, nothing

ROOM = _("Cases")


def _said_by(person: Person) -> Q:
    """Rows of an issue that come from this person, on the side they stood on."""
    return Q(side="complainant", issue__case__record__in=person.records) | Q(
        side="respondent", issue__case__respondent__in=person.records
    )


def _open(person: Person) -> list[str]:
    theirs = Q(record__in=person.records) | Q(respondent__in=person.records)
    numbers = Case.objects.filter(theirs).exclude(state__in=(Case.State.RESOLVED, Case.State.CLOSED))
    return [
        str(_("The case %(number)s is not settled yet.")) % {"number": number}
        for number in numbers.order_by("opened").values_list("number", flat=True)
    ]


def _clear(person: Person, way: Way, now: datetime) -> int:
    """The title is the first of their words; links given out open nothing any more."""
    return Case.objects.filter(record__in=person.records).update(
        title=F("number"), link_version=F("link_version") + 1, version=F("version") + 1
    )


HOLDINGS = (
    Holding(
        code="cases.cases",
        title=_("Cases, without their words"),
        room=ROOM,
        model=Case,
        find=lambda person: Case.objects.filter(record__in=person.records),
        values={"title": ""},
        plain=(
            "public_id",
            "number",
            "kind",
            "channel",
            "role",
            "respondent_role",
            "language",
            "state",
            "turn",
            "due_explanation",
        ),
        clear=_clear,
        blocks=_open,
        keyed=True,
        codes=("public_id", "number"),
        words=("title",),
        shows={
            "number": _("number"),
            "title": _("title"),
            "kind": _("kind"),
            "channel": _("channel"),
            "state": _("state"),
            "opened": _("opened"),
            "due": _("promised by"),
            "resolved": _("settled"),
        },
    ),
    Holding(
        code="cases.issues",
        title=_("What was complained of"),
        room=ROOM,
        model=Issue,
        find=lambda person: Issue.objects.filter(case__record__in=person.records),
        values={"quote": ""},
        plain=(
            "public_id",
            "kind",
            "wants",
            "currency",
            "state",
            "turn",
            "due_explanation",
            "opened_round",
            "counts",
            "acted",
            "outcome",
        ),
        codes=("public_id",),
        keyed=True,
        shows={
            "case__number": _("number"),
            "kind": _("kind"),
            "state": _("state"),
            "outcome": _("outcome"),
            "amount_minor": _("amount"),
            "opened": _("opened"),
        },
    ),
    Holding(
        code="cases.statements",
        title=_("Words in a procedure"),
        room=ROOM,
        model=Statement,
        find=lambda person: Statement.objects.filter(_said_by(person)),
        values={"text": ""},
        plain=("state", "side", "verb", "author"),
        shows={"made": _("when"), "verb": _("step"), "text": _("words")},
    ),
    Holding(
        code="cases.evidence",
        title=_("Evidence they filed"),
        room=ROOM,
        model=Evidence,
        find=lambda person: Evidence.objects.filter(_said_by(person)),
        values={"words": "", "point": "", "private_why": ""},
        plain=("public_id", "side", "author", "digest", "item", "weighed", "state"),
        shows={"filed": _("when"), "point": _("point"), "words": _("words")},
    ),
    Holding(
        code="cases.offers",
        title=_("Offers they made"),
        room=ROOM,
        model=Offer,
        find=lambda person: Offer.objects.filter(_said_by(person)),
        values={"words": ""},
        plain=("public_id", "side", "remedy", "fate"),
        shows={"made": _("when"), "remedy": _("remedy"), "amount_minor": _("amount"), "words": _("words")},
    ),
    Holding(
        code="cases.decisions",
        title=_("Decisions about their complaints"),
        room=ROOM,
        model=Decision,
        find=lambda person: Decision.objects.filter(issue__case__record__in=person.records),
        values={"reasons": "", "would_change": "", "returned_why": ""},
        plain=(
            "public_id",
            "basis",
            "state",
            "outcome",
            "remedy",
            "penalty",
            "code",
            "citations",
            "needs_approval",
            "proposer_name",
            "approver_name",
        ),
        shows={
            "proposed": _("when"),
            "outcome": _("outcome"),
            "amount_minor": _("amount"),
            "reasons": _("reasons"),
        },
    ),
    Holding(
        code="cases.consultations",
        title=_("What experts were asked about their complaints"),
        room=ROOM,
        model=Consultation,
        find=lambda person: Consultation.objects.filter(issue__case__record__in=person.records),
        values={"question": "", "finding": ""},
        plain=("public_id", "asked_by"),
        shows={"asked": _("when"), "question": _("question"), "finding": _("finding")},
    ),
    Holding(
        code="cases.measurements",
        title=_("What was measured of goods in dispute"),
        room=ROOM,
        model=Measurement,
        find=lambda person: Measurement.objects.filter(issue__case__record__in=person.records),
        plain=("public_id", "citation", "declared", "found", "stated", "values", "why", "remedy", "author"),
        anonymise=Fate.KEEP,
        erase=Fate.KEEP,
        keyed=True,
        codes=("public_id",),
        shows={"made": _("when"), "citation": _("standard"), "declared": _("declared"), "found": _("found")},
    ),
    Holding(
        code="cases.remedies",
        title=_("What was done to put it right"),
        room=ROOM,
        model=Remedy,
        find=lambda person: Remedy.objects.filter(issue__case__record__in=person.records),
        values={"words": ""},
        plain=("public_id", "code", "shape", "currency", "state", "paid_by", "entry"),
        shows={"code": _("remedy"), "amount_minor": _("amount"), "executed": _("when")},
    ),
    Holding(
        code="cases.causes",
        title=_("What their complaints came from"),
        room=ROOM,
        model=RootCause,
        find=lambda person: RootCause.objects.filter(issue__case__record__in=person.records),
        values={"words": "", "fix": ""},
        plain=("code", "author"),
    ),
    Holding(
        code="cases.samples",
        title=_("What colleagues said of the handling"),
        room=ROOM,
        model=Sample,
        find=lambda person: Sample.objects.filter(issue__case__record__in=person.records),
        values={"words": ""},
        plain=("marks",),
    ),
    Holding(
        code="cases.satisfaction",
        title=_("What they said of the handling"),
        room=ROOM,
        model=Satisfaction,
        find=lambda person: Satisfaction.objects.filter(
            Q(side="complainant", case__record__in=person.records)
            | Q(side="respondent", case__respondent__in=person.records)
        ),
        values={"words": ""},
        plain=("side",),
        shows={"given": _("when"), "score": _("score"), "words": _("words")},
    ),
    Holding(
        code="cases.suggestions",
        title=_("What their words were read as"),
        room=ROOM,
        model=Suggestion,
        find=lambda person: Suggestion.objects.filter(case__record__in=person.records),
        values={"sentence": ""},
        plain=("kind", "fate"),
        shows={"kind": _("kind"), "sentence": _("sentence")},
    ),
    Holding(
        code="cases.drafts",
        title=_("Answers to them that are being written"),
        room=ROOM,
        model=Draft,
        find=lambda person: Draft.objects.filter(
            Q(case__record__in=person.records) | Q(case__respondent__in=person.records)
        ),
        values={"text": ""},
        anonymise=Fate.DELETE,
        erase=Fate.DELETE,
    ),
)


def connect() -> None:
    """Declare the tables that hold nothing of a customer; called once at start-up."""
    nothing("codes of the procedure and moments", ClockSegment, CaseLink, Coverage)
    nothing("words of the house, published", Procedure)
    nothing("words of the house, saved for answers", SavedReply)
    nothing("features that several people's words share, and figures", TextModel)
