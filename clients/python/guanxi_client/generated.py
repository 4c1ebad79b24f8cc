"""Generated from the OpenAPI document by scripts/client.py: do not edit, run it again."""

# ruff: noqa: E501, UP007, UP037, RUF100, A002, A003
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict, Union

from guanxi_client.transport import Sender

VERSION = "0.1.0"


class AboutIn(TypedDict):
    """What is known beside the words; all of it may be missing. `order` names the other side;
    `respondent` a customer's id.
    """

    issues: NotRequired[list["IssueIn"]]
    order: NotRequired[str]
    respondent: NotRequired[str]
    role: NotRequired[Literal["", "buyer", "seller", "member", "client", "reporter"]]
    respondent_role: NotRequired[Literal["", "buyer", "seller", "member", "client"]]


class AcceptIn(TypedDict):
    """`survivor`: whose id goes on; by default the one that is established, better known, older.
    `choices`: {field: record}.
    """

    survivor: NotRequired[str]
    choices: NotRequired[dict[str, str]]
    reason: NotRequired[str]


class AccountOut(TypedDict):
    """`free_minor` is in it, `held_minor` reserved besides, `balance_minor` both; `owed_minor` is what
    they owe us.
    """

    id: str
    kind: str
    customer: str | None
    currency: str
    balance_minor: int
    held_minor: int
    free_minor: int
    owed_minor: int
    opened: str


class AccountsOut(TypedDict):
    items: list["AccountOut"]
    next: str


class AddIssueIn(TypedDict):
    kind: str
    wants: NotRequired[str]
    wants_minor: NotRequired[int]
    order: NotRequired[str]
    quote: NotRequired[str]
    suggestion: NotRequired[int | None]
    version: NotRequired[int | None]


class ApartIn(TypedDict):
    other: str
    reason: NotRequired[str]


class ApprovalsOut(TypedDict):
    items: list["IssueOut"]
    next: str


class ArticleOut(TypedDict):
    """`number` is the newest version, 0 before the first; `version` counts changes, to send back when
    publishing.
    """

    code: str
    kind: Literal["article", "script"]
    state: Literal["draft", "published", "retired"]
    title: dict[str, str]
    number: int
    version: int
    review: str | None
    changed: str


class ArticleWhole(TypedDict):
    """What the newest version says, by language; before the first the draft. `helped` of `votes` say it
    helped.
    """

    code: str
    kind: Literal["article", "script"]
    state: Literal["draft", "published", "retired"]
    title: dict[str, str]
    number: int
    version: int
    review: str | None
    changed: str
    body: dict[str, str]
    codes: list[str]
    lines: list[str]
    note: str
    published: str | None
    helped: int
    votes: int


class ArticlesOut(TypedDict):
    items: list["ArticleOut"]


class AssessmentIn(TypedDict):
    """Expert and specimen by their place; `values` by parameter."""

    expert: int
    specimen: int
    grade: str
    values: NotRequired[dict[str, bool | int | float | str]]
    conflict: NotRequired[str]
    words: NotRequired[str]


class AssessmentOut(TypedDict):
    """With a `conflict` of interest declared it is shown, not counted."""

    expert: int
    specimen: int
    grade: str
    values: dict[str, Any]
    conflict: str
    words: str
    made: str


class AtWorkOut(TypedDict):
    """Somebody at work; `item` is what they are at."""

    user: str
    name: str
    team: str
    presence: Literal["offline", "ready", "away", "wrap_up", "silent"]
    since: str | None
    open: int
    capacity: int
    phone_open: int
    chat_open: int
    parked: int
    item: str


class BalanceIn(TypedDict):
    """`holding` is its id; a day that has a balance is corrected."""

    holding: str
    day: str
    amount_minor: int
    currency: NotRequired[str]


class BalancesDone(TypedDict):
    written: int
    unchanged: int


class BalancesIn(TypedDict):
    items: list["BalanceIn"]


class BatchLineOut(TypedDict):
    sku: str
    quantity: int


class BatchOrderOut(TypedDict):
    """What goes into its parcel, and what its label says; `ship_to` is null without the right to
    contacts.
    """

    order: str
    number: str
    lines: list["BatchLineOut"]
    ship_to: dict[str, str] | None


class BatchOut(TypedDict):
    """Orders picked in one walk, and its stops in the order of the bins."""

    id: str
    made: str
    ended: str | None
    stops: list["StopOut"]
    orders: list["BatchOrderOut"]


class BoardOut(TypedDict):
    """Live queues, people, and how much of what was taken in the last 24 hours was taken in time."""

    queues: list["QueueOut"]
    people: list["AtWorkOut"]
    taken: int
    in_time: int


class BulkIn(TypedDict):
    """The rows of these keys; or with `all`, every row that matches `query` (at most `expected`, when it
    is given).
    """

    keys: NotRequired[list[str]]
    all: NotRequired[bool]
    query: NotRequired[str]
    expected: NotRequired[int | None]
    values: NotRequired[dict[str, str]]


class CallListDetail(TypedDict):
    id: str
    name: str
    team: str
    purpose: str
    offer: str
    week: dict[str, list[str]]
    holidays: bool
    attempts_max: int
    pause_minutes: int
    state: Literal["open", "paused", "closed"]
    created: str
    figures: "CallListFigures"


class CallListFigures(TypedDict):
    """`dialled` counts tries, `called` customers dialled once at least; `complaints` of buyers within 30
    days of the sale.

    `value`: of `orders` keyed from calls, else what was noted as sold; `net`: without `taken_back`,
    which was cancelled or sent back within 30 days; `per_hour`: `net` per hour (`seconds` / 3600) in
    which a call was in somebody's hands.
    """

    listed: int
    refused: int
    open: int
    dialled: int
    called: int
    reached: int
    sales: int
    orders: int
    value: list[dict[str, Any]]
    taken_back: list[dict[str, Any]]
    net: list[dict[str, Any]]
    per_hour: list[dict[str, Any]]
    seconds: int
    complaints: int


class CallListIn(TypedDict):
    """A call list. `week`: by day (`mon` … `sun`) hours such as "09:00-12:00, 14:00-20:00", by the clock
    of whoever is rung.
    """

    name: str
    team: str
    purpose: NotRequired[Literal["marketing", "survey", "service"]]
    offer: NotRequired[str]
    script_zh: NotRequired[str]
    script_en: NotRequired[str]
    week: dict[str, str]
    holidays: NotRequired[bool]
    attempts_max: NotRequired[int]
    pause_minutes: NotRequired[int]


class CallListOut(TypedDict):
    id: str
    name: str
    team: str
    purpose: str
    offer: str
    week: dict[str, list[str]]
    holidays: bool
    attempts_max: int
    pause_minutes: int
    state: Literal["open", "paused", "closed"]
    created: str


class CallListsOut(TypedDict):
    items: list["CallListOut"]
    next: str


class CallResultIn(TypedDict):
    """`at`: when to ring again (`later`); `value_minor`, `currency`: what was sold (`sale`)."""

    result: Literal["sale", "no", "later", "no_answer", "wrong_number", "do_not_call"]
    note: NotRequired[str]
    at: NotRequired[str | None]
    value_minor: NotRequired[int | None]
    currency: NotRequired[str]


class CameAfterOut(TypedDict):
    """A record that came after a merge. `likely`: the side it fits best, or empty."""

    record: str
    name: str
    source: str
    created: str
    likely: str


class CancelIn(TypedDict):
    why: NotRequired[Literal["changed_mind", "unpaid", "no_stock", "by_seller"]]


class CarrierEventIn(TypedDict):
    """`number` is the carrier's own for this event: it counts once, whenever and however often it comes."""

    number: str
    code: Literal["accepted", "moving", "out", "delivered", "failed", "back"]
    occurred: str
    place: NotRequired[str]


class CarrierEventOut(TypedDict):
    """`number` is the carrier's own for it."""

    number: str
    code: str
    place: str
    occurred: str
    told: str


class CarrierReportIn(TypedDict):
    tracking: str
    events: list["CarrierEventIn"]


class CaseDoneOut(TypedDict):
    number: str
    state: str
    version: int
    merged_into: str


class CaseFilters(TypedDict):
    """What narrows the list; all of it together. `opened_from` is included, `opened_until` is not."""

    state: NotRequired[
        Literal[
            "",
            "recorded",
            "answered",
            "resolved",
            "validity",
            "facts",
            "response",
            "negotiation",
            "investigation",
            "hearing",
            "approval",
            "decided",
            "remedy",
            "appealable",
            "closed",
        ]
    ]
    turn: NotRequired[Literal["", "staff", "customer", "respondent", "both", "nobody"]]
    channel: NotRequired[str]
    team: NotRequired[str]
    customer: NotRequired[str]
    overdue: NotRequired[bool]
    opened_from: NotRequired[str | None]
    opened_until: NotRequired[str | None]


class CaseIn(TypedDict):
    """A complaint in the customer's own words; no category is asked for: without `about` the words are
    read.
    """

    text: str
    contact: "ContactIn"
    language: NotRequired[Literal["zh-hans", "en"]]
    files: NotRequired[list[str]]
    about: NotRequired[Union["AboutIn", None]]


class CaseMessageOut(TypedDict):
    direction: Literal["in", "out"]
    channel: str
    author: str
    text: str
    created: str
    files: list["FileOut"]


class CaseOut(TypedDict):
    """A `request` has no issues: `answer` and `resolve` settle it. Every other kind runs by its issues."""

    number: str
    kind: str
    title: str
    state: Literal[
        "recorded",
        "answered",
        "resolved",
        "validity",
        "facts",
        "response",
        "negotiation",
        "investigation",
        "hearing",
        "approval",
        "decided",
        "remedy",
        "appealable",
        "closed",
    ]
    turn: Literal["staff", "customer", "respondent", "both", "nobody"]
    due: str | None
    channel: str
    language: str
    round: int
    version: int
    opened: str
    resolved: str | None
    customer: str
    respondent: str
    role: str
    respondent_role: str
    merged_into: str
    team: str


class CaseWithMessages(TypedDict):
    """`verbs` is what the token may do now; `why_due` explains the time left; `work` is the open work
    item's id.
    """

    number: str
    kind: str
    title: str
    state: Literal[
        "recorded",
        "answered",
        "resolved",
        "validity",
        "facts",
        "response",
        "negotiation",
        "investigation",
        "hearing",
        "approval",
        "decided",
        "remedy",
        "appealable",
        "closed",
    ]
    turn: Literal["staff", "customer", "respondent", "both", "nobody"]
    due: str | None
    channel: str
    language: str
    round: int
    version: int
    opened: str
    resolved: str | None
    customer: str
    respondent: str
    role: str
    respondent_role: str
    merged_into: str
    team: str
    messages: list["CaseMessageOut"]
    verbs: list[str]
    why_due: dict[str, Any] | None
    work: str | None


class CasesOut(TypedDict):
    items: list["CaseOut"]
    next: str


class ChainOut(TypedDict):
    """The head of the chain of sealed events; `anchored` is the last one kept outside the database."""

    seq: int
    hash: str
    unsealed: int
    anchored: int | None


class ColumnOut(TypedDict):
    """`kind`: text, choice, moment, number, money, flag. `choices` are the codes a filter may name, with
    their words.
    """

    code: str
    title: str
    kind: str
    sorts: bool
    filters: bool
    choices: dict[str, str]


class ComparedFieldOut(TypedDict):
    field: str
    agreement: Literal["same", "near", "differs", "single"]
    values: list["ComparedValueOut"]


class ComparedValueOut(TypedDict):
    """What counts for one of them in a field; `record` chooses it."""

    customer: str
    record: str
    text: str
    masked: bool
    source: str
    stated: str
    verified: str | None
    counts: bool


class ConsentOut(TypedDict):
    """The latest statement for a purpose on a channel; what nobody asked about is not listed."""

    purpose: str
    channel: str
    given: bool
    stated: str


class ConsultationOut(TypedDict):
    id: str
    case: str
    place: int
    round: int
    expert: str
    asked_by: str
    question: str
    asked: str
    due: str
    finding: str
    found: str | None


class ConsultationsOut(TypedDict):
    items: list["ConsultationOut"]
    next: str


class ContactIn(TypedDict):
    """At least one of phone, email, member."""

    name: NotRequired[str]
    phone: NotRequired[str]
    email: NotRequired[str]
    member: NotRequired[str]


class ContactOut(TypedDict):
    """`may`: whether somebody may write; `reasons`: why not, in words."""

    may: bool
    reasons: list[str]


class ConversationOut(TypedDict):
    id: str
    channel: str
    direction: Literal["in", "out"]
    state: Literal["waiting", "live", "held", "ended", "abandoned"]
    customer: str
    name: str
    address: str
    call: str
    team: str
    language: str
    staff: str
    outcome: str
    arrived: str
    answered: str | None
    ended: str | None
    lines: list["LiveLineOut"]


class CustomerOut(TypedDict):
    """`merged_into`: the id that was asked for has been merged into this customer; empty otherwise."""

    id: str
    merged_into: str
    name: str
    nature: str
    provisional: bool
    since: str
    language: str
    sources: list[str]
    sample: bool
    identifiers: list["IdentifierOut"]
    consents: list["ConsentOut"]
    doubts: list["DoubtOut"]


class CustomerShort(TypedDict):
    id: str
    name: str
    source: str
    created: str


class CustomersAdded(TypedDict):
    listed: int
    refused: int
    unread: list[dict[str, str]]


class CustomersIn(TypedDict):
    customers: list[str]


class CustomersOut(TypedDict):
    items: list["CustomerShort"]
    next: str


class DayBalanceOut(TypedDict):
    day: str
    amount_minor: int


class DayBalancesOut(TypedDict):
    items: list["DayBalanceOut"]


class DayIn(TypedDict):
    """`hours` empty: closed; null: as usual again. `preview` writes nothing."""

    hours: NotRequired[list[str] | None]
    why: NotRequired[str]
    preview: NotRequired[bool]


class DayOut(TypedDict):
    """How many open deadlines the exception moves; they are recounted in the background."""

    changed: bool
    looked: int
    later: int
    sooner: int


class DecidedOut(TypedDict):
    """What was decided; its id undoes it."""

    id: str
    kind: str
    customer: str
    other: str


class DecisionOut(TypedDict):
    """`holds`: a word for ever that nobody has lifted. `undoable`: a merge that stands and that you may
    undo.
    """

    id: str
    kind: str
    happened: str
    customer: str
    other: str
    reason: str
    undone: bool
    superseded_by: str
    holds: bool
    undoable: bool


class DecisionsOut(TypedDict):
    items: list["DecisionOut"]


class DeclarationIn(TypedDict):
    """What the thing is by a quality standard in force for its category; without `standard`: nothing."""

    standard: NotRequired[str]
    version: NotRequired[int | None]
    grade: NotRequired[str]
    values: NotRequired[dict[str, bool | int | float | str]]


class DeedIn(TypedDict):
    """`why` for extend, refuse and close; `typed`, the customer's number, for anonymise and erase."""

    deed: Literal["extend", "refuse", "close", "restrict", "object", "anonymise", "erase"]
    why: NotRequired[str]
    typed: NotRequired[str]


class DeliveriesOut(TypedDict):
    items: list["DeliveryOut"]
    next: str


class DeliveryIn(TypedDict):
    """`good` pieces go on the shelf (into `bin`), `refused` ones back to the supplier, who still owes
    them.
    """

    good: int
    refused: NotRequired[int]
    why: NotRequired[Literal["", "damaged", "wrong", "quality", "expired"]]
    bin: NotRequired[str]


class DeliveryOut(TypedDict):
    """The last try of one event, heads and body cut to size. `error`: "", status, redirect, timeout,
    connect, tls, ...
    """

    id: str
    kind: Literal["event", "replay", "ping"]
    seq: int
    type: str
    state: Literal["waiting", "delivered", "failed"]
    tries: int
    status: int | None
    error: str
    duration_ms: int
    request_head: str
    response_head: str
    response_body: str
    created: str
    last_try: str | None


class DepositHoldIn(TypedDict):
    """`reference` is the number of what it is for, `reference_kind` says what that is: "order" or
    "case".
    """

    customer: str
    amount_minor: int
    currency: NotRequired[str]
    reference_kind: str
    reference: str


class DifferenceOut(TypedDict):
    """A value worse than it should be: it breaks the limit (`min`, `max`, `among`) of the declared
    grade, or differs from what was declared.
    """

    parameter: str
    declared: Any
    found: Any
    min: float | None
    max: float | None
    among: list[Any]
    critical: bool


class DoubtOut(TypedDict):
    """Another customer who may be the same person; a steward decides."""

    customer: str
    since: str


class DraftOut(TypedDict):
    """Somebody is writing an answer: since when, kept last, the words so far."""

    writer: str
    name: str
    began: str
    saved: str
    text: str


class DraftsOut(TypedDict):
    items: list["DraftOut"]


class EndIn(TypedDict):
    """`on`: the day it was over, today without one."""

    on: NotRequired[str | None]
    why: str


class EnrolmentIn(TypedDict):
    """A shop's id and the code of a published scheme."""

    shop: str
    scheme: str


class EnrolmentOut(TypedDict):
    id: str
    shop: str
    scheme: str
    state: str
    deposit_minor: int
    currency: str
    since: str
    until: str | None


class EnrolmentsOut(TypedDict):
    items: list["EnrolmentOut"]
    next: str


class EntryOut(TypedDict):
    """What happened with a customer: `what` in words, `text` what was said, `data` codes and numbers."""

    type: str
    what: str
    direction: Literal["in", "out", ""]
    occurred: str
    who: str
    text: str
    data: dict[str, Any]


class EventOut(TypedDict):
    """An event as webhooks send it."""

    id: str
    type: str
    seq: int
    occurred: str
    actor: dict[str, str]
    subject: str
    customer: str | None
    data: dict[str, Any]


class EventsOut(TypedDict):
    """`next`: the last event looked at; ask again with it as `after`, also when there is nothing yet."""

    items: list["EventOut"]
    next: str


class EvidenceOut(TypedDict):
    """`digest` was fixed when it was filed; `private` pieces are seen by staff and whoever filed them."""

    id: str
    round: int
    side: str
    author: str
    file: str | None
    digest: str
    item: str
    point: str
    words: str
    private: bool
    private_why: str
    filed: str


class ExpertIn(TypedDict):
    """Somebody of staff (`user`: their id), or from outside by `name`, with what makes them an expert."""

    name: NotRequired[str]
    about: NotRequired[str]
    user: NotRequired[str]


class ExpertOut(TypedDict):
    """`place`: 1, 2, 3, how a judgement names them."""

    place: int
    name: str
    about: str


class ExportIn(TypedDict):
    """`query` is the address of the list: filters, `sort`, `columns`, `q`."""

    list: str
    query: NotRequired[str]
    format: NotRequired[Literal["csv", "xlsx"]]
    encoding: NotRequired[Literal["utf-8-sig", "utf-8", "gb18030"]]


class ExportOut(TypedDict):
    """`ready` has a file until `expires`, under `path`."""

    id: str
    list: str
    query: str
    format: str
    state: Literal["waiting", "running", "ready", "sent", "cancelled", "stopped", "expired"]
    reason: str
    expected: int | None
    rows: int
    size: int
    created: str
    expires: str | None
    path: str


class FaultOut(TypedDict):
    """`row` counts as a spreadsheet does; `column` is the header's name, "" for the row as a whole."""

    row: int
    column: str
    words: str
    level: Literal["refused", "warned"]


class FieldOut(TypedDict):
    code: str
    title: str
    type: str


class FigureOut(TypedDict):
    """`numerator` and `denominator` are counts, or seconds; `value` is null where nothing was counted."""

    code: str
    title: str
    unit: str
    value: float | None
    numerator: float
    denominator: float
    target: float | None
    target_is_limit: bool
    missed: bool
    counts: str
    of: str
    excludes: str
    owner: str


class FigureRowOut(TypedDict):
    at: str
    what: str
    kind: str
    who: str
    numerator: float
    denominator: float


class FigureRowsOut(TypedDict):
    items: list["FigureRowOut"]
    next: str


class FiguresOut(TypedDict):
    """Figures of the days from `first` to before `after`."""

    first: str
    after: str
    items: list["FigureOut"]


class FileOut(TypedDict):
    """`scan`: waiting, clean, infected or none (the house has no scanner). Infected and waiting ones are
    not handed out.
    """

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    scan: str
    created: str


class FilledIn(TypedDict):
    """What the market made of it: units, their whole price and our fee."""

    units: float | str
    amount_minor: int
    fee_minor: NotRequired[int]
    number: NotRequired[str]


class FilledReplyOut(TypedDict):
    """The words for this case; each of `missing` is a gap ⟦…⟧ that has to be filled in before they can
    be sent.
    """

    text: str
    missing: list[str]


class FoundOut(TypedDict):
    """`list` is the code of the list it stands in ("customers", "cases", "orders"), `id` its key there."""

    list: str
    id: str
    title: str
    sub: str


class GrantIn(TypedDict):
    """`unit` is where the role's scopes are measured from; "" for their own rows and `all` only."""

    role: str
    unit: NotRequired[str]


class HeardIn(TypedDict):
    """What a line says (see `channels/actions/adapters.py`); `call` is its own name for the contact.

    `address`: who rings or writes, "" for a hidden number. `staff`: public id of the colleague who
    picked up, for `answered`. `to`: code of a team, for `transferred`.
    """

    what: Literal["offered", "answered", "said", "held", "resumed", "transferred", "hung_up"]
    channel: Literal["chat", "phone", "sms", "wechat"]
    call: str
    address: NotRequired[str]
    name: NotRequired[str]
    text: NotRequired[str]
    to: NotRequired[str]
    staff: NotRequired[str]
    language: NotRequired[str]


class HelpedIn(TypedDict):
    helped: bool


class HoldIn(TypedDict):
    on: bool
    why: str


class HoldingIn(TypedDict):
    """`terms` as typed: percentages and amounts as text, days as ISO dates."""

    customer: str
    sku: str
    number: str
    currency: NotRequired[str]
    opened: NotRequired[str | None]
    terms: NotRequired[dict[str, str | int | bool]]


class HoldingOut(TypedDict):
    """`number` is masked without `people.contacts`; `terms` as their kind has them, amounts in minor
    units.
    """

    id: str
    customer: str
    sku: str
    kind: str
    number: str
    currency: str
    state: str
    terms: dict[str, Any]
    opened: str
    matures: str | None
    closed: str | None
    balance_minor: int | None
    balance_on: str | None
    version: int


class HoldingsOut(TypedDict):
    items: list["HoldingOut"]
    next: str


class HouseholdOut(TypedDict):
    """Who lives together today, the customer asked about first."""

    id: str
    members: list["PartyOut"]


class IdentifierOut(TypedDict):
    """`text` is masked unless the token has the right `people.contacts`."""

    kind: str
    text: str
    masked: bool
    verified: str | None


class ImportOut(TypedDict):
    """`mapping` is {field: column, from 0}; `dates` is {column: ymd, dmy, mdy or "?" where it must be
    said}.

    `unsaid` is what still has to be said before it can start. `counts`: new, recognised, doubt,
    update, unchanged, refused, warned, taken_back, kept; `checked` the same of the dry run. `faults`
    are the first ones.
    """

    id: str
    kind: str
    name: str
    state: str
    reason: str
    created: str
    started: str | None
    finished: str | None
    columns: list[str]
    mapping: dict[str, int]
    dates: dict[str, str]
    options: dict[str, str]
    unsaid: dict[str, str]
    row: int
    total: int
    counts: dict[str, int]
    checked: dict[str, int]
    faults: list["FaultOut"]
    same_as: str | None


class ImportShort(TypedDict):
    id: str
    kind: str
    name: str
    state: str
    created: str
    counts: dict[str, int]


class ImportsOut(TypedDict):
    items: list["ImportShort"]
    next: str


class InHandOut(TypedDict):
    """Orders in this token's hands, what they need in the order of the bins, and whether it is `full`.
    `batch` at picking.

    `ship_to` of a single order, null without the right to contacts.
    """

    orders: list[str]
    batch: str
    stops: list["StopOut"]
    full: bool
    ship_to: dict[str, str] | None


class InvestmentIn(TypedDict):
    """Either `amount_minor`, or `units` with the latest `price_minor` of one."""

    customer: str
    sku: str
    side: Literal["buy", "sell"]
    currency: NotRequired[str]
    amount_minor: NotRequired[int | None]
    units: NotRequired[float | str | None]
    price_minor: NotRequired[int | None]
    holding: NotRequired[str]
    channel: NotRequired[str]


class InvestmentOut(TypedDict):
    """`read_text` are the words read out at the last `reading`, for the trading day `trades` until
    `due`.
    """

    id: str
    customer: str
    sku: str
    side: str
    amount_minor: int
    currency: str
    units: str | None
    state: str
    reading: int
    read_text: str
    told_late: bool
    trades: str | None
    due: str | None
    settles: str | None
    holding: str | None
    drafted: str


class InvestmentsOut(TypedDict):
    items: list["InvestmentOut"]
    next: str


class IssueIn(TypedDict):
    """One thing to put right. `wants` is a remedy of its kind, `order` a number, `quote` what is
    complained of.
    """

    kind: str
    wants: NotRequired[str]
    wants_minor: NotRequired[int]
    order: NotRequired[str]
    quote: NotRequired[str]


class IssueOut(TypedDict):
    """`place` is how it is named within its case; `owner` 0 the handler, 1 the supervisor, 2 the head of
    service.
    """

    id: str
    case: str
    place: int
    kind: str
    kind_name: dict[str, str]
    state: Literal[
        "recorded",
        "answered",
        "resolved",
        "validity",
        "facts",
        "response",
        "negotiation",
        "investigation",
        "hearing",
        "approval",
        "decided",
        "remedy",
        "appealable",
        "closed",
    ]
    turn: Literal["staff", "customer", "respondent", "both", "nobody"]
    heard: bool
    due: str | None
    round: int
    version: int
    team: str
    handler: str
    owner: int
    breached: bool
    order: str
    quote: str
    wants: str
    wants_minor: int
    currency: str
    outcome: str
    amount_minor: int
    paid_minor: int
    advanced: str | None
    opened: str
    decided: str | None
    closed: str | None


class IssueWithAll(TypedDict):
    """`verbs` is what the token may do now, `why_due` explains the time left."""

    id: str
    case: str
    place: int
    kind: str
    kind_name: dict[str, str]
    state: Literal[
        "recorded",
        "answered",
        "resolved",
        "validity",
        "facts",
        "response",
        "negotiation",
        "investigation",
        "hearing",
        "approval",
        "decided",
        "remedy",
        "appealable",
        "closed",
    ]
    turn: Literal["staff", "customer", "respondent", "both", "nobody"]
    heard: bool
    due: str | None
    round: int
    version: int
    team: str
    handler: str
    owner: int
    breached: bool
    order: str
    quote: str
    wants: str
    wants_minor: int
    currency: str
    outcome: str
    amount_minor: int
    paid_minor: int
    advanced: str | None
    opened: str
    decided: str | None
    closed: str | None
    verbs: list[str]
    why_due: dict[str, Any] | None
    evidence: list["EvidenceOut"]
    statements: list["SaidOut"]
    offers: list["OfferOut"]
    decisions: list["RulingOut"]
    remedies: list["RemedyOut"]
    consultations: list["ConsultationOut"]
    segments: list["SegmentOut"]


class IssuesOut(TypedDict):
    items: list["IssueOut"]


class ItemOut(TypedDict):
    """`title` and `path` (the page) say what it is about; empty where the token may not see that."""

    id: str
    kind: str
    team: str
    state: Literal["queued", "offered", "assigned", "done", "cancelled"]
    arrived: str
    due: str
    language: str
    title: str
    path: str


class ItemsOut(TypedDict):
    items: list["ItemOut"]
    next: str


class ItselfOut(TypedDict):
    """`may` are the rights it has at this moment: those its owner has too."""

    id: str
    name: str
    tail: str
    owner: str | None
    rights: dict[str, Literal["own", "team", "department", "branch", "all"]]
    created: str
    expires: str | None
    revoked: str | None
    last_used: str | None
    may: list[str]


class JobOut(TypedDict):
    """A piece of background work. `error` is the class of its last failure."""

    id: str
    task: str
    queue: str
    state: Literal["READY", "RUNNING", "SUCCESSFUL", "FAILED"]
    tries: int
    done: int
    total: int | None
    enqueued: str
    started: str | None
    finished: str | None
    error: str


class JobsOut(TypedDict):
    items: list["JobOut"]
    next: str


class KindOut(TypedDict):
    """`needs`: of each group at least one field must have a column."""

    code: str
    title: str
    fields: list["FieldOut"]
    needs: list[list[str]]
    options: dict[str, str]


class KindsOut(TypedDict):
    items: list["KindOut"]


class LaterIn(TypedDict):
    """At most a year ahead."""

    until: str
    reason: NotRequired[str]


class LedgerEntryOut(TypedDict):
    id: str
    kind: str
    currency: str
    amount_minor: int
    made: str


class LikelyIn(TypedDict):
    """What is known so far of somebody; parts that cannot be read say nothing."""

    name: NotRequired[str]
    phone: NotRequired[str]
    email: NotRequired[str]
    member: NotRequired[str]
    birth: NotRequired[str]
    address: NotRequired[str]


class LikelyListOut(TypedDict):
    items: list["LikelyOut"]


class LikelyOut(TypedDict):
    """`share`: of all that this may be; `probability`: of this one alone. Without `people.contacts`
    there are no steps.
    """

    customer: str
    name: str
    provisional: bool
    share: float
    probability: float
    steps: list["StepOut"]


class LineOut(TypedDict):
    """`amount_minor` is of the whole `quantity`; the other numbers say where its pieces are."""

    sku: str
    quantity: int
    amount_minor: int
    cancelled: int
    reserved: int
    shipped: int
    received: int
    returned: int


class ListOut(TypedDict):
    code: str
    title: str
    columns: list["ColumnOut"]


class ListingChange(TypedDict):
    """`version` is the one you saw. Without `declaration`, what was declared stays while the category
    does.
    """

    title: str
    text: NotRequired[str]
    category: NotRequired[str]
    price_minor: int
    currency: NotRequired[str]
    ship_hours: NotRequired[int]
    declaration: NotRequired[Union["DeclarationIn", None]]
    version: NotRequired[int | None]


class ListingIn(TypedDict):
    title: str
    text: NotRequired[str]
    category: NotRequired[str]
    price_minor: int
    currency: NotRequired[str]
    ship_hours: NotRequired[int]
    declaration: NotRequired[Union["DeclarationIn", None]]
    shop: str
    stock: NotRequired[int]


class ListingOut(TypedDict):
    """`left` can be bought now; `declaration`: what it is by a quality standard, empty without one."""

    id: str
    shop: str
    title: str
    text: str
    category: str
    price_minor: int
    currency: str
    ship_hours: int
    state: Literal["active", "paused", "ended"]
    left: int
    declaration: dict[str, Any]
    version: int
    opened: str
    changed: str


class ListingStockIn(TypedDict):
    """So many can be bought from now on, besides those promised to orders."""

    left: int


class ListingVersionOut(TypedDict):
    """What it said from `made` on."""

    version: int
    title: str
    text: str
    category: str
    price_minor: int
    currency: str
    ship_hours: int
    declaration: dict[str, Any]
    made: str


class ListingWhole(TypedDict):
    """`versions`: all it has said, the newest first."""

    id: str
    shop: str
    title: str
    text: str
    category: str
    price_minor: int
    currency: str
    ship_hours: int
    state: Literal["active", "paused", "ended"]
    left: int
    declaration: dict[str, Any]
    version: int
    opened: str
    changed: str
    versions: list["ListingVersionOut"]


class ListingsOut(TypedDict):
    items: list["ListingOut"]
    next: str


class ListsOut(TypedDict):
    items: list["ListOut"]
    next: str


class LiveContactOut(TypedDict):
    """Somebody who is or was there by telephone or chat. `customer` is "" for somebody unknown, `call`
    the line's own name.

    `address` is masked without `people.contacts`.
    """

    id: str
    channel: str
    direction: Literal["in", "out"]
    state: Literal["waiting", "live", "held", "ended", "abandoned"]
    customer: str
    name: str
    address: str
    call: str
    team: str
    language: str
    staff: str
    outcome: str
    arrived: str
    answered: str | None
    ended: str | None


class LiveContactsOut(TypedDict):
    items: list["LiveContactOut"]


class LiveEndIn(TypedDict):
    outcome: Literal["", "solved", "case", "call_back", "nobody", "nuisance"]


class LiveLineIn(TypedDict):
    text: str


class LiveLineOut(TypedDict):
    """One thing said: `in` by the customer, `out` by us."""

    id: str
    direction: Literal["in", "out"]
    author: str
    text: str
    at: str


class MandateIn(TypedDict):
    client: str
    person: str
    capacity: NotRequired[str]
    alone_minor: NotRequired[int | None]
    together_minor: NotRequired[int | None]
    currency: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]


class MandateOut(TypedDict):
    """Limits in minor units: null without limit, 0 not at all."""

    id: str
    client: str
    person: str
    capacity: str
    alone_minor: int | None
    together_minor: int | None
    currency: str
    since: str
    until: str | None
    revoked: bool


class MandatesOut(TypedDict):
    items: list["MandateOut"]


class MappingIn(TypedDict):
    """What is left out stays as it was proposed."""

    mapping: NotRequired[dict[str, int] | None]
    dates: NotRequired[dict[str, Literal["ymd", "dmy", "mdy"]]]
    options: NotRequired[dict[str, str]]


class MarketListingOut(TypedDict):
    """`left` can be bought now, at `price_minor` (minor units of `currency`); it is sent within
    `ship_hours`.
    """

    id: str
    shop: str
    shop_name: str
    title: str
    category: str
    price_minor: int
    currency: str
    ship_hours: int
    left: int
    declaration: dict[str, Any]
    badges: list[str]


class MarketListingWhole(TypedDict):
    """`questions`: answered ones first; at most 50."""

    id: str
    shop: str
    shop_name: str
    title: str
    category: str
    price_minor: int
    currency: str
    ship_hours: int
    left: int
    declaration: dict[str, Any]
    badges: list[str]
    text: str
    version: int
    changed: str
    on_sale: bool
    questions: list["MarketQuestionOut"]


class MarketOut(TypedDict):
    items: list["MarketListingOut"]
    next: str


class MarketQuestionOut(TypedDict):
    """As everybody reads it: who asked is covered, and so are telephones and addresses in the words."""

    who: str
    text: str
    asked: str
    answer: str
    answered: str | None


class MarketShopOut(TypedDict):
    """`leaving`: it has given notice. `badges`: the schemes it promises by now."""

    id: str
    name: str
    about: str
    city: str
    state: Literal["open", "leaving", "closed"]
    opened: str
    badges: list[str]


class MeasureIn(TypedDict):
    """Measured values by parameter: numbers, true or false, the code of a choice. What is left out
    stands as declared.
    """

    values: dict[str, bool | int | float | str]


class MeasurementOut(TypedDict):
    """`citation` ("phone@3") is the version of the time of the order; `worse` by so many grades;
    `remedy`, `share` of the price and `amount_minor` are what the standard says follows.
    """

    id: str
    round: int
    citation: str
    declared: str
    found: str
    worse: int
    critical: bool
    differences: list["DifferenceOut"]
    stated: dict[str, Any]
    values: dict[str, Any]
    remedy: str
    share: float
    amount_minor: int
    currency: str
    why: dict[str, Any] | None
    author: str
    made: str


class MeasurementsOut(TypedDict):
    items: list["MeasurementOut"]


class MergeCaseIn(TypedDict):
    into: str


class MergeIn(TypedDict):
    """`others` become part of the customer that the address names. `choices`: {field: record} of `GET
    .../merge`.
    """

    others: list[str]
    choices: NotRequired[dict[str, str]]
    reason: NotRequired[str]


class MergePreviewOut(TypedDict):
    """What a merge would do. `moves`: rows by kind, none counted beyond 1,001. `refused`: why it may not
    be, or empty.
    """

    survivor: str
    others: list[str]
    moves: dict[str, int]
    refused: str
    detail: str
    fields: list["ComparedFieldOut"]


class MessageOut(TypedDict):
    """A message that was sent, or held back: then `why` says so.

    `address` is masked without `people.contacts`; the text of sign-in codes (purpose `security`) is
    never given.
    """

    id: str
    channel: str
    purpose: str
    state: Literal["held", "queued", "sent", "failed"]
    customer: str
    address: str
    title: str
    text: str
    language: str
    created: str
    sent: str | None
    why: dict[str, Any] | None


class MessagesOut(TypedDict):
    items: list["MessageOut"]
    next: str


class MoveIn(TypedDict):
    """An amount of a customer's deposit (their id, `C-...`)."""

    customer: str
    amount_minor: int
    currency: NotRequired[str]


class NatureIn(TypedDict):
    nature: Literal["person", "company"]


class NatureOut(TypedDict):
    nature: Literal["person", "company"]


class NewOrderIn(TypedDict):
    """`number`: one it has already in another system; with it again it is the same order. `paid`: the
    money has come.
    """

    customer: str
    lines: list["OrderLineIn"]
    intake: NotRequired[Literal["remittance", "sms", "phone", "email", "web", "branch", "store"]]
    ship_to: NotRequired["ShipToIn"]
    paid: NotRequired[bool]
    method: NotRequired[Literal["remittance", "transfer", "card", "wallet", "cash"]]
    number: NotRequired[str]


class NewRoleIn(TypedDict):
    name_zh: str
    name_en: str
    rights: dict[str, Literal["own", "team", "department", "branch", "all"]]
    code: str


class NewUnitIn(TypedDict):
    name_zh: str
    name_en: str
    code: str
    kind: Literal["branch", "department", "team"]
    parent: NotRequired[str]


class NewUserIn(TypedDict):
    """They choose their password by a link, which an administrator gives them on their page."""

    username: str
    name: str
    language: NotRequired[Literal["zh-hans", "en"]]
    unit: NotRequired[str]
    email: NotRequired[str]


class NotDone(TypedDict):
    key: str
    state: str
    reason: str


class OfferOut(TypedDict):
    id: str
    round: int
    side: str
    remedy: str
    amount_minor: int
    words: str
    fate: str
    made: str


class OpenedOut(TypedDict):
    number: str
    promised_at: str
    follow_url: str
    customer: str
    recognition: Literal["recognised", "doubt", "new"]
    kind: str
    issues: list[str]


class OptionIn(TypedDict):
    """A flag is written "1" or "0", a number in digits."""

    value: str
    why: str


class OptionOut(TypedDict):
    """A run-time setting; `given` is what holds while nothing is set."""

    code: str
    group: str
    title: str
    kind: Literal["text", "number", "flag"]
    value: str | int | bool
    given: str | int | bool


class OptionsOut(TypedDict):
    items: list["OptionOut"]
    next: str


class OrderLineIn(TypedDict):
    """So many of a product of ours (its sku) or of a shop's listing (its id)."""

    product: str
    quantity: NotRequired[int]


class OrderOut(TypedDict):
    """Amounts are in minor units of `currency`. `stage` is the open one; "" when none is. `promised`: in
    the customer's hands; none before it is paid.
    """

    id: str
    number: str
    customer: str
    state: str
    stage: str
    intake: str
    currency: str
    total_minor: int
    placed: str
    promised: str | None
    lines: list["LineOut"]


class OrderPaymentIn(TypedDict):
    """In minor units of the order's currency. `reference` is the bank's or wallet's own number."""

    amount_minor: int
    currency: str
    method: NotRequired[Literal["remittance", "transfer", "card", "wallet", "cash"]]
    reference: NotRequired[str]


class OrderPaymentOut(TypedDict):
    """Came in: more than nothing; went back or to the seller: less."""

    id: str
    kind: str
    method: str
    amount_minor: int
    reference: str
    made: str


class OrderStageOut(TypedDict):
    """`state`: ahead, open, stopped, done, dropped. `team` works on it; none: the seller, the buyer or a
    carrier.
    """

    code: str
    state: str
    team: str | None
    opened: str | None
    due: str | None
    done: str | None


class OrderTroubleOut(TypedDict):
    """`how` it was settled: a way out, or "" while it is open."""

    id: str
    kind: str
    stage: str
    note: str
    opened: str
    settled: str | None
    how: str


class OrderWithWay(TypedDict):
    """`ship_to` only for tokens that may see contacts. `seller` is a customer's id; none: we sell
    ourselves.
    """

    id: str
    number: str
    customer: str
    state: str
    stage: str
    intake: str
    currency: str
    total_minor: int
    placed: str
    promised: str | None
    lines: list["LineOut"]
    seller: str | None
    paid_minor: int
    ship_by: str | None
    paid: str | None
    shipped: str | None
    received: str | None
    cancelled: str | None
    why: str
    ship_to: dict[str, str] | None
    stages: list["OrderStageOut"]
    parcels: list["ParcelOut"]
    payments: list["OrderPaymentOut"]
    troubles: list["OrderTroubleOut"]


class OrdersOut(TypedDict):
    items: list["OrderOut"]
    next: str


class OtherCaseIn(TypedDict):
    other: str


class OutboundCallOut(TypedDict):
    """A customer on a call list. `why`: what stands against ringing them."""

    id: str
    list: str
    customer: str
    number: str
    state: Literal["waiting", "queued", "calling", "done", "refused", "stopped"]
    attempts: int
    next_at: str | None
    dialled: str | None
    result: str
    note: str
    why: dict[str, Any] | None


class OutboundCallsOut(TypedDict):
    items: list["OutboundCallOut"]
    next: str


class PanelIn(TypedDict):
    """`number`: 1, 2, 3, the version it judges by."""

    number: int


class PanelOut(TypedDict):
    """`alpha` is Krippendorff's, of the grades and of each parameter. Closed without a result, what was
    found is not told.
    """

    id: str
    citation: str
    state: Literal["open", "published", "closed"]
    opened: str
    ended: str | None
    alpha: float | None
    parameters: dict[str, float | None]
    experts: list["ExpertOut"]
    specimens: list["SpecimenOut"]


class PanelsOut(TypedDict):
    items: list["PanelOut"]


class ParcelIn(TypedDict):
    """`lines`: what is in it (none: all that is still to be sent). `handed`: the carrier has it already."""

    carrier: str
    tracking: str
    lines: NotRequired[list["PartIn"]]
    handed: NotRequired[bool]


class ParcelLineOut(TypedDict):
    sku: str
    quantity: int


class ParcelOut(TypedDict):
    """`void`: it did not arrive, its goods are sent anew or not at all. Events are the newest first."""

    id: str
    carrier: str
    tracking: str
    state: str
    void: bool
    made: str
    handed: str | None
    delivered: str | None
    lines: list["ParcelLineOut"]
    events: list["CarrierEventOut"]


class PartIn(TypedDict):
    """So many of a line of the order, named by its sku."""

    sku: str
    quantity: int


class PartyOut(TypedDict):
    """The other side. Empty for a customer the token may not see."""

    id: str
    name: str
    nature: str


class PersonIn(TypedDict):
    """What a source says about somebody; at least one of phone, email, member."""

    source: str
    name: NotRequired[str]
    phone: NotRequired[str]
    email: NotRequired[str]
    member: NotRequired[str]
    language: NotRequired[Literal["", "zh-hans", "en"]]


class PlaceIn(TypedDict):
    """`parent` "" lets a branch stand alone."""

    parent: str


class PostingOut(TypedDict):
    """`running_minor` is the balance of the account after it."""

    entry: str
    kind: str
    amount_minor: int
    running_minor: int
    made: str
    reference_kind: str
    reference: str


class PresenceIn(TypedDict):
    presence: Literal["offline", "ready", "away"]


class Problem(TypedDict):
    """An error (RFC 9457) in the language of `Accept-Language`."""

    type: str
    title: str
    status: int
    code: str
    detail: NotRequired[str | None]
    fields: NotRequired[dict[str, str] | None]


class ProcedureOut(TypedDict):
    """`digest` is of the table and the content together: it changes whenever a promise does."""

    number: int
    digest: str
    origin: str
    published: str


class ProcedureWithContent(TypedDict):
    """`content`: kinds of cases, issues, remedies, rules, causes, rejections, penalties, as packs write
    them.
    """

    number: int
    digest: str
    origin: str
    published: str
    content: dict[str, Any]


class ProceduresOut(TypedDict):
    items: list["ProcedureOut"]


class PublishArticleIn(TypedDict):
    """The next version whole. `version`: the one that was read, 409 `stale` when somebody was faster."""

    title: dict[str, str]
    body: dict[str, str]
    codes: NotRequired[list[str]]
    lines: NotRequired[list[str]]
    note: NotRequired[str]
    review: NotRequired[str | None]
    version: NotRequired[int | None]


class PurchaseIn(TypedDict):
    """`cost_minor` in all. `order`: the id of an order that waits for it (none: for the shelf). Without
    `expected` the supplier's usual days count.
    """

    supplier: str
    sku: str
    quantity: int
    cost_minor: int
    currency: str
    order: NotRequired[str]
    expected: NotRequired[str | None]


class PurchaseOut(TypedDict):
    """Of `quantity`, `arrived_quantity` were taken in; `rejected_quantity` were refused and are still
    owed. `cost_minor` is of the whole, `invoice_minor` what the supplier asks for. `order`: the one
    it is for, "" for the shelf.
    """

    id: str
    supplier: str
    sku: str
    order: str
    place: str
    quantity: int
    arrived_quantity: int
    rejected_quantity: int
    missing: int
    cost_minor: int
    currency: str
    state: Literal["ordered", "arrived", "paid", "cancelled"]
    reference: str
    invoice_minor: int | None
    ordered: str
    expected: str
    arrived: str | None
    paid: str | None


class PurchasesOut(TypedDict):
    items: list["PurchaseOut"]
    next: str


class PutDownOut(TypedDict):
    """How many orders are anybody's again."""

    orders: int


class QueueOut(TypedDict):
    """What waits of one kind and channel in one team; `asks_supervisor`: it has waited so long that a
    person decides.
    """

    team: str
    kind: str
    channel: str
    waiting: int
    offered: int
    overdue: int
    oldest: str
    soonest: str
    asks_supervisor: bool


class ReadingIn(TypedDict):
    """The language to read in; none: the client's own."""

    language: NotRequired[Literal["", "zh-hans", "en"]]


class ReasonIn(TypedDict):
    reason: NotRequired[str]


class RecognitionOut(TypedDict):
    customer: str
    outcome: Literal["recognised", "doubt", "new"]
    why: dict[str, Any]


class RefundIn(TypedDict):
    """`why` is a code of your own."""

    amount_minor: int
    currency: str
    why: NotRequired[str]


class RelationIn(TypedDict):
    """`other` is `role` to the customer. `together`: a family shares one household from now on."""

    other: str
    role: Literal[
        "spouse",
        "parent",
        "child",
        "member",
        "representative",
        "signatory",
        "contact",
        "employee",
        "guarantor",
        "guaranteed",
        "agent",
        "principal",
    ]
    together: NotRequired[bool]
    valid_from: NotRequired[str | None]
    valid_to: NotRequired[str | None]
    source: NotRequired[Literal["word", "document", "register", "import"]]
    note: NotRequired[str]


class RelationOut(TypedDict):
    """What the other side is to the customer asked about. `own`: since a merge both sides are that one
    customer.
    """

    id: str
    role: Literal[
        "spouse",
        "parent",
        "child",
        "member",
        "representative",
        "signatory",
        "contact",
        "employee",
        "guarantor",
        "guaranteed",
        "agent",
        "principal",
    ]
    party: "PartyOut"
    own: bool
    household: str
    valid_from: str | None
    valid_to: str | None
    ended_on: str | None
    source: str
    note: str
    created: str
    current: bool


class RelationRef(TypedDict):
    id: str


class RelationsOut(TypedDict):
    items: list["RelationOut"]
    households: list["HouseholdOut"]


class RemedyOut(TypedDict):
    """`paid_by`: which pots the money came from; `entry`: its movement in the ledger."""

    id: str
    round: int
    code: str
    shape: str
    amount_minor: int
    currency: str
    state: str
    due: str
    executed: str | None
    paid_by: dict[str, int]
    entry: str


class ReplayIn(TypedDict):
    """`only`: this one event, once, out of order. Else everything from `seq` on, in order."""

    seq: int
    only: NotRequired[bool]


class RequestIn(TypedDict):
    """What somebody asks about their data. Without `law` the house's own; without `received` now."""

    customer: str
    kind: Literal["access", "correction", "restriction", "objection", "anonymisation", "deletion"]
    law: NotRequired[Literal["", "pipl", "gdpr"]]
    channel: NotRequired[Literal["web", "email", "phone", "letter", "api"]]
    note: NotRequired[str]
    received: NotRequired[str | None]


class RequestOut(TypedDict):
    id: str
    customer: str
    kind: str
    law: str
    channel: str
    state: str
    received: str
    due: str
    extended: str | None
    closed: str | None
    outcome: str


class RequestsOut(TypedDict):
    items: list["RequestOut"]
    next: str


class RespondentIn(TypedDict):
    """`customer` is their public id."""

    customer: str
    role: NotRequired[Literal["", "buyer", "seller", "member", "client"]]


class RetentionOut(TypedDict):
    held: bool
    items: list["RuleOut"]
    next: str


class ReturnArrivedIn(TypedDict):
    """When it was handed over; none: now."""

    occurred: NotRequired[str | None]


class ReturnCheckIn(TypedDict):
    """What was found; anything but `as_sent` needs words and the ids of files that show it."""

    finding: str
    words: NotRequired[str]
    files: NotRequired[list[str]]


class ReturnHeardIn(TypedDict):
    """What a carrier says of a parcel: `delivered` means that it has arrived; other codes change
    nothing.
    """

    carrier: str
    tracking: str
    code: str
    occurred: str


class ReturnIn(TypedDict):
    """So many of the line at `place` (1, 2, 3) of an order (its id); `repair`: to be repaired, not
    refunded.
    """

    order: str
    place: NotRequired[int]
    quantity: NotRequired[int]
    reason: str
    words: NotRequired[str]
    repair: NotRequired[bool]


class ReturnOut(TypedDict):
    """`scheme`: the promise it comes back under, empty by agreement. `due`: until when the step it
    stands at may take.
    """

    id: str
    order: str
    customer: str
    sku: str
    quantity: int
    state: str
    scheme: str
    reason: str
    repair: bool
    words: str
    finding: str
    found: str
    carrier: str
    tracking: str
    amount_minor: int
    currency: str
    asked: str
    due: str | None
    arrived: str | None
    ended: str | None


class ReturnParcelIn(TypedDict):
    """The parcel it travels in."""

    carrier: NotRequired[str]
    tracking: NotRequired[str]


class ReturnWordsIn(TypedDict):
    """Why it is refused."""

    words: str


class ReturnsOut(TypedDict):
    items: list["ReturnOut"]
    next: str


class ReviewOut(TypedDict):
    """Two customers who may be one. `score`: the model's probability. `why`: empty once it has been
    decided and erased.
    """

    id: str
    customer: str
    candidate: str
    state: str
    origin: str
    score: float | None
    created: str
    later_until: str | None
    why: dict[str, Any]


class ReviewsOut(TypedDict):
    items: list["ReviewOut"]


class RoleIn(TypedDict):
    """Rights by name, each with its scope; a right that is not named is not held."""

    name_zh: str
    name_en: str
    rights: dict[str, Literal["own", "team", "department", "branch", "all"]]


class RoleOut(TypedDict):
    code: str
    name: dict[str, str]
    rights: dict[str, str]


class RolesOut(TypedDict):
    items: list["RoleOut"]
    next: str


class RowsOut(TypedDict):
    """Each row has `key` (its public id), `path` (its page), and the values of the columns by code."""

    items: list[dict[str, Any]]
    next: str
    previous: str
    count: int
    more: bool


class RuleOut(TypedDict):
    """`days` 0: kept for ever. `due` rows would go now."""

    code: str
    title: str
    days: int
    due: int


class RulingOut(TypedDict):
    """`citations` are rules with the version of the procedure: "r1@3"."""

    id: str
    round: int
    basis: str
    state: str
    outcome: str
    remedy: str
    amount_minor: int
    promised: str | None
    penalty: str
    penalty_minor: int
    publish: bool
    reasons: str
    would_change: str
    code: str
    citations: list[str]
    needs_approval: list[str]
    proposer: str
    proposed: str
    approver: str
    approved: str | None
    returned_why: str
    served: str | None


class RunOut(TypedDict):
    """`not_done` holds the first thousand rows that failed or were not undone, with the reason."""

    id: str
    list: str
    action: str
    state: Literal["waiting", "running", "finished", "cancelled", "stopped", "undoing", "undone"]
    reason: str
    expected: int
    done: int
    failed: int
    undone: int
    created: str
    finished: str | None
    undoable: bool
    not_done: list["NotDone"]


class SaidOut(TypedDict):
    round: int
    state: str
    side: str
    verb: str
    author: str
    text: str
    made: str


class SampleOut(TypedDict):
    """A decided issue drawn for a second look; `marks` once somebody has looked."""

    id: str
    case: str
    place: int
    drawn: str
    marks: dict[str, bool]
    words: str
    reviewed: str | None


class SampleReviewIn(TypedDict):
    """Every question answered: were both heard, reasons clear, rules cited rightly, in time, in a good
    tone.
    """

    heard: bool
    reasons: bool
    rules: bool
    in_time: bool
    tone: bool
    words: NotRequired[str]


class SamplesOut(TypedDict):
    items: list["SampleOut"]
    next: str


class SavedRepliesOut(TypedDict):
    items: list["SavedReplyOut"]


class SavedReplyIn(TypedDict):
    """`title` and `body` by language (`zh-hans`, `en`); `team`: the code of the team whose it is.

    In the body {customer}, {case}, {promise}, {order}, {me} and {team} stand for values. `kinds` and
    `channels` narrow where it is offered. `steps`, in order: answer or resolve, next.
    """

    code: str
    title: dict[str, str]
    body: dict[str, str]
    team: NotRequired[str]
    kinds: NotRequired[list[str]]
    channels: NotRequired[list[str]]
    steps: NotRequired[list[str]]
    version: NotRequired[int | None]


class SavedReplyOut(TypedDict):
    """`own`: somebody's alone; otherwise the team's."""

    id: str
    code: str
    title: dict[str, str]
    body: dict[str, str]
    own: bool
    team: str
    kinds: list[str]
    channels: list[str]
    steps: list[str]
    used: int
    last_used: str | None
    version: int


class ScanIn(TypedDict):
    """What a scanner types before Enter: a product's, order's, parcel's, batch's or purchase's number;
    `3*BK-1` for three.

    "" is Enter alone (the next one, or done with what is in hand), "-" takes the last scan back
    within ten seconds, "!no_stock" tells of trouble. `size`: orders in a batch. `carrier`: of parcels
    packed. `chosen`: the purchase at arrivals.
    """

    text: str
    size: NotRequired[int]
    carrier: NotRequired[str]
    chosen: NotRequired[str]


class ScanOut(TypedDict):
    """One scan. `left`: pairs that were not asked about, by why. `right`: of what scans had proposed and
    stewards decided.
    """

    id: str
    state: str
    night: str | None
    percent: int
    created: str
    ended: str | None
    seconds: float
    records: int
    customers: int
    pairs: int
    proposals_new: int
    proposals_known: int
    proposals_apart: int
    left: dict[str, int]
    right: dict[str, float] | None
    model: str


class ScansOut(TypedDict):
    items: list["ScanOut"]


class SchemeOut(TypedDict):
    """A claim pays `factor` times the price, or `share` of it between `least_minor` and `most_minor` (0:
    no bound).
    """

    code: str
    name: dict[str, str]
    words: dict[str, str]
    proof: str
    days: int
    hours: int
    factor: float
    share: float
    least_minor: int
    most_minor: int
    deposit_minor: int
    automatic_most: int
    per_buyer: int
    categories: list[str]
    excluded: list[str]


class SchemesOut(TypedDict):
    """The schemes of the rules in force: their version and its digest."""

    items: list["SchemeOut"]
    currency: str
    version: int
    digest: str


class Scope(TypedDict):
    whose: NotRequired[str]
    span: NotRequired[str]
    at: NotRequired[str]


class SearchOut(TypedDict):
    """The best of each list, at most 20; there is no further page."""

    items: list["FoundOut"]
    next: str


class SeatIn(TypedDict):
    team: str
    languages: list[Literal["zh-hans", "en"]]
    capacity: int
    phone: NotRequired[int | None]
    chat: NotRequired[int | None]
    skills: NotRequired[dict[str, Literal[1, 2]] | None]


class SeatOut(TypedDict):
    """The owner's seat in a team."""

    team: str
    presence: Literal["offline", "ready", "away", "wrap_up", "silent"]
    capacity: int
    open: int
    languages: list[str]
    phone_capacity: int
    phone_open: int
    chat_capacity: int
    chat_open: int
    parked: int
    skills: dict[str, int]


class SecretOut(TypedDict):
    """`secret` (`whsec_...`) is shown in this answer only; a replay by idempotency key has null there."""

    id: str
    name: str
    url: str
    types: list[str]
    owner: str | None
    state: Literal["active", "paused"]
    paused_why: str
    seq: int
    tries: int
    failing_since: str | None
    next_try: str | None
    version: int
    created: str
    secret: NotRequired[str | None]


class SegmentOut(TypedDict):
    """A stretch of its life in which one side had to act; `reason` is the verb that began it."""

    round: int
    state: str
    turn: str
    started: str
    ended: str | None
    due: str | None
    reason: str
    breached: bool


class ShipToIn(TypedDict):
    name: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[str]


class ShopAnswerIn(TypedDict):
    text: str


class ShopChange(TypedDict):
    name: str
    about: NotRequired[str]
    city: NotRequired[str]


class ShopIn(TypedDict):
    """`customer`: whose shop it becomes."""

    name: str
    about: NotRequired[str]
    city: NotRequired[str]
    customer: str


class ShopOut(TypedDict):
    """`badges`: the schemes in force; `open_orders`: on their way; `deposit_short`: a deposit must be
    filled up.
    """

    id: str
    customer: str
    name: str
    about: str
    city: str
    state: Literal["open", "leaving", "closed"]
    opened: str
    left: str | None
    on_sale: int
    open_orders: int
    deposit_short: bool
    badges: list[str]


class ShopQuestionHide(TypedDict):
    """`why` stays in the trail."""

    hidden: NotRequired[bool]
    why: NotRequired[str]


class ShopQuestionIn(TypedDict):
    """`customer`: who asks."""

    customer: str
    text: str


class ShopQuestionOut(TypedDict):
    """`answer` is empty until the shop has answered; `hidden`: not on the public page."""

    id: str
    listing: str
    customer: str
    text: str
    answer: str
    asked: str
    answered: str | None
    about_version: int
    hidden: bool


class ShopQuestionsOut(TypedDict):
    items: list["ShopQuestionOut"]
    next: str


class ShopsOut(TypedDict):
    items: list["ShopOut"]
    next: str


class SlipCandidateOut(TypedDict):
    """An order that waits for money the slip may be: `score` counts what speaks for it."""

    order: str
    number: str
    owed_minor: int
    score: float


class SlipCreditIn(TypedDict):
    """`customer`: whose money it is, where the slip does not say."""

    customer: NotRequired[str]


class SlipIn(TypedDict):
    """`slip` is the post office's or bank's own number: by it one that comes twice is noticed."""

    slip: str
    amount_minor: int
    currency: str
    paid_on: str
    payer: NotRequired[str]
    address: NotRequired[str]
    member: NotRequired[str]
    text: NotRequired[str]


class SlipLineIn(TypedDict):
    sku: str
    quantity: NotRequired[int]


class SlipMatchIn(TypedDict):
    """`order`: its number or id."""

    order: str


class SlipOrderIn(TypedDict):
    """What the slip orders; `customer`, `phone` and `address` where it does not say them."""

    lines: list["SlipLineIn"]
    customer: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[str]


class SlipOut(TypedDict):
    """Of `amount_minor`, `used_minor` went to `order`, `back_minor` was sent back, `credit_minor` went
    to the payer's deposit; `rest_minor` waits for somebody to decide. `address` is null without the
    right to contacts.
    """

    id: str
    slip: str
    payer: str
    address: str | None
    member: str
    text: str
    amount_minor: int
    currency: str
    paid_on: str
    state: Literal["open", "matched", "short", "over", "returned", "credited"]
    customer: str
    order: str
    used_minor: int
    back_minor: int
    credit_minor: int
    rest_minor: int
    made: str
    settled: str | None


class SlipWhole(TypedDict):
    """`answer`: what is said of its rest (exact, short, over, ambiguous, none; "" where nothing is to be
    matched), from `candidates`, the likeliest first. `why`: of the match it has.
    """

    id: str
    slip: str
    payer: str
    address: str | None
    member: str
    text: str
    amount_minor: int
    currency: str
    paid_on: str
    state: Literal["open", "matched", "short", "over", "returned", "credited"]
    customer: str
    order: str
    used_minor: int
    back_minor: int
    credit_minor: int
    rest_minor: int
    made: str
    settled: str | None
    answer: str
    candidates: list["SlipCandidateOut"]
    why: dict[str, Any] | None


class SlipsOut(TypedDict):
    items: list["SlipOut"]
    next: str


class SpecimenIn(TypedDict):
    name: str
    files: NotRequired[list[str]]


class SpecimenOut(TypedDict):
    """`median`: the grade the panel gives it."""

    place: int
    name: str
    median: str
    assessments: list["AssessmentOut"]


class SplitCaseIn(TypedDict):
    place: int


class StageLoadOut(TypedDict):
    """`todo` can be done now, `mine` of it is in this token's hands, `others` is in colleagues' hands,
    `stopped` by trouble; `first`: when the most urgent is due. `does`: what kind of stage it is, such
    as picking or packing.
    """

    code: str
    name: dict[str, str]
    does: str
    todo: int
    mine: int
    others: int
    stopped: int
    late: int
    first: str | None


class StageLoadsOut(TypedDict):
    """`arrivals`: purchases of which something is still to come."""

    items: list["StageLoadOut"]
    arrivals: int


class StageScanOut(TypedDict):
    """`good`: it did something. Else nothing has changed, and `outcome` says why, with `values` such as
    `left` or `why`.
    """

    outcome: str
    good: bool
    order: str
    values: dict[str, Any]
    made: str


class StageScreenOut(TypedDict):
    """`waiting`: what can be done now, the most urgent first. `hand`: null when nothing is in hand."""

    code: str
    name: dict[str, str]
    does: str
    todo: int
    mine: int
    others: int
    stopped: int
    late: int
    first: str | None
    waiting: list["WaitingOut"]
    hand: Union["InHandOut", None]


class StageTroubleIn(TypedDict):
    """`kind`: a trouble that the rules name for this stage."""

    kind: str


class StandardAnswerIn(TypedDict):
    text: str


class StandardCategoriesOut(TypedDict):
    items: list["StandardCategoryOut"]


class StandardCategoryIn(TypedDict):
    """`code`: small letters, digits, dashes; `name` in "zh-hans" and "en"."""

    code: str
    name: dict[str, str]


class StandardCategoryOut(TypedDict):
    code: str
    name: dict[str, str]


class StandardChangeIn(TypedDict):
    content: dict[str, Any]
    version: NotRequired[int | None]


class StandardCommentIn(TypedDict):
    text: str
    about: NotRequired[str]


class StandardCommentOut(TypedDict):
    """Comments are public; a customer's carries no name. `about`: a parameter's code."""

    id: str
    author: str
    about: str
    text: str
    made: str
    answer: str
    answered: str | None


class StandardCommentsOut(TypedDict):
    items: list["StandardCommentOut"]


class StandardDraftIn(TypedDict):
    """Without `content` the newest version is copied."""

    content: NotRequired[dict[str, Any] | None]


class StandardIn(TypedDict):
    """`category` is the code of one; `code` names the standard in citations ("phone@3") and never
    changes.
    """

    category: str
    code: str
    name: dict[str, str]


class StandardOut(TypedDict):
    """With every version the token may read, newest first."""

    code: str
    category: str
    name: dict[str, str]
    sample: bool
    versions: list["StandardVersionOut"]


class StandardStepIn(TypedDict):
    """`until`: the end of a consultation; `effective`: from when what is published holds, now without
    it.
    """

    until: NotRequired[str | None]
    effective: NotRequired[str | None]


class StandardVersionOut(TypedDict):
    """`citation` ("phone@3") names it for good; in force from `effective` to `ends`. `version` counts
    changes of a draft.
    """

    standard: str
    number: int
    citation: str
    state: Literal["draft", "consultation", "published", "superseded"]
    digest: str
    version: int
    drafted: str
    consulted_until: str | None
    published: str | None
    effective: str | None
    ends: str | None


class StandardVersionWhole(TypedDict):
    """`digest`: SHA-256 of `content` once it is published."""

    standard: str
    number: int
    citation: str
    state: Literal["draft", "consultation", "published", "superseded"]
    digest: str
    version: int
    drafted: str
    consulted_until: str | None
    published: str | None
    effective: str | None
    ends: str | None
    content: dict[str, Any]


class StandardsOut(TypedDict):
    items: list["StandardOut"]


class StartedOut(TypedDict):
    """Background work that has begun; `job` is its id under /settings/jobs."""

    job: str


class StatementOut(TypedDict):
    items: list["PostingOut"]
    next: str


class StepIn(TypedDict):
    """What a step needs; each reads its own of it. `code`: of a rejection, a cause or a kind; `expert`,
    `owner`: of staff.
    """

    text: NotRequired[str]
    files: NotRequired[list[str]]
    item: NotRequired[str]
    point: NotRequired[str]
    private: NotRequired[bool]
    private_why: NotRequired[str]
    remedy: NotRequired[str]
    amount_minor: NotRequired[int | None]
    outcome: NotRequired[Literal["", "upheld", "partly", "not_upheld"]]
    promised: NotRequired[str | None]
    penalty: NotRequired[str]
    publish: NotRequired[bool]
    citations: NotRequired[list[str]]
    code: NotRequired[str]
    would_change: NotRequired[str]
    expert: NotRequired[str]
    grounds: NotRequired[Literal["", "new_ground", "evidence", "error"]]
    team: NotRequired[str]
    fix: NotRequired[str]
    owner: NotRequired[str]
    due: NotRequired[str | None]
    remedy_id: NotRequired[str]
    against_staff: NotRequired[bool]
    version: NotRequired[int | None]


class StepOut(TypedDict):
    """One step of the sum, in bits for (+) or against (-)."""

    code: str
    kind: str
    bits: float


class StopIn(TypedDict):
    """`kind` is one of the troubles that the rules of the order name for its open stage."""

    kind: str
    note: NotRequired[str]


class StopOut(TypedDict):
    """A product in its bin: so many wanted, so many in hand."""

    sku: str
    bin: str
    quantity: int
    got: int


class SuggestionOut(TypedDict):
    """What the words were read as, how surely, and the sentence that caused it; `fate`: "", taken,
    dismissed.
    """

    id: str
    kind: str
    score: float
    sentence: str
    fate: str


class SuggestionsOut(TypedDict):
    items: list["SuggestionOut"]


class SupplierIn(TypedDict):
    code: str
    name: str
    days: NotRequired[int]


class SupplierInvoiceIn(TypedDict):
    """`reference`: the invoice's number."""

    reference: str
    amount_minor: int
    currency: str


class SupplierOut(TypedDict):
    """`days`: how long goods usually take."""

    code: str
    name: str
    days: int


class SupplierPaidIn(TypedDict):
    """`dearer`: somebody has said that an invoice above what was agreed is right."""

    dearer: NotRequired[bool]


class SuppliersOut(TypedDict):
    items: list["SupplierOut"]


class TakenOut(TypedDict):
    """The item now in hand, with why it is this one; null when nothing waits."""

    item: Union["ItemOut", None]
    why: dict[str, Any] | None


class TermsIn(TypedDict):
    """All terms, as they are to be; `version` is the one you saw."""

    terms: dict[str, str | int | bool]
    version: NotRequired[int | None]


class TimelineOut(TypedDict):
    items: list["EntryOut"]
    next: str


class TokenOut(TypedDict):
    """`tail` is the end of its secret; `last_used` is exact to the hour; `owner` is null for the house's
    own.
    """

    id: str
    name: str
    tail: str
    owner: str | None
    rights: dict[str, Literal["own", "team", "department", "branch", "all"]]
    created: str
    expires: str | None
    revoked: str | None
    last_used: str | None


class TokensOut(TypedDict):
    items: list["TokenOut"]
    next: str


class TroubleIn(TypedDict):
    """An identifier of the customer, in any formatting, and what is wrong with it."""

    kind: Literal["phone", "email", "address", "member"]
    value: str
    trouble: Literal["bounced", "returned", "silent", "recycled"]


class TroubleOut(TypedDict):
    kind: str
    text: str
    trouble: str


class TypeOut(TypedDict):
    """A type of event, as webhooks subscribe to it."""

    code: str
    what: str
    right: str


class TypesOut(TypedDict):
    items: list["TypeOut"]
    next: str


class UnitIn(TypedDict):
    name_zh: str
    name_en: str


class UnitOut(TypedDict):
    code: str
    kind: Literal["branch", "department", "team"]
    name: dict[str, str]
    parent: str


class UnitsOut(TypedDict):
    items: list["UnitOut"]
    next: str


class UnmergeIn(TypedDict):
    """`assign`: {record: customer} for each of `after` in `GET .../unmerge`. `apart`: they are two
    persons, for ever.
    """

    assign: NotRequired[dict[str, str]]
    apart: NotRequired[bool]
    reason: NotRequired[str]


class UnmergePreviewOut(TypedDict):
    """`back`: {customer: how many records they would have}. `refused`: why it cannot be undone, or
    empty.
    """

    back: dict[str, int]
    after: list["CameAfterOut"]
    refused: str
    detail: str


class UseReplyIn(TypedDict):
    """The number of the case."""

    case: str


class UserIn(TypedDict):
    """Only what is given changes."""

    name: NotRequired[str | None]
    language: NotRequired[Literal["zh-hans", "en"] | None]
    unit: NotRequired[str | None]
    email: NotRequired[str | None]


class UserOut(TypedDict):
    """A member of staff; `roles` are codes with the unit each is held for ("" everywhere)."""

    id: str
    username: str
    name: str
    language: str
    unit: str
    active: bool
    joined: str
    roles: list[dict[str, str]]


class UsersOut(TypedDict):
    items: list["UserOut"]
    next: str


class VerificationIn(TypedDict):
    """`bad`: below what was declared, or a fake. Either `order` (its id) with the line at `place`, or
    `listing`.
    """

    order: NotRequired[str]
    place: NotRequired[int]
    listing: NotRequired[str]
    kind: Literal["measured", "authenticity"]
    by: Literal["inspection", "panel", "brand", "laboratory"]
    name: str
    bad: bool
    words: NotRequired[str]
    values: NotRequired[dict[str, str | bool | float]]


class VerificationOut(TypedDict):
    """About one sold line (`order` and `sku`), or about everything that `listing` sold."""

    id: str
    order: str | None
    sku: str | None
    listing: str | None
    kind: str
    by: str
    name: str
    bad: bool
    words: str
    values: dict[str, Any]
    made: str


class VerificationsOut(TypedDict):
    items: list["VerificationOut"]
    next: str


class WaitingOut(TypedDict):
    order: str
    number: str
    opened: str | None
    due: str | None
    batch: str
    mine: bool


class WantedIn(TypedDict):
    """`q`: words in it; `least` and `most`: a span of prices in minor units."""

    q: NotRequired[str]
    category: NotRequired[str]
    least: NotRequired[int | None]
    most: NotRequired[int | None]
    shop: NotRequired[str]
    order: NotRequired[Literal["new", "cheap"]]
    limit: NotRequired[int]


class WayOutIn(TypedDict):
    """`lines` narrow what is replaced or refunded (none: all that is not sent), `until` is for `waited`."""

    how: Literal["went_on", "waited", "replaced", "split", "refunded", "cancelled"]
    lines: NotRequired[list["PartIn"]]
    until: NotRequired[str | None]


class WebhookChange(TypedDict):
    """What is left out stays as it is."""

    name: NotRequired[str | None]
    url: NotRequired[str | None]
    types: NotRequired[list[str] | None]


class WebhookIn(TypedDict):
    """`types`: `case.opened`, `case.*`; none is all you may see. `from_seq`: begin after this event,
    else with the next.
    """

    name: str
    url: str
    types: NotRequired[list[str]]
    from_seq: NotRequired[int | None]


class WebhookOut(TypedDict):
    """`seq`: the last event dealt with. `next_try` and `failing_since` while it does not take the one
    after.
    """

    id: str
    name: str
    url: str
    types: list[str]
    owner: str | None
    state: Literal["active", "paused"]
    paused_why: str
    seq: int
    tries: int
    failing_since: str | None
    next_try: str | None
    version: int
    created: str


class WebhooksOut(TypedDict):
    items: list["WebhookOut"]
    next: str


class WordIn(TypedDict):
    word: str


class WordsIn(TypedDict):
    text: NotRequired[str]
    files: NotRequired[list[str]]
    version: NotRequired[int | None]


class WorkOfferOut(TypedDict):
    """What is offered to the owner until `until`, with why it is theirs; null when nothing is."""

    item: Union["ItemOut", None]
    until: str | None
    why: dict[str, Any] | None


class YesIn(TypedDict):
    """Who said yes to which reading, in their own words."""

    person: str
    reading: int
    words: str
    channel: NotRequired[str]


class Operations(Sender):
    """Every operation of the API, one method each."""

    def list_measurements(
        self,
        number: str,
        place: int,
    ) -> "MeasurementsOut":
        """What was measured of the goods

        Newest first; of a round, the newest counts.
        """
        answer: "MeasurementsOut" = self._send(
            "GET",
            f"/cases/{self._part(number)}/issues/{self._part(place)}/measurements",
        )
        return answer

    def measure(
        self,
        number: str,
        place: int,
        *,
        body: "MeasureIn",
        idempotency_key: str = "",
    ) -> "MeasurementOut":
        """Measure the goods against their declaration

        By whoever handles the issue or was asked as an expert. 404 where nothing was declared, 409
        once it is decided.
        """
        answer: "MeasurementOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/issues/{self._part(place)}/measurements",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_issues(
        self,
        number: str,
    ) -> "IssuesOut":
        """The issues of a case

        In the order of their places; those of cases merged into it stand there too, under their own
        case.
        """
        answer: "IssuesOut" = self._send(
            "GET",
            f"/cases/{self._part(number)}/issues",
        )
        return answer

    def add_issue(
        self,
        number: str,
        *,
        body: "AddIssueIn",
        idempotency_key: str = "",
    ) -> "IssueOut":
        """One more thing to put right

        A request becomes a case of its first issue's kind.
        """
        answer: "IssueOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/issues",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_issue(
        self,
        number: str,
        place: int,
    ) -> "IssueWithAll":
        """One issue with everything

        The `ETag` names its version: send it back as `If-Match` with a step.
        """
        answer: "IssueWithAll" = self._send(
            "GET",
            f"/cases/{self._part(number)}/issues/{self._part(place)}",
        )
        return answer

    def do_step(
        self,
        number: str,
        place: int,
        verb: Literal[
            "accept",
            "ask_facts",
            "reject",
            "answer",
            "admit",
            "admit_fault",
            "offer",
            "contest",
            "accept_offer",
            "counter",
            "escalate",
            "propose",
            "consult",
            "find",
            "comment",
            "agree",
            "take_evidence",
            "confirm",
            "approve",
            "return",
            "refer_up",
            "propose_anew",
            "execute",
            "appeal",
            "summarise",
            "reopen",
            "withdraw",
            "file_evidence",
            "reclassify",
        ],
        *,
        body: "StepIn",
        idempotency_key: str = "",
        if_match: str = "",
    ) -> "IssueOut":
        """A step of the procedure

        What the table of the procedure allows the token now (`verbs` of the issue), else 403 or 409
        saying why.
        """
        answer: "IssueOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/issues/{self._part(place)}/{self._part(verb)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
            body=body,
        )
        return answer

    def name_respondent(
        self,
        number: str,
        *,
        body: "RespondentIn",
        idempotency_key: str = "",
    ) -> "CaseDoneOut":
        """Name the other side

        While nobody stands there and nothing is proposed or decided: nobody is made liable unheard.
        """
        answer: "CaseDoneOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/respondent",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def split_case(
        self,
        number: str,
        *,
        body: "SplitCaseIn",
        idempotency_key: str = "",
    ) -> "CaseDoneOut":
        """One issue becomes a case of its own

        Answers with the new case; clock, evidence and history go with the issue.
        """
        answer: "CaseDoneOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/split",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def link_case(
        self,
        number: str,
        *,
        body: "OtherCaseIn",
        idempotency_key: str = "",
    ) -> "CaseDoneOut":
        """Two cases belong together"""
        answer: "CaseDoneOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/link",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def unlink_case(
        self,
        number: str,
        *,
        body: "OtherCaseIn",
        idempotency_key: str = "",
    ) -> "CaseDoneOut":
        """They do not after all"""
        answer: "CaseDoneOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/unlink",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def merge_case(
        self,
        number: str,
        *,
        body: "MergeCaseIn",
        idempotency_key: str = "",
    ) -> "CaseDoneOut":
        """It goes on within another

        Of the same complainant. Nothing is moved: `unmerge` takes it out exactly.
        """
        answer: "CaseDoneOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/merge",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def unmerge_case(
        self,
        number: str,
        *,
        idempotency_key: str = "",
    ) -> "CaseDoneOut":
        """It stands by itself again"""
        answer: "CaseDoneOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/unmerge",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def list_suggestions(
        self,
        number: str,
    ) -> "SuggestionsOut":
        """What the words were read as"""
        answer: "SuggestionsOut" = self._send(
            "GET",
            f"/cases/{self._part(number)}/suggestions",
        )
        return answer

    def dismiss_suggestion(
        self,
        number: str,
        suggestion: str,
        *,
        idempotency_key: str = "",
    ) -> "SuggestionsOut":
        """A suggestion was wrong

        The classifier learns from it. Answers with the suggestions of the case.
        """
        answer: "SuggestionsOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/suggestions/{self._part(suggestion)}/dismiss",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def list_cases_drafts(
        self,
        number: str,
    ) -> "DraftsOut":
        """Who is writing an answer

        What is being written in a case and not sent; the longest at it first.
        """
        answer: "DraftsOut" = self._send(
            "GET",
            f"/cases/{self._part(number)}/drafts",
        )
        return answer

    def open_case(
        self,
        *,
        body: "CaseIn",
        idempotency_key: str = "",
    ) -> "OpenedOut":
        """Take in a complaint

        Recognises the customer, opens the case, starts its clock and puts the work into the queue,
        all or nothing.
        """
        answer: "OpenedOut" = self._send(
            "POST",
            "/cases",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_cases(
        self,
        *,
        state: Literal[
            "",
            "recorded",
            "answered",
            "resolved",
            "validity",
            "facts",
            "response",
            "negotiation",
            "investigation",
            "hearing",
            "approval",
            "decided",
            "remedy",
            "appealable",
            "closed",
        ]
        | None = None,
        turn: Literal["", "staff", "customer", "respondent", "both", "nobody"] | None = None,
        channel: str | None = None,
        team: str | None = None,
        customer: str | None = None,
        overdue: bool | None = None,
        opened_from: str | None | None = None,
        opened_until: str | None | None = None,
        after: str | None = None,
        limit: int | None = None,
        q: str | None = None,
    ) -> "CasesOut":
        """Newest cases, or those found by q

        Visible cases, newest first; `next` is the cursor of the next page, empty at the end. With `q`
        the best matches.
        """
        answer: "CasesOut" = self._send(
            "GET",
            "/cases",
            query={
                "state": state,
                "turn": turn,
                "channel": channel,
                "team": team,
                "customer": customer,
                "overdue": overdue,
                "opened_from": opened_from,
                "opened_until": opened_until,
                "after": after,
                "limit": limit,
                "q": q,
            },
        )
        return answer

    def get_case(
        self,
        number: str,
    ) -> "CaseWithMessages":
        """One case with what was said

        The `ETag` names its version: send it back as `If-Match` with a verb.
        """
        answer: "CaseWithMessages" = self._send(
            "GET",
            f"/cases/{self._part(number)}",
        )
        return answer

    def do_case(
        self,
        number: str,
        verb: Literal["answer", "resolve", "append", "reopen"],
        *,
        body: "WordsIn",
        idempotency_key: str = "",
        if_match: str = "",
    ) -> "CaseOut":
        """Do something with a case

        `answer`, `resolve`, `append` (the customer's words), `reopen`: what the procedure allows now,
        else 409.
        """
        answer: "CaseOut" = self._send(
            "POST",
            f"/cases/{self._part(number)}/{self._part(verb)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
            body=body,
        )
        return answer

    def list_replies(
        self,
    ) -> "SavedRepliesOut":
        """Saved replies

        Of the token's teams, the most used first; at most 300.
        """
        answer: "SavedRepliesOut" = self._send(
            "GET",
            "/replies",
        )
        return answer

    def add_replie(
        self,
        *,
        body: "SavedReplyIn",
        idempotency_key: str = "",
    ) -> "SavedReplyOut":
        """Write a saved reply"""
        answer: "SavedReplyOut" = self._send(
            "POST",
            "/replies",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def set_replie(
        self,
        public_id: str,
        *,
        body: "SavedReplyIn",
        idempotency_key: str = "",
    ) -> "SavedReplyOut":
        """Change a saved reply"""
        answer: "SavedReplyOut" = self._send(
            "PUT",
            f"/replies/{self._part(public_id)}",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def remove_replie(
        self,
        public_id: str,
    ) -> None:
        """Remove a saved reply"""
        self._send(
            "DELETE",
            f"/replies/{self._part(public_id)}",
        )

    def use_replie(
        self,
        public_id: str,
        *,
        body: "UseReplyIn",
        idempotency_key: str = "",
    ) -> "FilledReplyOut":
        """Fill a reply in for a case

        In the customer's language, counted as used. Nothing is sent by it.
        """
        answer: "FilledReplyOut" = self._send(
            "POST",
            f"/replies/{self._part(public_id)}/use",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_procedures(
        self,
    ) -> "ProceduresOut":
        """Published versions, the newest first"""
        answer: "ProceduresOut" = self._send(
            "GET",
            "/procedures",
        )
        return answer

    def current_procedure(
        self,
    ) -> "ProcedureWithContent":
        """The procedure in force

        404 where none has been published.
        """
        answer: "ProcedureWithContent" = self._send(
            "GET",
            "/procedures/current",
        )
        return answer

    def get_procedure(
        self,
        number: int,
    ) -> "ProcedureWithContent":
        """One version"""
        answer: "ProcedureWithContent" = self._send(
            "GET",
            f"/procedures/{self._part(number)}",
        )
        return answer

    def list_approvals(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "ApprovalsOut":
        """Decisions that wait for a second person

        Of the teams where the token may approve, the most due first.
        """
        answer: "ApprovalsOut" = self._send(
            "GET",
            "/approvals",
            query={"after": after, "limit": limit},
        )
        return answer

    def list_consultations(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "ConsultationsOut":
        """Questions to the owner, the expert

        Not answered yet, the most due first; answered by the step `find` of the issue.
        """
        answer: "ConsultationsOut" = self._send(
            "GET",
            "/consultations",
            query={"after": after, "limit": limit},
        )
        return answer

    def list_samples(
        self,
        *,
        open_only: bool | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> "SamplesOut":
        """Decided issues drawn for a second look

        Newest first, of the teams where the token may approve.
        """
        answer: "SamplesOut" = self._send(
            "GET",
            "/samples",
            query={"open_only": open_only, "after": after, "limit": limit},
        )
        return answer

    def review_sample(
        self,
        sample: int,
        *,
        body: "SampleReviewIn",
        idempotency_key: str = "",
    ) -> "SampleOut":
        """Take the second look

        By somebody who did not act on it, once.
        """
        answer: "SampleOut" = self._send(
            "POST",
            f"/samples/{self._part(sample)}/review",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def add_customer(
        self,
        *,
        body: "PersonIn",
        idempotency_key: str = "",
    ) -> "RecognitionOut":
        """Record what a source says

        Recognises the person, or makes a new customer; on doubt a provisional one and a review task.
        """
        answer: "RecognitionOut" = self._send(
            "POST",
            "/customers",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_customers(
        self,
        *,
        q: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> "CustomersOut":
        """Newest customers, or those found by q

        One line per record, newest first; with `q` the best matches and no further page.
        """
        answer: "CustomersOut" = self._send(
            "GET",
            "/customers",
            query={"q": q, "after": after, "limit": limit},
        )
        return answer

    def candidates_customer(
        self,
        *,
        body: "LikelyIn",
    ) -> "LikelyListOut":
        """Who this is likely to be

        The likeliest customers, best first, each with its waterfall. Nothing is written; posted for
        the sake of logs.
        """
        answer: "LikelyListOut" = self._send(
            "POST",
            "/customers/candidates",
            body=body,
        )
        return answer

    def troubles_customer(
        self,
        public_id: str,
        *,
        body: "TroubleIn",
        idempotency_key: str = "",
    ) -> "TroubleOut":
        """It does not reach them any more

        For mail that bounced, letters that came back, numbers out of service: nothing is sent there
        from now on.
        """
        answer: "TroubleOut" = self._send(
            "POST",
            f"/customers/{self._part(public_id)}/troubles",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_customer(
        self,
        public_id: str,
        *,
        at: str | None = None,
    ) -> "CustomerOut":
        """One customer, today or at a moment

        With `at` as it was at that moment, 404 when nobody was known then; what may be seen is
        decided as of today.
        """
        answer: "CustomerOut" = self._send(
            "GET",
            f"/customers/{self._part(public_id)}",
            query={"at": at},
        )
        return answer

    def list_customers_relationships(
        self,
        public_id: str,
        *,
        at: str | None = None,
    ) -> "RelationsOut":
        """Households, companies, guarantors

        Current ones first, then those that are over; at most 200. With `at` as they were known at
        that moment.
        """
        answer: "RelationsOut" = self._send(
            "GET",
            f"/customers/{self._part(public_id)}/relationships",
            query={"at": at},
        )
        return answer

    def relationships_customer(
        self,
        public_id: str,
        *,
        body: "RelationIn",
        idempotency_key: str = "",
    ) -> "RelationRef":
        """Enter a relation

        Both sides show it from now on. 409 when it is written down already; 422 with the reason where
        it cannot be.
        """
        answer: "RelationRef" = self._send(
            "POST",
            f"/customers/{self._part(public_id)}/relationships",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def relationships_end_customer(
        self,
        public_id: str,
        relation: str,
        *,
        body: "EndIn",
        idempotency_key: str = "",
    ) -> "RelationRef":
        """End a relation

        It stays in the history of both sides. 409 when it is over already.
        """
        answer: "RelationRef" = self._send(
            "POST",
            f"/customers/{self._part(public_id)}/relationships/{self._part(relation)}/end",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def set_customers_nature(
        self,
        public_id: str,
        *,
        body: "NatureIn",
    ) -> "NatureOut":
        """Person or company"""
        answer: "NatureOut" = self._send(
            "PUT",
            f"/customers/{self._part(public_id)}/nature",
            body=body,
        )
        return answer

    def list_customers_merge(
        self,
        public_id: str,
        *,
        other: list[str],
    ) -> "MergePreviewOut":
        """What a merge would do

        `other`, as often as there are any: who would become part of this customer. Nothing is
        written.
        """
        answer: "MergePreviewOut" = self._send(
            "GET",
            f"/customers/{self._part(public_id)}/merge",
            query={"other": other},
        )
        return answer

    def merge_customer(
        self,
        public_id: str,
        *,
        body: "MergeIn",
        idempotency_key: str = "",
    ) -> "DecidedOut":
        """Merge customers

        All records of `others` are this customer's from now on; their ids lead here. `POST
        /decisions/ID/unmerge` undoes it.
        """
        answer: "DecidedOut" = self._send(
            "POST",
            f"/customers/{self._part(public_id)}/merge",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def apart_customer(
        self,
        public_id: str,
        *,
        body: "ApartIn",
        idempotency_key: str = "",
    ) -> "DecidedOut":
        """Never one person (cannot-link)

        No score and no scan says otherwise until `POST /decisions/ID/lift`.
        """
        answer: "DecidedOut" = self._send(
            "POST",
            f"/customers/{self._part(public_id)}/apart",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_customers_decisions(
        self,
        public_id: str,
    ) -> "DecisionsOut":
        """Who decided that this is one

        The newest 50. Reasons only for who may read contacts.
        """
        answer: "DecisionsOut" = self._send(
            "GET",
            f"/customers/{self._part(public_id)}/decisions",
        )
        return answer

    def list_reviews(
        self,
        *,
        least: float | None = None,
        origin: Literal["", "live", "import", "scan"] | None = None,
        limit: int | None = None,
    ) -> "ReviewsOut":
        """Possible duplicates

        What waits for a steward, likeliest first; what is decided leaves, so ask again for the next.
        `least`: of the score.
        """
        answer: "ReviewsOut" = self._send(
            "GET",
            "/reviews",
            query={"least": least, "origin": origin, "limit": limit},
        )
        return answer

    def get_review(
        self,
        public_id: str,
    ) -> "ReviewOut":
        """One possible duplicate"""
        answer: "ReviewOut" = self._send(
            "GET",
            f"/reviews/{self._part(public_id)}",
        )
        return answer

    def accept_review(
        self,
        public_id: str,
        *,
        body: "AcceptIn",
        idempotency_key: str = "",
    ) -> "DecidedOut":
        """They are one person

        Merges them. 409 when it has been decided, 422 with the reason for what may not become one.
        """
        answer: "DecidedOut" = self._send(
            "POST",
            f"/reviews/{self._part(public_id)}/accept",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def reject_review(
        self,
        public_id: str,
        *,
        body: "ReasonIn",
        idempotency_key: str = "",
    ) -> "DecidedOut":
        """They are two persons

        For ever: nobody is asked about them again until somebody lifts it.
        """
        answer: "DecidedOut" = self._send(
            "POST",
            f"/reviews/{self._part(public_id)}/reject",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def later_review(
        self,
        public_id: str,
        *,
        body: "LaterIn",
        idempotency_key: str = "",
    ) -> "ReviewOut":
        """Ask again later"""
        answer: "ReviewOut" = self._send(
            "POST",
            f"/reviews/{self._part(public_id)}/later",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_scans(
        self,
        *,
        limit: int | None = None,
    ) -> "ScansOut":
        """Scans for duplicates

        The scans of all customers, newest first.
        """
        answer: "ScansOut" = self._send(
            "GET",
            "/scans",
            query={"limit": limit},
        )
        return answer

    def get_scan(
        self,
        public_id: str,
    ) -> "ScanOut":
        """One scan for duplicates"""
        answer: "ScanOut" = self._send(
            "GET",
            f"/scans/{self._part(public_id)}",
        )
        return answer

    def list_decisions_unmerge(
        self,
        public_id: str,
    ) -> "UnmergePreviewOut":
        """What undoing a merge would do

        Nothing is written.
        """
        answer: "UnmergePreviewOut" = self._send(
            "GET",
            f"/decisions/{self._part(public_id)}/unmerge",
        )
        return answer

    def unmerge_decision(
        self,
        public_id: str,
        *,
        body: "UnmergeIn",
        idempotency_key: str = "",
    ) -> "DecidedOut":
        """Undo a merge

        Everybody has the records again that they brought. 409 when a later merge stands upon this
        one.
        """
        answer: "DecidedOut" = self._send(
            "POST",
            f"/decisions/{self._part(public_id)}/unmerge",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def tie_decision(
        self,
        public_id: str,
        *,
        body: "ReasonIn",
        idempotency_key: str = "",
    ) -> "DecidedOut":
        """One person for ever (must-link)

        What this merge has joined cannot be parted until somebody lifts it.
        """
        answer: "DecidedOut" = self._send(
            "POST",
            f"/decisions/{self._part(public_id)}/tie",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def lift_decision(
        self,
        public_id: str,
        *,
        body: "ReasonIn",
        idempotency_key: str = "",
    ) -> "DecidedOut":
        """Lift a word for ever

        Of a cannot-link or must-link.
        """
        answer: "DecidedOut" = self._send(
            "POST",
            f"/decisions/{self._part(public_id)}/lift",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def timeline(
        self,
        public_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "TimelineOut":
        """A customer's timeline

        Everything with a customer over all channels, newest first.
        """
        answer: "TimelineOut" = self._send(
            "GET",
            f"/customers/{self._part(public_id)}/timeline",
            query={"after": after, "limit": limit},
        )
        return answer

    def list_orders(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        customer: str | None = None,
        state: Literal["", "placed", "paid", "shipped", "received", "cancelled"] | None = None,
        stage: str | None = None,
        number: str | None = None,
    ) -> "OrdersOut":
        """Newest orders

        Visible orders, newest first; `customer` (their id), `state`, `stage` (the open one's code)
        and `number` narrow.
        """
        answer: "OrdersOut" = self._send(
            "GET",
            "/orders",
            query={
                "after": after,
                "limit": limit,
                "customer": customer,
                "state": state,
                "stage": stage,
                "number": number,
            },
        )
        return answer

    def place_order(
        self,
        *,
        body: "NewOrderIn",
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """Place an order

        Of one seller; its goods are promised to it from now on. 409 for what is sold out or not on
        sale any more.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            "/orders",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_order(
        self,
        public_id: str,
    ) -> "OrderWithWay":
        """One order

        With its whole way: stages, parcels and what carriers say of them, payments, troubles.
        """
        answer: "OrderWithWay" = self._send(
            "GET",
            f"/orders/{self._part(public_id)}",
        )
        return answer

    def search_market(
        self,
        *,
        q: str | None = None,
        category: str | None = None,
        least: int | None | None = None,
        most: int | None | None = None,
        shop: str | None = None,
        order: Literal["new", "cheap"] | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> "MarketOut":
        """What is on sale

        The newest first, or the cheapest; of a search the 500 best are looked at. 404 in a house
        without sellers.
        """
        answer: "MarketOut" = self._send(
            "GET",
            "/market",
            query={
                "q": q,
                "category": category,
                "least": least,
                "most": most,
                "shop": shop,
                "order": order,
                "limit": limit,
                "after": after,
            },
        )
        return answer

    def look_at_shop(
        self,
        public_id: str,
    ) -> "MarketShopOut":
        """A shop in public

        What it has on sale is the market narrowed by `shop`. 404 for a closed one out of reach.
        """
        answer: "MarketShopOut" = self._send(
            "GET",
            f"/market/shops/{self._part(public_id)}",
        )
        return answer

    def look_at_listing(
        self,
        public_id: str,
    ) -> "MarketListingWhole":
        """A listing in public

        With what was asked about it and what the shop said. 404 for one not on sale and out of reach.
        """
        answer: "MarketListingWhole" = self._send(
            "GET",
            f"/market/{self._part(public_id)}",
        )
        return answer

    def list_shops(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        customer: str | None = None,
        state: Literal["", "open", "leaving", "closed"] | None = None,
    ) -> "ShopsOut":
        """Newest shops

        Visible shops, newest first; `customer` (their id) and `state` narrow.
        """
        answer: "ShopsOut" = self._send(
            "GET",
            "/shops",
            query={"after": after, "limit": limit, "customer": customer, "state": state},
        )
        return answer

    def open_shop(
        self,
        *,
        body: "ShopIn",
        idempotency_key: str = "",
    ) -> "ShopOut":
        """Open a shop for a customer

        409 for whoever has one already; 404 in a house without sellers.
        """
        answer: "ShopOut" = self._send(
            "POST",
            "/shops",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_shop(
        self,
        public_id: str,
    ) -> "ShopOut":
        """One shop

        In any state.
        """
        answer: "ShopOut" = self._send(
            "GET",
            f"/shops/{self._part(public_id)}",
        )
        return answer

    def change_shop(
        self,
        public_id: str,
        *,
        body: "ShopChange",
        idempotency_key: str = "",
    ) -> "ShopOut":
        """Change what a shop shows

        What is left out becomes empty; 409 for a closed one.
        """
        answer: "ShopOut" = self._send(
            "PUT",
            f"/shops/{self._part(public_id)}",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def leave_shop(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "ShopOut":
        """Give a shop's notice

        Nothing more is sold; orders, promises and cases go on, and deposits stay until these are
        over.
        """
        answer: "ShopOut" = self._send(
            "POST",
            f"/shops/{self._part(public_id)}/leave",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def stay_shop(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "ShopOut":
        """Take its notice back

        While it is not closed; what was on sale is on sale again.
        """
        answer: "ShopOut" = self._send(
            "POST",
            f"/shops/{self._part(public_id)}/stay",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def list_questions(
        self,
        public_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "ShopQuestionsOut":
        """Questions about it

        Visible ones with their answers, the newest first, hidden ones too.
        """
        answer: "ShopQuestionsOut" = self._send(
            "GET",
            f"/listings/{self._part(public_id)}/questions",
            query={"after": after, "limit": limit},
        )
        return answer

    def ask(
        self,
        public_id: str,
        *,
        body: "ShopQuestionIn",
        idempotency_key: str = "",
    ) -> "ShopQuestionOut":
        """Ask about it for a customer

        Of what is on sale. 409 for their own listing, and when the shop owes them too many answers;
        429 for too many a day.
        """
        answer: "ShopQuestionOut" = self._send(
            "POST",
            f"/listings/{self._part(public_id)}/questions",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_listings(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        shop: str | None = None,
        category: str | None = None,
        state: Literal["", "active", "paused", "ended"] | None = None,
    ) -> "ListingsOut":
        """Newest listings

        Visible listings of all states, newest first; `shop` (its id), `category` and `state` narrow.
        """
        answer: "ListingsOut" = self._send(
            "GET",
            "/listings",
            query={"after": after, "limit": limit, "shop": shop, "category": category, "state": state},
        )
        return answer

    def add_listing(
        self,
        *,
        body: "ListingIn",
        idempotency_key: str = "",
    ) -> "ListingOut":
        """Put something on sale

        In a shop within reach. 409 where the shop sells nothing more or holds too much already.
        """
        answer: "ListingOut" = self._send(
            "POST",
            "/listings",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_listing(
        self,
        public_id: str,
    ) -> "ListingWhole":
        """One listing

        One on sale, or one in reach in any state, with all it has said. Its `ETag` is for `If-Match`.
        """
        answer: "ListingWhole" = self._send(
            "GET",
            f"/listings/{self._part(public_id)}",
        )
        return answer

    def change_listing(
        self,
        public_id: str,
        *,
        body: "ListingChange",
        if_match: str = "",
    ) -> "ListingOut":
        """Change what a listing says

        The next version, in whole; 412 (`If-Match`) or 409 (`version`) when it was changed in
        between.

        Who has bought it keeps what they read.
        """
        answer: "ListingOut" = self._send(
            "PUT",
            f"/listings/{self._part(public_id)}",
            headers={"If-Match": if_match},
            body=body,
        )
        return answer

    def set_stock(
        self,
        public_id: str,
        *,
        body: "ListingStockIn",
        idempotency_key: str = "",
    ) -> "ListingOut":
        """Set a listing's stock

        409 when it has ended.
        """
        answer: "ListingOut" = self._send(
            "PUT",
            f"/listings/{self._part(public_id)}/stock",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def move_listing(
        self,
        public_id: str,
        verb: Literal["pause", "resume", "end"],
        *,
        idempotency_key: str = "",
    ) -> "ListingOut":
        """Pause, resume or end it

        409 where this cannot be done now: what has ended stays ended.
        """
        answer: "ListingOut" = self._send(
            "POST",
            f"/listings/{self._part(public_id)}/{self._part(verb)}",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def answer_question(
        self,
        public_id: str,
        *,
        body: "ShopAnswerIn",
        idempotency_key: str = "",
    ) -> "ShopQuestionOut":
        """Answer for the shop

        Needs `trade.shops` everywhere. An answer stands as it was said: 409 when there is one.
        """
        answer: "ShopQuestionOut" = self._send(
            "POST",
            f"/questions/{self._part(public_id)}/answer",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def hide_question(
        self,
        public_id: str,
        *,
        body: "ShopQuestionHide",
        idempotency_key: str = "",
    ) -> "ShopQuestionOut":
        """Hide a question, or show it

        Take an abusive one off the public page, or put it back; twice is once. Needs `trade.shops`
        everywhere.
        """
        answer: "ShopQuestionOut" = self._send(
            "POST",
            f"/questions/{self._part(public_id)}/hide",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def pay_order(
        self,
        public_id: str,
        *,
        body: "OrderPaymentIn",
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """Money came in for it

        Too little: the order stays at payment. Too much: it goes back or into the customer's deposit,
        as the rules say.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            f"/orders/{self._part(public_id)}/payments",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def refund_order(
        self,
        public_id: str,
        *,
        body: "RefundIn",
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """Give money back

        The way it came; 409 for more than was paid and not given back yet.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            f"/orders/{self._part(public_id)}/refunds",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def finish_stage(
        self,
        public_id: str,
        stage: str,
        *,
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """A stage is done

        Keying, procurement, picking; the other stages end by what happens. Twice is once; 409 when
        another is open.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            f"/orders/{self._part(public_id)}/stages/{self._part(stage)}/finish",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def stop_order(
        self,
        public_id: str,
        *,
        body: "StopIn",
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """Something stops it

        It becomes work for the team of that kind of trouble; one of this kind that is open already
        stays the only one.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            f"/orders/{self._part(public_id)}/troubles",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def settle_trouble(
        self,
        public_id: str,
        trouble: str,
        *,
        body: "WayOutIn",
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """Settle a trouble

        Take one of the ways out that its kind offers at this stage.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            f"/orders/{self._part(public_id)}/troubles/{self._part(trouble)}/settle",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def ship_order(
        self,
        public_id: str,
        *,
        body: "ParcelIn",
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """Send a parcel

        All that is left, or some lines; an order may need several. The same carrier and number is the
        same parcel.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            f"/orders/{self._part(public_id)}/parcels",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def hand_over_parcel(
        self,
        public_id: str,
        parcel: str,
        *,
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """The carrier has a parcel

        One that waited, packed. Twice is once.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            f"/orders/{self._part(public_id)}/parcels/{self._part(parcel)}/hand-over",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def receive_order(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """It has arrived

        All that was sent is with the customer. Twice is once; 409 when nothing was sent yet.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            f"/orders/{self._part(public_id)}/receive",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def pay_seller(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """Pay its seller

        Of a shop's order, once it was received. Twice is once; 409 while something about it is open.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            f"/orders/{self._part(public_id)}/pay-seller",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def cancel_order(
        self,
        public_id: str,
        *,
        body: "CancelIn",
        idempotency_key: str = "",
    ) -> "OrderWithWay":
        """Cancel it

        What was paid goes back. Twice is once; 409 once a parcel is made.
        """
        answer: "OrderWithWay" = self._send(
            "POST",
            f"/orders/{self._part(public_id)}/cancel",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def hear_carrier(
        self,
        carrier: str,
        *,
        body: "CarrierReportIn",
        idempotency_key: str = "",
    ) -> "ParcelOut":
        """What a carrier says of a parcel

        In any order and any number of times: what happened last says where the parcel is. 404 for a
        number of no parcel.
        """
        answer: "ParcelOut" = self._send(
            "POST",
            f"/carriers/{self._part(carrier)}/events",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_returns(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        customer: str | None = None,
        state: str | None = None,
    ) -> "ReturnsOut":
        """Returns

        Visible returns, newest first; `customer` (the buyer's id) and `state` narrow.
        """
        answer: "ReturnsOut" = self._send(
            "GET",
            "/returns",
            query={"after": after, "limit": limit, "customer": customer, "state": state},
        )
        return answer

    def add_return(
        self,
        *,
        body: "ReturnIn",
        idempotency_key: str = "",
    ) -> "ReturnOut":
        """Ask for a return

        For the buyer. Under a running promise it is agreed at once, else the shop answers within 48
        hours.
        """
        answer: "ReturnOut" = self._send(
            "POST",
            "/returns",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def hear_return(
        self,
        *,
        body: "ReturnHeardIn",
    ) -> "ReturnOut":
        """What a carrier says of a return

        Told twice it happens once; 404 for a parcel that is no return.
        """
        answer: "ReturnOut" = self._send(
            "POST",
            "/returns/carrier-events",
            body=body,
        )
        return answer

    def get_return(
        self,
        public_id: str,
    ) -> "ReturnOut":
        """One return"""
        answer: "ReturnOut" = self._send(
            "GET",
            f"/returns/{self._part(public_id)}",
        )
        return answer

    def agree_return(
        self,
        public_id: str,
    ) -> "ReturnOut":
        """Let it come back

        In the shop's place.
        """
        answer: "ReturnOut" = self._send(
            "POST",
            f"/returns/{self._part(public_id)}/agree",
        )
        return answer

    def refuse_return(
        self,
        public_id: str,
        *,
        body: "ReturnWordsIn",
    ) -> "ReturnOut":
        """Refuse a return

        In the shop's place, saying why; the buyer may complain.
        """
        answer: "ReturnOut" = self._send(
            "POST",
            f"/returns/{self._part(public_id)}/refuse",
            body=body,
        )
        return answer

    def withdraw_return(
        self,
        public_id: str,
    ) -> "ReturnOut":
        """Take it back

        For the buyer, who keeps it after all; before it was sent.
        """
        answer: "ReturnOut" = self._send(
            "POST",
            f"/returns/{self._part(public_id)}/withdraw",
        )
        return answer

    def send_return(
        self,
        public_id: str,
        *,
        body: "ReturnParcelIn",
    ) -> "ReturnOut":
        """It was sent back

        For the buyer, with the parcel's carrier and number.
        """
        answer: "ReturnOut" = self._send(
            "POST",
            f"/returns/{self._part(public_id)}/send",
            body=body,
        )
        return answer

    def arrive_return(
        self,
        public_id: str,
        *,
        body: "ReturnArrivedIn",
    ) -> "ReturnOut":
        """It has arrived

        The time to look at it begins. Twice is once.
        """
        answer: "ReturnOut" = self._send(
            "POST",
            f"/returns/{self._part(public_id)}/arrive",
            body=body,
        )
        return answer

    def check_return(
        self,
        public_id: str,
        *,
        body: "ReturnCheckIn",
    ) -> "ReturnOut":
        """It was looked at

        In the shop's place. As it was sent: the money goes back at once.
        """
        answer: "ReturnOut" = self._send(
            "POST",
            f"/returns/{self._part(public_id)}/check",
            body=body,
        )
        return answer

    def repaired_return(
        self,
        public_id: str,
        *,
        body: "ReturnParcelIn",
    ) -> "ReturnOut":
        """It was repaired

        In the shop's place: repaired, and on its way to the buyer again.
        """
        answer: "ReturnOut" = self._send(
            "POST",
            f"/returns/{self._part(public_id)}/repaired",
            body=body,
        )
        return answer

    def list_schemes(
        self,
    ) -> "SchemesOut":
        """Protection schemes

        As they are published for everybody; in a house without any the list is empty.
        """
        answer: "SchemesOut" = self._send(
            "GET",
            "/schemes",
        )
        return answer

    def list_enrolments(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        shop: str | None = None,
        scheme: str | None = None,
        state: str | None = None,
    ) -> "EnrolmentsOut":
        """Who takes part in schemes

        Visible enrolments, newest first; `shop` (its id), `scheme` and `state` narrow.
        """
        answer: "EnrolmentsOut" = self._send(
            "GET",
            "/enrolments",
            query={"after": after, "limit": limit, "shop": shop, "scheme": scheme, "state": state},
        )
        return answer

    def add_enrolment(
        self,
        *,
        body: "EnrolmentIn",
        idempotency_key: str = "",
    ) -> "EnrolmentOut":
        """Take part in a scheme

        The shop's deposit is held and what it sells from now on carries the promise; 409 when too
        little is free.
        """
        answer: "EnrolmentOut" = self._send(
            "POST",
            "/enrolments",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def notice_enrolment(
        self,
        public_id: str,
    ) -> "EnrolmentOut":
        """Give notice

        Nothing more is sold under the promise; the deposit is free when the last one sold has ended.
        Twice is once.
        """
        answer: "EnrolmentOut" = self._send(
            "POST",
            f"/enrolments/{self._part(public_id)}/notice",
        )
        return answer

    def list_verifications(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        order: str | None = None,
        kind: str | None = None,
    ) -> "VerificationsOut":
        """Findings about goods

        Visible findings, newest first; `order` (its id) and `kind` narrow. Of one line the newest
        counts.
        """
        answer: "VerificationsOut" = self._send(
            "GET",
            "/verifications",
            query={"after": after, "limit": limit, "order": order, "kind": kind},
        )
        return answer

    def add_verification(
        self,
        *,
        body: "VerificationIn",
        idempotency_key: str = "",
    ) -> "VerificationOut":
        """Keep a finding

        What an inspection, a panel, the brand or a laboratory found. A machine may pay on it: send an
        `Idempotency-Key`.
        """
        answer: "VerificationOut" = self._send(
            "POST",
            "/verifications",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_slips(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        state: Literal["", "open", "matched", "short", "over", "returned", "credited"] | None = None,
        slip: str | None = None,
    ) -> "SlipsOut":
        """Newest slips

        Visible slips, newest first; `state` and `slip` (its own number) narrow.
        """
        answer: "SlipsOut" = self._send(
            "GET",
            "/remittances",
            query={"after": after, "limit": limit, "state": state, "slip": slip},
        )
        return answer

    def record_slip(
        self,
        *,
        body: "SlipIn",
        idempotency_key: str = "",
    ) -> "SlipWhole":
        """Record a slip

        A clear case is matched and pays its order at once. The same slip again is the one there is;
        409 for its number with other contents.
        """
        answer: "SlipWhole" = self._send(
            "POST",
            "/remittances",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_slip(
        self,
        public_id: str,
    ) -> "SlipWhole":
        """One slip

        With the orders it may be for, and why it is matched so.
        """
        answer: "SlipWhole" = self._send(
            "GET",
            f"/remittances/{self._part(public_id)}",
        )
        return answer

    def match_slip(
        self,
        public_id: str,
        *,
        body: "SlipMatchIn",
        idempotency_key: str = "",
    ) -> "SlipWhole":
        """Match a slip to an order

        Its rest pays the order as far as that is owed. 409 where nothing is left of it or nothing is
        owed.
        """
        answer: "SlipWhole" = self._send(
            "POST",
            f"/remittances/{self._part(public_id)}/match",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def unmatch_slip(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "SlipWhole":
        """Take a match back

        The money leaves the order again and the slip waits. 409 once goods have left for the order.
        """
        answer: "SlipWhole" = self._send(
            "POST",
            f"/remittances/{self._part(public_id)}/unmatch",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def send_slip_back(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "SlipWhole":
        """Send its rest back

        To its payer, the way it came. 409 where nothing is left.
        """
        answer: "SlipWhole" = self._send(
            "POST",
            f"/remittances/{self._part(public_id)}/send-back",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def credit_slip(
        self,
        public_id: str,
        *,
        body: "SlipCreditIn",
        idempotency_key: str = "",
    ) -> "SlipWhole":
        """Keep its rest as a deposit

        The payer's. 422 where nobody is known, 409 where nothing is left.
        """
        answer: "SlipWhole" = self._send(
            "POST",
            f"/remittances/{self._part(public_id)}/credit",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def key_slip(
        self,
        public_id: str,
        *,
        body: "SlipOrderIn",
        idempotency_key: str = "",
    ) -> "SlipWhole":
        """Place what a slip orders

        Its customer recognised or made, the order placed and paid by the slip; needs what placing
        needs, too.
        """
        answer: "SlipWhole" = self._send(
            "POST",
            f"/remittances/{self._part(public_id)}/order",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_suppliers(
        self,
    ) -> "SuppliersOut":
        """Everybody we buy from

        By name.
        """
        answer: "SuppliersOut" = self._send(
            "GET",
            "/suppliers",
        )
        return answer

    def add_supplier(
        self,
        *,
        body: "SupplierIn",
        idempotency_key: str = "",
    ) -> "SupplierOut":
        """Add a supplier

        The one with this code where there is one.
        """
        answer: "SupplierOut" = self._send(
            "POST",
            "/suppliers",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_purchases(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        state: Literal["", "ordered", "arrived", "paid", "cancelled"] | None = None,
        supplier: str | None = None,
        sku: str | None = None,
    ) -> "PurchasesOut":
        """Newest purchases

        Newest first; `state` ("ordered": still expected), `supplier` (its code) and `sku` narrow.
        """
        answer: "PurchasesOut" = self._send(
            "GET",
            "/purchases",
            query={"after": after, "limit": limit, "state": state, "supplier": supplier, "sku": sku},
        )
        return answer

    def order_goods(
        self,
        *,
        body: "PurchaseIn",
        idempotency_key: str = "",
    ) -> "PurchaseOut":
        """Order from a supplier

        For the shelf, or for an order's line (then it needs `trade.view`, too).
        """
        answer: "PurchaseOut" = self._send(
            "POST",
            "/purchases",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_purchase(
        self,
        public_id: str,
    ) -> "PurchaseOut":
        """One purchase

        What came of it, the invoice, whether it is paid.
        """
        answer: "PurchaseOut" = self._send(
            "GET",
            f"/purchases/{self._part(public_id)}",
        )
        return answer

    def take_delivery(
        self,
        public_id: str,
        *,
        body: "DeliveryIn",
        idempotency_key: str = "",
    ) -> "PurchaseOut":
        """Goods of a purchase came

        Orders that wait for them go on. 422 for more than is missing, 409 when nothing is expected.
        """
        answer: "PurchaseOut" = self._send(
            "POST",
            f"/purchases/{self._part(public_id)}/deliveries",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def close_purchase(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "PurchaseOut":
        """The rest will not come

        Called off whole, or closed with what is there: what has not come is not paid for.
        """
        answer: "PurchaseOut" = self._send(
            "POST",
            f"/purchases/{self._part(public_id)}/close",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def note_invoice(
        self,
        public_id: str,
        *,
        body: "SupplierInvoiceIn",
        idempotency_key: str = "",
    ) -> "PurchaseOut":
        """Its invoice has come

        In the purchase's currency; 409 once it is paid or called off.
        """
        answer: "PurchaseOut" = self._send(
            "PUT",
            f"/purchases/{self._part(public_id)}/invoice",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def pay_supplier(
        self,
        public_id: str,
        *,
        body: "SupplierPaidIn",
        idempotency_key: str = "",
    ) -> "PurchaseOut":
        """Its supplier is paid

        Twice is once. 409 `not_here` before all has come, `dearer` for an invoice above what was
        agreed.
        """
        answer: "PurchaseOut" = self._send(
            "POST",
            f"/purchases/{self._part(public_id)}/pay",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_stages(
        self,
    ) -> "StageLoadsOut":
        """What waits at every stage

        Of the house's own orders, in the order in which these meet the stages.
        """
        answer: "StageLoadsOut" = self._send(
            "GET",
            "/stages",
        )
        return answer

    def get_stage(
        self,
        code: str,
        *,
        limit: int | None = None,
    ) -> "StageScreenOut":
        """What waits at a stage

        The most urgent first, at most `limit`. Goods from suppliers are purchases in state "ordered".
        """
        answer: "StageScreenOut" = self._send(
            "GET",
            f"/stages/{self._part(code)}",
            query={"limit": limit},
        )
        return answer

    def scan(
        self,
        code: str,
        *,
        body: "ScanIn",
        idempotency_key: str = "",
    ) -> "StageScanOut":
        """A scan at a stage

        Counted once per key, done whole or not at all; what cannot be is an answer, no error.
        """
        answer: "StageScanOut" = self._send(
            "POST",
            f"/stages/{self._part(code)}/scans",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def finish_in_hand(
        self,
        code: str,
        *,
        idempotency_key: str = "",
    ) -> "StageScanOut":
        """Done with what is in hand

        Enter alone: with nothing in hand the next order, or at picking the next batch, is taken.
        """
        answer: "StageScanOut" = self._send(
            "POST",
            f"/stages/{self._part(code)}/finish",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def stop_in_hand(
        self,
        code: str,
        *,
        body: "StageTroubleIn",
        idempotency_key: str = "",
    ) -> "StageScanOut":
        """Something stops what is in hand

        It becomes work for the team of that kind; at picking for those orders only that want what the
        next bin lacks.
        """
        answer: "StageScanOut" = self._send(
            "POST",
            f"/stages/{self._part(code)}/trouble",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def undo_scan(
        self,
        code: str,
        *,
        idempotency_key: str = "",
    ) -> "StageScanOut":
        """Take the last scan back

        Within ten seconds.
        """
        answer: "StageScanOut" = self._send(
            "POST",
            f"/stages/{self._part(code)}/undo",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def put_down(
        self,
        code: str,
        *,
        idempotency_key: str = "",
    ) -> "PutDownOut":
        """Put down what is in hand

        Anybody may take it.
        """
        answer: "PutDownOut" = self._send(
            "POST",
            f"/stages/{self._part(code)}/put-down",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def get_batch(
        self,
        public_id: str,
    ) -> "BatchOut":
        """A batch

        What its paper says: the walk through the bins, and a label for every parcel.
        """
        answer: "BatchOut" = self._send(
            "GET",
            f"/batches/{self._part(public_id)}",
        )
        return answer

    def list_ledger_accounts(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        customer: str | None = None,
        kind: str | None = None,
    ) -> "AccountsOut":
        """Deposits and money

        Visible accounts, newest first, one for each owner and currency; `customer` (their id) and
        `kind` narrow.
        """
        answer: "AccountsOut" = self._send(
            "GET",
            "/ledger/accounts",
            query={"after": after, "limit": limit, "customer": customer, "kind": kind},
        )
        return answer

    def get_ledger_account(
        self,
        public_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "StatementOut":
        """A statement

        What has moved on an account, newest first, with the balance after each.
        """
        answer: "StatementOut" = self._send(
            "GET",
            f"/ledger/accounts/{self._part(public_id)}",
            query={"after": after, "limit": limit},
        )
        return answer

    def get_ledger_entrie(
        self,
        public_id: str,
    ) -> "LedgerEntryOut":
        """One movement"""
        answer: "LedgerEntryOut" = self._send(
            "GET",
            f"/ledger/entries/{self._part(public_id)}",
        )
        return answer

    def top_ups_ledger(
        self,
        *,
        body: "MoveIn",
        idempotency_key: str = "",
    ) -> "LedgerEntryOut":
        """Money came in for a deposit

        Book what came in from a customer's bank. Send an `Idempotency-Key`: the same one books it
        once.
        """
        answer: "LedgerEntryOut" = self._send(
            "POST",
            "/ledger/top-ups",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def withdrawals_ledger(
        self,
        *,
        body: "MoveIn",
        idempotency_key: str = "",
    ) -> "LedgerEntryOut":
        """Give back of a deposit

        Pay out what is free of a deposit; 409 when it asks for more.
        """
        answer: "LedgerEntryOut" = self._send(
            "POST",
            "/ledger/withdrawals",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def holds_ledger(
        self,
        *,
        body: "DepositHoldIn",
        idempotency_key: str = "",
    ) -> "LedgerEntryOut":
        """Reserve part of a deposit

        For one order or case; 409 when less is free.
        """
        answer: "LedgerEntryOut" = self._send(
            "POST",
            "/ledger/holds",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def releases_ledger(
        self,
        *,
        body: "DepositHoldIn",
        idempotency_key: str = "",
    ) -> "LedgerEntryOut":
        """Set free what is held

        What is held for one order or case, or part of it; 409 when less is held.
        """
        answer: "LedgerEntryOut" = self._send(
            "POST",
            "/ledger/releases",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_holdings(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        customer: str | None = None,
        kind: str | None = None,
    ) -> "HoldingsOut":
        """Holdings

        Visible holdings, the last written first; `customer` (their id) and `kind` narrow, `after` is
        the `next` before.
        """
        answer: "HoldingsOut" = self._send(
            "GET",
            "/holdings",
            query={"after": after, "limit": limit, "customer": customer, "kind": kind},
        )
        return answer

    def add_holding(
        self,
        *,
        body: "HoldingIn",
        idempotency_key: str = "",
    ) -> "HoldingOut":
        """Open a holding

        The same number again for the same client and product is the same holding.
        """
        answer: "HoldingOut" = self._send(
            "POST",
            "/holdings",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_holding(
        self,
        public_id: str,
    ) -> "HoldingOut":
        """One holding"""
        answer: "HoldingOut" = self._send(
            "GET",
            f"/holdings/{self._part(public_id)}",
        )
        return answer

    def list_holdings_balances(
        self,
        public_id: str,
    ) -> "DayBalancesOut":
        """Its balances by day

        The newest 400 days for which one was written, oldest first, in the holding's own currency.
        """
        answer: "DayBalancesOut" = self._send(
            "GET",
            f"/holdings/{self._part(public_id)}/balances",
        )
        return answer

    def set_holdings_term(
        self,
        public_id: str,
        *,
        body: "TermsIn",
    ) -> "HoldingOut":
        """Change its terms

        All terms are replaced; 409 when somebody has changed them since `version`.
        """
        answer: "HoldingOut" = self._send(
            "PUT",
            f"/holdings/{self._part(public_id)}/terms",
            body=body,
        )
        return answer

    def close_holding(
        self,
        public_id: str,
    ) -> "HoldingOut":
        """Close it

        At the client's wish; 409 while there is a balance or an open order on it.
        """
        answer: "HoldingOut" = self._send(
            "POST",
            f"/holdings/{self._part(public_id)}/close",
        )
        return answer

    def add_balance(
        self,
        *,
        body: "BalancesIn",
        idempotency_key: str = "",
    ) -> "BalancesDone":
        """Balances, up to 1,000 at once

        All or none: one holding that is not seen, or a day on which it was not open, refuses the
        whole.
        """
        answer: "BalancesDone" = self._send(
            "POST",
            "/balances",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_mandates(
        self,
        *,
        client: str,
    ) -> "MandatesOut":
        """Mandates a client has given

        All of them, revoked ones at the end.
        """
        answer: "MandatesOut" = self._send(
            "GET",
            "/mandates",
            query={"client": client},
        )
        return answer

    def add_mandate(
        self,
        *,
        body: "MandateIn",
        idempotency_key: str = "",
    ) -> "MandateOut":
        """Give a mandate

        The same mandate that still stands is not given twice.
        """
        answer: "MandateOut" = self._send(
            "POST",
            "/mandates",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def revoke_mandate(
        self,
        public_id: str,
    ) -> "MandateOut":
        """Revoke a mandate

        At once; twice is once.
        """
        answer: "MandateOut" = self._send(
            "POST",
            f"/mandates/{self._part(public_id)}/revoke",
        )
        return answer

    def list_investments(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        customer: str | None = None,
        state: str | None = None,
    ) -> "InvestmentsOut":
        """Orders to invest

        Visible orders, newest first; `customer` (their id) and `state` narrow.
        """
        answer: "InvestmentsOut" = self._send(
            "GET",
            "/investments",
            query={"after": after, "limit": limit, "customer": customer, "state": state},
        )
        return answer

    def add_investment(
        self,
        *,
        body: "InvestmentIn",
        idempotency_key: str = "",
    ) -> "InvestmentOut":
        """Draft an order

        Nothing is promised before it was read back and confirmed.
        """
        answer: "InvestmentOut" = self._send(
            "POST",
            "/investments",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_investment(
        self,
        public_id: str,
    ) -> "InvestmentOut":
        """One order to invest"""
        answer: "InvestmentOut" = self._send(
            "GET",
            f"/investments/{self._part(public_id)}",
        )
        return answer

    def read_investment(
        self,
        public_id: str,
        *,
        body: "ReadingIn",
    ) -> "InvestmentOut":
        """Read it back

        Gives the words to read out, for the next cut-off; every earlier yes is void.
        """
        answer: "InvestmentOut" = self._send(
            "POST",
            f"/investments/{self._part(public_id)}/read",
            body=body,
        )
        return answer

    def confirm_investment(
        self,
        public_id: str,
        *,
        body: "YesIn",
    ) -> "InvestmentOut":
        """Somebody said yes

        Look at `state`: `confirmed`, `read_back` while a second signature is missing, `too_late` past
        the cut-off.
        """
        answer: "InvestmentOut" = self._send(
            "POST",
            f"/investments/{self._part(public_id)}/confirm",
            body=body,
        )
        return answer

    def place_investment(
        self,
        public_id: str,
    ) -> "InvestmentOut":
        """Place it

        Look at `state`: `placed`, or `too_late` past the cut-off.
        """
        answer: "InvestmentOut" = self._send(
            "POST",
            f"/investments/{self._part(public_id)}/place",
        )
        return answer

    def execute_investment(
        self,
        public_id: str,
        *,
        body: "FilledIn",
    ) -> "InvestmentOut":
        """It was executed

        The same report twice changes nothing; another one is a conflict.
        """
        answer: "InvestmentOut" = self._send(
            "POST",
            f"/investments/{self._part(public_id)}/execute",
            body=body,
        )
        return answer

    def cancel_investment(
        self,
        public_id: str,
    ) -> "InvestmentOut":
        """Cancel it

        At the client's wish; a placed one only until its cut-off.
        """
        answer: "InvestmentOut" = self._send(
            "POST",
            f"/investments/{self._part(public_id)}/cancel",
        )
        return answer

    def list_standards(
        self,
    ) -> "StandardsOut":
        """Quality standards

        By category; drafts as well for `trade.standards`.
        """
        answer: "StandardsOut" = self._send(
            "GET",
            "/standards",
        )
        return answer

    def add_standard(
        self,
        *,
        body: "StandardIn",
        idempotency_key: str = "",
    ) -> "StandardOut":
        """Add a standard

        Without a version yet (`trade.standards`): begin a draft next. 422 for a code that is taken,
        or no such category.
        """
        answer: "StandardOut" = self._send(
            "POST",
            "/standards",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_standard(
        self,
        code: str,
    ) -> "StandardOut":
        """One standard"""
        answer: "StandardOut" = self._send(
            "GET",
            f"/standards/{self._part(code)}",
        )
        return answer

    def draft_version(
        self,
        code: str,
        *,
        body: "StandardDraftIn",
        idempotency_key: str = "",
    ) -> "StandardVersionWhole":
        """Begin a draft

        The next version (`trade.standards`); 409 while another is in the making, 422 saying where the
        content is wrong.
        """
        answer: "StandardVersionWhole" = self._send(
            "POST",
            f"/standards/{self._part(code)}/versions",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_version(
        self,
        code: str,
        number: int,
    ) -> "StandardVersionWhole":
        """One version with its content

        The `ETag` names the state of a draft: send it back as `If-Match` with a change.
        """
        answer: "StandardVersionWhole" = self._send(
            "GET",
            f"/standards/{self._part(code)}/versions/{self._part(number)}",
        )
        return answer

    def change_draft(
        self,
        code: str,
        number: int,
        *,
        body: "StandardChangeIn",
        if_match: str = "",
    ) -> "StandardVersionWhole":
        """Write a draft anew

        Needs `trade.standards`. What is laid open or published never changes: 409.
        """
        answer: "StandardVersionWhole" = self._send(
            "PUT",
            f"/standards/{self._part(code)}/versions/{self._part(number)}",
            headers={"If-Match": if_match},
            body=body,
        )
        return answer

    def list_comments(
        self,
        code: str,
        number: int,
    ) -> "StandardCommentsOut":
        """What was said of a version

        Oldest first, with our answers.
        """
        answer: "StandardCommentsOut" = self._send(
            "GET",
            f"/standards/{self._part(code)}/versions/{self._part(number)}/comments",
        )
        return answer

    def add_comment(
        self,
        code: str,
        number: int,
        *,
        body: "StandardCommentIn",
        idempotency_key: str = "",
    ) -> "StandardCommentOut":
        """Comment on a proposal

        Publicly, in the name of whoever answers for the token: 403 for one of nobody's. 409 once the
        consultation is over.
        """
        answer: "StandardCommentOut" = self._send(
            "POST",
            f"/standards/{self._part(code)}/versions/{self._part(number)}/comments",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def answer_comment(
        self,
        code: str,
        number: int,
        comment: str,
        *,
        body: "StandardAnswerIn",
        idempotency_key: str = "",
    ) -> "StandardCommentOut":
        """Answer a comment

        Publicly (`trade.standards`); nothing is published while a comment has no answer.
        """
        answer: "StandardCommentOut" = self._send(
            "POST",
            f"/standards/{self._part(code)}/versions/{self._part(number)}/comments/{self._part(comment)}/answer",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def step_version(
        self,
        code: str,
        number: int,
        verb: Literal["consult", "recall", "publish", "end"],
        *,
        body: "StandardStepIn",
        idempotency_key: str = "",
    ) -> "StandardVersionOut":
        """A step of a version's way

        Laid open `until`, taken back to a draft, published, ended (`trade.standards`); else 409
        saying why.
        """
        answer: "StandardVersionOut" = self._send(
            "POST",
            f"/standards/{self._part(code)}/versions/{self._part(number)}/{self._part(verb)}",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_standard_categories(
        self,
    ) -> "StandardCategoriesOut":
        """Categories of standards

        In the order of their codes; any token reads them.
        """
        answer: "StandardCategoriesOut" = self._send(
            "GET",
            "/standard-categories",
        )
        return answer

    def add_standard_category(
        self,
        *,
        body: "StandardCategoryIn",
        idempotency_key: str = "",
    ) -> "StandardCategoryOut":
        """Add a category

        Needs `trade.standards`. Under a code that is there already, it answers what is there.
        """
        answer: "StandardCategoryOut" = self._send(
            "POST",
            "/standard-categories",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_panels(
        self,
        code: str,
    ) -> "PanelsOut":
        """Panels of a standard

        Newest first; those at work for their experts and `trade.standards`.
        """
        answer: "PanelsOut" = self._send(
            "GET",
            f"/standards/{self._part(code)}/panels",
        )
        return answer

    def open_panel(
        self,
        code: str,
        *,
        body: "PanelIn",
        idempotency_key: str = "",
    ) -> "PanelOut":
        """Open a panel

        On a version that is not a draft any more, else 409 (`trade.standards`); add experts and
        specimens next.
        """
        answer: "PanelOut" = self._send(
            "POST",
            f"/standards/{self._part(code)}/panels",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def add_expert(
        self,
        public_id: str,
        *,
        body: "ExpertIn",
        idempotency_key: str = "",
    ) -> "PanelOut":
        """Add an expert

        Twelve at most, nobody twice; 409 once the panel is over (`trade.standards`).
        """
        answer: "PanelOut" = self._send(
            "POST",
            f"/panels/{self._part(public_id)}/experts",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def add_specimen(
        self,
        public_id: str,
        *,
        body: "SpecimenIn",
        idempotency_key: str = "",
    ) -> "PanelOut":
        """Add a specimen

        One more thing to judge, with the ids of files that show it; forty at most
        (`trade.standards`).
        """
        answer: "PanelOut" = self._send(
            "POST",
            f"/panels/{self._part(public_id)}/specimens",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_panel(
        self,
        public_id: str,
    ) -> "PanelOut":
        """One panel"""
        answer: "PanelOut" = self._send(
            "GET",
            f"/panels/{self._part(public_id)}",
        )
        return answer

    def assess(
        self,
        public_id: str,
        *,
        body: "AssessmentIn",
        idempotency_key: str = "",
    ) -> "PanelOut":
        """What an expert found

        By the expert whose token it is, or written down for them (`trade.standards`). Said again, it
        replaces what was said.
        """
        answer: "PanelOut" = self._send(
            "POST",
            f"/panels/{self._part(public_id)}/assessments",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def end_panel(
        self,
        public_id: str,
        verb: Literal["publish", "close"],
        *,
        idempotency_key: str = "",
    ) -> "PanelOut":
        """End a panel

        Published, dissent and all, when three or more agree (else 409), or closed without a result
        (`trade.standards`).
        """
        answer: "PanelOut" = self._send(
            "POST",
            f"/panels/{self._part(public_id)}/{self._part(verb)}",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def list_queue(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        kind: str | None = None,
    ) -> "ItemsOut":
        """What waits, the most due first

        Waiting items the token may see; `kind` narrows (`case.answer`, `people.review`).
        """
        answer: "ItemsOut" = self._send(
            "GET",
            "/work",
            query={"after": after, "limit": limit, "kind": kind},
        )
        return answer

    def list_in_hand(
        self,
    ) -> "ItemsOut":
        """What the owner has in hand

        At most 100, the most due first; empty for an owner without a seat.
        """
        answer: "ItemsOut" = self._send(
            "GET",
            "/work/mine",
        )
        return answer

    def get_presence(
        self,
    ) -> "SeatOut":
        """The owner's seat"""
        answer: "SeatOut" = self._send(
            "GET",
            "/work/presence",
        )
        return answer

    def set_presence(
        self,
        *,
        body: "PresenceIn",
        idempotency_key: str = "",
    ) -> "SeatOut":
        """Declare presence

        `ready`, `away` or `offline`, for the owner of the token.
        """
        answer: "SeatOut" = self._send(
            "POST",
            "/work/presence",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_work_offer(
        self,
    ) -> "WorkOfferOut":
        """What is offered to the owner

        To be accepted or declined by `until`; then it goes to a colleague.
        """
        answer: "WorkOfferOut" = self._send(
            "GET",
            "/work/offer",
        )
        return answer

    def list_work_board(
        self,
    ) -> "BoardOut":
        """The supervisor's board

        Of the teams whose work the token gives out (`work.assign`).
        """
        answer: "BoardOut" = self._send(
            "GET",
            "/work/board",
        )
        return answer

    def accept_work(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "ItemOut":
        """Accept an offer

        409 `over` when its time has passed, `not_offered` when it is no longer the owner's to answer.
        """
        answer: "ItemOut" = self._send(
            "POST",
            f"/work/{self._part(public_id)}/accept",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def decline_work(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "ItemOut":
        """Decline an offer

        Back into the queue, with its original arrival time; for some minutes it is not offered to the
        owner again.
        """
        answer: "ItemOut" = self._send(
            "POST",
            f"/work/{self._part(public_id)}/decline",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def take_next(
        self,
        *,
        idempotency_key: str = "",
    ) -> "TakenOut":
        """Take the most fitting item

        *Next*: the item the owner should do now, with why; 409 `hands_full`, 403 `no_seat`.
        """
        answer: "TakenOut" = self._send(
            "POST",
            "/work/next",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def take(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "TakenOut":
        """Take one item by hand

        409 `taken` when somebody else has it.
        """
        answer: "TakenOut" = self._send(
            "POST",
            f"/work/{self._part(public_id)}/take",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def put_back(
        self,
        public_id: str,
        *,
        body: "WordIn",
        idempotency_key: str = "",
    ) -> "ItemOut":
        """Put one item back

        Into the queue, with its original arrival time and a word why. Only whoever has it in hand
        may.
        """
        answer: "ItemOut" = self._send(
            "POST",
            f"/work/{self._part(public_id)}/put-back",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_figures(
        self,
        *,
        whose: str | None = None,
        span: str | None = None,
        at: str | None = None,
    ) -> "FiguresOut":
        """Key figures of oneself, a team, a colleague or all

        Those the token may see of whom it asks about; 404 for people and teams whose figures it may
        not.
        """
        answer: "FiguresOut" = self._send(
            "GET",
            "/figures",
            query={"whose": whose, "span": span, "at": at},
        )
        return answer

    def list_figures_rows(
        self,
        code: str,
        *,
        whose: str | None = None,
        span: str | None = None,
        at: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> "FigureRowsOut":
        """The rows behind a key figure

        The latest first; their numerators and denominators add up to the figure's. Empty for a figure
        without rows.
        """
        answer: "FigureRowsOut" = self._send(
            "GET",
            f"/figures/{self._part(code)}/rows",
            query={"whose": whose, "span": span, "at": at, "after": after, "limit": limit},
        )
        return answer

    def list_knowledge(
        self,
        *,
        q: str | None = None,
        kind: str | None = None,
        code: str | None = None,
        line: str | None = None,
    ) -> "ArticlesOut":
        """Articles and call scripts

        The newest changed first, at most 100; `q` finds words of title and text, `code` a kind of
        case or issue.
        """
        answer: "ArticlesOut" = self._send(
            "GET",
            "/knowledge",
            query={"q": q, "kind": kind, "code": code, "line": line},
        )
        return answer

    def get_knowledge(
        self,
        code: str,
    ) -> "ArticleWhole":
        """One article

        What its newest version says.
        """
        answer: "ArticleWhole" = self._send(
            "GET",
            f"/knowledge/{self._part(code)}",
        )
        return answer

    def publish_knowledge(
        self,
        code: str,
        *,
        body: "PublishArticleIn",
        idempotency_key: str = "",
    ) -> "ArticleWhole":
        """Publish a version

        The next numbered version of an article that is there; what stood stays as it was said.
        """
        answer: "ArticleWhole" = self._send(
            "POST",
            f"/knowledge/{self._part(code)}/publish",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def vote_knowledge(
        self,
        code: str,
        *,
        body: "HelpedIn",
        idempotency_key: str = "",
    ) -> "ArticleWhole":
        """Say whether it helped

        For the token's owner: one vote per person and version, the last word counts.
        """
        answer: "ArticleWhole" = self._send(
            "POST",
            f"/knowledge/{self._part(code)}/vote",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_messages(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        state: Literal["", "held", "queued", "sent", "failed"] | None = None,
    ) -> "MessagesOut":
        """Newest outgoing messages

        As far as the right `channels.outbox` goes, newest first; `state` narrows.
        """
        answer: "MessagesOut" = self._send(
            "GET",
            "/messages",
            query={"after": after, "limit": limit, "state": state},
        )
        return answer

    def get_message(
        self,
        public_id: str,
    ) -> "MessageOut":
        """One outgoing message"""
        answer: "MessageOut" = self._send(
            "GET",
            f"/messages/{self._part(public_id)}",
        )
        return answer

    def list_contacts(
        self,
        *,
        channel: str | None = None,
        limit: int | None = None,
    ) -> "LiveContactsOut":
        """Who is there now

        Contacts that wait or talk, the longest there first.
        """
        answer: "LiveContactsOut" = self._send(
            "GET",
            "/contacts",
            query={"channel": channel, "limit": limit},
        )
        return answer

    def heard_contact(
        self,
        *,
        body: "HeardIn",
        idempotency_key: str = "",
    ) -> "LiveContactOut":
        """A line says what happened on it

        For switchboards, gateways and messengers. The same twice has one effect, and what comes after
        the end none.

        409 `waiting` for what needs somebody to have answered, `taken` when another colleague has;
        422 for a call or colleague nobody knows.
        """
        answer: "LiveContactOut" = self._send(
            "POST",
            "/contacts/heard",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_contact(
        self,
        public_id: str,
    ) -> "ConversationOut":
        """One live contact with its words"""
        answer: "ConversationOut" = self._send(
            "GET",
            f"/contacts/{self._part(public_id)}",
        )
        return answer

    def say_contact(
        self,
        public_id: str,
        *,
        body: "LiveLineIn",
        idempotency_key: str = "",
    ) -> "LiveLineOut":
        """Say something to them

        In the name of the token. 409 `waiting` while nobody has accepted them, `over` when it has
        ended.
        """
        answer: "LiveLineOut" = self._send(
            "POST",
            f"/contacts/{self._part(public_id)}/say",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def end_contact(
        self,
        public_id: str,
        *,
        body: "LiveEndIn",
        idempotency_key: str = "",
    ) -> "LiveContactOut":
        """End a live contact

        409 `over` when it has ended.
        """
        answer: "LiveContactOut" = self._send(
            "POST",
            f"/contacts/{self._part(public_id)}/end",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_call_lists(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "CallListsOut":
        """Call lists, newest first"""
        answer: "CallListsOut" = self._send(
            "GET",
            "/call-lists",
            query={"after": after, "limit": limit},
        )
        return answer

    def add_call_list(
        self,
        *,
        body: "CallListIn",
        idempotency_key: str = "",
    ) -> "CallListOut":
        """Make a call list

        It is paused: nobody is rung before it is run.
        """
        answer: "CallListOut" = self._send(
            "POST",
            "/call-lists",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_call_list(
        self,
        public_id: str,
    ) -> "CallListDetail":
        """One call list"""
        answer: "CallListDetail" = self._send(
            "GET",
            f"/call-lists/{self._part(public_id)}",
        )
        return answer

    def list_call_lists_calls(
        self,
        public_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        state: str | None = None,
    ) -> "OutboundCallsOut":
        """Who is on a list

        Newest first; `state` narrows.
        """
        answer: "OutboundCallsOut" = self._send(
            "GET",
            f"/call-lists/{self._part(public_id)}/calls",
            query={"after": after, "limit": limit, "state": state},
        )
        return answer

    def customers_call_list(
        self,
        public_id: str,
        *,
        body: "CustomersIn",
        idempotency_key: str = "",
    ) -> "CustomersAdded":
        """Put customers on a list

        Each through the gate; whoever may not be rung is kept as refused, with `why`.
        """
        answer: "CustomersAdded" = self._send(
            "POST",
            f"/call-lists/{self._part(public_id)}/customers",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def do_call_list(
        self,
        public_id: str,
        verb: Literal["run", "pause", "close"],
        *,
        idempotency_key: str = "",
    ) -> "CallListOut":
        """Run, pause or close a list"""
        answer: "CallListOut" = self._send(
            "POST",
            f"/call-lists/{self._part(public_id)}/{self._part(verb)}",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def get_outbound_call(
        self,
        public_id: str,
    ) -> "OutboundCallOut":
        """One call of a list"""
        answer: "OutboundCallOut" = self._send(
            "GET",
            f"/outbound-calls/{self._part(public_id)}",
        )
        return answer

    def dial_outbound_call(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "OutboundCallOut":
        """Dial

        The gate and the hour are asked again: the answer's `state` is `calling`, `refused`, or
        `waiting` until a better hour.

        The work has to be the owner's, or becomes theirs; 403 `no_seat`, 409 `taken`, 409 `settled`.
        """
        answer: "OutboundCallOut" = self._send(
            "POST",
            f"/outbound-calls/{self._part(public_id)}/dial",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def result_outbound_call(
        self,
        public_id: str,
        *,
        body: "CallResultIn",
        idempotency_key: str = "",
    ) -> "OutboundCallOut":
        """What came of a call

        `do_not_call` is stated as the customer's refusal at once. 422 for a call-back at no hour for
        calls there.
        """
        answer: "OutboundCallOut" = self._send(
            "POST",
            f"/outbound-calls/{self._part(public_id)}/result",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def upload_file(
        self,
        *,
        file: tuple[str, bytes],
        idempotency_key: str = "",
    ) -> "FileOut":
        """Upload a file

        One file, as `multipart/form-data`. Its `id` goes into `files` of the request it belongs to,
        within a day.
        """
        answer: "FileOut" = self._send(
            "POST",
            "/files",
            headers={"Idempotency-Key": idempotency_key},
            file=file,
        )
        return answer

    def get_file(
        self,
        public_id: str,
    ) -> "FileOut":
        """What a file is"""
        answer: "FileOut" = self._send(
            "GET",
            f"/files/{self._part(public_id)}",
        )
        return answer

    def erase_file(
        self,
        public_id: str,
    ) -> None:
        """Erase a file for good"""
        self._send(
            "DELETE",
            f"/files/{self._part(public_id)}",
        )

    def download_file(
        self,
        public_id: str,
    ) -> bytes:
        """Download a file

        The file itself; 409 while it is being checked for viruses or when one was found.
        """
        answer: bytes = self._send(
            "GET",
            f"/files/{self._part(public_id)}/content",
            raw=True,
        )
        return answer

    def list_lists(
        self,
    ) -> "ListsOut":
        """The lists there are

        Those the token may read, with the columns it may see, sort and filter by.
        """
        answer: "ListsOut" = self._send(
            "GET",
            "/lists",
        )
        return answer

    def rows(
        self,
        code: str,
        *,
        q: str | None = None,
        sort: str | None = None,
        columns: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: int | None = None,
        filters: Mapping[str, str] | None = None,
    ) -> "RowsOut":
        """Rows of one list

        Filters by column code beside these (`?state=recorded&opened=7d`), written as in the address
        of the page.

        `columns` is a comma-separated choice, `sort` a column's code, `-` before it for falling.
        `count` stops at 1,000 (`more`). A filter that cannot be read is 422 and names the column.
        """
        answer: "RowsOut" = self._send(
            "GET",
            f"/lists/{self._part(code)}",
            query={
                "q": q,
                "sort": sort,
                "columns": columns,
                "after": after,
                "before": before,
                "limit": limit,
                **(filters or {}),
            },
        )
        return answer

    def start_bulk(
        self,
        code: str,
        action: str,
        *,
        body: "BulkIn",
        idempotency_key: str = "",
    ) -> "RunOut":
        """Act on many rows

        Row by row in the background; `GET /runs/{id}` says how far it is and what was not done.
        """
        answer: "RunOut" = self._send(
            "POST",
            f"/lists/{self._part(code)}/bulk/{self._part(action)}",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_privacy_requests(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "RequestsOut":
        """Requests about data, newest first"""
        answer: "RequestsOut" = self._send(
            "GET",
            "/privacy/requests",
            query={"after": after, "limit": limit},
        )
        return answer

    def requests_privacy(
        self,
        *,
        body: "RequestIn",
        idempotency_key: str = "",
    ) -> "RequestOut":
        """Take in a request about data

        The legal limit runs from `received`. The same kind asked again while it is open is that
        request.
        """
        answer: "RequestOut" = self._send(
            "POST",
            "/privacy/requests",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_privacy_request(
        self,
        public_id: str,
    ) -> "RequestOut":
        """One request about data"""
        answer: "RequestOut" = self._send(
            "GET",
            f"/privacy/requests/{self._part(public_id)}",
        )
        return answer

    def requests_do_privacy(
        self,
        public_id: str,
        *,
        body: "DeedIn",
        idempotency_key: str = "",
    ) -> "RequestOut":
        """Extend, refuse or carry out a request

        `anonymise` and `erase` cannot be undone and need the customer's number in `typed`.
        """
        answer: "RequestOut" = self._send(
            "POST",
            f"/privacy/requests/{self._part(public_id)}/do",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_privacy_may_contact(
        self,
        *,
        customer: str,
        purpose: str,
        channel: str,
    ) -> "ContactOut":
        """May we write to a customer?

        The one gate: restriction, objection, consent and refusal for a purpose (service, marketing,
        survey) on a channel (email, phone, sms, letter).
        """
        answer: "ContactOut" = self._send(
            "GET",
            "/privacy/may-contact",
            query={"customer": customer, "purpose": purpose, "channel": channel},
        )
        return answer

    def get_run(
        self,
        public_id: str,
    ) -> "RunOut":
        """How far a bulk action is"""
        answer: "RunOut" = self._send(
            "GET",
            f"/runs/{self._part(public_id)}",
        )
        return answer

    def do_run(
        self,
        public_id: str,
        verb: Literal["cancel", "undo"],
        *,
        idempotency_key: str = "",
    ) -> "RunOut":
        """Cancel or undo

        `cancel` ends it after the row in hand; `undo` takes back what can be, rows changed since are
        left.
        """
        answer: "RunOut" = self._send(
            "POST",
            f"/runs/{self._part(public_id)}/{self._part(verb)}",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def list_imports_kinds(
        self,
    ) -> "KindsOut":
        """What this token may import"""
        answer: "KindsOut" = self._send(
            "GET",
            "/imports/kinds",
        )
        return answer

    def add_import(
        self,
        *,
        file: tuple[str, bytes],
        idempotency_key: str = "",
    ) -> "ImportOut":
        """Upload a file to import

        One file as `multipart/form-data`: CSV, TSV or XLSX. A mapping is proposed from headers and
        values.

        `mapping` ({field: column, from 0, or the header's name}) and `options` are JSON objects and
        replace the proposal. `then` says whether to try it, or to bring it in, at once.
        """
        answer: "ImportOut" = self._send(
            "POST",
            "/imports",
            headers={"Idempotency-Key": idempotency_key},
            file=file,
        )
        return answer

    def list_imports(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "ImportsOut":
        """Imports, newest first"""
        answer: "ImportsOut" = self._send(
            "GET",
            "/imports",
            query={"after": after, "limit": limit},
        )
        return answer

    def get_import(
        self,
        public_id: str,
    ) -> "ImportOut":
        """One import

        How far it is and what became of its rows.
        """
        answer: "ImportOut" = self._send(
            "GET",
            f"/imports/{self._part(public_id)}",
        )
        return answer

    def set_imports_mapping(
        self,
        public_id: str,
        *,
        body: "MappingIn",
    ) -> "ImportOut":
        """Say what columns mean

        A dry run made before is void.
        """
        answer: "ImportOut" = self._send(
            "PUT",
            f"/imports/{self._part(public_id)}/mapping",
            body=body,
        )
        return answer

    def list_imports_errors_csv(
        self,
        public_id: str,
    ) -> bytes:
        """Rows that were refused or warned of

        Each row as it was, with its number and the reason in the language of `Accept-Language`.
        """
        answer: bytes = self._send(
            "GET",
            f"/imports/{self._part(public_id)}/errors.csv",
            raw=True,
        )
        return answer

    def do_import(
        self,
        public_id: str,
        verb: Literal["check", "start", "cancel", "resume", "undo"],
    ) -> "ImportOut":
        """Next step

        `check` tries it without writing, `start` brings it in, `cancel`, `resume`, `undo`. Sent twice
        it acts once.
        """
        answer: "ImportOut" = self._send(
            "POST",
            f"/imports/{self._part(public_id)}/{self._part(verb)}",
        )
        return answer

    def start_export(
        self,
        *,
        body: "ExportIn",
        idempotency_key: str = "",
    ) -> "ExportOut":
        """Export a list

        Filter, order, columns and masks are those of the list for this token. Asked again while under
        way: the same one.
        """
        answer: "ExportOut" = self._send(
            "POST",
            "/exports",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_export(
        self,
        public_id: str,
    ) -> "ExportOut":
        """How far an export is"""
        answer: "ExportOut" = self._send(
            "GET",
            f"/exports/{self._part(public_id)}",
        )
        return answer

    def cancel_export(
        self,
        public_id: str,
    ) -> "ExportOut":
        """Cancel or delete an export"""
        answer: "ExportOut" = self._send(
            "DELETE",
            f"/exports/{self._part(public_id)}",
        )
        return answer

    def download_export(
        self,
        public_id: str,
    ) -> bytes:
        """Download an export

        410 before it is ready and after it has expired; 403 when the token may see less than when it
        was written.
        """
        answer: bytes = self._send(
            "GET",
            f"/exports/{self._part(public_id)}/file",
            raw=True,
        )
        return answer

    def search(
        self,
        *,
        q: str,
    ) -> "SearchOut":
        """Search everything

        What the token may see of every list, whose names, numbers or words hold all the words of `q`.
        """
        answer: "SearchOut" = self._send(
            "GET",
            "/search",
            query={"q": q},
        )
        return answer

    def list_events(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        types: str | None = None,
    ) -> "EventsOut":
        """Sealed events in order

        What webhooks of this token would hear, for asking instead: after event number `after`,
        `types` comma-separated.

        Needs `api.webhooks.own`. A page may be empty although more follows: go on from `next` until
        it does not move.
        """
        answer: "EventsOut" = self._send(
            "GET",
            "/events",
            query={"after": after, "limit": limit, "types": types},
        )
        return answer

    def list_event_types(
        self,
    ) -> "TypesOut":
        """Types of events

        All of them, with the right that shows them; needs no right itself.
        """
        answer: "TypesOut" = self._send(
            "GET",
            "/event-types",
        )
        return answer

    def list_webhooks(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "WebhooksOut":
        """Webhooks, newest first

        Those this token made, or all (`site.settings`).
        """
        answer: "WebhooksOut" = self._send(
            "GET",
            "/webhooks",
            query={"after": after, "limit": limit},
        )
        return answer

    def add_webhook(
        self,
        *,
        body: "WebhookIn",
        idempotency_key: str = "",
    ) -> "SecretOut":
        """Subscribe to events

        Needs `api.webhooks.own`. It hears what this token may see, for as long as the token may.
        """
        answer: "SecretOut" = self._send(
            "POST",
            "/webhooks",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_webhook(
        self,
        public_id: str,
    ) -> "WebhookOut":
        """One webhook"""
        answer: "WebhookOut" = self._send(
            "GET",
            f"/webhooks/{self._part(public_id)}",
        )
        return answer

    def change_webhook(
        self,
        public_id: str,
        *,
        body: "WebhookChange",
        if_match: str = "",
    ) -> "WebhookOut":
        """Change a webhook

        Name, address, types. With `If-Match` only the version you saw.
        """
        answer: "WebhookOut" = self._send(
            "PATCH",
            f"/webhooks/{self._part(public_id)}",
            headers={"If-Match": if_match},
            body=body,
        )
        return answer

    def remove_webhook(
        self,
        public_id: str,
        *,
        if_match: str = "",
    ) -> None:
        """Remove a webhook

        With its log.
        """
        self._send(
            "DELETE",
            f"/webhooks/{self._part(public_id)}",
            headers={"If-Match": if_match},
        )

    def pause_webhook(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
        if_match: str = "",
    ) -> "WebhookOut":
        """Send nothing for now

        Its place in the stream stays.
        """
        answer: "WebhookOut" = self._send(
            "POST",
            f"/webhooks/{self._part(public_id)}/pause",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )
        return answer

    def resume_webhook(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
        if_match: str = "",
    ) -> "WebhookOut":
        """Go on

        At once, where it stopped; also to try again before its time.
        """
        answer: "WebhookOut" = self._send(
            "POST",
            f"/webhooks/{self._part(public_id)}/resume",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )
        return answer

    def rotate_webhook(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
        if_match: str = "",
    ) -> "SecretOut":
        """Change the secret

        A new secret, shown once; for 24 hours the old one signs as well.
        """
        answer: "SecretOut" = self._send(
            "POST",
            f"/webhooks/{self._part(public_id)}/rotate",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )
        return answer

    def replay_webhook(
        self,
        public_id: str,
        *,
        body: "ReplayIn",
        idempotency_key: str = "",
        if_match: str = "",
    ) -> "WebhookOut":
        """Send events again

        Under the same ids, so that receivers can tell.
        """
        answer: "WebhookOut" = self._send(
            "POST",
            f"/webhooks/{self._part(public_id)}/replay",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
            body=body,
        )
        return answer

    def ping_webhook(
        self,
        public_id: str,
        *,
        idempotency_key: str = "",
    ) -> "DeliveryOut":
        """Send a test

        Type `webhook.ping`, sent once by a worker; the log tells what came of it.
        """
        answer: "DeliveryOut" = self._send(
            "POST",
            f"/webhooks/{self._part(public_id)}/ping",
            headers={"Idempotency-Key": idempotency_key},
        )
        return answer

    def list_deliveries(
        self,
        public_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        state: Literal["", "waiting", "delivered", "failed"] | None = None,
    ) -> "DeliveriesOut":
        """The log

        Newest first, kept for 30 days.
        """
        answer: "DeliveriesOut" = self._send(
            "GET",
            f"/webhooks/{self._part(public_id)}/deliveries",
            query={"after": after, "limit": limit, "state": state},
        )
        return answer

    def get_itself(
        self,
    ) -> "ItselfOut":
        """The token that asks

        Needs no right: a way to see whether a token works, and what it may.
        """
        answer: "ItselfOut" = self._send(
            "GET",
            "/tokens/self",
        )
        return answer

    def list_tokens(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "TokensOut":
        """Tokens, newest first

        Those of the owner (`api.tokens.own`), or all (`site.settings`).
        """
        answer: "TokensOut" = self._send(
            "GET",
            "/tokens",
            query={"after": after, "limit": limit},
        )
        return answer

    def revoke_token(
        self,
        public_id: str,
    ) -> None:
        """Revoke a token

        At once and for ever. A token may always end itself; others as far as they can be listed.
        """
        self._send(
            "DELETE",
            f"/tokens/{self._part(public_id)}",
        )

    def list_users(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> "UsersOut":
        """Members of staff, newest first

        With their roles. Needs `site.settings`.
        """
        answer: "UsersOut" = self._send(
            "GET",
            "/staff/users",
            query={"after": after, "limit": limit},
        )
        return answer

    def add_user(
        self,
        *,
        body: "NewUserIn",
        idempotency_key: str = "",
    ) -> "UserOut":
        """Add a member of staff

        Without a role they see nothing yet. 409 when the user name is taken.
        """
        answer: "UserOut" = self._send(
            "POST",
            "/staff/users",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def get_user(
        self,
        public_id: str,
    ) -> "UserOut":
        """One member of staff"""
        answer: "UserOut" = self._send(
            "GET",
            f"/staff/users/{self._part(public_id)}",
        )
        return answer

    def change_user(
        self,
        public_id: str,
        *,
        body: "UserIn",
    ) -> "UserOut":
        """Change a member of staff"""
        answer: "UserOut" = self._send(
            "PATCH",
            f"/staff/users/{self._part(public_id)}",
            body=body,
        )
        return answer

    def list_roles(
        self,
    ) -> "RolesOut":
        """Roles with their rights

        All of them: there are few. Needs `site.settings`.
        """
        answer: "RolesOut" = self._send(
            "GET",
            "/staff/roles",
        )
        return answer

    def add_role(
        self,
        *,
        body: "NewRoleIn",
        idempotency_key: str = "",
    ) -> "RoleOut":
        """Make a role"""
        answer: "RoleOut" = self._send(
            "POST",
            "/staff/roles",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def list_units(
        self,
    ) -> "UnitsOut":
        """The organisation

        Branches, departments, teams, parents first. Needs `site.settings`.
        """
        answer: "UnitsOut" = self._send(
            "GET",
            "/staff/units",
        )
        return answer

    def add_unit(
        self,
        *,
        body: "NewUnitIn",
        idempotency_key: str = "",
    ) -> "UnitOut":
        """Add a unit"""
        answer: "UnitOut" = self._send(
            "POST",
            "/staff/units",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
        return answer

    def give_role(
        self,
        public_id: str,
        *,
        body: "GrantIn",
    ) -> "UserOut":
        """Give a role

        Giving it again changes nothing.
        """
        answer: "UserOut" = self._send(
            "POST",
            f"/staff/users/{self._part(public_id)}/roles",
            body=body,
        )
        return answer

    def take_role_back(
        self,
        public_id: str,
        role: str,
        *,
        unit: str | None = None,
    ) -> None:
        """Take a role back

        409 when nobody could administer any more, 404 when they do not have it there.
        """
        self._send(
            "DELETE",
            f"/staff/users/{self._part(public_id)}/roles/{self._part(role)}",
            query={"unit": unit},
        )

    def set_seat(
        self,
        public_id: str,
        *,
        body: "SeatIn",
    ) -> "UserOut":
        """Seat in a team

        Who changes teams hands back what they have in hand.
        """
        answer: "UserOut" = self._send(
            "PUT",
            f"/staff/users/{self._part(public_id)}/seat",
            body=body,
        )
        return answer

    def set_sign_in(
        self,
        public_id: str,
        verb: Literal["shut-out", "let-in"],
    ) -> "UserOut":
        """Close or allow sign-in

        Closing ends their sessions and tokens and puts their work back into the queue.
        """
        answer: "UserOut" = self._send(
            "POST",
            f"/staff/users/{self._part(public_id)}/{self._part(verb)}",
        )
        return answer

    def change_role(
        self,
        code: str,
        *,
        body: "RoleIn",
    ) -> "RoleOut":
        """Change a role

        Holds from everybody's next request on. 409 when nobody could administer any more.
        """
        answer: "RoleOut" = self._send(
            "PUT",
            f"/staff/roles/{self._part(code)}",
            body=body,
        )
        return answer

    def rename_unit(
        self,
        code: str,
        *,
        body: "UnitIn",
    ) -> "UnitOut":
        """Rename a unit"""
        answer: "UnitOut" = self._send(
            "PATCH",
            f"/staff/units/{self._part(code)}",
            body=body,
        )
        return answer

    def close_unit(
        self,
        code: str,
    ) -> None:
        """Close a unit

        409 while anything hangs on it.
        """
        self._send(
            "DELETE",
            f"/staff/units/{self._part(code)}",
        )

    def move_unit(
        self,
        code: str,
        *,
        body: "PlaceIn",
    ) -> "UnitOut":
        """Move a unit

        Everything below it comes along.
        """
        answer: "UnitOut" = self._send(
            "POST",
            f"/staff/units/{self._part(code)}/move",
            body=body,
        )
        return answer

    def list_jobs(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        state: Literal["", "READY", "RUNNING", "SUCCESSFUL", "FAILED"] | None = None,
        task: str | None = None,
    ) -> "JobsOut":
        """Background work, newest first

        `state` and `task` (its dotted name) narrow. Needs `site.settings`.
        """
        answer: "JobsOut" = self._send(
            "GET",
            "/settings/jobs",
            query={"after": after, "limit": limit, "state": state, "task": task},
        )
        return answer

    def get_chain(
        self,
    ) -> "ChainOut":
        """The head of the event chain

        Needs `site.settings`.
        """
        answer: "ChainOut" = self._send(
            "GET",
            "/settings/chain",
        )
        return answer

    def list_options(
        self,
    ) -> "OptionsOut":
        """Run-time settings"""
        answer: "OptionsOut" = self._send(
            "GET",
            "/settings/options",
        )
        return answer

    def change_option(
        self,
        code: str,
        *,
        body: "OptionIn",
    ) -> "OptionOut":
        """Change a setting

        Holds everywhere within seconds.
        """
        answer: "OptionOut" = self._send(
            "PUT",
            f"/settings/options/{self._part(code)}",
            body=body,
        )
        return answer

    def plan_day(
        self,
        team: str,
        day: str,
        *,
        body: "DayIn",
    ) -> "DayOut":
        """An exception of working days

        Closes one day of a team, opens it with hours of its own, or takes an exception back.
        """
        answer: "DayOut" = self._send(
            "PUT",
            f"/settings/calendars/{self._part(team)}/{self._part(day)}",
            body=body,
        )
        return answer

    def get_retention(
        self,
    ) -> "RetentionOut":
        """How long data is kept"""
        answer: "RetentionOut" = self._send(
            "GET",
            "/settings/retention",
        )
        return answer

    def set_hold(
        self,
        *,
        body: "HoldIn",
    ) -> "RetentionOut":
        """Legal hold on or off

        While it is on, nothing at all is deleted for its age.
        """
        answer: "RetentionOut" = self._send(
            "PUT",
            "/settings/retention/hold",
            body=body,
        )
        return answer

    def remove_sample(
        self,
    ) -> "StartedOut":
        """Remove the sample world

        In the background; what real people said stays. Needs `site.sample`.
        """
        answer: "StartedOut" = self._send(
            "DELETE",
            "/settings/sample",
        )
        return answer
