"""A replay under a changed rule, in words."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.cases.pages import differences, table_words
from guanxi.cases.pages.differences import told
from guanxi.cases.queries.trying import ChangedIssue, Published
from guanxi.cases.rules import longest, machine, whatif
from guanxi.cases.rules.policy import CaseKind, Policy
from guanxi.cases.rules.whatif import Change, Counts, Replay
from guanxi.core.phrases import span_words


def step(key: str) -> str:
    """A step or a measure by its key."""
    return differences.step_words(key)


def limit_hint(key: str) -> str:
    """Whose limit it is, in which hours, and how long the table lets it be."""
    limit = machine.LIMITS[key]
    whose = _("ours") if key in whatif.OURS else _("a side's")
    words = _("%(whose)s; %(clock)s; %(most)s at most")
    most = span_words(int(limit.duration.total_seconds() // 60))
    return words % {"whose": whose, "clock": table_words.CLOCKS[limit.clock], "most": most}


def period(days: int) -> str:
    return ngettext("last %(n)s day", "last %(n)s days", days) % {"n": days}


def sentences(replay: Replay, before: Policy, after: Policy, kind: str, change: Change) -> list[str]:
    """What the change would have meant, one sentence for each value."""
    found = [_limit_sentence(key, replay, before.kinds[kind], after.kinds[kind]) for key in change.limits]
    found += [_target_sentence(key, replay, after.kinds[kind]) for key in change.targets]
    if change.approval:
        found.append(
            ngettext(
                "Of %(of)s decision, %(after)s would have needed a second person instead of %(before)s.",
                "Of %(of)s decisions, %(after)s would have needed a second person instead of %(before)s.",
                replay.approval.of,
            )
            % _pair(replay.approval)
        )
    if change.automatic:
        found.append(
            ngettext(
                "Of %(of)s issue, by the amount asked for, %(after)s could have been paid by itself instead of "
                "%(before)s; proof, fund and abuse are not replayed.",
                "Of %(of)s issues, by the amount asked for, %(after)s could have been paid by itself instead of "
                "%(before)s; proof, fund and abuse are not replayed.",
                replay.automatic.of,
            )
            % _pair(replay.automatic)
        )
    return found


def _pair(one: whatif.Pair) -> dict[str, int]:
    return {"of": one.of, "before": one.before, "after": one.after}


def _limit_sentence(key: str, replay: Replay, then: CaseKind, now: CaseKind) -> str:
    one = next((row for row in replay.steps if row.key == key), None)
    names = {"step": step(key), "old": _span(then, key), "new": _span(now, key)}
    if one is None:
        words = _(
            "%(step)s: nobody was at this step, so %(new)s instead of %(old)s would have changed nothing."
        )
        return words % names
    values = {**names, "n": one.after.late, "was": one.before.late, "of": one.after.all}
    if one.ours:
        words = ngettext(
            "%(step)s: at %(new)s instead of %(old)s, we would have been late %(n)s time in %(of)s instead of %(was)s.",
            "%(step)s: at %(new)s instead of %(old)s, we would have been late %(n)s times in %(of)s instead of %(was)s.",
            one.after.late,
        )
        return words % values
    words = ngettext(
        "%(step)s: at %(new)s instead of %(old)s, %(n)s of %(of)s would have run out instead of %(was)s.",
        "%(step)s: at %(new)s instead of %(old)s, %(n)s of %(of)s would have run out instead of %(was)s.",
        one.after.late,
    )
    return words % values


def _span(kind: CaseKind, key: str) -> str:
    return span_words(int(kind.limit(key).total_seconds() // 60))


def _target_sentence(key: str, replay: Replay, now: CaseKind) -> str:
    pair = replay.targets.get(key, whatif.Pair(0, 0, 0))
    if key not in machine.STATES:
        words = _("Target “%(step)s”: it is measured month by month; there is no step to replay.")
        return words % {"step": step(key)}
    if key not in now.targets:
        return _("Target “%(step)s”: taken away.") % {"step": step(key)}
    words = _("Target “%(step)s”: %(after)s of %(of)s would have reached it instead of %(before)s.")
    return words % {"step": step(key), **_pair(pair)}


def steps(replay: Replay, then: CaseKind, now: CaseKind) -> list[dict[str, Any]]:
    """The table: one row for each limit somebody was under."""
    return [
        {
            "name": step(one.key),
            "ours": one.ours,
            "whose": _("ours") if one.ours else _("a side's"),
            "old": _span(then, one.key),
            "new": _span(now, one.key),
            "changed": then.limit(one.key) != now.limit(one.key),
            "all": one.before.all,
            "before": _counted(one.before),
            "after": _counted(one.after),
            "worse": one.after.late > one.before.late,
            "better": one.after.late < one.before.late,
        }
        for one in replay.steps
    ]


def _counted(counts: Counts) -> dict[str, int]:
    return {"in_time": counts.in_time, "late": counts.late, "running": counts.running}


def issues(found: Sequence[ChangedIssue], policy: Policy) -> list[dict[str, Any]]:
    """The issues that would have gone otherwise, each with what."""
    return [
        {
            "number": one.number,
            "place": one.place,
            "url": reverse("case", args=[one.number]),
            "kind": told(policy.issues[one.kind].name) if one.kind in policy.issues else one.kind,
            "opened": one.opened,
            "words": differences.listed(_code(code) for code in dict.fromkeys(one.codes)),
        }
        for one in found
    ]


def _code(code: str) -> str:
    fate, _colon, key = code.partition(":")
    if not key:
        return {
            "approval": _("a second person needed"),
            "no_approval": _("no second person needed"),
            "automatic": _("could be paid by itself"),
            "by_hand": _("not paid by itself"),
        }[fate]
    if fate != whatif.LATE:
        return _("%(step)s: in time") % {"step": step(key)}
    if key in whatif.OURS:
        return _("%(step)s: late for us") % {"step": step(key)}
    return _("%(step)s: runs out") % {"step": step(key)}


def longest_words(then: CaseKind, now: CaseKind) -> list[dict[str, str]]:
    """The longest paths from the complaint to the decision, as set and as changed."""
    labels = {
        ("open", False): _("Longest path to a decision"),
        ("open", True): _("With an expert"),
        (longest.APPEAL, False): _("From an appeal"),
    }
    old, new = longest.all_paths(then), longest.all_paths(now)
    return [
        {"label": label, "before": _days(old[key]), "after": _days(new[key])} for key, label in labels.items()
    ]


def _days(path: longest.Path) -> str:
    return span_words(int(path.elapsed.total_seconds() // 60))


def version(one: Published, kind: str) -> dict[str, Any]:
    """A version with who, when and why."""
    row = one.row
    pack = row.origin.partition(":")[2] if row.origin.startswith("pack:") else ""
    return {
        "number": row.number,
        "url": f"{reverse('procedure_kind', args=[kind])}?version={row.number}",
        "who": one.who or (_("Pack %(code)s") % {"code": pack} if pack else row.origin),
        "at": row.published,
        "why": one.why,
    }
