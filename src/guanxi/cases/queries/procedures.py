"""Reading published procedures: the one in force, and the one a case runs under."""

from collections.abc import Mapping
from functools import lru_cache
from time import monotonic

from guanxi.cases.models import Case, Procedure
from guanxi.cases.rules.policy import Policy
from guanxi.core.errors import NotFound

AGE_MAX_S = 5.0  # a new version is seen by every process within this

_current: tuple[float, tuple[int, Policy] | None] = (float("-inf"), None)


def current() -> Policy | None:
    """The newest published version; None where no pack or administrator has published one: everything is a request then."""
    found = _newest()
    return found[1] if found else None


def names() -> dict[str, Mapping[str, str]]:
    """code -> name by language, of the kinds of cases and of issues that are published now."""
    policy = current()
    if policy is None:
        return {}
    found = {code: kind.name for code, kind in policy.kinds.items()}
    return {**found, **{code: kind.name for code, kind in policy.issues.items()}}


def current_id() -> int | None:
    """The key of the newest published version."""
    found = _newest()
    return found[0] if found else None


def _newest() -> tuple[int, Policy] | None:
    global _current  # a cache of one value per process
    if monotonic() - _current[0] > AGE_MAX_S:
        row = Procedure.objects.order_by("-number").only("id").first()
        _current = (monotonic(), (row.id, _policy(row.id)) if row else None)
    return _current[1]


def forget_policy() -> None:
    """Read the procedures anew (after publishing, between tests)."""
    global _current
    _current = (float("-inf"), None)
    _policy.cache_clear()


@lru_cache(maxsize=32)
def _policy(procedure_id: int) -> Policy:
    row = Procedure.objects.get(id=procedure_id)
    return Policy.from_json(row.content, number=row.number, digest=row.digest)


def policy_of(case: Case) -> Policy:
    """The version this case runs under. Raises `NotFound` for a request, which has none."""
    if case.procedure_id is None:
        raise NotFound
    return _policy(case.procedure_id)


def get_procedure(number: int | None = None) -> Procedure:
    """A published version, the newest without a number. Raises `NotFound`."""
    found = Procedure.objects.order_by("-number")
    row = (found if number is None else found.filter(number=number)).first()
    if row is None:
        raise NotFound
    return row


def list_procedures() -> list[Procedure]:
    """All published versions, the newest first."""
    return list(Procedure.objects.order_by("-number"))
