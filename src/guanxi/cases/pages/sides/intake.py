"""What the public form may ask besides the words, and what it says after sending: which order, which quote, what was read."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.cases.actions import About, NewIssue
from guanxi.cases.models import Case, Issue, Suggestion
from guanxi.cases.pages.show import moment
from guanxi.cases.pages.sides.beside import what_can_be_wrong
from guanxi.cases.pages.sides.page import more_form
from guanxi.cases.pages.sides.seen import Seen, UrlOf
from guanxi.cases.queries import procedures, sides
from guanxi.cases.rules import longest
from guanxi.cases.rules.policy import ORDER_STATES, Policy
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.phrases import pick
from guanxi.trade import pages as trade
from guanxi.trade import queries as orders

PLAIN, REPORT, SELLER, ORDER = "", "report", "seller", "order"
WAYS = (PLAIN, REPORT, SELLER, ORDER)
FIELDS = ("order", "quote", "kind")
ROLE_OF = {REPORT: "reporter", SELLER: "seller", ORDER: "buyer"}


def named(values: Mapping[str, str], query: Mapping[str, str]) -> dict[str, str]:
    """What a link to the form has filled in already: the order, the kind, what is quoted."""
    return {**values, **{name: query.get(name, "")[:300] for name in FIELDS if query.get(name)}}


def way_of(value: str) -> str:
    """Which form is meant: the plain one, a report by anybody, a seller's complaint, one about a purchase.

    Raises `NotFound`.
    """
    if value not in WAYS:
        raise NotFound
    return value


def kinds_for(policy: Policy | None, way: str) -> list[tuple[str, str]]:
    """What can be reported, or complained of as a seller or a buyer, under the procedure in force: (code, words)."""
    if policy is None or way == PLAIN:
        return []
    if way == ORDER:
        return what_can_be_wrong(ORDER_STATES, most=len(policy.issues))
    if way == REPORT:
        found = [one for one in policy.issues.values() if policy.roles_of(one.code)[0] == "reporter"]
    else:
        found = [one for one in policy.issues.values() if policy.roles_of(one.code)[0] == "seller"]
    return [(one.code, pick(one.name)) for one in found]


def about_of(way: str, values: Mapping[str, str]) -> About:
    """What a form says the matter is about. Raises `Invalid` on "kind" where a way needs one."""
    order, quote = values["order"].strip(), values["quote"].strip()
    if way == PLAIN or (way == ORDER and not values["kind"]):
        return About(order=order)
    kinds = [code for code, _name in kinds_for(procedures.current(), way)]
    if values["kind"] not in kinds:
        raise Invalid(fields={"kind": _("Choose what it is about.")}, code="invalid")
    issue = NewIssue(kind=values["kind"], order=order, quote=quote)
    return About(issues=[issue], order=order, role=ROLE_OF[way])


def asked(actor: Actor, way: str, values: Mapping[str, str]) -> dict[str, Any]:
    """What the form asks besides the words: own orders to choose from, kinds, a quote."""
    policy = procedures.current()
    return {
        "way": way,
        "kinds": kinds_for(policy, way),
        "orders": own_orders(actor),
        "asks_order": policy is not None and way != REPORT,
        "open_order": bool(values.get("order")),
        "ways": [code for code in (REPORT, SELLER) if way == PLAIN and kinds_for(policy, code)],
    }


def own_orders(actor: Actor) -> list[tuple[str, str]]:
    """The newest orders of a signed-in customer: (number, words)."""
    if actor.kind is not Kind.CUSTOMER or actor.customer_id is None:
        return []
    return [
        (one.number, f"{one.number} · {trade.title_of(one)} · {trade.amount(one)}")
        for one in orders.customer_orders(actor, actor.customer_id)
    ]


def told(actor: Actor, case: Case, now: datetime, url_of: UrlOf) -> dict[str, Any]:
    """What the words were read as, until when a person looks at it and until when it is decided at the latest."""
    issues = sides.issues_shown(case)
    if not issues:
        return {"read": [], "more": None, "decided": ""}
    seen = Seen(actor, case, now, url_of)
    return {
        "read": [_read(seen, one, sides.suggestions_of(case)) for one in issues],
        "more": more_form(seen),
        "decided": decided_words(seen, issues),
        "wrong_url": url_of(0, "append"),
    }


def _read(seen: Seen, issue: Issue, suggested: Sequence[Suggestion]) -> dict[str, str]:
    sentence = next((one.sentence for one in suggested if one.kind == issue.kind), "")
    return {"name": seen.issue_name(issue), "sentence": sentence, "quote": issue.quote}


def decided_words(seen: Seen, issues: Sequence[Issue]) -> str:
    """By when it is decided at the latest: the longest path that is printed in the procedure."""
    span: timedelta = longest.longest(seen.policy.kinds[seen.case.kind]).elapsed
    latest = max(issue.opened for issue in issues) + span
    return _("It is decided by %(when)s at the latest, your own time to answer not counted.") % {
        "when": moment(latest)
    }


def form_url(way: str) -> str:
    return reverse("complain") + (f"?as={way}" if way else "")
