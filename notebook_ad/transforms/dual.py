"""Forward mode: a value with its tangent. What an operation does to both is decided here, once for all primitives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor.ambient import checking, unchecked
from notebook_ad.tensor.anomaly import check_tangent
from notebook_ad.tensor.facts import decided
from notebook_ad.tensor.levels import Level, is_plain
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.reverse import leaves_of, pull
from notebook_ad.tensor.tangents import push, zeros_like
from notebook_ad.tensor.tensor import SMOOTH, Tensor
from notebook_ad.transforms.variables import alias

Static = dict[str, Any]


class Dual(Level):
    """A primal and its tangent, both tensors of lower levels."""

    __slots__ = ("primal", "tangent")
    primal: Tensor
    tangent: Tensor

    @property
    def _value(self) -> Any:
        return self.primal._value

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the primal."""
        return self.primal.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's dtype of the primal."""
        return self.primal.dtype

    def __repr__(self) -> str:
        return f"Dual(level={self.level}, primal={self.primal!r}, tangent={self.tangent!r})"

    def interpret(self, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
        """The primitive on the primals, and its tangent."""
        primals, tangents = self._split(operands)
        z = perform(primitive, primals, static)
        if z.dtype not in SMOOTH:
            return z
        if not checking.get() or not is_plain((*primals, *tangents)):
            return dual(self.level, z, push(primitive, primals, tangents, static, z))
        with unchecked():  # the operations of the rule are not the user's
            moved = push(primitive, primals, tangents, static, z)
        moves = [t._value for t in tangents if t is not None]
        check_tangent(static.get("label", primitive.name), moved._value, [x._value for x in primals], moves)
        return dual(self.level, z, moved)

    def decide(self, function: Callable[..., Any], operands: Sequence[Any]) -> Any:
        """A decision is taken on the primals."""
        return decided(function, self._split(operands)[0], getattr(function, "__name__", "a function of values"))

    def pull(
        self, outputs: Sequence[Tensor], cotangents: Sequence[Tensor], wanted: Sequence[Tensor]
    ) -> list[Tensor | None]:
        """Reverse over forward: d(J g) = J dg + dJ g, and dJ g is the pull of the outputs' tangents."""
        outs, moves = self._split(outputs)
        seeds, shifts = self._split(cotangents)
        inner, _ = self._split(wanted)
        gradients = pull(outs, seeds, inner)
        first = [(out, shift) for out, shift in zip(outs, shifts, strict=True) if shift is not None]
        second = [(move, seed) for move, seed in zip(moves, seeds, strict=True) if move is not None]
        pairs = first + second
        changes = pull([out for out, _ in pairs], [g for _, g in pairs], inner)
        return [self._joined(g, change) for g, change in zip(gradients, changes, strict=True)]

    def leaves(self) -> list[Any]:
        """Leaves of the primal and of the tangent."""
        return list({id(m): m for m in (*leaves_of(self.primal), *leaves_of(self.tangent))}.values())

    def alias(self) -> Tensor:
        """A new variable that moves with the same tangent."""
        return dual(self.level, alias(self.primal), self.tangent)

    def wrapped(self) -> tuple[Tensor, ...]:
        """Primal and tangent."""
        return self.primal, self.tangent

    def detach(self) -> Tensor:
        """The value only: it neither moves nor has a gradient."""
        return self.primal.detach()

    def _joined(self, g: Tensor | None, change: Tensor | None) -> Tensor | None:
        if change is None:
            return g
        return dual(self.level, zeros_like(change) if g is None else g, change)

    def _split(self, tensors: Sequence[Any]) -> tuple[list[Any], list[Tensor | None]]:
        own = [t if isinstance(t, Dual) and t.level == self.level else None for t in tensors]
        primals = [t if d is None else d.primal for t, d in zip(tensors, own, strict=True)]
        return primals, [None if d is None else d.tangent for d in own]


def dual(level: int, primal: Tensor, tangent: Tensor) -> Dual:
    """A value that moves: both of the same shape."""
    result = Dual.__new__(Dual)
    result.level, result.primal, result.tangent = level, primal, tangent
    result._segment, result._id, result._meta = None, -1, None
    return result
