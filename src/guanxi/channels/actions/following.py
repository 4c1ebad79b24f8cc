"""What happens to a live contact when its work does: inside the transaction of `work`, registered in `site/wiring.py`."""

from guanxi.channels import rules
from guanxi.channels.actions import contacts
from guanxi.channels.queries.contacts import KIND
from guanxi.core.access import Actor, Kind
from guanxi.core.models import Event
from guanxi.work.models import WorkItem


def taken(event: Event) -> None:
    """Accepted, taken by hand, or given by a supervisor: a colleague has them now."""
    if (item := _item(event)) is not None and item.member is not None:
        contacts.answered(
            actor=_doer(event), now=event.occurred, contact_id=item.subject_id, user_id=item.member.user_id
        )


def returned(event: Event) -> None:
    """Put back, taken away, or left behind: they wait again."""
    if (item := _item(event)) is not None:
        why = str(event.data.get("outcome", ""))
        contacts.wait_again(actor=_doer(event), now=event.occurred, contact_id=item.subject_id, why=why)


def moved(event: Event) -> None:
    """Handed over: they wait in the other team."""
    if (item := _item(event)) is not None:
        contacts.wait_again(
            actor=_doer(event),
            now=event.occurred,
            contact_id=item.subject_id,
            why="moved",
            team_id=item.team_id,
        )


def _item(event: Event) -> WorkItem | None:
    """The work, where it is a live contact's."""
    if not str(event.data.get("kind", "")).startswith(rules.WORK):
        return None
    found = WorkItem.objects.select_related("member").filter(id=event.subject_id)
    item: WorkItem | None = found.filter(subject_kind=KIND).first()
    return item


def _doer(event: Event) -> Actor:
    return Actor(kind=Kind(event.actor_kind), id=event.actor_id)
