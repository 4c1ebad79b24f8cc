"""What is held of a person, room by room, in the order in which it is forgotten; and what a restored backup hears of it."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.utils.translation import gettext_lazy as _

from guanxi.cases import personal as cases
from guanxi.channels import personal as channels
from guanxi.core import backup, clock
from guanxi.core.access import system
from guanxi.core.lists import reading
from guanxi.core.personal import Fate, Holding, declare, erasures, nothing, own
from guanxi.core.personal.traces import containing, terms
from guanxi.insight import personal as insight
from guanxi.people import actions as people_actions
from guanxi.people import personal as people
from guanxi.people.queries import privacy
from guanxi.trade import personal as trade
from guanxi.work import personal as work

FAILURES = Holding(
    code="site.sign_in_failures",
    title=_("Sign-ins of colleagues that failed with a name of theirs"),
    room=own.TRACES,
    model=AccessAttempt,
    find=lambda person: containing(
        AccessAttempt.objects.all(), ("username", "get_data", "post_data", "path_info"), terms(person)
    ),
    values={"username": "", "get_data": "", "post_data": "", "path_info": ""},
    plain=("user_agent", "http_accept"),
    anonymise=Fate.DELETE,
    erase=Fate.DELETE,
)


def connect() -> None:
    """Called once at start-up. Copies and traces first, rooms from the highest down, who they are last."""
    own.connect()
    declare(
        FAILURES,
        *insight.HOLDINGS,
        *cases.HOLDINGS,
        *trade.HOLDINGS,
        *channels.HOLDINGS,
        *work.HOLDINGS,
        *people.HOLDINGS,
    )
    for room in (insight, cases, trade, channels, work, people):
        room.connect()
    nothing("colleagues' ways to sign in", EmailAddress, EmailConfirmation, Authenticator)
    nothing("off, see AXES_DISABLE_ACCESS_LOG", AccessLog, AccessFailureLog)
    reading.keep_back(privacy.apart)
    if replay_register not in backup.after_restore:
        backup.after_restore.append(replay_register)


def replay_register() -> list[backup.Note]:
    """Whoever was forgotten since the backup was made is forgotten again."""
    done = people_actions.privacy.replay(actor=system("restore"), now=clock.now(), entries=erasures.read())
    notes = [backup.Note(f"{done.entries:,} erasures done again, {done.records:,} records")]
    if done.foreign:
        words = f"{done.foreign:,} erasures were written down under another secret key and could not be done again"
        notes.append(backup.Note(words, is_fault=True))
    return notes
