"""What customers say of contacts, and the key figures made of it: satisfied, easy, would recommend, and how many answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models import Value as Constant
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.channels.models import Contact, Opinion
from guanxi.core.access import Actor
from guanxi.core.counting import Counting, Told
from guanxi.core.figures import Figure, Value, Whose
from guanxi.work.models import Member
from guanxi.work.queries import figures as work

CHANNEL = "chat"
"""Where customers are asked: the chat's own page. A telephone has none."""


def opinion_of(contact: Contact) -> Opinion | None:
    return Opinion.objects.filter(contact=contact).first()


def is_asked(contact: Contact) -> bool:
    """Somebody talked with them, and it is over."""
    return (
        contact.channel == CHANNEL and contact.state == Contact.State.ENDED and contact.answered is not None
    )


def shown(contact: Contact) -> dict[str, Any] | None:
    """What was said of it, for staff: answers [(what was asked, "4 / 5")], words, given."""
    opinion = opinion_of(contact)
    if opinion is None:
        return None
    asked = (
        (_("Satisfied"), opinion.satisfied, 5),
        (_("Easy"), opinion.easy, 7),
        (_("Would recommend us"), opinion.recommends, 10),
    )
    answers = [(str(words), f"{value} / {most}") for words, value, most in asked if value is not None]
    return {"answers": answers, "words": opinion.words, "given": opinion.given}


# -- key figures --------------------------------------------------------------------------------------------

BY = {"team": "contact__team_id", "member": "by"}
ONE, NONE = Constant(1), Constant(0)


def _member(staff: str) -> Subquery:
    return Subquery(Member.objects.filter(user=OuterRef(staff)).values("id")[:1])


def _answers(actor: Actor, since: datetime, until: datetime, whose: Whose) -> QuerySet[Any, Any]:
    found = Opinion.objects.filter(given__gte=since, given__lt=until).annotate(by=_member("contact__staff"))
    found = found.filter(work.seen(actor, "contact__team_id", "by")).select_related("contact")
    asked: QuerySet[Any, Any] = work.asked_of(found, whose, "contact__team_id", "by").annotate(den=ONE)
    return asked


def satisfied(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """Answers of 4 and 5 among all."""
    num = Case(When(satisfied__gte=4, then=ONE), default=NONE)
    found = _answers(actor, since, until, whose).annotate(num=num)
    return Counting(found, "given", _tell("satisfied", 5), BY, work.label)


def easy(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """The mean of 1 to 7."""
    found = _answers(actor, since, until, whose).filter(easy__isnull=False).annotate(num=F("easy"))
    return Counting(found, "given", _tell("easy", 7), BY, work.label)


def recommends(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """9 and 10 count for us, 0 to 6 against, 7 and 8 only among all (Reichheld, The One Number You Need to Grow, 2003)."""
    net = Case(When(recommends__gte=9, then=ONE), When(recommends__lte=6, then=Constant(-1)), default=NONE)
    found = _answers(actor, since, until, whose).filter(recommends__isnull=False).annotate(num=net)
    return Counting(found, "given", _tell("recommends", 10), BY, work.label)


def answering(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """Who was asked, and of them who answered."""
    found = Contact.objects.filter(
        ended__gte=since,
        ended__lt=until,
        channel=CHANNEL,
        state=Contact.State.ENDED,
        answered__isnull=False,
    ).annotate(by=_member("staff"))
    found = found.filter(work.seen(actor, "team_id", "by"))
    num = Case(When(Q(opinion__isnull=False), then=ONE), default=NONE)
    asked = work.asked_of(found, whose, "team_id", "by").annotate(num=num, den=ONE)
    return Counting(asked, "ended", _tell_contacts, {"team": "team_id", "member": "by"}, work.label)


def _tell(name: str, most: int) -> Any:
    def tell(rows: Sequence[Any]) -> list[Told]:
        told = _tell_contacts([one.contact for one in rows], [one.by for one in rows])
        return [
            Told(one.name, f"{getattr(row, name)} / {most}", one.who, one.url)
            for row, one in zip(rows, told, strict=True)
        ]

    return tell


def _tell_contacts(rows: Sequence[Any], members: Sequence[int | None] | None = None) -> list[Told]:
    members = [one.by for one in rows] if members is None else members
    names = work.names_of(members)
    return [
        Told(one.public_id, "", names.get(member or 0, ""), reverse("chat", args=[one.public_id]))
        for one, member in zip(rows, members, strict=True)
    ]


def _figure(code: str, source: work.Source, **words: Any) -> Figure:
    def compute(actor: Actor, since: datetime, until: datetime) -> Value:
        return source(actor, since, until, Whose()).value()

    told = {
        "exclusions": _("chats nobody answered; calls, after which nobody is asked"),
        "target": None,
        **words,
    }
    return Figure(
        code=f"contacts.{code}", right="work.view", others=work.OTHERS, owner="supervisor", personal=True,
        compute=compute, source=source, tile=False, **told,
    )  # fmt: skip


_ANSWERS = _("answers, once after a chat")
FIGURES = (
    _figure("satisfied", satisfied, title=_("Satisfied after a chat (CSAT)"), numerator=_("answers of 4 and 5 of 5"),
            denominator=_ANSWERS, unit="%", target=80.0),
    _figure("recommend", recommends, title=_("Would recommend us (NPS)"),
            numerator=_("answers of 9 and 10, less those of 0 to 6"), denominator=_ANSWERS, unit="%", target=30.0),
    _figure("easy", easy, title=_("How easy it was (CES, 1 to 7)"), numerator=_("sum of the answers"), denominator=_ANSWERS,
            unit="1", digits=2, target=5.5),
    _figure("answering", answering, title=_("Answers to how it was"), numerator=_("those who answered"),
            denominator=_("chats that ended after somebody answered"), unit="%"),
)  # fmt: skip
