"""vmap: a function of one example made into a function of many."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from notebook_ad.tensor import shaping
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant
from notebook_ad.transforms import mapped_axes
from notebook_ad.transforms.batched import Batched, batched
from notebook_ad.transforms.batching_rules.examples import Examples, moved
from notebook_ad.transforms.dual import Dual, dual
from notebook_ad.transforms.mapped_axes import Axes
from notebook_ad.transforms.trees import leaves, rebuild
from notebook_ad.transforms.variables import entered, finished, mapped, mapping


def vmap(
    fun: Callable[..., Any],
    in_axes: Axes = 0,
    out_axes: Axes = 0,
    axis_name: Any = None,
    axis_size: int | None = None,
) -> Callable[..., Any]:
    """A function of one example, made into a function of many, all computed at once. As `jax.vmap`.

    Args:
        in_axes: along which axis of each argument the examples lie; None where all share it. One for all arguments, or
            a tuple with one for each: an int, None, or a nested structure like the argument. Arrays passed as keywords
            are along axis 0.
        out_axes: where the examples go in the results: an int or a nested structure like the result; None for what is
            the same for all.
        axis_name: JAX's, accepted; nothing here refers to it.
        axis_size: how many examples there are, needed only where no argument says it.

    >>> import notebook_ad as ad, numpy as np
    >>> ad.vmap(ad.grad(lambda w, x: (w * x) ** 2), in_axes=(None, 0))(1.0, np.array([1.0, 2.0]))
    array([2., 8.])

    A function without a rule for many examples (and what a user's own rule does with the value of one) runs once per
    example.

    Raises:
        ShapeError: an argument lacks the axis, or they hold different numbers of examples, or none.
        ValueError: in_axes or out_axes is no tree like arguments or results; None for a result that is not the same
            for all examples.
        RuntimeError: the function asks for the value of a single example (`if x > 0`, `float(x)`).
    """
    if not callable(fun):
        raise TypeError(f"vmap takes a function, not {type(fun).__name__}{place()}")

    @functools.wraps(fun, assigned=("__name__", "__doc__"))
    def many(*args: Any, **kwargs: Any) -> Any:
        spots = mapped_axes.of_arguments(fun, args, kwargs, in_axes)
        size = mapped_axes.size_of(spots, axis_size)
        with entered() as level, mapping(level, size):
            given = rebuild(
                [list(args), kwargs],
                [x if axis is None else batched(level, moved(_tensor(x), axis, 0)) for _, x, axis in spots],
            )
            result = fun(*given[0], **given[1])
            of = Examples(level, size, batched)
            held = [_result(x) for x in leaves(result)]
            goals = mapped_axes.of_results(result, out_axes, [x.ndim for x in held])
            outputs = [_collected(of, x, goal) for x, goal in zip(held, goals, strict=True)]
        return rebuild(result, [finished(x) for x in outputs])

    return many


def _tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else own(x)


def _result(x: Any) -> Tensor:
    try:
        return x if isinstance(x, Tensor) else constant(x)
    except TypeError as error:
        raise TypeError(f"vmap: the function returned a {type(x).__name__}{place()}: {error}") from None


def _collected(of: Examples, x: Tensor, goal: mapped_axes.Spot) -> Tensor:
    if goal.axis is not None:
        return moved(of.whole(x), 0, goal.axis)
    if of.is_own(x):
        raise ValueError(
            f"vmap: out_axes is None for {goal}, which differs from example to example{place()}; give an axis"
        )
    return x


def spread(t: Tensor) -> Tensor:
    """A value as one of its own for each example of the vmaps that are under way: its gradient differs between them."""
    for level, size in mapped.get():
        t = _spread(t, level, size)
    return t


def _spread(t: Tensor, level: int, size: int) -> Tensor:
    if isinstance(t, Level) and t.level > level:
        if isinstance(t, Dual):
            return dual(t.level, _spread(t.primal, level, size), _spread(t.tangent, level, size))
        assert isinstance(t, Batched)
        return batched(t.level, _spread(t.held, level, size))
    if isinstance(t, Batched) and t.level == level:
        return t
    return batched(level, shaping.broadcast_to(t, (size, *t.shape)))
