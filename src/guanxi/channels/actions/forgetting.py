"""What somebody we never knew left in a call or chat goes for its age: their words, files, name and address.

That somebody was there, when and how it ended stays: key figures count it. What became a case stays with the case.
"""

from collections.abc import Sequence

from guanxi.channels.models import Contact, Message, Opinion
from guanxi.channels.queries import contacts as reads
from guanxi.core.action import action
from guanxi.core.models import Detail, Event, File


@action
def forget(contact_ids: Sequence[int]) -> None:
    """Part of the sweep of `core.retention`, which records what went."""
    said = {"subject_kind": reads.KIND, "subject_id__in": list(contact_ids)}
    Message.objects.filter(**said).delete()
    File.objects.filter(**said).delete()  # contents nobody refers to are swept
    Detail.objects.filter(event__in=Event.objects.filter(**said).values("id")).delete()
    Opinion.objects.filter(contact__in=contact_ids).update(words="")
    Contact.objects.filter(id__in=contact_ids).update(name="", address="", outside="", origin="", erased=True)
