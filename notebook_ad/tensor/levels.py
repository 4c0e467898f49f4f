"""Tensors of a transform that is under way: what `jvp` and `vmap` hand to the user's function.

A Level wraps tensors of lower levels, so transforms nest without confusing whose perturbation is whose: an operation is
interpreted by the highest level among its operands, in operations on what that level wraps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor.size import Size
from notebook_ad.tensor.tensor import Tensor

Static = dict[str, Any]
Split = Callable[[Tensor], "tuple[Tensor, Tensor | None]"]


class Level(Tensor):
    """A tensor that a transform interprets; `level` is larger for the inner of two nested transforms."""

    __slots__ = ("level",)
    level: int
    outermost = False  # whether an operation on a tensor of a transform above this is interpreted by this level first

    def interpret(self, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
        """Apply a primitive to operands of this level and below."""
        raise NotImplementedError

    def decide(self, function: Callable[..., Any], operands: Sequence[Any]) -> Any:
        """Apply a function that has no derivative (a comparison, argmax)."""
        raise NotImplementedError

    def pull(
        self, outputs: Sequence[Tensor], cotangents: Sequence[Tensor], wanted: Sequence[Tensor]
    ) -> list[Tensor | None]:
        """Reverse mode through tensors of this level: see reverse.pull."""
        raise NotImplementedError

    def leaves(self) -> list[Any]:
        """What accumulates the gradients of the leaves that this depends on."""
        raise NotImplementedError

    def alias(self) -> Tensor:
        """The same value as a new variable to differentiate with respect to."""
        raise NotImplementedError

    def wrapped(self) -> tuple[Tensor, ...]:
        """The tensors of lower levels that it holds."""
        raise NotImplementedError

    def first(self, whole: Callable[[Tensor], Tensor]) -> Level:
        """With the examples of a vmap below along the first axis, where `whole` puts them in what it holds."""
        raise NotImplementedError

    def last(self, put: Callable[[Tensor], Tensor]) -> Level:
        """What `first` did undone: `put` makes of a stack the tensor of one example."""
        raise NotImplementedError

    def apart(self, split: Split) -> tuple[Tensor, Tensor | None]:
        """Primal and tangent of a jvp below, of which `split` takes apart what this holds."""
        raise NotImplementedError

    def together(self, join: Callable[[Tensor, Tensor], Tensor], a: Tensor, b: Tensor) -> Tensor:
        """Two tensors put together by `join`, which puts together what such tensors of this level hold."""
        raise NotImplementedError

    def spread(self, t: Tensor) -> Tensor:
        """A tensor of lower levels as one of its own for each example, where this level tells examples apart."""
        return t

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> Size:
        """Number of elements; called, the shape."""
        return Size(self.shape)

    @property  # type: ignore[misc]  # nobody sets that of a transform's tensor
    def requires_grad(self) -> bool:
        """True: a conversion to a plain number would lose what the transform follows."""
        return True

    @property
    def is_leaf(self) -> bool:
        """False: it belongs to a transform."""
        return False


def top(operands: Sequence[Any]) -> Level | None:
    """The operand of the highest level; None where all are ordinary tensors."""
    found: Level | None = None
    for t in operands:
        if type(t) is not Tensor and isinstance(t, Level) and (found is None or t.level > found.level):
            found = t
    return found


def outermost(operands: Sequence[Any]) -> Level | None:
    """A vmap's tensor among the operands or in what they hold, however deep."""
    for t in operands:
        if type(t) is not Tensor and isinstance(t, Level):
            if t.outermost:
                return t
            if (found := outermost(t.wrapped())) is not None:
                return found
    return None


def spread_like(t: Tensor, others: Sequence[Any]) -> Tensor:
    """A tensor as one of its own for each example that the others tell apart, so that its gradient differs too."""
    levels: dict[int, Level] = {}
    pending = [x for x in others if isinstance(x, Level)]
    while pending:
        x = pending.pop()
        levels[x.level] = x
        pending += [y for y in x.wrapped() if isinstance(y, Level)]
    for level in sorted(levels):
        t = levels[level].spread(t)
    return t


def is_plain(operands: Sequence[Any]) -> bool:
    """Whether no operand belongs to a transform."""
    return all(type(t) is Tensor for t in operands) or top(operands) is None


def rank(t: Any) -> int:
    """A tensor's level; 0 for an ordinary one."""
    return t.level if isinstance(t, Level) else 0
