"""Reading quality standards: what is published, what is in consultation, panels; and declaring a grade by one.

Standards are public: whatever was ever published, and what is in consultation, anybody may read. Drafts, and panels at work,
are for whoever has `trade.standards`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from guanxi.core.access import Actor
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.models import User
from guanxi.trade.models import Assessment, Category, Panel, Standard, StandardComment, StandardVersion
from guanxi.trade.rules import standards as rules

RIGHT = "trade.standards"
State = StandardVersion.State
PUBLIC_STATES = (State.CONSULTATION, State.PUBLISHED, State.SUPERSEDED)
KEPT_STATES = (State.PUBLISHED, State.SUPERSEDED)


def citation(version: StandardVersion) -> str:
    """How a version is cited: "phone@3". The standard must be at hand."""
    return f"{version.standard.code}@{version.number}"


def _split(reference: str) -> tuple[str, int | None]:
    code, _at, number = reference.partition("@")
    if not number:
        return code, None
    if not (number.isdecimal() and len(number) <= 4):
        raise NotFound
    return code, int(number)


def visible_versions(actor: Actor) -> QuerySet[StandardVersion]:
    """Versions this actor may read, newest first: everybody's are those that are or were public."""
    found = StandardVersion.objects.select_related("standard__category").order_by("-number")
    return found if actor.may(RIGHT) else found.filter(state__in=PUBLIC_STATES)


def list_categories() -> list[Category]:
    return list(Category.objects.order_by("code"))


def list_standards(actor: Actor) -> list[Standard]:
    """Standards of which this actor may read a version, each with these (`read_versions`, newest first), by category."""
    found = Standard.objects.select_related("category").order_by("category__code", "code")
    versions = Prefetch("versions", visible_versions(actor), to_attr="read_versions")
    rows = list(found.prefetch_related(versions)[:200])
    return [one for one in rows if actor.may(RIGHT) or one.read_versions]


def are_any() -> bool:
    """Whether a standard is public at all."""
    return StandardVersion.objects.filter(state__in=PUBLIC_STATES).exists()


def get_standard(actor: Actor, code: str) -> Standard:
    """One standard with its versions, as `list_standards` gives it. Raises `NotFound`."""
    versions = Prefetch("versions", visible_versions(actor), to_attr="read_versions")
    row = Standard.objects.select_related("category").prefetch_related(versions).filter(code=code).first()
    if row is None or not (actor.may(RIGHT) or row.read_versions):
        raise NotFound
    return row


def get_version(actor: Actor, reference: str) -> StandardVersion:
    """A version by "phone@3"; by "phone" the published one, else what is in consultation. Raises `NotFound`."""
    code, number = _split(reference)
    found = visible_versions(actor).filter(standard__code=code)
    if number is not None:
        row = found.filter(number=number).first()
    else:
        row = found.filter(state=State.PUBLISHED).first() or found.first()
    if row is None:
        raise NotFound
    return row


def in_force(code: str, now: datetime) -> StandardVersion | None:
    """The version of a standard that holds at a moment."""
    found = StandardVersion.objects.select_related("standard").filter(
        Q(ends__isnull=True) | Q(ends__gt=now), standard__code=code, state__in=KEPT_STATES, effective__lte=now
    )
    return found.order_by("-number").first()


def standards_for(category: str, now: datetime) -> list[StandardVersion]:
    """Versions in force by which a listing of this category may declare itself."""
    found = StandardVersion.objects.select_related("standard").filter(
        Q(ends__isnull=True) | Q(ends__gt=now),
        standard__category__code=category,
        state__in=KEPT_STATES,
        effective__lte=now,
    )
    return list(found.order_by("standard__code"))


def content_of(version: StandardVersion) -> rules.Content:
    """What a version says, read; a published one is read once per process, for it never changes."""
    if version.state in KEPT_STATES:
        return _kept(version.id, version.digest)
    return rules.Content.from_json(version.content)


@lru_cache(maxsize=64)
def _kept(version_id: int, _digest: str) -> rules.Content:
    return rules.Content.from_json(
        StandardVersion.objects.values_list("content", flat=True).get(id=version_id)
    )


def cited(reference: str) -> StandardVersion | None:
    """The published version a ruling or a declaration cites ("phone@3"); None where there is none."""
    code, at, number = reference.partition("@")
    if not at or not number.isdecimal() or len(number) > 4:
        return None
    found = StandardVersion.objects.select_related("standard").filter(
        standard__code=code, number=int(number), state__in=KEPT_STATES
    )
    return found.first()


def cited_many(references: Iterable[str]) -> dict[str, StandardVersion]:
    """`cited` of many, in one statement."""
    references = list(references)
    codes = {one.partition("@")[0] for one in references if "@" in one}
    if not codes:
        return {}
    found = StandardVersion.objects.select_related("standard").filter(
        standard__code__in=codes, state__in=KEPT_STATES
    )
    rows = {citation(one): one for one in found}
    return {one: rows[one] for one in references if one in rows}


# -- declaring -----------------------------------------------------------------------------------------------


def declare(
    *,
    version_ref: str,
    grade: str,
    values: Mapping[str, rules.Value],
    now: datetime,
    evidence: Sequence[str] = (),
) -> dict[str, Any]:
    """What a listing declares, checked, as plain values to be frozen: {standard, version, grade, values, evidence, digest}.

    `version_ref`: "phone" (the one in force) or "phone@3", which must be in force. `values` by parameter, of the types the
    version asks for (`rules.standards.read_values` reads typed ones). `evidence`: public ids of files. Raises `Invalid` with
    words by field ("standard", "grade", a parameter's code).
    """
    code, _at, number = version_ref.partition("@")
    version = in_force(code, now)
    if version is None or (number and number != str(version.number)):
        raise Invalid(fields={"standard": _("This version of the standard is not in force.")})
    content = content_of(version)
    if wrong := rules.declaration_faults(content, grade, values):
        raise Invalid(fields={field: fault_words(content, field, *fault) for field, fault in wrong.items()})
    return {
        "standard": code,
        "version": version.number,
        "digest": version.digest,
        "grade": grade,
        "values": dict(values),
        "evidence": list(evidence),
    }


def fault_words(content: rules.Content, field: str, code: str, value: str = "") -> str:
    """What is wrong with a value that was declared or measured."""
    words = {
        "grade": _("Choose one of the grades."),
        "parameter": _("The standard has no such parameter."),
        "number": _("Give a number."),
        "count": _("Give a whole number, 0 or more."),
        "choice": _("Choose one of the values."),
        "flag": _("Say yes or no."),
        "text": _("Say it in at most 200 characters."),
        "needed": _("The standard needs this for a grade."),
        "not_reached": _("This value does not bear grade %(grade)s.") % {"grade": value},
    }
    return words.get(code, code)


# -- comments and panels -------------------------------------------------------------------------------------


def comments_on(version: StandardVersion) -> list[StandardComment]:
    """Comments with who wrote and who answered, oldest first."""
    found = version.comments.select_related("user", "answerer").order_by("made", "id")
    return list(found[:500])


def get_comment(actor: Actor, reference: str, public_id: str) -> StandardComment:
    """A comment on a version this actor may read. Raises `NotFound`."""
    row = get_version(actor, reference).comments.filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def panels_of(actor: Actor, standard: Standard) -> list[Panel]:
    """Panels of a standard this actor may read, newest first, with experts, specimens and assessments."""
    found = Panel.objects.filter(version__standard=standard)
    if not actor.may(RIGHT):
        found = found.filter(_readable(actor))
    return list(_whole(found).order_by("-opened", "-id")[:50])


def get_panel(actor: Actor, public_id: str) -> Panel:
    """One panel, whole. At work, it is for whoever runs it and its experts. Raises `NotFound`."""
    found = Panel.objects.filter(public_id=public_id)
    if not actor.may(RIGHT):
        found = found.filter(_readable(actor))
    row = _whole(found).first()
    if row is None:
        raise NotFound
    return row


def _readable(actor: Actor) -> Q:
    mine = Q(id__in=Panel.objects.filter(experts__user_id=actor.user_id)) if actor.user_id else Q()
    return ~Q(state=Panel.State.OPEN) | mine if mine else ~Q(state=Panel.State.OPEN)


def _whole(found: QuerySet[Panel]) -> QuerySet[Panel]:
    assessed = Prefetch("assessments", Assessment.objects.select_related("expert").order_by("expert__place"))
    return found.select_related("version__standard").prefetch_related(
        Prefetch("experts", queryset=_ordered("experts")),
        Prefetch("specimens", queryset=_ordered("specimens").prefetch_related(assessed)),
    )


def _ordered(name: str) -> QuerySet[Any]:
    model = Panel._meta.get_field(name).related_model
    return model._default_manager.order_by("place")  # type: ignore[union-attr]


def assessed_of(panel: Panel) -> list[rules.Assessed]:
    """What the experts of a whole panel said, as the rules take it; experts and specimens by their place."""
    return [
        rules.Assessed(str(one.expert.place), str(specimen.place), one.grade, one.values, bool(one.conflict))
        for specimen in panel.specimens.all()
        for one in specimen.assessments.all()
    ]


def agreement_of(panel: Panel) -> rules.Agreement:
    """How far a whole panel agrees so far."""
    content = content_of(panel.version)
    specimens = [str(one.place) for one in panel.specimens.all()]
    return rules.agreement(content, assessed_of(panel), specimens)


def may_see_specimen(actor: Actor, specimen_id: int) -> bool:
    """Whether photographs of a specimen are for this actor: everybody's, once its panel is published."""
    found = Panel.objects.filter(specimens__id=specimen_id)
    return actor.may(RIGHT) or found.filter(_readable(actor)).exists()


def list_people() -> list[User]:
    """Members of staff who may sit on a panel, by name."""
    return list(User.objects.filter(is_active=True).order_by("name", "id")[:500])


def get_person(public_id: str) -> User | None:
    """One of them."""
    return User.objects.filter(public_id=public_id, is_active=True).first()


def experts_of(code: str) -> list[int]:
    """User ids of staff who sat on panels of a standard, the newest panel first, each once."""
    found = Panel.objects.filter(version__standard__code=code, experts__user__isnull=False)
    users = found.order_by("-opened", "experts__place").values_list("experts__user_id", flat=True)
    return list(dict.fromkeys(filter(None, users[:100])))
