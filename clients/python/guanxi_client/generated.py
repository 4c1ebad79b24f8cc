"""Generated from the OpenAPI document by scripts/client.py: do not edit, run it again."""

# ruff: noqa: E501, UP007, UP037, RUF100, A002, A003
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict, Union

from guanxi_client.transport import Sender

VERSION = "0.1.0"


class AcceptIn(TypedDict):
    """`survivor`: whose id goes on; by default the one that is established, better known, older.
    `choices`: {field: record}.
    """

    survivor: NotRequired[str]
    choices: NotRequired[dict[str, str]]
    reason: NotRequired[str]


class ApartIn(TypedDict):
    other: str
    reason: NotRequired[str]


class BulkIn(TypedDict):
    """The rows of these keys; or with `all`, every row that matches `query` (at most `expected`, when it
    is given).
    """

    keys: NotRequired[list[str]]
    all: NotRequired[bool]
    query: NotRequired[str]
    expected: NotRequired[int | None]
    values: NotRequired[dict[str, str]]


class CameAfterOut(TypedDict):
    """A record that came after a merge. `likely`: the side it fits best, or empty."""

    record: str
    name: str
    source: str
    created: str
    likely: str


class CaseFilters(TypedDict):
    """What narrows the list; all of it together. `opened_from` is included, `opened_until` is not."""

    state: NotRequired[Literal["", "recorded", "answered", "resolved"]]
    turn: NotRequired[Literal["", "staff", "customer", "nobody"]]
    channel: NotRequired[str]
    team: NotRequired[str]
    customer: NotRequired[str]
    overdue: NotRequired[bool]
    opened_from: NotRequired[str | None]
    opened_until: NotRequired[str | None]


class CaseIn(TypedDict):
    """A complaint in the customer's own words; no category is asked for."""

    text: str
    contact: "ContactIn"
    language: NotRequired[Literal["zh-hans", "en"]]
    files: NotRequired[list[str]]


class CaseMessageOut(TypedDict):
    direction: Literal["in", "out"]
    channel: str
    author: str
    text: str
    created: str
    files: list["FileOut"]


class CaseOut(TypedDict):
    number: str
    title: str
    state: Literal["recorded", "answered", "resolved"]
    turn: Literal["staff", "customer", "nobody"]
    due: str | None
    channel: str
    language: str
    round: int
    version: int
    opened: str
    resolved: str | None
    customer: str
    team: str


class CaseWithMessages(TypedDict):
    """`verbs` is what the token may do now; `why_due` explains the time left; `work` is the open work
    item's id.
    """

    number: str
    title: str
    state: Literal["recorded", "answered", "resolved"]
    turn: Literal["staff", "customer", "nobody"]
    due: str | None
    channel: str
    language: str
    round: int
    version: int
    opened: str
    resolved: str | None
    customer: str
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


class CustomersOut(TypedDict):
    items: list["CustomerShort"]
    next: str


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


class DeedIn(TypedDict):
    """`why` for extend, refuse and close; `typed`, the customer's number, for anonymise and erase."""

    deed: Literal["extend", "refuse", "close", "restrict", "object", "anonymise", "erase"]
    why: NotRequired[str]
    typed: NotRequired[str]


class DeliveriesOut(TypedDict):
    items: list["DeliveryOut"]
    next: str


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


class DoubtOut(TypedDict):
    """Another customer who may be the same person; a steward decides."""

    customer: str
    since: str


class EndIn(TypedDict):
    """`on`: the day it was over, today without one."""

    on: NotRequired[str | None]
    why: str


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


class HoldIn(TypedDict):
    on: bool
    why: str


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


class ItemOut(TypedDict):
    """`title` and `path` (the page) say what it is about; empty where the token may not see that."""

    id: str
    kind: str
    team: str
    state: Literal["queued", "assigned", "done", "cancelled"]
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
    sku: str
    quantity: int
    amount_minor: int


class ListOut(TypedDict):
    code: str
    title: str
    columns: list["ColumnOut"]


class ListsOut(TypedDict):
    items: list["ListOut"]
    next: str


class MappingIn(TypedDict):
    """What is left out stays as it was proposed."""

    mapping: NotRequired[dict[str, int] | None]
    dates: NotRequired[dict[str, Literal["ymd", "dmy", "mdy"]]]
    options: NotRequired[dict[str, str]]


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


class NatureIn(TypedDict):
    nature: Literal["person", "company"]


class NatureOut(TypedDict):
    nature: Literal["person", "company"]


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


class OpenedOut(TypedDict):
    number: str
    promised_at: str
    follow_url: str
    customer: str
    recognition: Literal["recognised", "doubt", "new"]


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


class OrderOut(TypedDict):
    """Amounts are in minor units of `currency`."""

    id: str
    number: str
    customer: str
    state: str
    currency: str
    total_minor: int
    placed: str
    lines: list["LineOut"]


class OrdersOut(TypedDict):
    items: list["OrderOut"]
    next: str


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


class ReasonIn(TypedDict):
    reason: NotRequired[str]


class RecognitionOut(TypedDict):
    customer: str
    outcome: Literal["recognised", "doubt", "new"]
    why: dict[str, Any]


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


class RetentionOut(TypedDict):
    held: bool
    items: list["RuleOut"]
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


class SearchOut(TypedDict):
    """The best of each list, at most 20; there is no further page."""

    items: list["FoundOut"]
    next: str


class SeatIn(TypedDict):
    team: str
    languages: list[Literal["zh-hans", "en"]]
    capacity: int


class SeatOut(TypedDict):
    """The owner's seat in a team."""

    team: str
    presence: Literal["offline", "ready", "away"]
    capacity: int
    open: int
    languages: list[str]


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


class StartedOut(TypedDict):
    """Background work that has begun; `job` is its id under /settings/jobs."""

    job: str


class StepOut(TypedDict):
    """One step of the sum, in bits for (+) or against (-)."""

    code: str
    kind: str
    bits: float


class TakenOut(TypedDict):
    """The item now in hand, with why it is this one; null when nothing waits."""

    item: Union["ItemOut", None]
    why: dict[str, Any] | None


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


class Operations(Sender):
    """Every operation of the API, one method each."""

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
        state: Literal["", "recorded", "answered", "resolved"] | None = None,
        turn: Literal["", "staff", "customer", "nobody"] | None = None,
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
        state: Literal["", "placed", "shipped", "received"] | None = None,
        number: str | None = None,
    ) -> "OrdersOut":
        """Newest orders

        Visible orders, newest first; `customer` (their id), `state` and `number` narrow.
        """
        answer: "OrdersOut" = self._send(
            "GET",
            "/orders",
            query={"after": after, "limit": limit, "customer": customer, "state": state, "number": number},
        )
        return answer

    def get_order(
        self,
        public_id: str,
    ) -> "OrderOut":
        """One order"""
        answer: "OrderOut" = self._send(
            "GET",
            f"/orders/{self._part(public_id)}",
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
