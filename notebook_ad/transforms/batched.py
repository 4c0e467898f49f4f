"""vmap's values: one tensor that holds an example per row, while the user's function sees one example.

Primitives have a rule for all examples at once (`batching_rules`); any other runs once per example.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import shaping
from notebook_ad.tensor.levels import Level, Split
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.reverse import leaves_of, pull, pull_below
from notebook_ad.tensor.tensor import Tensor, constant
from notebook_ad.transforms.batching_rules import rule_of
from notebook_ad.transforms.batching_rules.decisions import all_at_once, ask
from notebook_ad.transforms.batching_rules.examples import Examples, Undecided, moved
from notebook_ad.transforms.variables import alias

Static = dict[str, Any]


class Batched(Level):
    """Examples along the first axis of `held`, a tensor of lower levels."""

    __slots__ = ("held",)
    held: Tensor
    outermost = True

    @property
    def _value(self) -> NoReturn:
        raise Undecided(
            "inside vmap a value differs from example to example, so it is no single number or array. "
            "Use where() for a choice, NumPy's functions for the rest; an array is indexed by it as a tensor, ad.tensor(a)[i]"
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

    def __complex__(self) -> complex:
        return complex(self._value)

    def __format__(self, spec: str) -> str:
        return repr(self)

    def numpy(self, *, force: bool = False) -> Any:
        """Refused: there is one array for each example."""
        return self._value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self._value)

    @property
    def examples(self) -> Examples:
        """What tells the examples of this vmap apart."""
        return Examples(self.level, self.held.shape[0], batched)

    def interpret(self, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
        """The primitive on all examples at once where it has a rule for that, else on each."""
        of = self.examples
        if (rule := rule_of(primitive)) is not None:
            held = rule(of, primitive, operands, static)
            if held is not None:
                return of.put(held)
        return each(of, primitive.name, lambda xs, given: perform(primitive, xs, given), operands, static)

    def decide(self, function: Callable[..., Any], operands: Sequence[Any]) -> Any:
        """A function without a derivative, of all examples at once where it has a rule for that, else of each."""
        of = self.examples
        keywords = function.keywords if isinstance(function, partial) else {}
        plain = function.func if isinstance(function, partial) else function
        found = all_at_once(of, plain, operands, keywords)
        if found is not None:
            return of.put(found)
        name = getattr(plain, "__name__", "a function of values")
        return each(of, name, lambda xs, given: ask(plain, xs, given), operands, keywords)

    def pull(
        self, outputs: Sequence[Tensor], cotangents: Sequence[Tensor], wanted: Sequence[Tensor]
    ) -> list[Tensor | None]:
        """Each example's gradient: they share no row, so one sweep serves all."""
        of = self.examples
        if not any(map(of.is_own, outputs)):
            return pull_below(
                outputs, cotangents, wanted
            )  # operations on the cotangents, which tell the examples apart
        outs, seeds = list(map(of.whole, outputs)), list(map(of.whole, cotangents))
        found = pull(outs, seeds, list(map(of.own, wanted)))
        return [
            g if g is None else of.put(g if of.is_own(t) else _of_shared(of, outs, seeds, t))
            for g, t in zip(found, wanted, strict=True)
        ]

    def leaves(self) -> list[Any]:
        """Leaves of the examples."""
        return leaves_of(self.held)

    def alias(self) -> Tensor:
        """A new variable for each example."""
        return batched(self.level, alias(self.held))

    def wrapped(self) -> tuple[Tensor, ...]:
        """All examples."""
        return (self.held,)

    def first(self, whole: Callable[[Tensor], Tensor]) -> Level:
        """The examples of a vmap below along the first axis of each of these."""
        return batched(self.level, moved(whole(self.held), 1, 0))

    def last(self, put: Callable[[Tensor], Tensor]) -> Level:
        """Examples of this vmap of a tensor that is one example of the vmap below."""
        return batched(self.level, put(moved(self.held, 1, 0)))

    def apart(self, split: Split) -> tuple[Tensor, Tensor | None]:
        """Primal and tangent of a jvp below, both of all examples."""
        primal, tangent = split(self.held)
        return batched(self.level, primal), None if tangent is None else batched(self.level, tangent)

    def together(self, join: Callable[[Tensor, Tensor], Tensor], a: Tensor, b: Tensor) -> Tensor:
        """Two tensors put together for all examples."""
        of = self.examples
        return batched(self.level, join(of.whole(a), of.whole(b)))

    def spread(self, t: Tensor) -> Tensor:
        """The same value for each example, each a tensor of its own."""
        return batched(self.level, shaping.broadcast_to(t, (self.held.shape[0], *t.shape)))

    def detach(self) -> Tensor:
        """The values only."""
        return batched(self.level, self.held.detach())


def batched(level: int, held: Tensor) -> Batched:
    """Examples along the first axis of `held`."""
    result = Batched.__new__(Batched)
    result.level, result.held = level, held
    result._segment, result._id, result._meta = None, -1, None
    return result


def each(
    of: Examples, name: str, function: Callable[[list[Any], Static], Tensor], operands: Sequence[Any], static: Static
) -> Tensor:
    """One example after the other, for what no single call computes; where there is none, zeros tell the shape.

    Raises:
        ShapeError: the results have different shapes.
    """
    key = static.get("key")
    held = [_held(of, x) for x in (*operands, key)]
    results = []
    for i in range(max(of.count, 1)):
        *xs, at = (_picked(of, x, i) for x in held)
        results.append(function(xs, {**static, "key": at} if key is not None else static))
    shapes = {t.shape for t in results}
    if len(shapes) > 1:
        raise ShapeError(
            f"inside vmap {name} gives shapes {' and '.join(map(str, sorted(shapes)))} for different examples{place()}; "
            "all must be equal. Use where() instead of picking"
        )
    return of.put(shaping.stack(results)[: of.count])


class _Held(tuple[Tensor]):
    """All examples of an operand."""


def _held(of: Examples, x: Any) -> Any:
    if isinstance(x, tuple | list):
        return type(x)(_held(of, y) for y in x)
    return _Held((of.whole(x),)) if of.is_own(x) else x


def _picked(of: Examples, x: Any, i: int) -> Any:
    if type(x) is _Held:
        return x[0][i] if of.count else constant(np.zeros(x[0].shape[1:], x[0].dtype))
    return type(x)(_picked(of, y, i) for y in x) if isinstance(x, tuple | list) else x


def _of_shared(of: Examples, outputs: Sequence[Tensor], seeds: Sequence[Tensor], wanted: Tensor) -> Tensor:
    """The gradients of what all examples share, which one sweep would sum: a sweep for each."""
    parts = []
    for i in range(of.count):
        only = np.arange(of.count) == i
        given = [g * only.reshape(-1, *(1,) * (g.ndim - 1)).astype(g.dtype) for g in seeds]
        (g,) = pull(outputs, given, [wanted])
        assert g is not None
        parts.append(g)
    return shaping.stack(parts) if parts else constant(np.zeros((0, *wanted.shape), wanted.dtype))
