"""Background work on files: scanner, previews, sweeping. Each is safe to run twice."""

from datetime import timedelta

from django_tasks import task

from guanxi.core.clock import now
from guanxi.core.files import actions, preview, scan, store
from guanxi.core.models.files import File

AGAIN_AFTER = timedelta(minutes=10)


@task
def inspect(public_id: str) -> str:
    """Scan a file, then draw its preview. A scanner that fails raises: the job is tried again, the file waits."""
    file = File.objects.filter(public_id=public_id, erased=None).first()
    if file is None:
        return "gone"
    if file.scan == File.Scan.WAITING and scan.is_there():
        verdict = scan.check(store.path_of(file.digest))
        actions.mark_scanned(now=now(), public_id=public_id, clean=verdict.clean, note=verdict.note)
        if not verdict.clean:
            actions.mark_previewed(public_id=public_id, digest="")
            return "infected"
    if file.preview == File.Preview.WAITING:
        actions.mark_previewed(public_id=public_id, digest=_draw(file.digest, file.kind))
    return "done"


def _draw(digest: str, kind: str) -> str:
    with store.scratch() as (_file, target):
        if not preview.make(store.path_of(digest), target, kind):
            return ""
        return store.put([target.read_bytes()])


@task
def sweep() -> int:
    """Daily: files whose scan came to nothing are looked at again."""
    waiting = File.objects.filter(scan=File.Scan.WAITING, erased=None, created__lt=now() - AGAIN_AFTER)
    again = list(waiting.values_list("public_id", flat=True)[:500])
    for public_id in again:
        inspect.enqueue(public_id)
    return len(again)
