"""A call list filled from a file: by customer, telephone or e-mail; every row answered for, nobody twice."""

import io
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from guanxi.channels.actions import calling
from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.tests.test_calling import NOON, a_list, agrees
from guanxi.core.access import Actor
from guanxi.core.imports import actions, queries
from guanxi.core.models import Event, Role
from guanxi.core.models.imports import ImportRun
from guanxi.people.actions import Contact, add_record, state_consent
from tests.cast import SYSTEM, Shopper, Staffer, nothing_happens, work_off

pytestmark = pytest.mark.django_db
NAMES = ("许一诺", "方小雨", "高远航", "马一鸣")


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def lead(supervisor: Staffer) -> Staffer:
    """A supervisor who runs call lists and may bring files."""
    role = Role.objects.get(code="supervisor")
    role.rights = {**role.rights, "channels.campaigns": "department", "imports.use": "own"}
    role.save()
    return supervisor


@pytest.fixture
def members(lead: Staffer, now: datetime) -> list[str]:
    """Codes of four customers: two agreed, one refused, one never said anything. The last shares the first's telephone."""
    codes = []
    for place, name in enumerate(NAMES):
        contact = Contact(name, phone=f"138 0000 120{place}", email=f"m{place}@post.example")
        known = add_record(actor=SYSTEM, now=now, contact=contact, source="import")
        codes.append(known.customer_public_id)
        if place < 3:
            state_consent(
                actor=SYSTEM,
                now=now,
                record_id=known.record_id,
                statements={("marketing", "phone"): place < 2},
                source="web",
            )
    return codes


def book(*rows: tuple[str, ...]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def bring(actor: Actor, now: datetime, body: bytes, found: str, name: str = "who.csv") -> ImportRun:
    run = actions.receive(actor=actor, now=now, kind="calls", name=name, chunks=[body])
    actions.choose(actor=actor, now=now, public_id=run.public_id, chosen={"options": {"list": found}})
    actions.start_check(actor=actor, now=now, public_id=run.public_id)
    work_off()
    return ImportRun.objects.get(id=run.id)


def start(actor: Actor, now: datetime, run: ImportRun) -> ImportRun:
    actions.start(actor=actor, now=now, public_id=run.public_id)
    work_off()
    return ImportRun.objects.get(id=run.id)


def checked(run: ImportRun) -> dict[str, int]:
    return {code: n for code, n in run.checked.items() if code != "all_repeats_seen"}


def faults(run: ImportRun) -> list[tuple[int, str]]:
    return [(one.row, one.code) for one in queries.faults(run)]


def rows_of(codes: list[str]) -> bytes:
    return "\n".join(
        [
            "customer code,phone,email",
            f"{codes[0]},,",
            ",138 0000 1201,",
            ",,m2@post.example",
            f"{codes[3]},,",
            "C-NOBODY,,",
            ",138 0000 1200,",
            f"{codes[0]},138 0000 1201,",
        ]
    ).encode()


TOLD = [
    (4, "gate.refused"),
    (5, "gate.no_consent"),
    (6, "unknown_customer"),
    (7, "call_doubled"),
    (8, "several_customers"),
]


def test_every_row_is_answered_for(lead: Staffer, members: list[str], now: datetime) -> None:
    found = a_list(now, lead)
    run = bring(lead.actor, now, rows_of(members), found.public_id)
    expected = {"new": 2, "refused": 4, "unchanged": 1, "warned": 1}
    assert (checked(run), faults(run)) == (expected, TOLD)
    assert not CallEntry.objects.exists()  # tried only
    run = start(lead.actor, now, run)
    assert (run.state, run.counts, faults(run)) == ("done", expected, TOLD)
    put = CallEntry.objects.order_by("id").values_list("record__customer__public_id", "state", "number")
    assert list(put) == [
        (members[0], "waiting", "+8613800001200"),
        (members[1], "waiting", "+8613800001201"),
    ]
    assert Event.objects.filter(type="call.listed").count() == 2
    assert not Event.objects.filter(type="call.refused").exists()


def test_a_second_upload_adds_nobody(lead: Staffer, members: list[str], now: datetime) -> None:
    found = a_list(now, lead)
    body = book(("手机",), ("13800001200",), ("13800001201",))
    first = start(lead.actor, now, bring(lead.actor, now, body, found.public_id, "who.xlsx"))
    assert first.counts == {"new": 2}
    again = bring(lead.actor, now, body, found.public_id, "who.xlsx")
    assert checked(again) == {"unchanged": 2}
    assert start(lead.actor, now, again).counts == {"unchanged": 2}
    assert CallEntry.objects.count() == Event.objects.filter(type="call.listed").count() == 2


def test_who_was_refused_by_hand_is_said_to_be(lead: Staffer, members: list[str], now: datetime) -> None:
    found = a_list(now, lead)
    calling.add_customer(actor=lead.actor, now=now, public_id=found.public_id, customer=members[3])
    run = start(
        lead.actor, now, bring(lead.actor, now, f"customer code\n{members[3]}".encode(), found.public_id)
    )
    assert (run.counts, faults(run)) == ({"refused": 1}, [(2, "call_held_before")])


def test_a_number_of_two_customers_names_nobody(lead: Staffer, members: list[str], now: datetime) -> None:
    found = a_list(now, lead)
    add_record(
        actor=SYSTEM,
        now=now,
        contact=Contact("许大山", phone="138 0000 1200", email="dashan@post.example"),
        source="import",
    )
    run = start(lead.actor, now, bring(lead.actor, now, b"phone\n13800001200\n13800001201", found.public_id))
    assert (run.counts["new"], faults(run)) == (1, [(2, "several_customers")])


def test_undone_until_dialled(lead: Staffer, members: list[str], now: datetime) -> None:
    found = a_list(now, lead)
    run = start(lead.actor, now, bring(lead.actor, now, rows_of(members), found.public_id))
    CallEntry.objects.filter(record__customer__public_id=members[1]).update(attempts=1)
    actions.start_undo(actor=lead.actor, now=now, public_id=run.public_id)
    work_off()
    run = ImportRun.objects.get(id=run.id)
    assert (run.counts["taken_back"], list(queries.kept_rows(run))) == (1, [(3, "changed")])
    assert CallEntry.objects.get().record.customer.public_id == members[1]


@pytest.mark.parametrize("which", ["none", "another team's", "closed"])
def test_no_list_no_row(
    lead: Staffer, stranger: Staffer, members: list[str], now: datetime, which: str
) -> None:
    found = a_list(now, lead)
    code, fault = found.public_id, "no_call_list"
    if which == "none":
        code = "L-NOBODY"
    elif which == "closed":
        calling.turn_list(actor=lead.actor, now=now, public_id=code, verb="close")
        fault = "call_list_closed"
    else:
        CallList.objects.update(team=stranger.user.member.team)
    run = start(lead.actor, now, bring(lead.actor, now, rows_of(members), code))
    assert (run.counts, {one for _row, one in faults(run)}) == ({"refused": 7}, {fault})
    assert not CallEntry.objects.exists()


def test_on_the_page(lead: Staffer, agent: Staffer, members: list[str], now: datetime) -> None:
    """The list's page takes the file, the same form twice is one upload, and the import's pages tell each row."""
    found = a_list(now, lead)
    url = f"/outbound/{found.public_id}/"
    assert found.public_id in lead.client.get(url).content.decode()

    def post(key: str, body: bytes | None, who: Staffer = lead) -> tuple[int, str]:
        sent = {"key": key} | ({"file": SimpleUploadedFile("who.csv", body)} if body is not None else {})
        answer = who.client.post(f"{url}file/", sent)
        return answer.status_code, answer.headers.get("Location", "")

    with nothing_happens():
        assert post("a", rows_of(members), agent)[0] == 403
        assert (post("b", None)[0], post("c", b"")[0]) == (422, 422)
    assert not ImportRun.objects.exists()
    status, page = post("d", rows_of(members))
    assert (status, post("d", rows_of(members))) == (303, (303, page))
    run = ImportRun.objects.get()
    assert run.settings["options"] == {"list": found.public_id}
    assert lead.client.post(f"{page}check/", {"key": "e"}).status_code == 303
    work_off()
    shown = lead.client.get(page).content.decode()
    assert "They have refused to be telephoned for this." in shown
    assert lead.client.post(f"{page}start/", {"key": "f"}).status_code == 303
    work_off()
    assert CallEntry.objects.count() == 2
    wrong = lead.client.get(f"{page}errors.csv")
    text = b"".join(wrong.streaming_content).decode()  # type: ignore[attr-defined]
    assert "This customer stands in an earlier row." in text
    assert text.count("refused") >= 4


def test_without_the_right_to_bring_files(lead: Staffer, members: list[str], now: datetime) -> None:
    role = Role.objects.get(code="supervisor")
    role.rights = {code: reach for code, reach in role.rights.items() if code != "imports.use"}
    role.save()
    found = a_list(now, lead)
    url = f"/outbound/{found.public_id}/"
    assert "From a file" not in lead.client.get(url).content.decode()
    with nothing_happens():
        sent = {"key": "a", "file": SimpleUploadedFile("who.csv", rows_of(members))}
        assert lead.client.post(f"{url}file/", sent).status_code == 403
    assert not ImportRun.objects.exists()


def test_what_nobody_may_see_names_nobody(
    lead: Staffer, members: list[str], buyer: Shopper, now: datetime
) -> None:
    """A customer out of the owner's sight is unknown, though the file names them."""
    agrees(now, buyer)
    found = a_list(now, lead)
    role = Role.objects.get(code="supervisor")
    role.rights = {code: reach for code, reach in role.rights.items() if code != "people.view"}
    role.save()
    run = start(
        lead.actor, now, bring(lead.actor, now, f"customer code\n{buyer.public_id}".encode(), found.public_id)
    )
    assert (run.counts, faults(run)) == ({"refused": 1}, [(2, "unknown_customer")])
