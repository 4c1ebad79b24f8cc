"""Further ways to reach customers we know already."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.imports import Done, Fault, Field, File, Kind, Line
from guanxi.people import actions, queries
from guanxi.people.actions import Contact
from guanxi.people.imports.about import claims_in, customers_by, owners_of_lines, source_of, unclear
from guanxi.people.imports.customers import attached, undo_records
from guanxi.people.imports.fields import CUSTOMER, EMAIL, KEYS, MEMBER, PHONE, REACH, SOURCE


def _new_contact(line: Line) -> Contact:
    return Contact(**{key: str(line.values.get(f"new_{key}", "")) for key in KEYS})


def _elsewhere(line: Line, customer: int) -> bool:
    """Whether somebody else already has what this row would add."""
    for claim in claims_in(_new_contact(line)):
        owners = customers_by(claim.kind, [claim.value]).get(claim.value, [])
        if owners and customer not in owners and claim.kind != "phone":  # families share telephones
            return True
    return False


def apply_identifiers(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """Further ways to reach known customers."""
    owners = owners_of_lines(lines)
    done: dict[int, Done] = {}
    good: list[Line] = []
    for line in lines:
        if len(owners[line.number]) != 1:
            done[line.number] = Done("refused", fault=unclear(owners[line.number]))
        elif _elsewhere(line, owners[line.number][0]):
            done[line.number] = Done("refused", fault=Fault("elsewhere"))
        else:
            good.append(line)
    contacts = [(owners[line.number][0], _new_contact(line), now, "customer") for line in good]
    said = actions.attach_contacts(actor=actor, now=now, contacts=contacts, source=source_of(file))
    done |= {line.number: attached(one) for line, one in zip(good, said, strict=True)}
    return [done[line.number] for line in lines]


def plan_identifiers(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    owners = owners_of_lines(lines)
    found = []
    for line in lines:
        mine = owners[line.number]
        if len(mine) != 1:
            found.append(Done("refused", fault=unclear(mine)))
        elif _elsewhere(line, mine[0]):
            found.append(Done("refused", fault=Fault("elsewhere")))
        else:
            claims = claims_in(_new_contact(line))
            print_of = queries.fingerprint_of(source_of(file), "", claims)
            there = print_of in memory or queries.is_said(print_of)
            memory[print_of] = True
            found.append(Done("unchanged" if there else "update"))
    return found


IDENTIFIER_KIND = Kind(
    code="identifiers",
    title=_("Further ways to reach customers"),
    note=_(
        "One row names a known customer and adds a telephone number, an e-mail address or a member number."
    ),
    icon="id",
    right="people.record",
    fields=(
        CUSTOMER,
        *REACH,
        Field(
            "new_phone",
            _("New telephone"),
            PHONE,
            "new phone|second phone|phone 2|新手机|新电话|备用手机|备用电话",
        ),
        Field("new_email", _("New e-mail"), EMAIL, "new email|second email|email 2|新邮箱|备用邮箱"),
        Field("new_member", _("New member number"), MEMBER, "new member|new card|新会员号|新卡号"),
    ),
    needs=(("customer", *KEYS), ("new_phone", "new_email", "new_member")),
    options=(SOURCE,),
    plan=plan_identifiers,
    apply=apply_identifiers,
    undo=undo_records,
    example=(("member", "new_phone"), ("VIP-20881", "138 0571 2233")),
    shown_right="people.contacts",
)
