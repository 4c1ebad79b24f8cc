"""Who this is, on the page of a customer: how certain, who says so, and of every field the value that counts, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guanxi.core import clock, handles
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, text_of
from guanxi.core.phrases import explained, sentences
from guanxi.core.words import say
from guanxi.people import actions, queries
from guanxi.people.models import Identifier, Membership, Record
from guanxi.people.pages import customer
from guanxi.people.pages.comparing import RECORD
from guanxi.people.pages.customer import source_words
from guanxi.people.pages.evidence import score_words
from guanxi.people.pages.upkeep import IDENTIFIER
from guanxi.people.queries import GoldenField, GoldenValue
from guanxi.people.rules.confidence import Confidence, confidence, share_of

ICONS = {
    "name": "user", "phone": "phone", "email": "mail", "address": "map-pin", "member": "id-badge-2", "birth": "calendar",
    "gender": "user", "language": "language", "national_id": "id", "open_id": "link", "device": "device-mobile",
}  # fmt: skip
OLD = timedelta(days=730)  # verified longer ago than this, it had better be asked again
OTHERWISE = {  # what can be wrong with it, by kind
    "phone": ("silent", "recycled"),
    "email": ("bounced",),
    "address": ("returned",),
}


# -- the cell of the band --------------------------------------------------------------------------------------------


def cell(actor: Actor, customer_id: int) -> dict[str, Any]:
    """Whether all this is one person, who says so and why; the doubts that wait for a steward."""
    records = queries.records_seen(actor, customer_id)
    unsure = bool(records) and records[0].customer.provisional
    doubts = queries.list_doubts_about(customer_id)
    link = _doubts_link(actor, doubts) if doubts else None
    return _cell(records, queries.list_links(customer_id), unsure, link)


def cell_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was at a moment."""
    then = queries.as_of(actor, queries.code_of(customer_id), at)
    codes = queries.reviews_then(then.records, at)
    unsure = then.view is not None and then.view.provisional
    link = _candidate_link(codes[0][0], len(codes)) if codes else None
    return _cell(then.records, queries.links_then(customer_id, at), unsure, link)


def _cell(
    records: Sequence[Record], links: Sequence[Membership], unsure: bool, link: Mapping[str, str] | None
) -> dict[str, Any]:
    shares = [(one.reason, share_of(one.explanation)) for one in links]
    found = confidence(shares, provisional=unsure)
    sources = sorted({source_words(record.source) for record in records})
    return {
        "value": _confidence_words(found),
        "tone": "amber" if unsure else "",
        "note": _note(found, len(records), len(sources)),
        "chips": sources,
        "why": explained(_weakest(links, found)),
        "why_label": _("See why"),
        "link": link,
    }


def _confidence_words(found: Confidence) -> str:
    if found.ground == "score":
        return score_words(found.share)
    return _("not certain") if found.ground == "unsure" else _("certain")


def _note(found: Confidence, records: int, sources: int) -> str:
    if found.ground == "person":
        return _("a data steward says so")
    if found.ground == "score" and sources > 1:
        return ngettext("%(n)s source agrees", "%(n)s sources agree", sources) % {"n": sources}
    return ngettext("%(n)s record says so", "%(n)s records say so", records) % {"n": records}


def _weakest(links: Sequence[Membership], found: Confidence) -> Mapping[str, Any] | None:
    """The explanation that the confidence rests on: of the weakest link, else of the newest."""
    told = [one for one in links if one.explanation]
    if found.share is not None:
        told = [one for one in told if share_of(one.explanation) == found.share] or told
    return told[0].explanation if told else None


def _doubts_link(actor: Actor, doubts: Sequence[queries.Doubt]) -> dict[str, str]:
    if not actor.may("people.review"):
        return _candidate_link(doubts[0].customer, len(doubts))
    return {
        **_candidate_link(doubts[0].customer, len(doubts)),
        "url": f"{reverse('identity')}?r={doubts[0].review}",
    }


def _candidate_link(code: str, count: int) -> dict[str, str]:
    words = ngettext(
        "%(n)s possible duplicate waits for the steward: %(code)s",
        "%(n)s possible duplicates wait for the steward, first %(code)s",
        count,
    )
    return {
        "label": words % {"n": count, "code": code},
        "url": reverse("customer", args=[code]),
        "tone": "amber",
        "icon": "git-merge",
    }


# -- the panel -------------------------------------------------------------------------------------------------------


def panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """Of every field the value that counts, why, and what else is said; masked for whoever may not read it in full."""
    records = queries.records_seen(actor, customer_id)
    if not records:
        return _shown({}, [], clock.now())
    data = _shown(queries.golden(actor, customer_id), records, clock.now())
    code = records[0].customer.public_id
    for row in data["rows"]:
        _add_forms(actor, row, code)
    return {**data, "key": form_key()}


def panel_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was at a moment, masked as of today, with nothing to change it."""
    records = queries.records_then(actor, customer_id, at)
    return _shown(queries.golden_of(actor, records, at=at), records, at)


def _shown(golden: Mapping[str, GoldenField], records: Sequence[Record], now: datetime) -> dict[str, Any]:
    known = {one.id: one for record in records for one in record.identifiers.all()}
    rows = [_row(one, known, now) for one in golden.values() if _tells(one)]
    count = sum(len(row["values"]) for row in rows)
    return {
        "rows": rows,
        "count_label": ngettext("%(n)s value", "%(n)s values", count) % {"n": count} if count else "",
        "key": "",
    }


def _tells(one: GoldenField) -> bool:
    """Name and language stand in the head already, but for who has several."""
    return one.field not in ("name", "language") or any(
        not value.same or value.pinned for value in one.values
    )


def _row(one: GoldenField, known: Mapping[int, Identifier], now: datetime) -> dict[str, Any]:
    values = _values(one, known, now)
    first = values[0]
    return {
        "field": one.field,
        "icon": ICONS.get(one.field, "id"),
        "kind": say(f"people.kind.{one.field}"),
        **first,
        "values": values,
        "more": len(values) - 1,
        "pinned": first["pinned"],
        "why": sentences(one.why.as_json()),
        "pin_url": "",
        "verbs_url": "",
    }


def _values(one: GoldenField, known: Mapping[int, Identifier], now: datetime) -> list[dict[str, Any]]:
    """Each value once, whoever says it; the one that counts first."""
    found: dict[tuple[str, bool], dict[str, Any]] = {}
    for value in one.values:
        key = (value.text, value.same)
        if key in found:
            found[key]["sources"].append(source_words(value.source))
        else:
            found[key] = _value(value, known.get(value.identifier or 0), now)
            found[key]["sources"] = [source_words(value.source)]
    for shown in found.values():
        sources = list(dict.fromkeys(shown["sources"]))
        shown["note"] = " · ".join(
            [*(part for part in (shown["state_label"], shown["at"]) if part), ", ".join(sources)]
        )
    return list(found.values())


def _value(value: GoldenValue, one: Identifier | None, now: datetime) -> dict[str, Any]:
    state, label = _state(value, one, now)
    local = timezone.localtime(value.verified or value.stated)
    return {
        "value": _plain(value.text),
        "masked": value.masked,
        "state": state,
        "state_label": label,
        "at": f"{local:%Y-%m-%d}",
        "pinned": value.pinned,
        "record": (record := handles.handle(RECORD, value.record)),
        "choice": (record, _plain(value.text)),
        "identifier": handles.handle(IDENTIFIER, value.identifier) if value.identifier else "",
        "trouble": one.trouble if one else "",
    }


def _plain(text: str) -> str:
    known = {"zh-hans": _("Chinese"), "en": _("English"), "f": _("female"), "m": _("male")}
    return known.get(text, text)


def _state(value: GoldenValue, one: Identifier | None, now: datetime) -> tuple[str, str]:
    if one is not None and one.trouble:
        return "refused", str(one.get_trouble_display())
    if value.verified is None:
        return "", ""
    if now - value.verified > OLD:
        return "old", _("verified long ago")
    return "verified", _("verified")


def _add_forms(actor: Actor, row: dict[str, Any], code: str) -> None:
    """What this actor may do about it: choose the value that counts, say that it was right or wrong."""
    if actor.may("people.merge") and (row["more"] or row["pinned"]):
        row["pin_url"] = reverse("pin", args=[code])
    if actor.may("people.record"):
        row["verbs_url"] = reverse("identifier_do", args=[code, "verb"]).removesuffix("verb/")
        row["wrong"] = [
            (one, str(dict(Identifier.Trouble.choices)[one])) for one in OTHERWISE.get(row["field"], ())
        ]


# -- pinning ---------------------------------------------------------------------------------------------------------


@require_POST
def pin(request: Request, public_id: str) -> HttpResponse:
    """Say which value of a field counts, or let the rules choose again."""
    actor = request.actor
    actor.require("people.view")
    who = queries.get_customer(actor, public_id)
    try:
        return act_once(
            request, effect=lambda: _pin(request, public_id, [record.id for record in who.records])
        )
    except (Invalid, Conflict) as error:
        words = " ".join(map(str, error.fields.values())) or str(error.detail or error.title)
        return customer.show(request, public_id, status=int(error.status), tried={"conflict": words})


def _pin(request: Request, public_id: str, record_ids: Sequence[int]) -> str:
    field, chosen = request.POST.get("field", "")[:20], request.POST.get("record", "")
    said: dict[str, Any] = {"actor": request.actor, "now": clock.now(), "customer": public_id, "field": field}
    reason = text_of(request, "reason", most=300)
    if chosen:
        record = handles.find(RECORD, chosen, record_ids)
        if record is None:
            raise NotFound
        actions.pin(**said, record_id=record, reason=reason)
        messages.success(request, _("Pinned: this value counts from now on."))
    else:
        actions.unpin(**said, reason=reason)
        messages.success(request, _("No longer pinned: the rules choose again."))
    return reverse("customer", args=[public_id])
