"""What ages, and how it is deleted: the rules of `core.retention`, whose days stand in `house_settings`."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from guanxi.core import options, retention, timeline
from guanxi.core.models import Detail, IdempotencyKey, Job
from guanxi.core.retention import Rule
from guanxi.people.models import SignInCode


def connect() -> None:
    """Called once at start-up, after the settings are declared and the rooms have named their events."""
    retention.register(
        _rule("jobs_done", lambda before: _jobs(Job.State.SUCCESSFUL, before)),
        _rule("jobs_failed", lambda before: _jobs(Job.State.FAILED, before)),
        _rule("idempotency", lambda before: IdempotencyKey.objects.filter(created__lt=before)),
        _rule("sign_in_codes", lambda before: SignInCode.objects.filter(expires__lt=before)),
        _rule("sign_in_failures", lambda before: AccessAttempt.objects.filter(attempt_time__lt=before)),
        _rule("sessions", lambda before: Session.objects.filter(expire_date__lt=before)),
        _rule("details_work", lambda before: _details(("work.",), before)),
        _rule("details_messages", lambda before: _details(("message.",), before)),
        _rule("details_cases", lambda before: _details(("case.",), before)),
        _rule("details_staff", lambda before: _details(("staff.", "role.", "unit."), before)),
    )


def _rule(code: str, old: Callable[[datetime], "QuerySet[Any]"]) -> Rule:
    option = options.option(f"retention.{code}")

    def count(before: datetime) -> int:
        return old(before).count()

    def delete(before: datetime, limit: int) -> int:
        found = old(before)
        keys = list(found.order_by().values_list("pk", flat=True)[:limit])
        found.model._base_manager.filter(pk__in=keys).delete()
        return len(keys)

    return Rule(
        code=code, title=option.title, hint=option.hint, option=option.code, count=count, delete=delete
    )


def _jobs(state: str, before: datetime) -> "QuerySet[Job]":
    return Job.objects.filter(state=state, finished__lt=before)


def _details(kinds: Iterable[str], before: datetime) -> "QuerySet[Detail]":
    """Words of events of these kinds. The event, its digest and the chain stay as they are."""
    types = [code for code in timeline.registered() if code.startswith(tuple(kinds))]
    # By the index on type and moment: what is recorded later than it happened is old by when it was recorded.
    return Detail.objects.filter(event__type__in=types, event__recorded__lt=before)
