"""The examples of one vmap: which tensors tell them apart, and the same tensors with the examples along the first axis.

A tensor of a transform above this vmap (a Dual, a Batched of an inner vmap) may hold one of this vmap. As vmap commutes with
every other transform, its examples can be put first there too; so a rule sees plain stacks only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import shaping
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.tensor import Tensor

Static = dict[str, Any]


class Undecided(RuntimeError):
    """The value of a single example was asked for inside vmap."""


class Examples:
    """The examples that a vmap of one level has under way."""

    __slots__ = ("count", "level", "wrap")

    def __init__(self, level: int, count: int, wrap: Callable[[int, Tensor], Tensor]) -> None:
        self.level, self.count, self.wrap = level, count, wrap

    def is_own(self, t: Any) -> bool:
        """Whether it differs from example to example."""
        if type(t) is Tensor or not isinstance(t, Level) or t.level < self.level:
            return False
        return t.level == self.level or any(map(self.is_own, t.wrapped()))

    def whole(self, t: Tensor) -> Tensor:
        """All examples along the first axis, also of what is the same for each."""
        if not isinstance(t, Level) or t.level < self.level:
            return shaping.broadcast_to(t, (self.count, *t.shape))
        return t.wrapped()[0] if t.level == self.level else t.first(self.whole)

    def own(self, t: Any) -> Any:
        """All examples of what tells them apart; anything else as it is."""
        return self.whole(t) if self.is_own(t) else t

    def put(self, held: Tensor) -> Tensor:
        """The tensor of one example, of all of them along the first axis."""
        if isinstance(held, Level) and held.level > self.level:
            return held.last(self.put)
        return self.wrap(self.level, held)

    def aligned(self, operands: Sequence[Any]) -> list[Any]:
        """Operands that broadcast, the examples' axis first and the others aligned from the last."""
        ndim = max(map(np.ndim, operands))
        return [self.padded(t, ndim) for t in operands]

    def padded(self, t: Any, ndim: int, shape: tuple[int, ...] | None = None) -> Any:
        """With an example of `ndim` axes: those that `shape` (or its own) lacks are put before it."""
        to = np.shape(t) if shape is None else shape
        if not self.is_own(t):
            return t if shape is None or shape == np.shape(t) else shaping.reshape(t, shape)
        held = self.whole(t)
        if len(to) == ndim and to == t.shape:
            return held
        return shaping.reshape(held, (self.count, *(1,) * (ndim - len(to)), *to))


Rule = Callable[[Examples, Primitive, Sequence[Tensor], Static], Tensor | None]
"""A primitive on all examples at once: their results along the first axis, or None where the rule cannot."""


def moved(t: Tensor, source: int, to: int) -> Tensor:
    """The tensor with one axis in another place."""
    if source % t.ndim == to % t.ndim:
        return t
    order = [i for i in range(t.ndim) if i != source % t.ndim]
    order.insert(to % t.ndim, source % t.ndim)
    return shaping.transpose(t, order)
