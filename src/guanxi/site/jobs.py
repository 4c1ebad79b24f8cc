"""Background work of the house itself. Each is safe to run twice."""

from django_tasks import task

from guanxi.core import audit, retention, seal
from guanxi.core.access import EVERYTHING, Actor, Kind, system
from guanxi.core.clock import now
from guanxi.core.models import Event, User
from guanxi.site import market_telling

FAULTS_SHOWN = 20


def _asked_by(user: str, right: str) -> Actor:
    """Who asked for it: their right was checked then."""
    found = User.objects.filter(public_id=user).first()
    if found is None:
        return system("worker")
    return Actor(kind=Kind.STAFF, id=user, name=found.name, user_id=found.id, rights={right: EVERYTHING})


@task
def verify_chain(user: str) -> dict[str, object]:
    """Walk the whole audit chain and write down what it said."""
    report = seal.verify()
    audit.note_verified(actor=_asked_by(user, audit.RIGHT), now=now(), report=report)
    return {"sound": report.sound, "sealed": report.sealed, "faults": report.faults[:FAULTS_SHOWN]}


@task(queue_name="import")  # the lane of long work: mail does not wait behind it
def sweep_old(user: str = "") -> dict[str, int]:
    """Delete what is older than the house keeps it: daily, or when somebody asked. Nothing under a legal hold."""
    if retention.is_held():
        return {}
    return dict(retention.sweep(actor=_asked_by(user, retention.RIGHT), now=now()))


@task(queue_name="mail")
def tell_market(event_id: int) -> str:
    """Mail the other side of a question or a return. Safe twice: the message carries the event's id."""
    return market_telling.tell(now=now(), event=Event.objects.get(id=event_id))
