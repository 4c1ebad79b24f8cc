"""What people holds of a person: who they said they are, how sure we are of it, what they allow, what they asked of us."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.core.personal import Fate, Holding, Person, Way, copy, nothing
from guanxi.core.personal.holdings import delete
from guanxi.core.personal.traces import redacted, terms
from guanxi.people.models import (
    BlockKey,
    Consent,
    Customer,
    Erasure,
    Identifier,
    IdentityEvent,
    Link,
    Membership,
    PersonExport,
    Pin,
    PrivacyMark,
    PrivacyRequest,
    Record,
    Relationship,
    ReviewTask,
    SignInCode,
    UnifyRun,
)

ROOM, RIGHTS = _("Who they are"), _("Their rights")
EMPTY = {"name": "", "name_key": "", "language": "", "said": {}}


def _clear_records(person: Person, way: Way, now: datetime) -> int:
    """The rows stay, since cases and orders hang on them; nothing is left in them, and nobody states their like again."""
    records = Record.objects.filter(id__in=person.records)
    for record_id in records.values_list("id", flat=True):
        Record.objects.filter(id=record_id).update(**EMPTY, fingerprint=f"{way}:{record_id}")
    return len(person.records)


def _clear_reasons(person: Person, way: Way, now: datetime) -> int:
    return IdentityEvent.objects.filter(customer__in=person.customers).exclude(reason="").update(reason="")


def _clear_memberships(person: Person, way: Way, now: datetime) -> int:
    found = Membership.objects.filter(record__in=person.records)
    if way is Way.ERASE:
        delete(found.exclude(valid_to=None))
    return found.update(explanation={})


def _clear_requests(person: Person, way: Way, now: datetime) -> int:
    """What was asked, by which law, when and with what outcome is our own proof; what they wrote goes."""
    found = list(PrivacyRequest.objects.filter(customer__in=person.customers))
    for one in found:
        one.note = ""
        one.outcome = redacted(one.outcome, terms(person))
        one.extended_why = redacted(one.extended_why, terms(person))
        one.save(update_fields=["note", "outcome", "extended_why"])
    return len(found)


def _drop_copies(person: Person, way: Way, now: datetime) -> int:
    found = PersonExport.objects.filter(customer__in=person.customers)
    codes = list(found.values_list("public_id", flat=True))
    transaction.on_commit(lambda: copy.drop(codes))
    return delete(found)


def _reviews(person: Person) -> QuerySet[ReviewTask]:
    about = Q(customer__in=person.customers) | Q(candidate__in=person.customers)
    return ReviewTask.objects.filter(about | Q(record__in=person.records))


def _relationships(person: Person) -> QuerySet[Relationship]:
    return Relationship.objects.filter(Q(record__in=person.records) | Q(other__in=person.records))


def _links(person: Person) -> QuerySet[Link]:
    return Link.objects.filter(Q(low__in=person.records) | Q(high__in=person.records))


def _holdings() -> Iterable[Holding]:
    yield Holding(
        code="people.exports", title=_("Copies of their data made before"), room=RIGHTS, model=PersonExport,
        find=lambda person: PersonExport.objects.filter(customer__in=person.customers),
        plain=("public_id", "by", "language", "state", "digest"), anonymise=Fate.DELETE, erase=Fate.DELETE,
        clear=_drop_copies,
    )  # fmt: skip
    yield Holding(
        code="people.requests", title=_("Requests about their rights"), room=RIGHTS, model=PrivacyRequest,
        find=lambda person: PrivacyRequest.objects.filter(customer__in=person.customers),
        values={"note": "", "outcome": "", "extended_why": ""},
        plain=("public_id", "kind", "law", "channel", "state", "due_explanation", "by"),
        clear=_clear_requests, keyed=True, codes=("public_id",),
        shows={"kind": _("kind"), "law": _("law"), "received": _("received"), "due": _("due"), "state": _("state"),
               "note": _("words"), "outcome": _("outcome")},
    )  # fmt: skip
    yield Holding(
        code="people.codes", title=_("Sign-in codes"), room=ROOM, model=SignInCode,
        find=lambda person: SignInCode.objects.filter(record__in=person.records), plain=("public_id", "digest"),
        anonymise=Fate.DELETE, erase=Fate.DELETE,
    )  # fmt: skip
    yield Holding(
        code="people.consents", title=_("Consent and refusal, with the proof"), room=RIGHTS, model=Consent,
        find=lambda person: Consent.objects.filter(record__in=person.records),
        plain=("purpose", "channel", "source", "wording", "actor_kind", "actor_id"),
        anonymise=Fate.KEEP, erase=Fate.DELETE, keyed=True,
        shows={"purpose": _("purpose"), "channel": _("channel"), "given": _("allowed"), "stated": _("when"),
               "source": _("how"), "wording": _("wording"), "actor_kind": _("by")},
    )  # fmt: skip
    yield Holding(
        code="people.pins", title=_("Values chosen by stewards"), room=ROOM, model=Pin,
        find=lambda person: Pin.objects.filter(record__in=person.records), values={"reason": ""},
        plain=("field", "by"), anonymise=Fate.DELETE, erase=Fate.DELETE, keyed=True,
        shows={"field": _("field"), "reason": _("reason"), "created": _("when")},
    )  # fmt: skip
    yield Holding(
        code="people.links", title=_("Decisions that records belong together, or never do"), room=ROOM, model=Link,
        find=_links,
        values={"reason": ""}, plain=("kind", "by"), keyed=True,
        shows={"kind": _("kind"), "reason": _("reason"), "created": _("when")},
    )  # fmt: skip
    yield Holding(
        code="people.relationships",
        title=_("Relations to others"),
        room=ROOM,
        model=Relationship,
        find=_relationships,
        values={"note": "", "ended_why": ""},
        plain=("public_id", "kind", "household", "source", "by", "ended_by"),
        anonymise=Fate.DELETE,  # whose spouse or guarantor somebody is says who they are
        erase=Fate.DELETE,
        keyed=True,
        codes=("public_id",),
        shows={
            "kind": _("kind"),
            "source": _("how"),
            "note": _("words"),
            "valid_from": _("from"),
            "valid_to": _("until"),
            "created": _("when"),
        },
    )
    yield Holding(
        code="people.reviews", title=_("Doubts about who they are"), room=ROOM, model=ReviewTask,
        find=_reviews,
        values={"reason": "", "explanation": {}}, plain=("public_id", "state", "origin", "decided_by"),
        clear=_clear_reviews, keyed=True,
        shows={"created": _("when"), "origin": _("how"), "state": _("state"), "score": _("score"),
               "reason": _("reason")},
    )  # fmt: skip
    yield Holding(
        code="people.identity", title=_("Changes of who is who"), room=ROOM, model=IdentityEvent,
        find=lambda person: IdentityEvent.objects.filter(customer__in=person.customers), values={"reason": ""},
        plain=("public_id", "kind", "actor_kind", "actor_id", "inverse"), clear=_clear_reasons, keyed=True,
        shows={"kind": _("kind"), "happened": _("when"), "reason": _("reason")},
    )  # fmt: skip
    yield Holding(
        code="people.memberships", title=_("Why these records are one person"), room=ROOM, model=Membership,
        find=lambda person: Membership.objects.filter(record__in=person.records), values={"explanation": {}},
        plain=("reason", "rule"), clear=_clear_memberships, keyed=True,
        shows={"valid_from": _("from"), "valid_to": _("until"), "reason": _("how"), "rule": _("rule"),
               "explanation": _("explanation")},
    )  # fmt: skip
    yield Holding(
        code="people.block_keys", title=_("Hashes that similar statements share"), room=ROOM, model=BlockKey,
        find=lambda person: BlockKey.objects.filter(record__in=person.records),
        anonymise=Fate.DELETE, erase=Fate.DELETE, clear=_clear_block_keys,
    )  # fmt: skip
    yield Holding(
        code="people.identifiers", title=_("Telephone numbers, addresses, numbers and marks"), room=ROOM,
        model=Identifier, find=lambda person: Identifier.objects.filter(record__in=person.records),
        values={"value": "", "verbatim": ""}, plain=("kind", "verified_how", "trouble"),
        anonymise=Fate.DELETE, erase=Fate.DELETE, keyed=True,
        shows={"kind": _("kind"), "verbatim": _("as stated"), "value": _("as understood"), "verified": _("verified"),
               "verified_how": _("how"), "valid_from": _("from"), "valid_to": _("until")},
    )  # fmt: skip
    yield Holding(
        code="people.records", title=_("What sources said about them"), room=ROOM, model=Record,
        find=lambda person: Record.objects.filter(id__in=person.records),
        values={**EMPTY, "fingerprint": ""}, plain=("source", "nature"),
        clear=_clear_records,
        shows={"source": _("how"), "created": _("when"), "name": _("name"), "language": _("language"),
               "said": _("as stated")},
    )  # fmt: skip


def _clear_block_keys(person: Person, way: Way, now: datetime) -> int:
    count, _by_model = BlockKey.objects.filter(record__in=person.records).delete()
    return count


def _clear_reviews(person: Person, way: Way, now: datetime) -> int:
    """Doubts end with the person: there is nothing left to compare."""
    found = _reviews(person)
    open_ones = found.filter(state__in=[ReviewTask.State.OPEN, ReviewTask.State.LATER])
    open_ones.update(state=ReviewTask.State.OVERTAKEN, decided=now)
    return found.update(reason="", explanation={})


HOLDINGS = tuple(_holdings())


def connect() -> None:
    nothing("keys, moments and digests only", Customer, PrivacyMark, Erasure)
    nothing("figures, and shares of names that at least three people have", UnifyRun)
