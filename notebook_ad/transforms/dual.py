"""Forward mode: a value with its tangent. What an operation does to both is decided here, once for all primitives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor.ambient import checking, unchecked
from notebook_ad.tensor.anomaly import check_tangent
from notebook_ad.tensor.facts import decided
from notebook_ad.tensor.levels import Level, Split, is_plain, outermost, top
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
        """The primitive on the primals, and its tangent; where vmap follows the primals, on all examples first."""
        primals, tangents = self._split(operands)
        key = static.get("key")
        below = outermost((*primals, *key) if isinstance(key, tuple) else (*primals, key))
        if below is not None:
            return below.interpret(primitive, operands, static)
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

    def first(self, whole: Callable[[Tensor], Tensor]) -> Level:
        """Examples along the first axis of both."""
        return dual(self.level, whole(self.primal), whole(self.tangent))

    def last(self, put: Callable[[Tensor], Tensor]) -> Level:
        """The tensor of one example."""
        return dual(self.level, put(self.primal), put(self.tangent))

    def apart(self, split: Split) -> tuple[Tensor, Tensor | None]:
        """Primal and tangent of a jvp below, each with a tangent of this one."""
        (primal, moved), (tangent, twice) = split(self.primal), split(self.tangent)
        if moved is None and twice is None:
            return dual(self.level, primal, tangent), None
        moved = zeros_like(primal) if moved is None else moved
        return dual(self.level, primal, tangent), dual(self.level, moved, zeros_like(moved) if twice is None else twice)

    def together(self, join: Callable[[Tensor, Tensor], Tensor], a: Tensor, b: Tensor) -> Tensor:
        """Primals put together, and tangents."""
        (x, y), (s, t) = self._split((a, b))
        moves = [zeros_like(z) if move is None else move for z, move in ((x, s), (y, t))]
        return dual(self.level, join(x, y), join(*moves))

    def _joined(self, g: Tensor | None, change: Tensor | None) -> Tensor | None:
        return g if change is None else self._pair(zeros_like(change) if g is None else g, change)

    def _pair(self, g: Tensor, change: Tensor) -> Tensor:
        above = top((g, change))
        if above is not None and above.level > self.level:
            return above.together(self._pair, g, change)
        return dual(self.level, g, change)

    def _split(self, tensors: Sequence[Any]) -> tuple[list[Any], list[Tensor | None]]:
        pairs = [self._apart(t) for t in tensors]
        return [primal for primal, _ in pairs], [tangent for _, tangent in pairs]

    def _apart(self, t: Any) -> tuple[Any, Tensor | None]:
        if type(t) is Tensor or not isinstance(t, Level) or t.level < self.level:
            return t, None
        if t.level == self.level:
            assert isinstance(t, Dual)
            return t.primal, t.tangent
        return t.apart(self._apart)


def dual(level: int, primal: Tensor, tangent: Tensor) -> Dual:
    """A value that moves: both of the same shape."""
    result = Dual.__new__(Dual)
    result.level, result.primal, result.tangent = level, primal, tangent
    result._segment, result._id, result._meta = None, -1, None
    return result
