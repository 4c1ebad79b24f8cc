"""`trade.toml`: what is wrong in it is said with file, line and key; the packs that come with Guanxi publish it once."""

from datetime import datetime
from pathlib import Path

import pytest

from guanxi.core.access import system
from guanxi.packs.install import install
from guanxi.packs.loader import check, load
from guanxi.packs.tests.test_guide import write
from guanxi.trade.actions.publishing import publish_rules
from guanxi.trade.models import Ruleset
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import ruleset, stages
from guanxi.work import queries as teams

# (what stands there, what is written instead, what is said first)
BROKEN = [
    ('overpaid = "credit"', 'overpaid = "keep"', "terms.overpaid: 'keep' is unknown; known are credit, refund"),
    ('unpaid = "7 d"', 'unpaid = "7 h"', "terms.unpaid: must be whole days, 90 d at most"),
    ('short = "1 CNY"', 'short = "1 USD"', "terms.short: '1 USD' is no amount in CNY; write \"500 CNY\""),
    ('code = "hand"\nname', 'code = "electric"\nname', "line.electric.code: 'electric' is there twice"),
    ('code = "hand"\nname', 'kind = "good"\ncode = "hand"\nname', "line.hand.kind: 'good' is unknown; did you mean 'goods'?"),
    ('does = "packing"\n', 'does = "pack"\n', "stage.packed.does: 'pack' is unknown; did you mean 'packing'?"),
    ('clock = "plain"', 'clock = "night"', "stage.lent.clock: 'night' is unknown; known are plain, working"),
    ('"deposit", "packed",', '"deposit", "boxed",', "flow.by-van.stages[1]: there is no [[stage]] with the code 'boxed'"),
    ('"deposit", "packed", "driven", "lent"', '"lent", "packed", "driven", "deposit"',
     "flow.by-van.stages[1]: 'packing' cannot come after 'receipt'"),
    ('promise = "2 d"', 'promise = "30 h"', "flow.by-van.promise: must be whole days, 90 d at most"),
    ('"web", "phone"]', '"web", "fax"]', "flow.by-van.intakes[1]: 'fax' is unknown"),
    ("days = 1", "days = 0", "carrier.van.days: must be a whole number from 1 to 90"),
    ('"replaced", "refunded", "cancelled"]', '"split"]\nteam = "nobody"',
     "trouble.worn_out.team: there is no [[team]] with the code 'nobody'"),
    ('does = ["packing"]', "does = []",
     "trouble.worn_out.ways: none of them leads out of 'receipt'; say where it can happen with `does`"),
    ('name = { zh-hans = "冲击钻"', 'price = "12"\nname = { zh-hans = "冲击钻"', "product[0].price: '12' is no price"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), BROKEN, ids=[one[1] for one in BROKEN])
def test_a_fault_names_file_line_and_key(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    faults = check(write(tmp_path, right, wrong))[1]
    first = str(faults[0])
    name, line, rest = first.split(":", 2)
    assert name in ("trade.toml", "products.toml")
    assert int(line) > 0
    assert rest.strip().startswith(said)


def test_the_club_takes_orders_in_every_way_and_the_marketplace_those_of_shops() -> None:
    club = ruleset.Rules.from_json(load("club").trading or {})
    flows = {intake: club.flow_for(intake, seller=False) for intake in ruleset.INTAKES}
    assert None not in flows.values()
    back = [
        stages.PROCUREMENT,
        stages.PICKING,
        stages.PACKING,
        stages.LOGISTICS,
        stages.RECEIPT,
        stages.SETTLEMENT,
    ]
    for intake, flow in flows.items():
        assert flow is not None
        does = [club.stages[code].does for code in flow.stages]
        assert (does[-6:] == back) == (intake != "store")
    assert {stages.UNDERPAID, stages.UNDELIVERED} <= set(club.troubles)
    market = ruleset.Rules.from_json(load("marketplace").trading or {})
    shop, own = market.flow_for("web", seller=True), market.flow_for("web", seller=False)
    assert shop is not None
    assert own is not None
    assert all(not market.stages[code].team for code in shop.stages)
    assert all(market.stages[code].team for code in own.stages)
    bank = ruleset.Rules.from_json(load("bank").trading or {})
    assert (bank.flows, {one.kind for one in bank.lines.values()}) == ({}, {"financial", "service"})


@pytest.mark.parametrize("pack", ["club", "marketplace"])
def test_every_product_of_the_house_can_be_ordered(pack: str) -> None:
    found = load(pack)
    rules = ruleset.Rules.from_json(found.trading or {})
    for one in found.products:
        assert one.line in rules.lines
        assert one.price_minor or rules.lines[one.line].kind == "service"


@pytest.mark.django_db
def test_a_house_that_published_its_own_keeps_it(now: datetime) -> None:
    teams.forget_book()
    pack, actor = load("club"), system("test")
    assert "trade" in install(actor=actor, now=now, pack=pack).changed
    assert install(actor=actor, now=now, pack=pack).changed == ()
    rulesets.forget_rules()
    assert rulesets.current().flows["remittance"].promise_days == 10
    publish_rules(actor=actor, now=now, content={"currency": "CNY"}, origin="U-1")
    assert install(actor=actor, now=now, pack=pack).changed == ()
    assert list(Ruleset.objects.order_by("number").values_list("origin", flat=True)) == ["pack:club", "U-1"]
    teams.forget_book()
