"""`ad.autograd.Function`: an operation with forward and backward of the user's, as in PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor import custom
from notebook_ad.tensor.ambient import no_grad
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.tensor import Tensor, constant


class Context:
    """What `forward` hands to `backward`: `ctx`.

    Attributes:
        needs_input_grad: for each argument of forward, whether its gradient is wanted.
    """

    def __init__(self) -> None:
        self.needs_input_grad: tuple[bool, ...] = ()
        self.saved: tuple[Any, ...] = ()
        self.materialize = True
        self.fixed: tuple[Tensor, ...] = ()

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for backward: arguments or results of forward, which can then be differentiated again."""
        self.saved = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What `save_for_backward` kept."""
        return self.saved

    def mark_non_differentiable(self, *results: Tensor) -> None:
        """These results of forward have no gradient."""
        self.fixed = results

    def set_materialize_grads(self, value: bool) -> None:
        """Whether the gradient of a result that nothing depends on is zeros (the default) or None.

        Of several results None stands also for a gradient that is zero everywhere, which is the same to any rule.
        """
        self.materialize = value


class Function:
    """Subclass with static `forward(ctx, *args)` and `backward(ctx, *grads)`, and call `apply`. As PyTorch's.

    `backward` gives a gradient for each argument of forward (None where there is none); it differentiates again if it
    is made of tensor operations on what `save_for_backward` kept.

    >>> import notebook_ad as ad
    >>> class Square(ad.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return 2 * x * g
    >>> x = ad.tensor(3.0)
    >>> Square.apply(x).backward()
    >>> x.grad
    tensor(6.0)
    """

    @staticmethod
    def forward(ctx: Any, *args: Any) -> Any:
        """The value; a tensor or a tuple of tensors."""
        raise NotImplementedError("define forward(ctx, *args) as a static method")

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """The gradients of forward's arguments from those of its results."""
        raise NotImplementedError("define backward(ctx, *grads) as a static method")

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Run forward and record it as one operation.

        Raises:
            RuntimeError: backward gave a wrong number of gradients.
        """
        spots = [i for i, a in enumerate(args) if isinstance(a, Tensor)]
        several = [False]
        fixed: list[int] = []

        def run(operands: Sequence[Tensor]) -> tuple[list[Tensor], custom.Pull]:
            ctx = Context()
            given = list(args)
            for i, t in zip(spots, operands, strict=True):
                given[i] = t
            ctx.needs_input_grad = tuple(isinstance(a, Tensor) and a.requires_grad for a in given)
            value = _forward(cls, ctx, given)
            several[0] = isinstance(value, tuple)
            results = [r if isinstance(r, Tensor) else constant(r) for r in (value if several[0] else (value,))]
            fixed[:] = [i for i, r in enumerate(results) if any(r is t for t in ctx.fixed)]
            places = {id(r): i for i, r in enumerate(results)}

            def pull(g: Sequence[Any], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> list[Any]:
                again = dict(zip(map(id, operands), inputs, strict=True))
                saved = ctx.saved
                if any(id(t) in places for t in saved) and any(t.requires_grad for t in (*g, *inputs)):
                    made = cls.apply(*_given(args, spots, inputs))
                    outputs = made if isinstance(made, tuple) else (made,)
                    again |= {id(r): out for r, out in zip(results, outputs, strict=True)}
                ctx.saved = tuple(again.get(id(t), t) for t in saved)
                if not ctx.materialize and len(g) > 1:
                    g = [t if t.requires_grad or isinstance(t, Level) or np.any(t._value) else None for t in g]
                try:
                    found = cls.backward(ctx, *g)
                finally:
                    ctx.saved = saved
                found = found if isinstance(found, tuple | list) else (found,)
                if len(found) != len(args):
                    raise RuntimeError(
                        f"{cls.__name__}.backward returned {len(found)} gradients; forward has {len(args)} arguments. "
                        "Return one for each, None where there is none"
                    )
                return [found[i] for i in spots]

            return [r if isinstance(r, Level) else r.detach() for r in results], pull

        found = custom.custom(cls.__name__, run, [args[i] for i in spots])
        found = [t.detach() if i in fixed else t for i, t in enumerate(found)]
        return tuple(found) if several[0] else found[0]


def _forward(cls: type[Function], ctx: Context, given: Sequence[Any]) -> Any:
    """forward(ctx, *args), or the newer style: forward(*args) with setup_context(ctx, inputs, output)."""
    setup = getattr(cls, "setup_context", None)
    with no_grad():
        if setup is None:
            return cls.forward(ctx, *given)
        value = cls.forward(*given)
        setup(ctx, tuple(given), value)
    return value


def _given(args: Sequence[Any], spots: Sequence[int], inputs: Sequence[Tensor]) -> list[Any]:
    given = list(args)
    for i, t in zip(spots, inputs, strict=True):
        given[i] = t
    return given
