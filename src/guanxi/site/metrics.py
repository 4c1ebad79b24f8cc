"""Metrics for Prometheus: for machines on this host, or with the token in GUANXI_METRICS_TOKEN."""

import hmac
import os

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from guanxi.core.errors import NotFound

LOCAL = {"127.0.0.1", "::1"}


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts and durations without personal data. To strangers it is not there."""
    token = os.environ.get("GUANXI_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    local = request.META.get("REMOTE_ADDR") in LOCAL and "HTTP_X_FORWARDED_FOR" not in request.META
    if not local and not (token and hmac.compare_digest(given.encode(), token.encode())):
        raise NotFound
    answer: HttpResponse = ExportToDjangoView(request)
    return answer
