"""vmap: a function of one example made into a function of many."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor import shaping
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant
from notebook_ad.transforms.batched import Batched, batched
from notebook_ad.transforms.dual import Dual, dual
from notebook_ad.transforms.trees import leaves, rebuild
from notebook_ad.transforms.variables import entered, finished

Axes = int | None | Sequence[Any] | dict[str, Any]
running: ContextVar[tuple[tuple[int, int], ...]] = ContextVar("notebook_ad.vmaps", default=())  # (level, examples)


def vmap(fun: Callable[..., Any], in_axes: Axes = 0, out_axes: Axes = 0) -> Callable[..., Any]:
    """A function of one example, made into a function of many. As `jax.vmap`.

    Args:
        in_axes: along which axis of each argument the examples lie; None where all share it. One for all arguments, or
            a tuple with one for each (an int, None, or a structure like the argument).
        out_axes: where they go in the results.

    >>> import notebook_ad as ad, numpy as np
    >>> ad.vmap(ad.grad(lambda w, x: (w * x) ** 2), in_axes=(None, 0))(1.0, np.array([1.0, 2.0]))
    array([2., 8.])

    Raises:
        ShapeError: the arguments hold different numbers of examples, or none.
    """

    @functools.wraps(fun, assigned=("__name__", "__doc__"))
    def mapped(*args: Any, **kwargs: Any) -> Any:
        axes = list(in_axes) if isinstance(in_axes, tuple | list) else [in_axes] * len(args)
        if len(axes) != len(args):
            raise ValueError(f"vmap: in_axes has {len(axes)} entries for {len(args)} arguments")
        spread_axes = [a for arg, axis in zip(args, axes, strict=True) for a in _axes(arg, axis)]
        values = [leaf for arg in args for leaf in leaves(arg)]
        size = _size(values, spread_axes)
        with entered() as level, _running(level, size):
            given = [
                x if axis is None else batched(level, _first(x, axis))
                for x, axis in zip(values, spread_axes, strict=True)
            ]
            result = fun(*rebuild(list(args), given), **kwargs)
            outputs = [_collected(x, level, size) for x in leaves(result)]
        axes_out = _axes(result, out_axes)
        moved = [x if axis == 0 else _moved(x, 0, axis) for x, axis in zip(outputs, axes_out, strict=True)]
        return rebuild(result, [finished(x) for x in moved])

    return mapped


def _axes(tree: Any, axes: Any) -> list[Any]:
    """An axis for each leaf of an argument."""
    if axes is None or isinstance(axes, int):
        return [axes] * len(leaves(tree))
    if isinstance(tree, dict):
        return [a for key in sorted(tree) for a in _axes(tree[key], axes[key])]
    return [a for item, axis in zip(tree, axes, strict=True) for a in _axes(item, axis)]


def _size(values: Sequence[Any], axes: Sequence[Any]) -> int:
    for x, axis in zip(values, axes, strict=True):
        if axis is not None and not -np.ndim(x) <= axis < np.ndim(x):
            raise ShapeError(f"vmap: an argument of shape {np.shape(x)} has no axis {axis}{place()}")
    sizes = {np.shape(x)[axis] for x, axis in zip(values, axes, strict=True) if axis is not None}
    if len(sizes) != 1:
        counts = " and ".join(map(str, sorted(sizes))) or "no"
        raise ShapeError(f"vmap: the arguments hold {counts} examples{place()}; they must hold equally many")
    return int(sizes.pop())


def _first(x: Any, axis: int) -> Tensor:
    t = x if isinstance(x, Tensor) else own(x)
    return t if axis == 0 else _moved(t, axis, 0)


def _moved(t: Tensor, axis: int, to: int) -> Tensor:
    order = [i for i in range(t.ndim) if i != axis % t.ndim]
    order.insert(to % t.ndim, axis % t.ndim)
    return shaping.transpose(t, order)


def _collected(x: Any, level: int, size: int) -> Tensor:
    t = x if isinstance(x, Tensor) else constant(x)
    return t.held if isinstance(t, Batched) and t.level == level else shaping.broadcast_to(t, (size, *t.shape))


@contextmanager
def _running(level: int, size: int) -> Iterator[None]:
    token = running.set((*running.get(), (level, size)))
    try:
        yield
    finally:
        running.reset(token)


def spread(t: Tensor) -> Tensor:
    """A value as one of its own for each example of the vmaps that are under way: its gradient differs between them."""
    for level, size in running.get():
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
