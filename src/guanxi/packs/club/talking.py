"""Chats and calls of the club's day: customers who are there now, colleagues who answer them, and what is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

import structlog

from guanxi.channels.actions import contacts, conversing
from guanxi.channels.actions.contacts import Caller
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries import contacts as reads
from guanxi.channels.rules import OPEN
from guanxi.core.access import Actor, system
from guanxi.core.errors import GuanxiError
from guanxi.packs.club import stories
from guanxi.packs.club.matters import Matter
from guanxi.packs.traffic import Profile
from guanxi.people.actions import add_record
from guanxi.work import actions as work
from guanxi.work.models import Member, WorkItem

LINE: Final = system("traffic")
PICK_UP_S: Final = 3.0  # real seconds until a colleague answers, a customer writes back, somebody leaves
PATIENT_S: Final = 25.0  # work is given out every five seconds, in fast time too
READS_S: Final = 6.0
LEAVES_S: Final = 20.0
ANSWERED: Final = 2  # lines of ours after which a customer of somebody real is content
log = structlog.get_logger("guanxi.traffic")


@dataclass
class Talk:
    """One contact on its way, in seconds of the clock: until when they wait, when the colleague is done, what was said."""

    contact_id: int
    public_id: str
    channel: str
    matter: Matter
    patient_until: float
    spoken: int = 0
    next_at: float = 0.0
    thanked: bool = False


@dataclass
class Talks:
    """Everybody who is there. `actors` are the simulated colleagues by user name."""

    profile: Profile
    chance: Random
    speed: float
    actors: Mapping[str, Actor]
    _talks: list[Talk] = field(default_factory=list)

    def begin(self, now: datetime, clock_s: float, channel: str, matter: Matter) -> None:
        """Somebody arrives."""
        who = matter.contact
        known = add_record(actor=LINE, now=now, contact=who, source=channel, sample=True)
        caller = Caller(
            known.record_id, who.name, who.phone if channel == "phone" else who.email, matter.language
        )
        text = matter.text if channel == "chat" else ""
        contact = contacts.arrive(actor=LINE, now=now, channel=channel, caller=caller, text=text, sample=True)
        waits = max(self.profile.waits(channel, self.chance) / self.speed, PATIENT_S)
        self._talks.append(Talk(contact.id, contact.public_id, channel, matter, clock_s + waits))

    def look(self, now: datetime, clock_s: float) -> int:
        """Whatever is due happens; how many contacts were ended by a colleague."""
        states = dict(
            Contact.objects.filter(id__in=[one.contact_id for one in self._talks]).values_list("id", "state")
        )
        self._talks = [one for one in self._talks if states.get(one.contact_id) in OPEN]
        done = 0
        for talk in list(self._talks):
            try:
                done += self._turn(now, clock_s, talk, states[talk.contact_id])
            except GuanxiError as refused:  # somebody real was quicker
                log.info("traffic.talk", contact=talk.public_id, code=refused.code)
        self._wrap_up(now)
        return done

    def _turn(self, now: datetime, clock_s: float, talk: Talk, state: str) -> bool:
        if state == Contact.State.WAITING:
            if clock_s >= talk.patient_until:
                contacts.leave(actor=LINE, now=now, public_id=talk.public_id)
            else:
                self._pick_up(now, clock_s, talk)
            return False
        holder = Contact.objects.select_related("staff").get(id=talk.contact_id).staff
        colleague = self.actors.get(holder.username) if holder else None
        if colleague is None:
            self._with_somebody(now, clock_s, talk)
            return False
        return self._with_colleague(now, clock_s, talk, colleague)

    def _pick_up(self, now: datetime, clock_s: float, talk: Talk) -> None:
        """A colleague to whom they are offered answers after a breath."""
        items = WorkItem.objects.select_related("member__user").filter(
            subject_kind=reads.KIND, subject_id=talk.contact_id, state=WorkItem.State.OFFERED
        )
        item = items.first()
        actor = self.actors.get(item.member.user.username) if item is not None and item.member else None
        if actor is None:
            return
        if not talk.next_at:
            talk.next_at = clock_s + PICK_UP_S
        elif clock_s >= talk.next_at:
            contacts.accept(actor=actor, now=now, public_id=talk.public_id)
            talk.next_at = clock_s + self.profile.seconds(talk.channel, self.chance) / self.speed

    def _with_colleague(self, now: datetime, clock_s: float, talk: Talk, actor: Actor) -> bool:
        """An answer, thanks, the end; on the telephone only the end."""
        if clock_s < talk.next_at:
            return False
        said = stories.said(talk.matter.language)
        if talk.channel == "chat" and not talk.spoken:
            text = said.answers[talk.matter.issue]
            conversing.say(actor=actor, now=now, public_id=talk.public_id, text=text)
            talk.spoken, talk.next_at = 1, clock_s + READS_S
            return False
        if talk.channel == "chat" and not talk.thanked:
            self._thank(now, talk)
            talk.next_at = clock_s + PICK_UP_S
            return False
        contacts.end(actor=actor, now=now, public_id=talk.public_id, outcome="solved")
        return True

    def _with_somebody(self, now: datetime, clock_s: float, talk: Talk) -> None:
        """With whoever tries the demo: they write back to what they are told, and leave when it is enough."""
        if talk.channel != "chat":
            return
        ours = Message.objects.filter(
            subject_kind=reads.KIND, subject_id=talk.contact_id, direction=Message.Direction.OUT
        ).count()
        if ours > talk.spoken:
            talk.spoken, talk.next_at = ours, clock_s + (LEAVES_S if talk.thanked else READS_S)
        elif talk.spoken and clock_s >= talk.next_at:
            if talk.thanked:
                contacts.leave(actor=LINE, now=now, public_id=talk.public_id)
            elif talk.spoken >= ANSWERED:
                self._thank(now, talk)
                talk.next_at = clock_s + LEAVES_S
            elif talk.spoken == 1 and talk.next_at:
                more = self.chance.choice(stories.said(talk.matter.language).more)
                conversing.say(actor=LINE, now=now, public_id=talk.public_id, text=more)
                talk.next_at = float("inf")  # until they are answered again

    def _thank(self, now: datetime, talk: Talk) -> None:
        thanks = self.chance.choice(stories.said(talk.matter.language).settled)
        conversing.say(actor=LINE, now=now, public_id=talk.public_id, text=thanks)
        talk.thanked = True

    def _wrap_up(self, now: datetime) -> None:
        ids = {actor.user_id: actor for actor in self.actors.values()}
        noting = Member.objects.filter(user__in=ids, presence=Member.Presence.WRAP_UP)
        for member in noting:
            work.wrap_up(actor=ids[member.user_id], now=now, resolved=self.chance.random() < 0.85)
