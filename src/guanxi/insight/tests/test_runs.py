"""A run works out what every relation is worth: all at once or nothing; a class is explained, and can be set by hand."""

import re
from datetime import datetime, timedelta

import pytest

from guanxi.channels.actions import contacts
from guanxi.core import options
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.models import Event
from guanxi.core.money import Money
from guanxi.engine.classes import recompute
from guanxi.insight import actions
from guanxi.insight.actions import running
from guanxi.insight.models import Override, Run, Worth
from guanxi.insight.pages.worth import class_words
from guanxi.insight.queries import worth as reads
from guanxi.people.actions import Contact
from guanxi.people.queries.standing import standing_of, standings_of
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow, import_buyers
from guanxi.work.models import WorkItem
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, _shopper, complain, nothing_happens, work_off

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def grant(one: Staffer, *rights: str) -> None:
    role = one.user.grants.get().role
    role.rights = {**role.rights, **dict.fromkeys(rights, "all")}
    role.save()


def run(now: datetime) -> Run:
    begun = actions.begin_run(actor=SYSTEM, now=now)
    return actions.run_all(actor=SYSTEM, run=begun)


def worth_of(shopper: Shopper) -> Worth:
    found: Worth = Worth.objects.get(customer=shopper.customer_id, run__live=True)
    return found


NUMBERS = iter(range(1, 10_000))


def bought(who: Shopper, now: datetime, *lines: tuple[str, int, int]) -> None:
    """An order of (product, quantity, amount in minor units) that was placed then."""
    rows = [LineRow(sku, quantity, Money(amount, "CNY")) for sku, quantity, amount in lines]
    order = OrderRow(f"T-{next(NUMBERS)}", now, rows)
    import_buyers(actor=SYSTEM, now=now, buyers=[BuyerRow(who.contact, now, [order])], source="import")


@pytest.fixture
def crowd(buyer: Shopper, now: datetime) -> list[Shopper]:
    """The buyer buys most; one bought once lately, one years ago, one never."""
    for n in range(4):
        bought(buyer, now - n * 20 * DAY, ("BK-1", 3, 30_000), ("CD-2", 2, 20_000))
    names = ("Ann Lee", "Bob Day", "Cy Roe")
    some = [_shopper(Contact(name, f"+44 20 7946 01{n}0"), now) for n, name in enumerate(names)]
    bought(some[0], now - 30 * DAY, ("BK-1", 1, 8_800))
    bought(some[1], now - 850 * DAY, ("BK-1", 1, 8_800))
    return [buyer, *some]


def test_a_run_puts_everybody_into_one_class(
    crowd: list[Shopper], seller: Shopper, organisation: Organisation, now: datetime
) -> None:
    done = run(now)
    assert (done.state, done.live, done.error) == ("done", True, "")
    everybody = set(standings_of([one.customer_id for one in [*crowd, seller]]))
    assert everybody == {one.customer_id for one in [*crowd, seller]}
    assert Worth.objects.filter(run=done).count() == done.customers
    best, some, gone, never = crowd
    assert worth_of(best).tier == "core"
    assert worth_of(best).standing.endswith("_high")
    assert worth_of(some).standing == "disloyal_low"
    assert worth_of(gone).standing == "latent"
    assert worth_of(never).standing == "suspect"
    assert standing_of(never.customer_id) is not None
    for row in Worth.objects.filter(run=done).select_related("run"):
        assert recompute(reads.told_of(row, None)) == (row.standing, row.tier)
    assert "are needed" in done.told["why"]  # too few bought for a forecast, and it says so
    assert worth_of(best).expected is None
    assert done.told["rows"]["purchases"] == 13


def test_what_it_brought_is_counted_to_the_cent(
    buyer: Shopper, organisation: Organisation, now: datetime
) -> None:
    """The price less 60 % for the goods, rounded once."""
    before = run(now)
    was = Worth.objects.get(run=before, customer=buyer.customer_id).value_minor
    bought(buyer, now, ("BK-1", 1, 8_807))
    run(now + DAY)
    assert worth_of(buyer).value_minor == was + 8_807 - 5_284


def test_classes_are_calm_and_seen_twice(
    crowd: list[Shopper], organisation: Organisation, now: datetime
) -> None:
    run(now)
    low = crowd[1]
    assert worth_of(low).standing == "disloyal_low"
    for n in range(9):
        bought(low, now + n * timedelta(hours=1), ("BK-1", 9, 90_000), ("CD-2", 9, 90_000))
    run(now + DAY)
    once = worth_of(low)
    assert (once.standing, once.pending_standing[-5:]) == ("disloyal_low", "_high")
    before = Worth.objects.filter(customer=low.customer_id).order_by("run_id").first()
    assert recompute(reads.told_of(once, before)) == ("disloyal_low", once.tier)
    third = run(now + 2 * DAY)
    assert worth_of(low).standing.endswith("_high")
    assert third.changed >= 1


def test_only_one_at_a_time_and_the_dead_are_swept(organisation: Organisation, now: datetime) -> None:
    first = actions.begin_run(actor=SYSTEM, now=now)
    with nothing_happens(), pytest.raises(Conflict) as twice:
        actions.begin_run(actor=SYSTEM, now=now + DAY / 24)
    assert twice.value.code == "running"
    again = actions.begin_run(actor=SYSTEM, now=now + DAY)
    assert again.state == "running"
    first.refresh_from_db()
    assert first.state == "failed"


def test_a_run_that_fails_changes_nothing(
    crowd: list[Shopper], organisation: Organisation, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = run(now)
    rows = list(Worth.objects.order_by("id").values())

    def full(*_args: object) -> None:
        Worth.objects.create(run=Run.objects.get(state="running"), customer_id=crowd[0].customer_id,
                             standing="suspect", value_minor=0, loyalty=0, coverage=0)  # fmt: skip
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(running, "_write", full)
    failed = run(now + DAY)
    assert failed.state == "failed"
    assert "No space left" in failed.error
    assert Run.objects.get(live=True) == good
    assert list(Worth.objects.order_by("id").values()) == rows
    assert Event.objects.filter(type="insight.run_failed").count() == 1


def test_money_without_a_rate_stops_it(
    crowd: list[Shopper], organisation: Organisation, now: datetime
) -> None:
    options.change(actor=SYSTEM, now=now, code="insight.rates", text="USD=7.1", why="test")
    failed = run(now)
    assert (failed.state, "CNY" in failed.error) == ("failed", True)
    options.change(actor=SYSTEM, now=now, code="insight.rates", text="CNY", why="test")
    assert run(now + DAY).state == "failed"
    assert not Worth.objects.exists()


def test_nobody_at_all(organisation: Organisation, now: datetime) -> None:
    done = run(now)
    assert (done.state, done.customers) == ("done", 0)


def test_set_by_hand_for_a_time(
    crowd: list[Shopper], manager: Staffer, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    run(now)
    who = crowd[3]
    words = {"standing": "loyal_high", "tier": "core", "reason": "The founder's sister", "days": 30}

    def put(actor: Actor, **more: object) -> Override:
        return actions.override(actor=actor, now=now, customer=who.public_id, **{**words, **more})  # type: ignore[arg-type]

    with nothing_happens(), pytest.raises(Denied):
        put(agent.actor)
    grant(manager, "insight.view", "insight.override")
    wrong = (
        {"tier": "general"},
        {"tier": ""},
        {"standing": "king"},
        {"reason": " "},
        {"days": 0},
        {"days": 400},
    )
    for more in (*wrong, {"standing": "latent"}):
        with nothing_happens(), pytest.raises(Invalid):
            put(manager.actor, **more)
    with nothing_happens(), pytest.raises(NotFound):
        actions.override(actor=manager.actor, now=now, customer="C-NOBODY", **words)  # type: ignore[arg-type]
    put(manager.actor)
    found = standing_of(who.customer_id)
    assert found is not None
    assert (found.code, found.by_hand, found.level, found.head_start) == ("loyal_high", True, 3, 2)
    put(manager.actor, reason="Again")
    assert Override.objects.filter(ended=None).count() == 1
    actions.end_override(actor=manager.actor, now=now, customer=who.public_id)
    with nothing_happens(), pytest.raises(NotFound):
        actions.end_override(actor=manager.actor, now=now, customer=who.public_id)
    back = standing_of(who.customer_id)
    assert back is not None
    assert (back.code, back.by_hand) == ("suspect", False)


def test_a_higher_tier_has_a_head_start_in_work(
    crowd: list[Shopper], agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    """Core 2, key 1, nobody else; a case and a chat of theirs alike; nothing before the first run."""

    def tier(who: Shopper, minutes: int) -> int:
        at = now + timedelta(minutes=minutes)
        found = contacts.arrive(actor=SYSTEM, now=at, channel="chat", caller=contacts.Caller(who.record_id))
        return int(WorkItem.objects.get(subject_kind="contact", subject_id=found.id).tier)

    best, low = crowd[0], crowd[1]
    assert tier(best, 1) == 0
    run(now)
    assert (worth_of(best).tier, worth_of(low).tier) == ("core", "general")
    assert (tier(best, 2), tier(low, 3)) == (2, 0)
    case = complain(now + DAY, actor=best.actor).case
    assert WorkItem.objects.get(subject_kind="case", subject_id=case.id).tier == 2


def test_seen_and_explained_on_pages(
    crowd: list[Shopper], manager: Staffer, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    grant(manager, "insight.view", "insight.run", "insight.override")
    assert "Nothing has been worked out yet" in manager.client.get("/insight/").content.decode()
    with nothing_happens():
        assert agent.client.get("/insight/").status_code == 403
        assert agent.client.post("/insight/run/").status_code == 403
        assert agent.client.get(f"/customers/{crowd[0].public_id}/worth/").status_code == 403
        assert agent.client.post(f"/customers/{crowd[0].public_id}/worth/set/").status_code == 403
    assert manager.client.post("/insight/run/").status_code == 303
    assert work_off() >= 1
    assert Run.objects.get().state == "done"
    page = manager.client.get("/insight/").content.decode()
    assert "of the money from" in page
    assert "earn 80 % of profit" in page
    sheet = manager.client.get("/insight/?csv=classes").content.decode("utf-8-sig")
    assert (
        sum(int(re.sub(r"\D", "", line.split(",")[1])) for line in sheet.splitlines()[1:] if line)
        == Run.objects.get().customers
    )
    here = f"/customers/{crowd[0].public_id}/worth/"
    told = manager.client.get(here).content.decode()
    assert class_words(worth_of(crowd[0]).standing) in told
    assert "accounts in use" in told
    badge = class_words(worth_of(crowd[0]).standing)
    assert badge in manager.client.get(f"/customers/{crowd[0].public_id}/").content.decode()
    refused = manager.client.post(f"{here}set/", {"standing": "latent", "days": "9", "reason": ""})
    assert (refused.status_code, "Please say why" in refused.content.decode()) == (422, True)
    sent = {"standing": "disloyal_high", "tier": "key", "days": "9", "reason": "Promised by us", "key": "k"}
    assert manager.client.post(f"{here}set/", sent).status_code == 303
    assert "Promised by us" in manager.client.get(here).content.decode()
    assert manager.client.post(f"{here}set/", {"do": "end"}).status_code == 303
    assert Override.objects.filter(ended=None).count() == 0


def test_customers_read_their_own_and_may_object(
    crowd: list[Shopper], organisation: Organisation, now: datetime
) -> None:
    mine = crowd[0]
    assert mine.actor.kind is Kind.CUSTOMER
    assert "no run has looked at you" in mine.client.get("/my/worth/").content.decode()
    run(now)
    page = mine.client.get("/my/worth/").content.decode()
    assert class_words(worth_of(mine).standing) in page
    assert "Nobody pays another price" in page
    assert "Object to this" in page
    with pytest.raises(NotFound):
        reads.explained(mine.actor, crowd[1].public_id, now)
