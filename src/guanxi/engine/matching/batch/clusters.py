"""From pairs to people: whoever joins a group must fit the whole group, not one of its records.

One loose threshold chains families together, one high threshold leaves every weak statement outside. So pairs are
taken from the surest downwards; two single customers are joined by their own pair, but as soon as one side is a
group, both sides are read as one person each, with all that is known of them, and scored anew. What a pair alone
could not say (a name and a telephone here, a name and a mailbox there) the group can; and a record that says little
("Mr Zhang", the family's number) does not carry the father's group over to the son's.

Pure: no table, no clock. Components of the graph know nothing of each other and are worked on in turn.
"""

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final, NamedTuple

from guanxi.engine.matching.forms import name_forms
from guanxi.engine.matching.person import Person
from guanxi.engine.matching.scoring import log_odds, weigh
from guanxi.engine.matching.weights import Weights

ROUNDS_MAX: Final = 4  # of looking again at pairs whose groups have grown
GROUP_MAX: Final = 60  # customers in one; beyond that a person looks first


class Edge(NamedTuple):
    """Two customers by number, the bits of their best pair of records, and whether a veto keeps that pair apart."""

    one: int
    other: int
    bits: float
    veto: bool


@dataclass(slots=True)
class Group:
    """Customers held to be one; `person` is what all of them say, read when first needed."""

    members: list[int]
    person: Person | None = None
    apart: frozenset[int] = frozenset()  # whom somebody has decided not to belong here


@dataclass(frozen=True, slots=True)
class Rules:
    """`same_min`: the probability from which two are joined. `shared`: as in `scoring.score`. `cannot`: who is
    kept from whom. `vetoes`: whether a veto leaves a pair to a person, however likely.
    """

    weights: Weights
    same_min: float
    shared: Mapping[tuple[str, str], int]
    cannot: Mapping[int, Collection[int]] = field(default_factory=dict)
    vetoes: bool = True

    @property
    def bits_min(self) -> float:
        """`same_min` in bits."""
        return log_odds(self.same_min)

    @property
    def review_bits_min(self) -> float:
        """From where a person is asked, in bits."""
        return log_odds(self.weights.review_min)


class Resolved(NamedTuple):
    """`groups` of two customers and more; `joins`: the pairs that made them; `doubts`: pairs between groups, left
    to a person; `apart`: how many more would be, had nobody told them apart.
    """

    groups: list[list[int]]
    joins: list[Edge]
    doubts: list[Edge]
    apart: int


def roots(pairs: Iterable[tuple[int, int]], nodes: int) -> "array[int]":
    """The component of each of the nodes 0 to `nodes` - 1, as one of its nodes."""
    above = array("i", range(nodes))

    def root(node: int) -> int:
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    for one, other in pairs:
        ours, theirs = root(one), root(other)
        if ours != theirs:
            above[ours] = theirs
    for node in range(nodes):
        above[node] = root(node)
    return above


def resolve(
    edges: Sequence[Edge], people: Mapping[int, Person], rules: Rules, *, doubts: bool = True
) -> Resolved:
    """The people among the customers of one whole component; `people` may lack those of a single pair."""
    groups = _Groups(edges, people, rules)
    ordered = sorted(edges, key=lambda one: (-one.bits, one.one, one.other))
    for edge in ordered:
        if edge.bits < rules.bits_min:
            break
        groups.consider(edge)
    if groups.joins:
        groups.consider_again(ordered)
    left = groups.doubts(ordered) if doubts else []
    return Resolved(groups.several(), groups.joins, left, len(groups.told_apart))


class _Groups:
    def __init__(self, edges: Sequence[Edge], people: Mapping[int, Person], rules: Rules) -> None:
        self._people, self._rules, self._bits_min = people, rules, rules.bits_min
        self._sure = {
            pair
            for edge in edges
            if edge.bits >= self._bits_min and not (edge.veto and rules.vetoes)
            for pair in ((edge.one, edge.other), (edge.other, edge.one))
        }
        self._of: dict[int, Group] = {}
        self._refused: set[tuple[int, int]] = set()  # pairs of groups as they were, by identity
        self._matches: dict[tuple[int, int], tuple[float, bool]] = {}
        self._kept: list[Group] = []  # so that no identity is given twice
        self.joins: list[Edge] = []
        self.told_apart: set[tuple[int, int]] = set()  # likely pairs of groups that somebody has told apart

    def consider_again(self, ordered: Sequence[Edge]) -> None:
        """Groups have grown: what was too little for one record may do for all of them."""
        for _round in range(ROUNDS_MAX):
            before = len(self.joins)
            for edge in ordered:
                self.consider(edge)
            if len(self.joins) == before:
                return

    def consider(self, edge: Edge) -> None:
        """Join the groups of both ends if they fit."""
        ours, theirs = self._group(edge.one), self._group(edge.other)
        if ours is theirs or (id(ours), id(theirs)) in self._refused:
            return
        if self._fit(ours, theirs, edge):
            self._join(ours, theirs)
            self.joins.append(edge)
        else:
            self._refused |= {(id(ours), id(theirs)), (id(theirs), id(ours))}

    def several(self) -> list[list[int]]:
        """The members of each group of two and more."""
        every = {id(group): group.members for group in self._of.values()}
        return [members for members in every.values() if len(members) > 1]

    def doubts(self, ordered: Sequence[Edge]) -> list[Edge]:
        """Of pairs of groups that are as likely one as not and were not joined: the best pair of each, with the
        groups' bits.
        """
        found: dict[tuple[int, int], Edge] = {}
        for edge in ordered:
            ours, theirs = self._group(edge.one), self._group(edge.other)
            key = (min(id(ours), id(theirs)), max(id(ours), id(theirs)))
            if ours is theirs or key in found:
                continue
            if self._kept_apart(ours, theirs):
                if edge.bits >= self._rules.review_bits_min:
                    self.told_apart.add(key)
                continue
            bits = edge.bits if self._both_single(ours, theirs) else self._match(ours, theirs)[0]
            found[key] = edge._replace(bits=bits)
        return [edge for edge in found.values() if edge.bits >= self._rules.review_bits_min]

    def _group(self, node: int) -> Group:
        group = self._of.get(node)
        if group is None:
            group = self._of[node] = Group([node], None, frozenset(self._rules.cannot.get(node, ())))
            self._kept.append(group)
        return group

    def _fit(self, ours: Group, theirs: Group, edge: Edge) -> bool:
        if self._kept_apart(ours, theirs) or len(ours.members) + len(theirs.members) > GROUP_MAX:
            return False
        if self._both_single(ours, theirs):
            return edge.bits >= self._bits_min and not (edge.veto and self._rules.vetoes)
        if all(pair in self._sure for pair in product(ours.members, theirs.members)):
            return True  # everybody fits everybody
        bits, veto = self._match(ours, theirs)
        return bits >= self._bits_min and not (veto and self._rules.vetoes)

    def _kept_apart(self, ours: Group, theirs: Group) -> bool:
        return bool(ours.apart) and not ours.apart.isdisjoint(theirs.members)

    @staticmethod
    def _both_single(ours: Group, theirs: Group) -> bool:
        return len(ours.members) == len(theirs.members) == 1

    def _match(self, ours: Group, theirs: Group) -> tuple[float, bool]:
        """(bits, veto) of two groups as they are; asked again when doubts are told."""
        key = (id(ours), id(theirs)) if id(ours) < id(theirs) else (id(theirs), id(ours))
        found = self._matches.get(key)
        if found is None:
            people = self._person(ours), self._person(theirs)
            found = self._matches[key] = weigh(*people, self._rules.weights, self._rules.shared)
        return found

    def _person(self, group: Group) -> Person:
        if group.person is None:
            group.person = essence(Person.of_all(self._people[node] for node in group.members))
        return group.person

    def _join(self, ours: Group, theirs: Group) -> None:
        # A new one, so that what was refused before is looked at again.
        group = Group(ours.members + theirs.members, None, ours.apart | theirs.apart)
        self._kept.append(group)
        for node in group.members:
            self._of[node] = group


def essence(person: Person) -> Person:
    """Without names that say less than others of the same person: they would fit half the family."""
    if len(person.name) < 2:
        return person
    full = tuple(one for one in person.name if name_forms(one).full)
    return replace(person, name=full) if full and len(full) < len(person.name) else person
