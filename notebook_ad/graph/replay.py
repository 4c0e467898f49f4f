"""The tape as a program: the same operations on other values of the leaves, and the graph that they give."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from notebook_ad.engine import primitive as sources
from notebook_ad.engine.errors import ConsumedError
from notebook_ad.engine.guards import Guard
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.rows import Fact, Place, Reader, Row, reached, same
from notebook_ad.graph.attempt import Attempt, Raised, raised
from notebook_ad.graph.cut import is_lost
from notebook_ad.graph.floats import Run, floats
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.snapshot import graph_and_places
from notebook_ad.graph.visible import identity
from notebook_ad.tensor.ambient import no_grad, trace, writable
from notebook_ad.tensor.gradients import kept_of
from notebook_ad.tensor.left import used
from notebook_ad.tensor.perform import Static, perform
from notebook_ad.tensor.record import enter
from notebook_ad.tensor.tensor import Meta, Tensor, make, plain, tensor

LIMIT = 20_000  # operations of a graph that can be replayed

Values = Mapping[int, Any]


class CannotReplay(RuntimeError):
    """The recorded operations cannot be done again on other values."""


@dataclass(frozen=True, slots=True, eq=False)
class Instruction:
    """One operation, leaf (`node` is its id in the graph) or constant; operands are positions in the program.

    A constant with a `fact` is a value that no gradient passes (a mask); an operation with one has it among its static
    parts (an index). Both are computed again.
    """

    primitive: Primitive
    operands: tuple[int, ...]
    static: Static
    value: Any
    name: str | None
    source: Any
    node: int | None = None
    fact: Fact | None = None
    given: tuple[int | None, ...] = ()  # positions of the fact's operands


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A guard of the program: the operands' positions, or values that never change; of an attempt the first node after it."""

    guard: Guard
    operands: tuple[int | None, ...]
    since: int = 0

    def holds(self, operands: Sequence[Any]) -> bool:
        """Whether the same decision falls on other values."""
        function = self.guard.function
        return function(*operands) if isinstance(function, Attempt) else self.guard.holds(operands)  # 1 µs, not 6


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What a graph was computed by.

    Attributes:
        graph: the graph as it was recorded.
        program: its operations in order, with those that its guards need; output: the position of the graph's output.
        guards: decisions that were taken by value; where one falls otherwise, the recorded operations are not those
            that the code would do.
    """

    graph: Graph
    program: tuple[Instruction, ...]
    output: int
    guards: tuple[Kept, ...] = field(default=())
    _floats: Run | None = field(init=False, repr=False)
    _used: frozenset[int] = field(init=False, repr=False)  # operands, facts of facts apart

    def __post_init__(self) -> None:
        object.__setattr__(self, "_used", frozenset(i for row in self.program for i in row.operands))
        object.__setattr__(self, "_floats", floats(self.program))

    def __call__(self, values: Values) -> tuple[Graph, tuple[Guard, ...]]:
        """The graph with other values of its leaves, by node id, and the guards that fall otherwise.

        Raises:
            CannotReplay: the operations do not give a graph of the same form.
        """
        step = [0]
        with trace(lambda: self.program[step[0]].source) as tracing, np.errstate(all="ignore"):

            def entered(t: Tensor) -> None:
                row = enter(t, tracing.segment)
                if t._segment is None:  # a constant: its user is to find this row
                    tracing.segment.constants[id(t._value)] = row

            found = self._run(values, step, entered)
            given = self.graph
            if len(found) < len(self.program):
                moved = (replace(n, value=values[n.id]) if n.id in values else n for n in given.nodes)
                return replace(given, nodes=tuple(moved)), self._broken(found)
            new, _ = graph_and_places(found[self.output], given.seed, given.code, given.notes, {})
        if [(n.op, n.kind, n.name) for n in new.nodes] != [(n.op, n.kind, n.name) for n in given.nodes]:
            raise CannotReplay("the operations gave a graph of another form")
        if any(n.accumulated is not None for n in given.leaves):
            nodes = (replace(n, accumulated=o.accumulated) for n, o in zip(new.nodes, given.nodes, strict=True))
            new = replace(new, nodes=tuple(nodes))
        return replace(new, cuts=given.cuts, aliases=given.aliases), self._broken(found)

    def value(self, values: Values) -> tuple[Any, bool]:
        """The output's value only, and whether every decision falls as it did."""
        found: Sequence[Any]
        if self._floats is not None:
            found = self._floats(values)
        else:
            with no_grad(), np.errstate(all="ignore"):
                found = [t._value for t in self._run(values, [0], lambda t: None)]
        if len(found) < len(self.program):
            return np.full(np.shape(self.graph.nodes[self.graph.output].value), np.nan)[()], False
        return found[self.output], all(guard.value for guard in self._broken(found))

    def lost(self, values: Values, moved: Values) -> tuple[Guard, ...]:
        """The guards where a plain number went on that `moved` changes, although the operations recorded do not show it."""
        asked = [kept for kept in self.guards if is_lost(kept.guard)]
        if not asked:
            return ()
        with no_grad(), np.errstate(all="ignore"):
            first, second = (self._run(v, [0], lambda t: None) for v in (values, moved))
        at = min(len(first), len(second))
        changed = [not np.array_equal(first[i]._value, second[i]._value, equal_nan=True) for i in range(at)]
        return tuple([k.guard for k in asked if any(i is not None and i < at and changed[i] for i in k.operands)])

    def raises(self, values: Values) -> Raised | None:
        """What the code raises on these values, if the first decision that falls otherwise is an operation that raises."""
        with no_grad(), np.errstate(all="ignore"):
            found = self._run(values, [0], lambda t: None)
            for kept in self._asked(found):
                args = self._operands(kept, found)
                if not kept.holds(args):
                    return raised(kept.guard, args, kept.since)
        return None

    def _run(self, values: Values, step: list[int], entered: Callable[[Tensor], Any]) -> list[Tensor]:
        """The results so far: all, or those up to an operation that raises, where a guard says that the code does."""
        found: list[Tensor] = []
        leaves: dict[int | None, Tensor] = {}  # a leaf that is used in two segments of the tape is one
        for at, row in enumerate(self.program):
            step[0] = at
            if row.primitive is sources.constant:
                made = make(row.value if row.fact is None else _again(row, found))
                made._meta = Meta(row.name) if row.name else None
                if row.fact is None or at in self._used:
                    entered(made)
            elif row.node in leaves:
                made = leaves[row.node]
                if at in self._used and made._segment is None:
                    entered(made)
            elif row.primitive is sources.leaf:
                value = row.value if row.node is None else values.get(row.node, row.value)
                made = tensor(_like(value, row.value), name=row.name)
                if at in self._used:
                    entered(made)
                if row.node is not None:
                    leaves[row.node] = made
            else:
                try:
                    given = [found[i] for i in row.operands]
                    made = perform(row.primitive, given, row.static) if row.fact is None else _chosen(row, given, found)
                except np.linalg.LinAlgError:
                    if not self._broken(found):
                        raise
                    return found
                if row.name is not None:
                    made.name = row.name
            found.append(made)
        return found

    def _broken(self, found: Sequence[Any]) -> tuple[Guard, ...]:
        with np.errstate(all="ignore"):
            return tuple([kept.guard for kept in self._asked(found) if not kept.holds(self._operands(kept, found))])

    def _asked(self, found: Sequence[Any]) -> Iterator[Kept]:
        """The guards whose operands are there."""
        return (kept for kept in self.guards if all(at is None or at < len(found) for at in kept.operands))

    @staticmethod
    def _operands(kept: Kept, found: Sequence[Any]) -> list[Any]:
        return _values(kept.operands, kept.guard.operands, found)


def _values(places: Sequence[int | None], given: Sequence[Any], found: Sequence[Any]) -> list[Any]:
    return [value if at is None else _host(found[at]) for at, value in zip(places, given, strict=True)]


def _asked(row: Instruction, found: Sequence[Any]) -> Any:
    assert row.fact is not None
    return row.fact.function(*_values(row.given, row.fact.operands, found))


def _again(row: Instruction, found: Sequence[Any]) -> Any:
    """A fact's value on other values; the recorded one where it has another shape, which a guard tells."""
    try:
        value = plain(_asked(row, found))
    except (ArithmeticError, ValueError, TypeError, IndexError):
        return row.value
    if np.shape(value) != np.shape(row.value):
        return row.value
    return value if type(value) is type(row.value) else _like(value, row.value)


def _chosen(row: Instruction, given: Sequence[Tensor], found: Sequence[Any]) -> Tensor:
    """An operation by facts (an index) on other values; by the recorded ones where it would have another shape."""
    try:
        made = perform(row.primitive, given, {**row.static, **_asked(row, found)})
        if made.shape == np.shape(row.value):
            return made
    except (ArithmeticError, ValueError, TypeError, IndexError):
        pass
    return perform(row.primitive, given, row.static)


class _Recorded:
    """Which node was recorded first after a point of the tape."""

    def __init__(self, ids: Mapping[Place, int]) -> None:
        rows = sorted((place[0].serial, place[1], node) for place, node in ids.items())
        self._at = [(serial, row) for serial, row, _ in rows]
        least = itertools.accumulate((node for _, _, node in reversed(rows)), min, initial=len(rows))
        self._first = list(least)[::-1]

    def since(self, guard: Guard) -> int:
        """Of an attempt the first node that was recorded after it; the number of nodes where there is none."""
        attempt = guard.function
        return self._first[bisect_left(self._at, attempt.at)] if isinstance(attempt, Attempt) else 0


Operands = tuple[Place | None, ...]
Decisions = Sequence[tuple[Guard, Operands]]
Facts = dict[Place, Fact]


def replay_of(t: Tensor, graph: Graph, ids: Mapping[Place, int], decisions: Decisions = ()) -> Replay | None:
    """`replay`, or None where the operations cannot be done again."""
    try:
        return replay(t, graph, ids, decisions)
    except (CannotReplay, ConsumedError):
        return None


def replay(t: Tensor, graph: Graph, ids: Mapping[Place, int], decisions: Decisions = ()) -> Replay:
    """The program behind a graph that was just taken of `t`; `ids` is the node of each place on the tape.

    `decisions` are guards that stand in no segment, with the places of their operands.

    Raises:
        CannotReplay: it is too long, or an operation in it cannot be done again.
    """
    if len(graph.nodes) > LIMIT:
        raise CannotReplay(f"it has more than {LIMIT:,} operations")
    kept = kept_of(t)
    assert t._segment is not None
    origin = Reader(kept).origin
    output = origin((t._segment, t._id))
    rows = reached(output, kept, None, list(ids))  # leaves may stand beside the graph
    nodes = {identity(row): ids[row.place] for row in rows if row.primitive is sources.leaf}
    found, without = _guards(output, kept, nodes, decisions)
    facts: Facts = {}
    try:
        rows = reached(output, kept, LIMIT, _places(found), facts, without)
    except ValueError:
        raise CannotReplay(f"it has more than {LIMIT:,} operations") from None
    at = {row.place: i for i, row in enumerate(rows)}
    recorded = _Recorded(ids)
    guards = [
        Kept(replace(guard, rows=()), tuple(None if p is None else at[p] for p in places), recorded.since(guard))
        for guard, places in found  # `rows` would refer to the tape
    ]
    program = tuple(_instruction(row, at, nodes, facts.get(row.place)) for row in rows)
    return Replay(graph, program, at[output], tuple(guards))


def _guards(
    output: Place, kept: Mapping[Any, Any], nodes: Mapping[Any, int], decisions: Decisions
) -> tuple[list[tuple[Guard, Operands]], set[Place]]:
    """The decisions that depend on the graph's leaves, with their operands' places; and facts that are constants now."""
    origin = Reader(kept).origin
    own = {row.place for row in reached(output, kept)}
    found: list[tuple[Guard, Operands]] = []
    segments = {place[0].serial: place[0] for place in own}
    if (now := writable()) is not None:  # where the last decisions were noted
        segments[now.serial] = now
    for segment in segments.values():
        for guard in segment.guards:
            try:
                places = tuple(None if row is None else origin((segment, row)) for row in guard.rows)
            except ConsumedError:
                continue  # of a graph now gone
            found.append((guard, places))
    for guard, given in decisions:
        try:
            found.append((guard, tuple(p and origin(p) for p in given)))
        except ConsumedError:
            continue
    found = [
        (guard, places)
        for guard, places in found
        if not (guard.value and places == (output,))  # the loss that was printed
        and not (guard.function is used and places[1] not in own)  # of another graph
        and all(p is None or p in own or not p[0].consumed[p[1]] for p in places)  # else of a graph now gone
    ]
    facts: Facts = {}
    try:
        rows = reached(output, kept, None, _places(found), facts)
    except ConsumedError:  # a decision of another graph, of which a part is gone
        gone = _gone(output, found, kept)
        found = [(guard, places) for guard, places in found if _whole(output, places, kept, gone)]
        facts = {}
        rows = reached(output, kept, None, _places(found), facts, gone)
    else:
        gone = set()
    moved: set[Place] = set()
    unknown: set[Place] = set()  # what cannot be done again
    sure: list[tuple[Guard, Operands]] = []
    for row in rows:
        fact = facts.get(row.place)
        if fact is not None and any(p in unknown for p in fact.traced):
            gone.add(row.place)
            guard = Guard(same, (), fact.operands, None, "a value of what cannot be done again")
            sure += _by_leaves(guard, fact.places, kept, moved)
            fact = None
        given = row.operands if fact is None else (*row.operands, *fact.traced)
        if (row.primitive is sources.leaf and identity(row) in nodes) or any(p in moved for p in given):
            moved.add(row.place)
            if row.primitive is sources.opaque or any(p in unknown for p in row.operands):
                unknown.add(row.place)
    for guard, places in found:
        if any(p in unknown for p in places):
            sure += _by_leaves(guard, places, kept, moved)
        elif any(p in moved for p in places):
            sure.append((guard, places))
    return sure, gone


def _places(found: Sequence[tuple[Guard, Operands]]) -> list[Place]:
    return [p for _, places in found for p in places if p is not None]


def _gone(output: Place, found: Sequence[tuple[Guard, Operands]], kept: Mapping[Any, Any]) -> set[Place]:
    """The facts whose own operands are no longer on the tape: they are constants from here on."""
    gone: set[Place] = set()
    pending = [output, *_places(found)]
    reader = Reader(kept)
    seen: set[Place] = set()
    while pending:
        place = pending.pop()
        if place in seen:
            continue
        seen.add(place)
        try:
            place = reader.origin(place)
            pending += reader.row(place).operands
            fact = reader.fact(place)
        except ConsumedError:
            continue
        if fact is not None:
            if _whole(place, (), kept, gone):
                pending += fact.traced
            else:
                gone.add(place)
    return gone


def _whole(place: Place, more: Operands, kept: Mapping[Any, Any], without: set[Place]) -> bool:
    """Whether all that a value and others depend on, facts among it, is still on the tape."""
    try:
        reached(place, kept, None, [p for p in more if p is not None], {}, without)
    except ConsumedError:
        return False
    return True


def _by_leaves(
    guard: Guard, places: Operands, kept: Mapping[Any, Any], moved: set[Place]
) -> list[tuple[Guard, Operands]]:
    """A decision on what cannot be done again: known to fall the same way only where no leaf of it changes."""
    first, *rest = (p for p in places if p is not None)
    return [
        (replace(guard, function=np.asarray, outcome=row.value, operands=(None,), value=True, form=False), (row.place,))
        for row in reached(first, kept, None, rest, {})
        if row.primitive is sources.leaf and row.place in moved
    ]


def _instruction(row: Row, at: Mapping[Place, int], nodes: Mapping[Any, int], fact: Fact | None) -> Instruction:
    segment, place = row.place
    if row.primitive is sources.opaque:
        raise CannotReplay(f"{row.static['label']} cannot be done again")
    leaf = segment.leaves.get(place)
    name = leaf.name if leaf is not None and leaf.name else segment.names.get(place)
    operands = tuple(at[p] for p in row.operands)
    node = nodes.get(identity(row)) if leaf is not None else None
    value = None if operands and fact is None else row.value
    given = () if fact is None else tuple(None if p is None else at[p] for p in fact.places)
    fact = fact and replace(fact, places=())  # which would refer to the tape
    return Instruction(row.primitive, operands, row.static, value, name, segment.sources.get(place), node, fact, given)


def _like(value: Any, old: Any) -> Any:
    """A new value in the form of the old one."""
    if type(old) is float:
        return float(value)
    return plain(np.asarray(value, old.dtype).reshape(old.shape))


def _host(found: Any) -> Any:
    value = found._value if isinstance(found, Tensor) else found
    return np.float64(value) if type(value) is float else value
