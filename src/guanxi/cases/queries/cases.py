"""Every read of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core import signing
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.cases import rules
from guanxi.cases.models import Case
from guanxi.cases.rules import machine
from guanxi.channels.models import Message
from guanxi.core import cover, procedure, search
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.figures import Value
from guanxi.core.ids import first_id
from guanxi.core.models import Event
from guanxi.core.prepared import prepared_at
from guanxi.core.recall import remembered
from guanxi.core.words import say
from guanxi.people import queries as people
from guanxi.work.queries import Change, SubjectView, team_of

CHANNEL_ICONS = {"web": "world", "email": "mail", "phone": "phone", "api": "plug", "import": "file-import"}
LINK_SALT = "guanxi.case"
CUSTOMER_CASES = 100  # that one customer's page reads
SETTLED = (Case.State.RESOLVED, Case.State.CLOSED)


def list_cases(actor: Actor) -> QuerySet[Case]:
    """Visible cases, newest first."""
    found: QuerySet[Case] = Case.objects.visible_to(actor)
    return found.select_related("record__customer", "team__unit").order_by("-opened", "-id")


def get_case(actor: Actor, number: str) -> Case:
    """The visible case with this number. Raises `NotFound` also when it is somebody else's."""
    case = list_cases(actor).select_related("respondent__customer").filter(number=number).first()
    if case is None:
        raise NotFound
    return case


def get_own_case(actor: Actor) -> Case:
    """The case a signed link opens."""
    case = list_cases(actor).first() if actor.kind is Kind.LINK else None
    if case is None:
        raise NotFound
    return case


def case_id(actor: Actor, number: str) -> int:
    """The id behind a number, where the actor may see the case. Raises `NotFound`."""
    return get_case(actor, number).id


def customer_of_case(actor: Actor, number: str) -> int:
    """The customer a visible case is about. Raises `NotFound`."""
    return get_case(actor, number).record.customer_id


def may_see(actor: Actor, case_id: int) -> bool:
    """Whether this actor may see a case, and so the files on it."""
    return bool(Case.objects.visible_to(actor).filter(id=case_id).exists())


def get_by_ids(actor: Actor, ids: list[int]) -> dict[int, Case]:
    """Visible cases among these ids, in one statement."""
    return {case.id: case for case in list_cases(actor).filter(id__in=ids)}


@remembered
@prepared_at(Case)
def customer_cases(actor: Actor, customer_id: int) -> QuerySet[Case]:
    """A customer's visible cases, at most 100: the open ones first, then the newest."""
    settled = ExpressionWrapper(Q(state__in=SETTLED), output_field=BooleanField())
    sides = (
        Case.objects.filter(**{f"{side}__customer_id": customer_id}) for side in ("record", "respondent")
    )
    either = [one.order_by().values("pk") for one in sides]  # each by its own index: an OR of joins has none
    mine = list_cases(actor).filter(pk__in=either[0].union(either[1]))
    return mine.annotate(settled=settled).order_by("settled", "-opened", "-id")[:CUSTOMER_CASES]


@remembered
def cases_then(actor: Actor, record_ids: tuple[int, ...], at: datetime) -> list[tuple[Case, str]]:
    """Visible cases of these records that were there at a moment, each with its state then: the open ones first.

    At most 100; the states follow from their events, in two statements.
    """
    found = list_cases(actor).filter(record_id__in=record_ids, opened__lte=at)
    cases = list(found[:CUSTOMER_CASES])
    told = Event.objects.filter(subject_kind="case", subject_id__in=[case.id for case in cases])
    told = told.filter(type__startswith="case.", occurred__lte=at).order_by("occurred", "id")
    states = {key: data["state"] for key, data in told.values_list("subject_id", "data") if "state" in data}
    then = [(case, states.get(case.id, rules.RECORDED)) for case in cases]
    return sorted(then, key=lambda one: one[1] in SETTLED)


def search_cases(actor: Actor, text: str, *, limit: int, found: Sequence[int] | None = None) -> list[Case]:
    """Visible cases whose number, title or text hold all the words of `text`, best first.

    `found`: the search's candidates, where the caller has asked for those of several kinds at once.
    """
    ids = search.candidates(text, "case", limit=limit * 2) if found is None else list(found)
    visible = get_by_ids(actor, ids)
    return [visible[ref] for ref in ids if ref in visible][:limit]


def respondent_record(actor: Actor, customer: str) -> int:
    """The record by which a customer, named by their public id, becomes the other side. Raises `Invalid` on "respondent"."""
    try:
        person = people.get_customer(actor, customer)
    except NotFound as error:
        raise Invalid(fields={"respondent": _("We know no such customer.")}, code="unknown") from error
    record = next(iter(people.records_seen(actor, person.id)), None)
    if record is None:
        raise Invalid(fields={"respondent": _("We cannot write to this customer.")}, code="invalid")
    return int(record.id)


def link_token(case: Case, *, side: str = machine.COMPLAINANT) -> str:
    """A party's signed link to their case, the same at any time. Raising `link_version` voids it."""
    if side == machine.RESPONDENT:
        values: list[str | int] = [case.public_id, case.respondent_link_version, "r"]
    else:
        values = [case.public_id, case.link_version]
    return _signer().sign_object(values)


def _signer() -> signing.Signer:
    return signing.Signer(salt=LINK_SALT)


def link_actor(token: str) -> Actor:
    """Who holds this link. Raises `NotFound` when it is forged or void."""
    try:
        public_id, version, *other = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
    if not isinstance(public_id, str) or not isinstance(version, int) or other not in ([], ["r"]):
        raise NotFound
    wanted = {"respondent_link_version": version} if other else {"link_version": version}
    case = Case.objects.filter(public_id=public_id, **wanted).only("id", "record_id", "respondent_id").first()
    if case is None:
        raise NotFound
    record_id = case.respondent_id if other else case.record_id
    if record_id is None:
        raise NotFound
    return Actor(kind=Kind.LINK, id=public_id, subject=("case", case.id), record_id=record_id)


def who(actor: Actor) -> str:
    """Which side of the procedure this actor stands on."""
    if actor.kind in (Kind.LINK, Kind.CUSTOMER):
        return rules.CUSTOMER
    return rules.SYSTEM if actor.kind is Kind.SYSTEM else rules.STAFF


def may_handle(actor: Actor, case: Case) -> bool:
    """Whether this member of staff, who sees the case, may do something about it.

    A request is anybody's who handles those of a team: whoever is asked first solves it, wherever it waits. What runs by
    issues is its team's, since two sides were told who hears them; and machines stay within what their token says.
    """
    reach = actor.reach("cases.handle")
    if case.kind == Case.Kind.REQUEST and actor.kind is Kind.STAFF and (reach.everything or reach.units):
        return True
    return actor.may_at("cases.handle", case.team_id)


def open_verbs(actor: Actor, case: Case) -> list[str]:
    """What this actor may do with the case now."""
    if case.kind != Case.Kind.REQUEST:
        return talk_verbs(actor, case)
    side = who(actor)
    if side == rules.STAFF and not may_handle(actor, case):
        return []
    return [verb for verb in procedure.verbs(rules.TABLE, case.state, side) if not _used_up(case, verb)]


def talk_verbs(actor: Actor, case: Case) -> list[str]:
    """What may be said about a case that runs by its issues; their own verbs are `issues.open_verbs`."""
    if case.state == Case.State.CLOSED or case.merged_into_id:
        return []
    if who(actor) == rules.STAFF:
        return ["append", "answer"] if may_handle(actor, case) else []
    return ["append"]


def _used_up(case: Case, verb: str) -> bool:
    """Whether the table allows this verb no more often; rounds count the reopenings."""
    at_most = rules.TABLE[case.state, verb].at_most
    return at_most is not None and case.round > at_most


def answered_in_time(actor: Actor, since: datetime, until: datetime) -> Value:
    """Cases whose first limit did not pass unanswered / cases opened in [since, until), from events within reach."""
    within = Event.objects.filter(occurred__gte=since, occurred__lt=until)
    reach = actor.reach("cases.view")
    if not reach.everything:
        within = within.filter(unit_id__in=reach.units)
    opened = within.filter(type="case.opened")
    unseen = Q(type="case.overdue") | Q(type="case.accepted", data__expired=True)
    late = Event.objects.filter(unseen, subject_id__in=opened.values("subject_id"))
    count = opened.count()
    return Value(count - late.values("subject_id").distinct().count(), count)


def _events(actor: Actor, since: datetime, until: datetime) -> QuerySet[Event]:
    """Events in [since, until) within reach of seeing cases. None is written before it occurs: the key narrows the span."""
    within = Event.objects.filter(id__gte=first_id(since), occurred__gte=since, occurred__lt=until)
    return within.filter(actor.reach("cases.view").within("unit_id"))


def count_by_day(
    actor: Actor, since: datetime, until: datetime, types: Sequence[str]
) -> dict[tuple[str, date], int]:
    """(event type, local day) -> how many, in one statement; days without any are not named."""
    found = _events(actor, since, until).filter(type__in=types).annotate(day=TruncDate("occurred"))
    rows = found.order_by().values_list("type", "day").annotate(n=Count("id"))
    return {(code, day): n for code, day, n in rows}


def count_by_hour(actor: Actor, since: datetime, until: datetime) -> dict[tuple[int, int], int]:
    """(ISO weekday, local hour) -> cases opened, in one statement."""
    found = _events(actor, since, until).filter(type="case.opened")
    found = found.annotate(weekday=ExtractIsoWeekDay("occurred"), hour=ExtractHour("occurred"))
    rows = found.order_by().values_list("weekday", "hour").annotate(n=Count("id"))
    return {(weekday, hour): n for weekday, hour, n in rows}


def count_by_fate(actor: Actor, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    """(channel, state) -> visible cases opened in [since, until), in one statement."""
    found = Case.objects.visible_to(actor).filter(opened__gte=since, opened__lt=until)
    rows = found.order_by().values_list("channel", "state").annotate(n=Count("id"))
    return {(channel, state): n for channel, state, n in rows}


@dataclass(frozen=True, slots=True)
class Lapsing:
    id: int
    verb: str


def list_expired(now: datetime, *, limit: int = 200) -> list[Lapsing]:
    """Cases whose limit has passed, with what the table says the system does."""
    found: list[Lapsing] = []
    for state, limit_of in rules.LIMITS.items():
        late = Case.objects.filter(kind=Case.Kind.REQUEST, state=state, due__lt=now)
        if limit_of.on_expiry == "overdue":
            late = late.filter(overdue_told=False)
        found.extend(Lapsing(key, limit_of.on_expiry) for key in late.values_list("id", flat=True)[:limit])
    return found


def cases_across(change: Change) -> list[int]:
    """Cases of the team whose clock of ours was running on this day."""
    team = team_of(change.team_id)
    begins, ends = change.span(team.calendar.zone)
    running = [state for state, limit in rules.LIMITS.items() if limit.clock is procedure.Clock.WORKING]
    requests = Case.objects.filter(kind=Case.Kind.REQUEST)
    found = requests.filter(team=change.team_id, state__in=running, turn_since__lt=ends, due__gte=begins)
    return list(found.order_by("id").values_list("id", flat=True))


def search_words(case: Case) -> search.Words:
    """What a case is found by: number, title, everything said, the customer's name."""
    said = Message.objects.filter(subject_kind="case", subject_id=case.id).values_list("body", flat=True)
    return search.Words(
        "case",
        case.id,
        " ".join(said[:50]),
        record_id=case.record_id,
        unit_id=case.team_id,
        boost="\n".join([case.number, case.title, case.record.name]),
        names=case.record.name,
    )


def describe(actor: Actor, ids: Sequence[int]) -> dict[int, SubjectView]:
    """Cases as subjects of work, for queues."""
    return {
        key: SubjectView(
            title=cover.shown(actor, case.title),
            who=case.record.called,
            url=reverse("case", args=[case.number]),
            icon=CHANNEL_ICONS.get(case.channel, "message"),
            channel=say(f"channel.{case.channel}"),
            words=cover.shown(actor, _first_words(case)) if len(ids) == 1 else "",
        )
        for key, case in get_by_ids(actor, list(ids)).items()
    }


def _first_words(case: Case) -> str:
    first = Message.objects.filter(subject_kind="case", subject_id=case.id).order_by("created", "id").first()
    return first.body if first else ""
