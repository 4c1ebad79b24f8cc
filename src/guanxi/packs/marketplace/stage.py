"""The story of the stage: one order between a buyer and a seller, played step by step through public actions.

What is remembered between steps is plain values (`Run`), so that it can wait in a session. Steps and words: data/stage.toml.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from guanxi.cases import actions as cases
from guanxi.cases import queries as case_queries
from guanxi.cases.actions import About, Brought, NewIssue
from guanxi.cases.models import Case, Issue
from guanxi.core import staff as accounts
from guanxi.core.access import Actor, system
from guanxi.core.errors import NotFound
from guanxi.core.models import Unit, User
from guanxi.core.money import Money
from guanxi.packs import sample
from guanxi.packs.marketplace.cast import COURT, KNOWN
from guanxi.packs.marketplace.catalogue import read
from guanxi.packs.marketplace.declaring import declaration
from guanxi.packs.marketplace.photographs import Album
from guanxi.packs.marketplace.trading import Trade, Ware
from guanxi.packs.pictures import given
from guanxi.packs.playing import CLOCK, as_customer
from guanxi.people.models import Identifier, Record
from guanxi.trade.actions import listings, questions
from guanxi.trade.models import Listing, Shop

Run = dict[str, Any]
PRICE_MINOR = 168_000
CATEGORY = "phones"
DECLARED, MEASURED = "B", {"scratches": "14"}
LISTED_AGO = timedelta(hours=30)
SAMPLE = system("sample")
SECOND, SECOND_SUPERVISOR = "linshu", "songyiran"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the story: who acts, what is said of it in both languages, who sits at the desk from then on."""

    code: str
    by: str
    title: Mapping[str, str]
    words: Mapping[str, str]
    hours: float = 0.0
    desk: str = ""


def steps() -> Sequence[Step]:
    """The story from its first step to its last."""
    return [Step(**one) for one in read("stage.toml")["step"]]


def begin(*, now: datetime) -> Run:
    """A new run, before its first step: a phone is on sale. Raises `NotFound` where the marketplace's world is not there."""
    root = Unit.objects.filter(code="marketplace").first()
    data = sample.state(root) if root else None
    if data is None or data["pack"] != "marketplace":
        raise NotFound
    language = data["language"]
    people = KNOWN[language]
    buyer = _record(people[0].contact.email)
    seller = _record(next(one.contact.email for one in people if one.sells == CATEGORY))
    shop = Shop.objects.filter(record=seller).first()
    if shop is None:
        raise NotFound
    run = {"language": language, "step": 0, "buyer": buyer.id, "seller": seller.id}
    listing = _listing(language, shop.public_id, now)
    said = listing.declaration
    return {**run, "listing": listing.public_id, "standard": f"{said['standard']}@{said['version']}"}


def _listing(language: str, shop: str, now: datetime) -> Listing:
    """A phone put on sale for one run alone, so that each begins alike."""
    said = read("stage.toml")[language]
    new = listings.NewListing(
        title=said["title"],
        text=said["about"],
        price=Money(PRICE_MINOR, "CNY"),
        category=CATEGORY,
        ship_hours=24,
    )
    listed = now - LISTED_AGO
    grades = Random(f"{language}:stage")  # noqa: S311  the same phone in every run
    new = replace(new, declaration=declaration(CATEGORY, grades, listed, grade=DECLARED))
    return listings.add_listing(
        actor=SAMPLE, now=listed, listing=new, shop=shop, sample=True, pictures=Album().of(CATEGORY, 1)
    )


def _record(email: str) -> Record:
    found = Identifier.objects.filter(kind="email", value=email, record__sample=True, valid_to=None)
    stated = found.select_related("record").order_by("id").first()
    if stated is None:
        raise NotFound
    return stated.record


def play(run: Run, *, now: datetime) -> Run:
    """Do the next step; the run after it. At its end nothing happens."""
    told = steps()
    if run["step"] >= len(told):
        return run
    step = told[run["step"]]
    scene = _Scene(dict(run), now - timedelta(hours=step.hours))
    DOES[step.code](scene)
    return {**scene.run, "step": run["step"] + 1}


def desk_of(run: Run) -> User:
    """Who sits at the operator's desk now. Raises `NotFound`."""
    names = [step.desk for step in steps()[: run["step"]] if step.desk]
    found = User.objects.filter(
        username=_username(run, names[-1] if names else "handler"), sample=True
    ).first()
    if found is None:
        raise NotFound
    return found


def _username(run: Run, part: str) -> str:
    if part == "second":
        return SECOND
    return COURT[part][run["language"]] if part in COURT else part


Place = tuple[str, ...]


def places(run: Run) -> dict[str, Place]:
    """Which page each of the three has before them: the name of its address and what it is about."""
    done = {step.code for step in steps()[: run["step"]]}
    if "complain" in done:
        return _places(("my_case", run["case"]), ("my_case", run["case"]), ("case", run["case"]))
    if "send" in done or ("buy" in done and "late" not in done):
        order = run["order_code"]
        return _places(("my_order", order), ("my_sale", order), ("order", order))
    if "late" in done:
        return _places(("my_case", run["late"]), ("my_case", run["late"]), ("case", run["late"]))
    return _places(("listing", run["listing"]), ("my_shop",), ("today",))


def _places(buyer: Place, seller: Place, desk: Place) -> dict[str, Place]:
    return {"buyer": buyer, "seller": seller, "desk": desk}


class _Scene:
    """One step being done."""

    def __init__(self, run: Run, now: datetime) -> None:
        self.run, self.now = run, now
        self.said: Mapping[str, str] = read("stage.toml")[run["language"]]

    # -- who -----------------------------------------------------------------------------------------------------

    @property
    def buyer(self) -> Actor:
        return as_customer(self.run["buyer"])

    @property
    def seller(self) -> Actor:
        return as_customer(self.run["seller"])

    def staff(self, part: str) -> Actor:
        return accounts.actor_of(User.objects.get(username=_username(self.run, part)))

    def side(self, which: str) -> Actor:
        """A party of the case, by their own link."""
        case = Case.objects.get(number=self.run["case"])
        return case_queries.link_actor(case_queries.link_token(case, side=which))

    # -- before buying -------------------------------------------------------------------------------------------

    def do_ask(self) -> None:
        asked = questions.ask(
            actor=self.buyer, now=self.now, listing=self.run["listing"], text=self.said["ask"], sample=True
        )
        self.run["question"] = asked.public_id

    def do_answer(self) -> None:
        questions.answer(
            actor=self.seller, now=self.now, question=self.run["question"], text=self.said["answer"]
        )

    # -- the order -----------------------------------------------------------------------------------------------

    def _trade(self) -> Trade:
        ware = Ware(self.run["listing"], self.run["seller"], PRICE_MINOR, self.run["language"])
        return Trade(Random(self.run["listing"]), ware, self.run["buyer"])  # noqa: S311  a parcel's number

    def do_buy(self) -> None:
        trade = self._trade()
        trade.buy(self.now)
        self.run |= {"order": trade.order_id, "order_code": trade.code, "number": trade.number}

    def do_late(self) -> None:
        self.run["late"] = self._complain("late_dispatch", self.said["late"], pictures=[])

    def do_paid(self) -> None:
        self._progress(self.run["late"])

    def do_send(self) -> None:
        trade = self._trade()
        trade.resume(self.run["order"])
        trade.send(self.now)

    def do_arrive(self) -> None:
        trade = self._trade()
        trade.resume(self.run["order"])
        for minutes, code in ((-9, "accepted"), (-6, "moving"), (-3, "out"), (0, "delivered")):
            trade.carry(self.now, code, occurred=self.now + timedelta(minutes=minutes))
        trade.receive(self.now)

    # -- the dispute ---------------------------------------------------------------------------------------------

    def _complain(self, kind: str, text: str, *, pictures: list[str], wants: str = "") -> str:
        issue = NewIssue(kind=kind, wants=wants, wants_minor=PRICE_MINOR if wants else 0)
        opened = cases.open_case(
            actor=self.buyer,
            now=self.now,
            contact=None,
            text=text,
            channel="web",
            fallback_language=self.run["language"],
            sample=True,
            files=given(pictures),
            about=About(issues=[issue], order=self.run["number"]),
        )
        return opened.case.number

    def do_complain(self) -> None:
        text, pictures = self.said["complain"], ["phone_scratched"]
        self.run["case"] = self._complain(
            "not_as_described", text, pictures=pictures, wants="return_and_refund"
        )
        self._progress(self.run["case"])
        cases.retitle(
            actor=self.staff("handler"), now=self.now, number=self.run["case"], title=self.said["case_title"]
        )

    def do_accept(self) -> None:
        self._act(self.staff("handler"), "accept", text=self.said["accept"])

    def do_contest(self) -> None:
        files = given(["check_sheet"])
        self._act(self.side("respondent"), "contest", text=self.said["contest"], files=files)

    def do_consult(self) -> None:
        expert = self.staff("expert")
        self._act(self.staff("handler"), "consult", text=self.said["consult"], expert=expert.id)

    def do_find(self) -> None:
        expert = self.staff("expert")
        cases.issues.measure(actor=expert, now=self.now, number=self.run["case"], place=1, given=MEASURED)
        self._act(expert, "find", text=self.said["find"])

    def do_propose(self) -> None:
        self._propose("handler", self.said["propose"])

    def _propose(self, part: str, text: str) -> None:
        self._act(
            self.staff(part),
            "propose",
            text=text,
            outcome="upheld",
            remedy="return_and_refund",
            amount_minor=PRICE_MINOR,
            citations=("as-described", "return-freight", self.run["standard"]),
            code="seller_listing",
        )

    def do_hear(self) -> None:
        self._act(self.side("complainant"), "agree", text=self.said["agree"])
        self._act(self.side("respondent"), "comment", text=self.said["object"])

    def do_approve(self) -> None:
        self._act(self.staff("handler"), "confirm", text=self.said["confirm"])
        self._act(self.staff("mayingjie"), "approve", text=self.said["approve"])

    def do_money(self) -> None:
        self._progress(self.run["case"])

    def do_appeal(self) -> None:
        self._act(
            self.side("respondent"),
            "appeal",
            text=self.said["appeal"],
            grounds="evidence",
            files=given(["phone_clean"]),
        )

    def do_upheld(self) -> None:
        self._propose(SECOND, self.said["upheld"])
        self._act(self.side("complainant"), "agree", text=self.said["agree"])
        self._act(self.side("respondent"), "comment", text=self.said["object"])
        self._act(self.staff(SECOND), "confirm", text=self.said["second"])
        self._act(self.staff(SECOND_SUPERVISOR), "approve", text=self.said["approve"])

    def do_closed(self) -> None:
        self._progress(self.run["case"])
        cases.issues.rate(
            actor=self.side("complainant"),
            now=self.now,
            number=self.run["case"],
            score=5,
            words=self.said["rate"],
        )

    # -- how -----------------------------------------------------------------------------------------------------

    def _act(self, actor: Actor, verb: str, **brought: Any) -> None:
        cases.issues.act(
            actor=actor, now=self.now, number=self.run["case"], place=1, verb=verb, brought=Brought(**brought)
        )

    def _progress(self, number: str) -> None:
        """What the system owes: the worker does the same, and whoever is second finds it done."""
        for issue_id in Issue.objects.filter(case__number=number).values_list("id", flat=True):
            cases.issues.progress(actor=CLOCK, now=self.now, issue_id=issue_id)


DOES: Mapping[str, Callable[[_Scene], None]] = {
    name.removeprefix("do_"): getattr(_Scene, name) for name in vars(_Scene) if name.startswith("do_")
}
