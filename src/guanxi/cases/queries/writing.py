"""Saved replies an actor may use or change, the values their variables have in a case, and who is writing there."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from guanxi.cases.models import Case, Draft, SavedReply
from guanxi.cases.rules import writing as rules
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.phrases import day_label, pick
from guanxi.work import queries as work

USE = "cases.handle"
WRITE = "cases.replies"
OFFERED_MAX = 60
WRITING_NOW = timedelta(minutes=2)
"""Without a sign for so long somebody left a draft, and is not writing."""

NAMES = {
    "customer": _("the customer's name"),
    "case": _("the number of the case"),
    "promise": _("the promised time"),
    "order": _("the number of the order"),
    "me": _("my name"),
    "team": _("my team"),
}
"""What each variable stands for."""


def team_id_of(actor: Actor) -> int | None:
    """The team an actor takes work in, else the unit they belong to."""
    member = work.member_of(actor)
    return member.team_id if member else actor.unit_id


def list_replies(actor: Actor) -> QuerySet[SavedReply]:
    """One's own, those of one's team, and those of teams one writes for; the most used first."""
    actor.require(USE)
    seen = Q(team_id=team_id_of(actor))
    if actor.user_id is not None:
        seen |= Q(owner_id=actor.user_id)
    reach = actor.reach(WRITE)
    if reach.everything:
        seen |= Q(owner=None)
    elif reach.units:
        seen |= Q(team_id__in=reach.units)
    found = SavedReply.objects.filter(seen).select_related("team__unit", "owner")
    return found.order_by("-used", F("last_used").desc(nulls_last=True), "code", "id")


def get_reply(actor: Actor, public_id: str) -> SavedReply:
    """Raises `NotFound` also for somebody else's."""
    found = list_replies(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def may_change(actor: Actor, reply: SavedReply) -> bool:
    """One's own, or a team's one writes for."""
    if reply.owner_id is not None:
        return reply.owner_id == actor.user_id
    return reply.team_id is not None and actor.may_at(WRITE, reply.team_id)


def teams_to_write_for(actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the teams whose replies this actor may write."""
    if not actor.may(WRITE):
        return []
    teams = [team for team in work.list_teams() if actor.may_at(WRITE, team.unit_id)]
    return [(team.unit.code, pick(team.unit.name)) for team in teams]


def replies_for(actor: Actor, case: Case) -> list[SavedReply]:
    """What is offered in this case: of the actor or their team, fitting its kinds and its channel."""
    kinds = {case.kind, *case.issues.values_list("kind", flat=True)}
    mine = Q(team_id=team_id_of(actor)) | Q(team_id=case.team_id)
    if actor.user_id is not None:
        mine |= Q(owner_id=actor.user_id)
    offered = [
        one
        for one in list_replies(actor).filter(mine)
        if rules.fits(kinds=one.kinds, channels=one.channels, of_kinds=kinds, by=case.channel)
    ]
    return offered[:OFFERED_MAX]


def language_of(case: Case) -> str:
    """What the customer reads."""
    return "en" if case.language.startswith("en") else "zh-hans"


def words_of(texts: dict[str, str], language: str) -> str:
    """In this language, else in the other one."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


def filled(actor: Actor, case: Case, reply: SavedReply, now: datetime) -> rules.Filled:
    """The reply in the customer's language with the values of this case."""
    language = language_of(case)
    with translation.override(language):
        names = {name: str(words) for name, words in NAMES.items()}
        return rules.fill(words_of(reply.body, language), values_of(actor, case, now), names)


def values_of(actor: Actor, case: Case, now: datetime) -> dict[str, str]:
    """{variable: value} of a case in the language that is set; what is not known is left out."""
    order = case.issues.filter(order__isnull=False).order_by("place").values_list("order__number", flat=True)
    member = work.member_of(actor)
    values = {
        "customer": case.record.name,
        "case": case.number,
        "promise": _moment(case.due) if case.due and case.due > now else "",
        "order": next(iter(order), ""),
        "me": actor.name,
        "team": pick(member.team.unit.name) if member else "",
    }
    return {name: value for name, value in values.items() if value}


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{day_label(local.date())} {local:%H:%M}"


def drafts_of(case: Case) -> Sequence[Draft]:
    """Everything that is being written in a case the caller may see, oldest first."""
    return list(Draft.objects.filter(case=case).select_related("writer").order_by("began", "id"))
