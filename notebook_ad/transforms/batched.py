"""vmap's values: one tensor that holds an example per row, while the user's function sees one example.

Common primitives have a rule for all examples at once; any other runs once per example and its results are stacked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import shaping
from notebook_ad.tensor.facts import decided
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.reverse import leaves_of, pull
from notebook_ad.tensor.tensor import Tensor, constant
from notebook_ad.transforms.variables import alias

Static = dict[str, Any]


class Batched(Level):
    """Examples along the first axis of `held`, a tensor of lower levels."""

    __slots__ = ("held",)
    held: Tensor

    @property
    def _value(self) -> NoReturn:
        raise RuntimeError(
            "inside vmap a value differs from example to example, so it is no single number or array. "
            "Use where() for a choice, NumPy's functions for the rest"
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one example."""
        return self.held.shape[1:]

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's dtype."""
        return self.held.dtype

    def __repr__(self) -> str:
        return f"Batched(level={self.level}, {self.held!r})"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __float__(self) -> float:
        return float(self._value)

    def __int__(self) -> int:
        return int(self._value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self._value)

    def interpret(self, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
        """The primitive on all examples at once where it has a rule for that, else on each."""
        rule = RULES.get(primitive) or (_elementwise if primitive.kind == "elementwise" else None)
        if rule is not None:
            held = rule(self, primitive, operands, static)
            if held is not None:
                return batched(self.level, held)
        return self._each(lambda xs, given: perform(primitive, xs, given), operands, static)

    def decide(self, function: Callable[..., Any], operands: Sequence[Any]) -> Any:
        """A function without a derivative, on each example."""
        if isinstance(function, np.ufunc):
            return batched(self.level, function(*self.aligned(operands)))
        keywords = function.keywords if isinstance(function, partial) else {}
        plain = function.func if isinstance(function, partial) else function
        name = getattr(plain, "__name__", "a function of values")

        def of_one(xs: list[Any], given: Static) -> Tensor:
            outcome = decided(partial(plain, **given) if given else plain, xs, name)
            return outcome if isinstance(outcome, Tensor) else constant(outcome)

        return self._each(of_one, operands, keywords)

    def pull(
        self, outputs: Sequence[Tensor], cotangents: Sequence[Tensor], wanted: Sequence[Tensor]
    ) -> list[Tensor | None]:
        """Each example's gradient: they share no row, so one sweep serves all."""
        found = pull(
            [self.whole(t) for t in outputs], [self.whole(t) for t in cotangents], [self.own(t) for t in wanted]
        )
        return [None if g is None else batched(self.level, g) for g in found]

    def leaves(self) -> list[Any]:
        """Leaves of the examples."""
        return leaves_of(self.held)

    def alias(self) -> Tensor:
        """A new variable for each example."""
        return batched(self.level, alias(self.held))

    def wrapped(self) -> tuple[Tensor, ...]:
        """All examples."""
        return (self.held,)

    def spread(self, t: Tensor) -> Tensor:
        """The same value for each example, each a tensor of its own."""
        return batched(self.level, shaping.broadcast_to(t, (self.held.shape[0], *t.shape)))

    def detach(self) -> Tensor:
        """The values only."""
        return batched(self.level, self.held.detach())

    def own(self, t: Any) -> Any:
        """What a tensor of this level holds; any other as it is."""
        return t.held if isinstance(t, Batched) and t.level == self.level else t

    def is_own(self, t: Any) -> bool:
        """Whether it differs from example to example."""
        return isinstance(t, Batched) and t.level == self.level

    def whole(self, t: Tensor) -> Tensor:
        """All examples, also of what is the same for each."""
        return self.own(t) if self.is_own(t) else shaping.broadcast_to(t, (self.held.shape[0], *t.shape))

    def aligned(self, operands: Sequence[Any]) -> list[Any]:
        """Operands of an elementwise operation, the examples' axis first and the others aligned from the last."""
        ndim = max(np.ndim(t) for t in operands)
        return [self._padded(t, ndim) for t in operands]

    def _padded(self, t: Any, ndim: int) -> Any:
        if not self.is_own(t) or t.ndim == ndim:
            return self.own(t)
        return shaping.reshape(t.held, (t.held.shape[0], *(1,) * (ndim - t.ndim), *t.shape))

    def _each(self, function: Callable[[list[Any], Static], Tensor], operands: Sequence[Any], static: Static) -> Tensor:
        results = []
        count = self.held.shape[0]
        for i in range(max(count, 1)):

            def pick(t: Any, i: int = i) -> Any:
                if isinstance(t, tuple | list):
                    return type(t)(pick(x) for x in t)
                if not self.is_own(t):
                    return t
                return t.held[i] if count else constant(np.zeros(t.shape, t.dtype))  # for the shape of no results

            results.append(
                function([pick(t) for t in operands], {k: pick(v) if k == "key" else v for k, v in static.items()})
            )
        return batched(self.level, shaping.stack(results)[:count])


def batched(level: int, held: Tensor) -> Batched:
    """Examples along the first axis of `held`."""
    result = Batched.__new__(Batched)
    result.level, result.held = level, held
    result._segment, result._id, result._meta = None, -1, None
    return result


Rule = Callable[[Batched, Primitive, Sequence[Tensor], Static], Tensor | None]


def _elementwise(of: Batched, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    return perform(primitive, of.aligned(operands), static)


def _reduction(of: Batched, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    axes = tuple(i + 1 for i in static["axis"])
    return perform(primitive, [of.own(operands[0])], {**static, "axis": axes, "all": False})


def _shape(of: Batched, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    held = of.own(operands[0])
    shape = (held.shape[0], *static["shape"])
    if primitive is ops.broadcast_to:
        missing = len(static["shape"]) - operands[0].ndim
        held = shaping.reshape(held, (held.shape[0], *(1,) * missing, *operands[0].shape))
    return perform(primitive, [held], {"shape": shape})


def _transpose(of: Batched, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    return perform(primitive, [of.own(operands[0])], {"axes": (0, *(i + 1 for i in static["axes"]))})


def _cast(of: Batched, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    return perform(primitive, [of.own(operands[0])], static)


def _join(of: Batched, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    return perform(primitive, [of.whole(t) for t in operands], {"axis": static["axis"] + 1})


def _index(of: Batched, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor | None:
    key = static["key"] if isinstance(static["key"], tuple) else (static["key"],)
    basic = all(k is None or k is Ellipsis or (isinstance(k, int | slice) and not isinstance(k, bool)) for k in key)
    return perform(ops.index, [of.own(operands[0])], {"key": (slice(None), *key)}) if basic else None


def _matmul(of: Batched, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """Vectors become matrices, then the examples' axis is one more batch axis."""
    x, y = operands
    left = _matrix(of, x, (1, x.shape[0]) if x.ndim == 1 else x.shape, max(x.ndim, y.ndim, 2))
    right = _matrix(of, y, (y.shape[0], 1) if y.ndim == 1 else y.shape, max(x.ndim, y.ndim, 2))
    product = perform(ops.matmul, [left, right], {})
    shape = list(product.shape)
    if y.ndim == 1:
        del shape[-1]
    if x.ndim == 1:
        del shape[-1 if y.ndim == 1 else -2]
    return shaping.reshape(product, tuple(shape))


def _matrix(of: Batched, t: Tensor, shape: tuple[int, ...], ndim: int) -> Tensor:
    padded = (*(1,) * (ndim - len(shape)), *shape)
    held = of.own(t)
    return shaping.reshape(held, (held.shape[0], *padded) if of.is_own(t) else (1, *padded))


RULES: dict[Primitive, Rule] = {
    **dict.fromkeys((ops.sum_, ops.mean, ops.max_, ops.min_), _reduction),
    **dict.fromkeys((ops.reshape, ops.broadcast_to), _shape),
    **dict.fromkeys((ops.concatenate, ops.stack), _join),
    **dict.fromkeys((ops.index, ops.gather), _index),
    ops.transpose: _transpose,
    ops.cast: _cast,
    ops.matmul: _matmul,
}
