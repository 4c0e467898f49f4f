"""A program run again on other values of the leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from notebook_ad.engine import primitive as sources
from notebook_ad.engine.guards import Guard
from notebook_ad.graph.program import Instruction, Kept, Values
from notebook_ad.tensor.making import tensor
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.tensor import Meta, Tensor, make, plain


@dataclass(frozen=True, slots=True, eq=False)
class Rerun:
    """The results of a program on other values, and which of its decisions fall otherwise there."""

    program: tuple[Instruction, ...]
    guards: tuple[Kept, ...]
    _used: frozenset[int] = field(init=False, repr=False)  # operands, facts of facts apart

    def __post_init__(self) -> None:
        object.__setattr__(self, "_used", frozenset(i for row in self.program for i in row.operands))

    def __call__(
        self,
        values: Values,
        at_step: Callable[[int], object] = lambda at: None,
        entered: Callable[[Tensor], object] = lambda t: None,
    ) -> list[Tensor]:
        """The results so far: all, or those up to an operation that raises, where a guard says that the code does.

        Args:
            values: of the leaves, by node id; where there is none, the recorded one.
            at_step: told the position of each operation before it is done.
            entered: told the leaves and constants that operations use.
        """
        found: list[Tensor] = []
        leaves: dict[int | None, Tensor] = {}  # a leaf that is used in two segments of the tape is one
        for at, row in enumerate(self.program):
            at_step(at)
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
                    if not self.broken(found):
                        raise
                    return found
                if row.name is not None:
                    made.name = row.name
            found.append(made)
        return found

    def broken(self, found: Sequence[Any]) -> tuple[Guard, ...]:
        """The guards that fall otherwise."""
        with np.errstate(all="ignore"):
            return tuple([kept.guard for kept in self.asked(found) if not kept.holds(self.operands(kept, found))])

    def asked(self, found: Sequence[Any]) -> Iterator[Kept]:
        """The guards whose operands are there."""
        return (kept for kept in self.guards if all(at is None or at < len(found) for at in kept.operands))

    @staticmethod
    def operands(kept: Kept, found: Sequence[Any]) -> list[Any]:
        """What a guard is asked with."""
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


def _like(value: Any, old: Any) -> Any:
    """A new value in the form of the old one."""
    if type(old) is float:
        return float(value)
    return plain(np.asarray(value, old.dtype).reshape(old.shape))


def _host(found: Any) -> Any:
    value = found._value if isinstance(found, Tensor) else found
    return np.float64(value) if type(value) is float else value
