"""Effective rights: what somebody (or a token of theirs) may see, through which role granted where, and why one thing is
visible or not.

The rules are pure and mirror `staff.reach_of` and `ScopedQuerySet.visible_to` on plain values, so that a page can judge
every member of staff in a handful of statements; a property test holds both sides together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from guanxi.core import access
from guanxi.core.access import EVERYTHING, NOTHING, Door, Reach, Scope
from guanxi.core.errors import NotFound
from guanxi.core.explain import Explanation, Fact
from guanxi.core.models import ApiToken, Role, RoleGrant, Unit, User
from guanxi.core.phrases import language
from guanxi.core.words import say

RULE = "access@1"
HEIGHTS = (Scope.TEAM, Scope.DEPARTMENT, Scope.BRANCH)
NAMED_MAX = 6  # units named in one line


@dataclass(frozen=True, slots=True)
class Node:
    """A unit as the rules see it."""

    id: int
    code: str
    kind: str
    path: str
    name: Mapping[str, str]


Tree = Mapping[int, Node]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role somebody holds, for a unit or for none."""

    role: str
    role_name: Mapping[str, str]
    rights: Mapping[str, str]
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a right comes from, and how far this one grant carries it."""

    grant: Grant
    scope: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides about one row: the unit it belongs to and the user who has it in hand."""

    unit_id: int | None = None
    owner_id: int | None = None


def reach_in(tree: Tree, scope: str, unit_id: int | None) -> Reach:
    """What a scope means for a grant at a unit. The same as `staff.reach_of`, from memory."""
    if scope == Scope.ALL:
        return EVERYTHING
    if scope == Scope.OWN or unit_id is None:
        return Reach(own=True)
    line = [tree[int(part)] for part in tree[unit_id].path.strip("/").split("/")]
    top, wanted = line.pop(), HEIGHTS.index(Scope(scope))
    while line and HEIGHTS.index(Scope(top.kind)) < wanted:
        top = line.pop()
    return Reach(units=frozenset(one.id for one in tree.values() if one.path.startswith(top.path)), own=True)


def sources_of(grants: Sequence[Grant], tree: Tree) -> dict[str, list[Source]]:
    """right -> the grants that give it."""
    known: dict[tuple[str, int | None], Reach] = {}
    found: dict[str, list[Source]] = {}
    for grant in grants:
        for right, scope in grant.rights.items():
            key = (scope, grant.unit_id)
            if key not in known:
                known[key] = reach_in(tree, scope, grant.unit_id)
            found.setdefault(right, []).append(Source(grant, scope, known[key]))
    return found


def together(sources: Sequence[Source]) -> Reach:
    """How far a right goes over all grants that give it."""
    reach = NOTHING
    for source in sources:
        reach |= source.reach
    return reach


def narrowed(grants: Sequence[Grant], scopes: Mapping[str, str]) -> list[Grant]:
    """The same grants with the rights a token has too, each as far as both go. What `tokens.actor_by_secret` answers."""
    heights = list(Scope)
    return [
        Grant(
            one.role,
            one.role_name,
            {
                right: min(scope, one.rights[right], key=lambda this: heights.index(Scope(this)))
                for right, scope in scopes.items()
                if right in one.rights
            },
            one.unit_id,
        )
        for one in grants
    ]


def sees(door: Door, reach: Reach, facts: Facts, user_id: int | None) -> bool:
    """Whether a row with these facts is visible: what `ScopedQuerySet.visible_to` answers for staff."""
    if reach.everything:
        return True
    if door.unit and facts.unit_id is not None and facts.unit_id in reach.units:
        return True
    return bool(door.owner and reach.own and user_id is not None and facts.owner_id == user_id)


def why(
    door: Door,
    sources: Sequence[Source],
    facts: Facts,
    *,
    user_id: int | None,
    active: bool,
    tree: Tree,
    missing: str = "rights.no_role",
) -> Explanation:
    """The verdict about one row, line by line: the row, then each role's part, or that nothing gives the right."""
    reach = together(sources) if active else NOTHING
    visible = sees(door, reach, facts, user_id)
    lines = [Fact("rights.row_unit", {"unit": unit_name(tree, facts.unit_id)})]
    if not active:
        lines.append(Fact("rights.inactive", {}))
    elif not sources:
        lines.append(Fact(missing, {"right": right_words(door.right)}))
    lines += [_line(door, source, facts, user_id, tree) for source in sources if active]
    return Explanation("rights.visible" if visible else "rights.hidden", tuple(lines), RULE)


def _line(door: Door, source: Source, facts: Facts, user_id: int | None, tree: Tree) -> Fact:
    values = {
        "role": _named(source.grant.role_name, source.grant.role),
        "right": right_words(door.right),
        "scope": say(f"scope.{source.scope}"),
    }
    if source.reach.everything:
        return Fact("rights.all", values, 1.0)
    if sees(door, Reach(units=source.reach.units), facts, None):
        return Fact("rights.within", {**values, "at": unit_name(tree, source.grant.unit_id)}, 1.0)
    if sees(door, Reach(own=source.reach.own), facts, user_id):
        return Fact("rights.theirs", values, 1.0)
    if not source.reach.units:
        return Fact("rights.only_own", values)
    return Fact("rights.outside", {**values, "units": unit_names(tree, source.reach.units)})


def _named(names: Mapping[str, str], code: str) -> str:
    return names.get(language()) or next(iter(names.values()), "") or code


def unit_name(tree: Tree, unit_id: int | None) -> str:
    """A unit's name in the reader's language; in words that it belongs to none."""
    node = tree.get(unit_id) if unit_id is not None else None
    return _named(node.name, node.code) if node else say("rights.no_unit")


def unit_names(tree: Tree, ids: frozenset[int]) -> str:
    """The highest units of a reach, named; what lies below them goes without saying."""
    nodes = [tree[one] for one in ids if one in tree]
    tops = [
        node for node in nodes if not any(node.path != o.path and node.path.startswith(o.path) for o in nodes)
    ]
    named = [_named(node.name, node.code) for node in sorted(tops, key=lambda node: node.code)]
    more = len(named) - NAMED_MAX
    return ", ".join(named[:NAMED_MAX]) + (f" + {more}" if more > 0 else "")


def right_words(name: str) -> str:
    right = access.declared().get(name)
    return str(right.words) if right else name


# -- reading ---------------------------------------------------------------------------------------------


def read_tree() -> Tree:
    """Every unit, in one statement."""
    found = Unit.objects.values_list("id", "code", "kind", "path", "name")
    return {row[0]: Node(*row) for row in found}


def read_grants(user_ids: Sequence[int] | None = None) -> dict[int, list[Grant]]:
    """user id -> grants, of these users or of everybody, in one statement."""
    found = RoleGrant.objects.select_related("role").order_by("role__code", "id")
    if user_ids is not None:
        found = found.filter(user_id__in=user_ids)
    grants: dict[int, list[Grant]] = {}
    for one in found:
        grant = Grant(one.role.code, one.role.name, one.role.rights, one.unit_id)
        grants.setdefault(one.user_id, []).append(grant)
    return grants


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of row somebody may ask about. `find(text)` gives the primary key of what was typed, or None."""

    code: str
    title: Any
    model: type[access.Doored]
    find: Callable[[str], int | None]
    name: Callable[[Any], str]
    url: Callable[[Any], str]
    together: Callable[[int], Sequence[int]] = lambda key: (key,)  # rows of which one that is seen is enough

    @property
    def door(self) -> Door:
        return self.model.door

    def get(self, text: str) -> Any:
        """The row, whoever may see it: the page names it by number only. Raises `NotFound`."""
        key = self.find(text.strip()[:60])
        row = self.model.objects.filter(pk=key).first() if key is not None else None
        if row is None:
            raise NotFound
        return row

    def facts(self, key: int) -> list[Facts]:
        """Unit and owner of each row that counts, read by the same paths as `visible_to` filters by."""
        paths = [path or "pk" for path in (self.door.unit, self.door.owner)]
        found = self.model.objects.filter(pk__in=self.together(key)).order_by("-pk").values_list(*paths)
        return [
            Facts(unit if self.door.unit else None, owner if self.door.owner else None)
            for unit, owner in found
        ]


_things: dict[str, Thing] = {}


def register(*things: Thing) -> None:
    """Called by `site/wiring.py`: what can be asked about."""
    for one in things:
        _things[one.code] = one


def things() -> Mapping[str, Thing]:
    return dict(_things)


@dataclass(frozen=True, slots=True)
class Judged:
    """One person's verdict about one thing; with `token`, that of a machine which acts with their rights."""

    user: User | None
    visible: bool
    explanation: Explanation
    token: ApiToken | None = None


def judge(thing: Thing, facts: Sequence[Facts], user: User, grants: Sequence[Grant], tree: Tree) -> Judged:
    """The verdict about rows that stand for one thing: the first that is seen decides, else the first."""
    because = _verdict(thing, facts, grants, tree, user_id=user.id, active=user.is_active)
    return Judged(user, because.outcome == "rights.visible", because)


def judge_token(
    thing: Thing, facts: Sequence[Facts], token: ApiToken, owned: Sequence[Grant], tree: Tree
) -> Judged:
    """The same for a valid token; `owned` are its owner's grants. One of the house acts with its own rights alone."""
    if token.owner is None:
        names = {"en": token.name, "zh-hans": token.name}
        grants = [Grant("", names, token.rights, token.unit_id)]
    else:
        grants = narrowed(owned, token.rights)
    active = token.owner is None or token.owner.is_active
    missing = "rights.no_role" if thing.door.right in token.rights else "rights.not_in_token"
    because = _verdict(thing, facts, grants, tree, user_id=token.owner_id, active=active, missing=missing)
    return Judged(token.owner, because.outcome == "rights.visible", because, token)


def _verdict(
    thing: Thing,
    facts: Sequence[Facts],
    grants: Sequence[Grant],
    tree: Tree,
    *,
    user_id: int | None,
    active: bool,
    missing: str = "rights.no_role",
) -> Explanation:
    sources = sources_of(grants, tree).get(thing.door.right, [])
    reach = together(sources) if active else NOTHING
    told = next((one for one in facts if sees(thing.door, reach, one, user_id)), facts[0])
    return why(thing.door, sources, told, user_id=user_id, active=active, tree=tree, missing=missing)


def who_sees(thing: Thing, key: int, now: datetime) -> list[Judged]:
    """Everybody who may sign in, then every token that is valid `now`, with their verdicts; a fixed number of statements
    however many they are."""
    tree, grants, facts = read_tree(), read_grants(), thing.facts(key)
    users = User.objects.filter(is_active=True).select_related("unit").order_by("name", "username")
    people = [judge(thing, facts, user, grants.get(user.id, []), tree) for user in users]
    machines = [
        judge_token(thing, facts, one, grants.get(one.owner_id or 0, []), tree) for one in _valid_tokens(now)
    ]
    return [*people, *machines]


def _valid_tokens(now: datetime) -> QuerySet[ApiToken]:
    """Not revoked, not run out, and of nobody who has left."""
    found = ApiToken.objects.filter(Q(expires=None) | Q(expires__gt=now), revoked=None)
    return (
        found.filter(Q(owner=None) | Q(owner__is_active=True)).select_related("owner").order_by("name", "id")
    )


def holders(role: Role) -> int:
    """How many people hold a role."""
    return RoleGrant.objects.filter(role=role).values("user_id").distinct().count()
