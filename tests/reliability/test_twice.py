"""Every job run twice, unmocked, leaves what one run leaves: a worker may die after the work and before saying so."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.serializers import serialize

from guanxi.cases import actions as cases
from guanxi.cases import jobs as case_jobs
from guanxi.channels import jobs as channel_jobs
from guanxi.channels.actions import contacts
from guanxi.channels.models import Message
from guanxi.core import clock, lists, seal
from guanxi.core.access import system
from guanxi.core.jobs import schedule
from guanxi.core.jobs.outbox import registered
from guanxi.core.lists import exports, runs
from guanxi.core.lists import jobs as list_jobs
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import BulkRun, Event, Export, Job
from guanxi.insight import actions as insight
from guanxi.insight import jobs as insight_jobs
from guanxi.packs import jobs as pack_jobs
from guanxi.packs.club import world
from guanxi.people import actions as people
from guanxi.people import jobs as people_jobs
from guanxi.people.actions import Contact, add_record
from guanxi.people.models import BlockKey, Identifier, ReviewTask, UnifyRun
from guanxi.site import jobs as house_jobs
from guanxi.trade import jobs as trade_jobs
from guanxi.trade.actions import questions, verifying
from guanxi.work import actions as work
from guanxi.work import jobs as work_jobs
from tests import protected
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, case_of, complain, steward_work, work_off
from tests.disputes import in_hearing, open_dispute, publish
from tests.market import offer, open_stall
from tests.orders import goods, listing_of, place, publish_trade

pytestmark = pytest.mark.django_db(transaction=True)
ROOMS = ("core", "people", "work", "channels", "trade", "cases")
DAY = timedelta(days=1)
PASSING = {"core.job", "core.consumer", "core.tick"}  # the queue's own book-keeping


def state() -> str:
    """Every row of every room."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    kept = [model for model in models if model._meta.label_lower not in PASSING]
    return "\n".join(serialize("json", model._default_manager.order_by("pk")) for model in kept)


def twice(job: Callable[..., Any], *args: Any) -> None:
    job(*args)
    once = state()
    job(*args)
    assert state() == once


def event_id(type_: str) -> int:
    found = Event.objects.filter(type=type_).order_by("-id").values_list("id", flat=True).first()
    assert found is not None
    return found


def test_every_follower_is_covered_here() -> None:
    """A new follower that runs a job of its own needs its line in this file; schedules are all run below."""
    tasks = {one.to.module_path for one in registered().values() if hasattr(one.to, "module_path")}
    assert {path.removeprefix("guanxi.") for path in tasks} == {
        "cases.jobs.acknowledge",
        "cases.jobs.look_again",
        "cases.jobs.progress",
        "cases.jobs.recount",
        "cases.jobs.tell_answer",
        "cases.jobs.tell_sides",
        "site.jobs.tell_market",
        "work.jobs.recount",
    }


def test_a_step_is_followed_once(seller: Shopper, now: datetime) -> None:
    """The system checks an issue that has come in; a second run finds nothing left to do."""
    publish(now)
    dispute = open_dispute(now, against=seller.record_id, checked=False)
    twice(case_jobs.progress.call, event_id("case.issue_opened"))
    assert dispute.state == "validity"


def test_a_finding_is_looked_at_once(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    """Found below its declaration after the complaint: paid by machine, and a second run pays nothing more."""
    protected.publish_market(now - 60 * DAY)
    protected.fill_fund(1_000_000, now - 60 * DAY)
    shop = protected.open_shop(seller, now - 40 * DAY, schemes=["as_described"])
    order = protected.sell(shop, buyer.record_id, now - 5 * DAY, price=10_000, received=now - DAY)
    dispute = protected.complain_of(order, "not_as_described", now, buyer)
    found = verifying.Finding(kind="measured", by="laboratory", name="Lab 7", bad=True)
    verifying.verify(actor=SYSTEM, now=now, finding=found, once="v", line_id=order.lines.get().id)
    twice(case_jobs.look_again.call, event_id("trade.verified"))
    assert (dispute.state, dispute.issue.paid_minor) == ("appealable", 3_000)


def test_every_schedule(agent: Staffer, now: datetime, settings: Any, tmp_path: Path) -> None:
    """Each at once and a year later, when everything that is kept for a while is old."""
    settings.GUANXI_HOME = tmp_path
    for number in range(3):
        cases.answer(actor=agent.actor, now=now, number=complain(now).case.number, text=f"好的 {number}")
    work_off()
    for later in (timedelta(0), timedelta(days=400)):
        with clock.at(now + later):
            for one in schedule.registered().values():
                twice(one.task.call)


def test_the_clock_of_orders(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    """Silent receipt, the seller's money, an order nobody pays, a late stage: each once."""
    publish_trade(now)
    listing = listing_of(seller, now)
    silent = place(buyer, now, (listing.public_id, 1)).pay().ship().hear("delivered")
    goods("BK-1", 5)
    unpaid, late = place(buyer, now, ("BK-1", 1)), place(buyer, now, ("BK-1", 1)).pay()
    with clock.at(now + timedelta(days=20)):
        twice(trade_jobs.tick_orders.call)
    assert (silent.order.stage, unpaid.order.state, late.stages["picking"]) == ("", "cancelled", "open")
    assert Event.objects.filter(type__in=["order.seller_paid", "order.stage_overdue"]).count() == 2


def test_acknowledge(organisation, now: datetime) -> None:  # type: ignore[no-untyped-def]
    complain(now)
    seal.seal()
    twice(case_jobs.acknowledge.func, event_id("case.opened"))
    assert Message.objects.filter(direction="out").count() == 1


def test_tell_answer(organisation, agent, now: datetime) -> None:  # type: ignore[no-untyped-def]
    number = complain(now).case.number
    cases.answer(actor=agent.actor, now=now, number=number, text="It is on its way.")
    twice(case_jobs.tell_answer.func, event_id("case.answered"))
    assert Message.objects.filter(direction="out", channel="email").count() == 1


def test_both_sides_are_told_once(seller: Shopper, agent: Staffer, now: datetime) -> None:
    publish(now)
    dispute = in_hearing(open_dispute(now, against=seller.record_id), agent)
    twice(case_jobs.tell_sides.call, event_id("case.accepted"))
    twice(case_jobs.tell_sides.call, event_id("case.proposed"))
    assert dispute.state == "hearing"
    assert Message.objects.filter(direction="out", channel="email").count() == 3


def test_the_other_side_of_the_market_is_told_once(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    offered = offer(seller, now).public_id
    asked = questions.ask(actor=buyer.actor, now=now, listing=offered, text="屏幕换过吗？")
    questions.answer(actor=seller.actor, now=now, question=asked.public_id, text="没有换过。")
    for type_ in ("question.asked", "question.answered"):
        twice(house_jobs.tell_market.call, event_id(type_))
    assert Message.objects.filter(direction="out", channel="email").count() == 2


def test_deliver(organisation, now: datetime) -> None:  # type: ignore[no-untyped-def]
    complain(now)
    case_jobs.acknowledge.func(event_id("case.opened"))
    message = Message.objects.get(direction="out")
    twice(channel_jobs.deliver.func, message.public_id)
    message.refresh_from_db()
    assert message.state == Message.State.SENT


def test_unify(organisation: Organisation, now: datetime) -> None:
    """A worker dies after its proposals and before saying that the scan has ended."""
    for number in range(3):
        contact = Contact("张伟", member=f"{1111 * (number + 1):06}", birth="1984-03-05")
        add_record(actor=SYSTEM, now=now, contact=contact, source=f"s{number}")
    ReviewTask.objects.all().delete()
    run = people.ask_scan(actor=SYSTEM, now=now)
    twice(people_jobs.unify.call, run.public_id)
    asked = ReviewTask.objects.count()
    assert asked == 2
    UnifyRun.objects.update(active=True, state=UnifyRun.State.RUNNING)
    people_jobs.unify.call(run.public_id)
    run.refresh_from_db()
    assert (ReviewTask.objects.count(), run.proposals_new, run.state) == (asked, asked, "done")


def test_expire(organisation, now: datetime) -> None:  # type: ignore[no-untyped-def]
    number = complain(now).case.number
    with clock.at(now + timedelta(days=3)):
        twice(case_jobs.expire.func)
    assert case_of(number).overdue_told
    assert Event.objects.filter(type="case.overdue").count() == 1


def test_recount(organisation: Organisation, now: datetime) -> None:
    """A day closed after the promise was given: promised times and limits of work move once."""
    complain(now)
    steward_work(now)
    for team in ("front", "data"):
        work.plan_day(actor=SYSTEM, now=now, team=team, day=date(2026, 3, 3), periods=[], why="moving house")
    changes = list(Event.objects.filter(type="work.calendar_changed"))
    assert len(changes) == 2
    for event in changes:
        twice(case_jobs.recount.call, event.id)
        twice(work_jobs.recount.call, event.id)
    moved = {one.type for one in Event.objects.filter(type__endswith=".due_moved")}
    assert moved == {"case.due_moved", "work.due_moved"}


def test_sweep_absent(organisation, agent, now: datetime) -> None:  # type: ignore[no-untyped-def]
    complain(now)
    work.set_presence(actor=agent.actor, now=now, presence="ready")
    assert work.take_next(actor=agent.actor, now=now) is not None
    with clock.at(now + timedelta(hours=1)):
        twice(work_jobs.sweep_absent.func)
    assert Event.objects.filter(type="work.returned").count() == 1


def test_sweep_contacts(organisation, now: datetime) -> None:  # type: ignore[no-untyped-def]
    contacts.arrive(actor=SYSTEM, now=now, channel="chat", has_page=True)
    with clock.at(now + timedelta(hours=1)):
        twice(channel_jobs.sweep_contacts.func)
    assert Event.objects.filter(type="contact.abandoned").count() == 1


def test_simulate(agent, now: datetime) -> None:  # type: ignore[no-untyped-def]
    asked = work.ask_what_if(actor=SYSTEM, now=now, team_id=agent.seat.team_id, weeks=1)
    twice(work_jobs.simulate.call, asked.public_id)
    assert Event.objects.filter(type="work.what_if_done").count() == 1


def test_reckon(organisation: Organisation, now: datetime) -> None:
    begun = insight.begin_run(actor=SYSTEM, now=now)
    twice(insight_jobs.reckon.call, begun.public_id)
    assert Event.objects.filter(type="insight.run_done").count() == 1


def test_projections(organisation, now: datetime) -> None:  # type: ignore[no-untyped-def]
    complain(now)
    found = list(Event.objects.filter(type__in=["person.recorded", "case.opened"]))
    for follower in registered().values():
        if not hasattr(follower.to, "module_path"):
            mine = [event for event in found if follower.types is None or event.type in follower.types]
            twice(follower.to, mine)


def test_refill_keys(organisation: Organisation, now: datetime) -> None:
    """A record as an older version left it."""
    complain(now)
    BlockKey.objects.all().delete()
    Identifier.objects.filter(kind="email").delete()
    twice(people_jobs.refill_keys.call)
    assert BlockKey.objects.count() == 1
    assert Identifier.objects.filter(kind="email").count() == 1


def test_sample_world_and_its_removal(db, now: datetime) -> None:  # type: ignore[no-untyped-def]
    with clock.at(now):
        world.seed_now(actor=system("demo"), now=now, slice_customers=60)
        admin = apps.get_model("core.User").objects.get(username="bailu")
        twice(pack_jobs.remove_sample.func, world.CODE, admin.public_id)
    assert apps.get_model("people.Record").objects.count() == 0


def test_sweep_of_lists_twice(agent: Staffer, now: datetime, settings: Any, tmp_path: Path) -> None:
    """What nobody works on is ended once, what is old forgotten once."""
    settings.GUANXI_HOME = tmp_path
    case = complain(now).case
    listing = lists.get("cases")
    bulk = listing.get_bulk(agent.actor, "answer")
    choice = Choice(keys=[case.number])
    runs.start(actor=agent.actor, now=now, listing=listing, bulk=bulk, choice=choice, values={"text": "好的"})
    exports.start(actor=agent.actor, now=now, listing=listing, query="")
    Job.objects.update(state=Job.State.FAILED)
    twice(list_jobs.sweep.call)
    assert BulkRun.objects.get().state == Export.objects.get().state == "stopped"


def test_bulk_run_and_export_twice(agent: Staffer, now: datetime, settings: Any, tmp_path: Path) -> None:
    settings.GUANXI_HOME = tmp_path
    case = complain(now).case
    listing = lists.get("cases")
    bulk = listing.get_bulk(agent.actor, "move")
    choice = Choice(keys=[case.number])
    run = runs.start(
        actor=agent.actor, now=now, listing=listing, bulk=bulk, choice=choice, values={"team": "west-front"}
    )
    twice(list_jobs.carry_out.call, run.id)
    runs.start_undo(actor=agent.actor, now=now, public_id=run.public_id)
    twice(list_jobs.carry_back.call, run.id)
    export = exports.start(actor=agent.actor, now=now, listing=listing, query="")
    twice(list_jobs.write_export.call, export.id)
