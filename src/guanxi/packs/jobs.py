"""Background work of packs: the mass history of a demo world, and the removal of all sample data."""

from django_tasks import task

from guanxi.core import jobs
from guanxi.core.access import EVERYTHING, Actor, Kind, system
from guanxi.core.clock import now
from guanxi.core.models import Unit, User
from guanxi.packs import sample
from guanxi.packs.loader import load
from guanxi.packs.worlds import WORLDS


@task(queue_name="import")
def load_history(pack: str) -> int:
    """Bring in a world's mass history in short transactions; returns how many orders are there. Safe twice."""
    done = 0
    for done, total in WORLDS[pack].load_history(actor=system("world"), now=now()):
        jobs.progress(done, total)
    return done


@task(queue_name="import")
def remove_sample(pack: str, user: str) -> dict[str, int]:
    """Remove all sample data for the member of staff with this public id. Safe twice: the second run finds nothing.

    Their right was checked when they asked; the removal itself may close their account.
    """
    root = Unit.objects.get(code=load(pack).units[0].code)
    name = User.objects.get(public_id=user).name
    actor = Actor(kind=Kind.STAFF, id=user, name=name, rights={sample.RIGHT: EVERYTHING})
    return dict(sample.remove_sample(actor=actor, now=now(), root=root).counts)
