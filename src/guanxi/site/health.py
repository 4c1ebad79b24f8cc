"""Two addresses for whoever watches the web processes: is it alive, can it work."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import Final

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from guanxi.core import doctor

DATABASE_S_MAX: Final = 2.0

# One thread: where the database hangs, probes queue up behind one connection instead of opening more.
_probe = ThreadPoolExecutor(1, "readyz")


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of the database."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """The database answers within `DATABASE_S_MAX` and has every migration; else 503 with the reason."""
    asked: Future[str] = _probe.submit(_fault)
    try:
        fault = asked.result(DATABASE_S_MAX)
    except TookTooLong:
        asked.cancel()
        fault = "database"
    if fault:
        return JsonResponse({"status": "unavailable", "reason": fault}, status=503)
    return JsonResponse({"status": "ok"})


def _fault() -> str:
    try:
        return "migrations" if doctor.unapplied_migrations() else ""
    except DatabaseError:
        return "database"
    finally:
        connection.close()
