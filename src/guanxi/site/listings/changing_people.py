"""What may be done with many members of staff at once: sign-in, roles, unit. The last administrator stays in every case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanxi.core import organisation, roster, staff
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict
from guanxi.core.lists import Bulk, Choices, Input
from guanxi.core.models import Role, RoleGrant, User
from guanxi.core.phrases import pick
from guanxi.core.roster import RIGHT
from guanxi.site import staffing

OWN_UNIT, NO_UNIT = "=", "-"


def _shut_out(*, actor: Actor, now: datetime, row: User, values: Mapping[str, str]) -> Any:
    if not row.is_active:
        return None
    staffing.shut_out(actor=actor, now=now, user=row)
    return {"closed": True}


def _let_in(*, actor: Actor, now: datetime, row: User, values: Mapping[str, str]) -> Any:
    if row.is_active:
        return None  # a new password would only shut them out
    staffing.let_in(actor=actor, now=now, user=row)
    return {"opened": True}


def _let_in_again(*, actor: Actor, now: datetime, row: User, kept: Mapping[str, Any]) -> None:
    _let_in(actor=actor, now=now, row=row, values={})


def _shut_out_again(*, actor: Actor, now: datetime, row: User, kept: Mapping[str, Any]) -> None:
    _shut_out(actor=actor, now=now, row=row, values={})


def _grant(*, actor: Actor, now: datetime, row: User, values: Mapping[str, str]) -> Any:
    unit_id = row.unit_id if values["at"] == OWN_UNIT else _unit_id(values["at"])
    if RoleGrant.objects.filter(user=row, role__code=values["role"], unit=unit_id).exists():
        return None
    granted = staff.grant_role(actor=actor, now=now, user=row, role=values["role"], unit_id=unit_id)
    return {"role": values["role"], "unit": granted.unit.code if granted.unit else ""}


def _revoke_again(*, actor: Actor, now: datetime, row: User, kept: Mapping[str, Any]) -> None:
    if not roster.revoke_role(actor=actor, now=now, user=row, role=kept["role"], unit=kept["unit"]):
        raise Conflict(_("The role is gone already."), code="changed")


def _revoke(*, actor: Actor, now: datetime, row: User, values: Mapping[str, str]) -> Any:
    """Every grant of the role, for whichever unit."""
    grants = RoleGrant.objects.filter(user=row, role__code=values["role"]).select_related("unit")
    units = sorted(grant.unit.code if grant.unit else "" for grant in grants)
    if not units:
        raise Conflict(_("This person does not have the role."), code="no_role")
    for unit in units:
        roster.revoke_role(actor=actor, now=now, user=row, role=values["role"], unit=unit)
    return {"role": values["role"], "units": units}


def _grant_again(*, actor: Actor, now: datetime, row: User, kept: Mapping[str, Any]) -> None:
    for unit in kept["units"]:
        staff.grant_role(actor=actor, now=now, user=row, role=kept["role"], unit_id=_unit_id(unit))


def _move(*, actor: Actor, now: datetime, row: User, values: Mapping[str, str]) -> Any:
    before = row.unit.code if row.unit else ""
    after = "" if values["unit"] == NO_UNIT else values["unit"]
    if before == after:
        return None
    _set_unit(actor, now, row, after)
    return {"before": before, "after": after}


def _move_back(*, actor: Actor, now: datetime, row: User, kept: Mapping[str, Any]) -> None:
    if (row.unit.code if row.unit else "") != kept["after"]:
        raise Conflict(_("This person has moved on since."), code="changed")
    _set_unit(actor, now, row, kept["before"])


def _set_unit(actor: Actor, now: datetime, row: User, unit: str) -> None:
    roster.change_user(
        actor=actor, now=now, user=row, name=row.name, language=row.language, unit_id=_unit_id(unit)
    )


def _unit_id(code: str) -> int | None:
    unit = organisation.find_unit(code if code != NO_UNIT else "")
    return unit.id if unit else None


def _roles(actor: Actor) -> Choices:
    return [(role.code, pick(role.name) or role.code) for role in Role.objects.order_by("code")]


def _units(actor: Actor) -> Choices:
    return organisation.choices()


def _places(actor: Actor) -> Choices:
    """For which unit a role is held."""
    own = [(OWN_UNIT, gettext("each for their own unit")), (NO_UNIT, gettext("for no unit"))]
    return [*own, *_units(actor)]


def _units_or_none(actor: Actor) -> Choices:
    return [*_units(actor), (NO_UNIT, gettext("no unit"))]


ROLE = Input(code="role", title=_("Which role?"), kind="choice", choices=_roles)
BULK = (
    Bulk(
        code="grant",
        title=_("Give a role"),
        right=RIGHT,
        act=_grant,
        undo=_revoke_again,
        icon="shield-plus",
        says=_("Each may do what the role says from their next click on."),
        inputs=(
            ROLE,
            Input(
                code="at",
                title=_("For which unit?"),
                kind="choice",
                choices=_places,
                hint=_("Rights that go as far as a team, department or branch start from there."),
            ),
        ),
    ),
    Bulk(
        code="revoke",
        title=_("Take a role back"),
        right=RIGHT,
        act=_revoke,
        undo=_grant_again,
        icon="shield-lock",
        says=_("The role is gone, for whichever unit it was. The last administrator keeps it."),
        inputs=(ROLE,),
    ),
    Bulk(
        code="move",
        title=_("Move to a unit"),
        right=RIGHT,
        act=_move,
        undo=_move_back,
        icon="building",
        says=_("Their unit alone changes: roles and the seat in a team stay as they are."),
        inputs=(Input(code="unit", title=_("To which unit?"), kind="choice", choices=_units_or_none),),
    ),
    Bulk(
        code="let_in",
        title=_("Allow sign-in"),
        right=RIGHT,
        act=_let_in,
        undo=_shut_out_again,
        icon="user-check",
        mine=lambda actor: Q(is_active=False),
        says=_("They may sign in again, each by a link or password that you give them on their own page."),
    ),
    Bulk(
        code="shut_out",
        title=_("Close sign-in"),
        right=RIGHT,
        act=_shut_out,
        undo=_let_in_again,
        icon="user-off",
        danger=True,
        mine=lambda actor: Q(is_active=True) & ~Q(id=actor.user_id or 0),
        says=_(
            "Their sessions end and their work goes back into its queues. Undone, they may sign in again by a new link;"
            " the work stays where it went."
        ),
    ),
)
