"""What may be changed in the list of customers: one cell in place, or many customers at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanxi.core import organisation
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict
from guanxi.core.lists import Bulk, Choices, Edit, Input
from guanxi.core.phrases import language_choices
from guanxi.core.words import say
from guanxi.people import actions, queries
from guanxi.people.lists.page import language_of, unit_code
from guanxi.people.models import Record
from guanxi.people.rules.privacy import CHANNELS, PURPOSES

RIGHT = "people.record"
NO_UNIT = "-"
PROOF_CHARS_MAX = 500


def mine(actor: Actor) -> Q:
    """Customers this actor may change things about."""
    return actor.reach(RIGHT).within("unit")


def _is_mine(actor: Actor, record: Record) -> bool:
    reach = actor.reach(RIGHT)
    return reach.everything or (record.unit_id is not None and record.unit_id in reach.units)


def languages(actor: Actor) -> Choices:
    return language_choices()


def all_units(actor: Actor) -> Choices:
    return organisation.choices()


def own_units(actor: Actor) -> Choices:
    """Units into which this actor may move customers."""
    reach = actor.reach(RIGHT)
    if reach.everything:
        return [*all_units(actor), (NO_UNIT, gettext("no unit: everybody with the right sees them"))]
    codes = {unit.code for unit in organisation.tree() if unit.id in reach.units}
    return [(code, words) for code, words in all_units(actor) if code in codes]


# -- one cell ----------------------------------------------------------------------------------------------


def _write_in(*, actor: Actor, now: datetime, row: Record, value: str) -> None:
    actions.set_language(actor=actor, now=now, record_id=row.id, language=value)


def _move_here(*, actor: Actor, now: datetime, row: Record, value: str) -> None:
    _moved(actor, now, row, value)


def _moved(actor: Actor, now: datetime, row: Record, unit: str) -> actions.Moved:
    seen = [record.id for record in queries.records_seen(actor, row.customer_id)]
    code = "" if unit == NO_UNIT else unit
    return actions.move_records(actor=actor, now=now, record_ids=seen, unit=code)


EDIT_LANGUAGE = Edit(
    right=RIGHT,
    original=language_of,
    act=_write_in,
    input="choice",
    choices=languages,
    may=_is_mine,
    subject="record",
    events=("person.language_set",),
)
EDIT_UNIT = Edit(
    right=RIGHT,
    original=lambda record: unit_code(record) or NO_UNIT,
    act=_move_here,
    input="choice",
    choices=own_units,
    may=_is_mine,
    subject="record",
    events=("person.moved",),
)

# -- many customers ----------------------------------------------------------------------------------------


def _set_language(*, actor: Actor, now: datetime, row: Record, values: Mapping[str, str]) -> Any:
    if queries.languages_of(actor, [row.customer_id]).get(row.customer_id) == values["language"]:
        return None
    done = actions.set_language(actor=actor, now=now, record_id=row.id, language=values["language"])
    return {"record": done.record_id, "before": done.before, "after": done.after}


def _language_back(*, actor: Actor, now: datetime, row: Record, kept: Mapping[str, Any]) -> None:
    if queries.languages_of(actor, [row.customer_id]).get(row.customer_id) != kept["after"]:
        raise Conflict(_("The language has been changed since."), code="changed")
    actions.set_language(actor=actor, now=now, record_id=kept["record"], language=kept["before"])


def _move(*, actor: Actor, now: datetime, row: Record, values: Mapping[str, str]) -> Any:
    moved = _moved(actor, now, row, values["unit"])
    return {"before": {str(key): code for key, code in moved.before.items()}, "after": moved.after}


def _move_back(*, actor: Actor, now: datetime, row: Record, kept: Mapping[str, Any]) -> None:
    before = {int(key): code for key, code in kept["before"].items()}
    actions.move_back(actor=actor, now=now, moved=actions.Moved(before, kept["after"]))


def _add_consent(*, actor: Actor, now: datetime, row: Record, values: Mapping[str, str]) -> Any:
    """A yes never goes over a no: whoever refused has to say so themself."""
    asked = values["purpose"], values["channel"]
    last = queries.latest_consents(queries.records_of(row.customer_id)).get(asked)
    if last is not None and not last.given:
        words = gettext("This customer refused on %(day)s: only they themself can change that.")
        raise Conflict(words % {"day": f"{timezone.localtime(last.stated):%Y-%m-%d}"}, code="refused")
    return _state(actor, now, row, values, given=True)


def _withdraw_consent(*, actor: Actor, now: datetime, row: Record, values: Mapping[str, str]) -> Any:
    return _state(actor, now, row, values, given=False)


def _state(actor: Actor, now: datetime, row: Record, values: Mapping[str, str], *, given: bool) -> Any:
    stated = actions.state_consent(
        actor=actor,
        now=now,
        record_id=row.id,
        statements={(values["purpose"], values["channel"]): given},
        source="desk",
        proof=values["proof"],
    )
    return {"consents": [one.id for one in stated]}


def _take_back(*, actor: Actor, now: datetime, row: Record, kept: Mapping[str, Any]) -> None:
    if actions.withdraw_consents(actor=actor, now=now, consent_ids=kept["consents"]):
        raise Conflict(_("The customer has said something else since."), code="changed")


def _purposes(actor: Actor) -> Choices:
    return [(code, say(f"purpose.{code}")) for code in PURPOSES]


def _channels(actor: Actor) -> Choices:
    return [(code, say(f"channel.{code}")) for code in CHANNELS]


CONSENT_INPUTS = (
    Input(code="purpose", title=_("For what?"), kind="choice", choices=_purposes),
    Input(code="channel", title=_("On which channel?"), kind="choice", choices=_channels),
    Input(
        code="proof",
        title=_("How do we know?"),
        kind="textarea",
        most=PROOF_CHARS_MAX,
        hint=_("Kept as the proof: where and when they said so, such as “form at the book fair, 3 March”."),
    ),
)
BULK = (
    Bulk(
        code="language",
        title=_("Set language"),
        right=RIGHT,
        act=_set_language,
        undo=_language_back,
        icon="language",
        mine=mine,
        says=_("From now on we write to each of these customers in this language."),
        inputs=(Input(code="language", title=_("Language"), kind="choice", choices=languages),),
    ),
    Bulk(
        code="consent",
        title=_("Add consent"),
        right=RIGHT,
        act=_add_consent,
        undo=_take_back,
        icon="checkbox",
        mine=mine,
        says=_(
            "Each customer is written down as having agreed. Whoever has refused before is left as they are."
        ),
        inputs=CONSENT_INPUTS,
    ),
    Bulk(
        code="refusal",
        title=_("Withdraw consent"),
        right=RIGHT,
        act=_withdraw_consent,
        undo=_take_back,
        icon="mail-off",
        mine=mine,
        says=_(
            "Each customer is written down as refusing: nothing of this kind goes to them on this channel."
        ),
        inputs=CONSENT_INPUTS,
    ),
    Bulk(
        code="move",
        title=_("Move to a unit"),
        right=RIGHT,
        act=_move,
        undo=_move_back,
        icon="arrows-left-right",
        mine=mine,
        says=_(
            "The unit looks after these customers from now on, with all their records. Whoever sees only their own"
            " unit sees them there."
        ),
        inputs=(Input(code="unit", title=_("To which unit?"), kind="choice", choices=own_units),),
    ),
)
