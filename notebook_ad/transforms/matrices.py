"""Jacobians, Hessians, and their products with vectors."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.reduce import sum as total
from notebook_ad.tensor.tensor import SMOOTH, Tensor, constant, make, plain
from notebook_ad.transforms.batching import vmap
from notebook_ad.transforms.batching_rules.examples import Undecided
from notebook_ad.transforms.forward import jvp
from notebook_ad.transforms.reverse import Argnums, Function, grad, vjp
from notebook_ad.transforms.trees import leaves, rebuild
from notebook_ad.transforms.variables import finished


def elementwise_grad(fun: Function, argnum: int = 0) -> Function:
    """The derivative of each element with respect to the same element, for functions that act elementwise.

    As HIPS autograd's: the gradient of the sum of the outputs.

    >>> import notebook_ad as ad, numpy as np
    >>> ad.elementwise_grad(np.sin)(np.zeros(2))
    array([1., 1.])
    """

    def summed(*args: Any, **kwargs: Any) -> Any:
        result = fun(*args, **kwargs)
        return total(result if isinstance(result, Tensor) else constant(result))

    return grad(summed, argnum)


def jacrev(fun: Function, argnums: Argnums = 0) -> Function:
    """The Jacobian by reverse mode: a sweep for each element of the value, all in one batch. As `jax.jacrev`.

    Where a user's rule asks for values inside the sweep, they are done one by one.
    """
    return _per_argument(_jacrev, fun, argnums)


def jacfwd(fun: Function, argnums: Argnums = 0) -> Function:
    """The Jacobian by forward mode: one run, with a tangent for each element of the argument. As `jax.jacfwd`.

    Where something asks for the value of a tangent, there is one run for each element.
    """
    return _per_argument(_jacfwd, fun, argnums)


def jacobian(fun: Function, argnums: Argnums = 0) -> Function:
    """The Jacobian, shape (*value, *argument), in the mode that takes fewer passes: forward where the argument is smaller.

    >>> import notebook_ad as ad, numpy as np
    >>> ad.jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return _per_argument(_jacobian, fun, argnums)


def hessian(fun: Function, argnums: Argnums = 0) -> Function:
    """The matrix of second derivatives of a scalar function, shape (*argument, *argument). As `jax.hessian`.

    Reverse over reverse: the function runs once, and its gradient is swept with all unit vectors in one batch.
    """
    return jacrev(jacrev(fun, argnums), argnums)


def hvp(fun: Function, primals: Any, tangents: Any) -> Any:
    """The Hessian of a scalar function times a vector, by forward over reverse: costs a few gradients.

    Args:
        primals, tangents: tuples, one entry for each argument. A single argument may be given as it is.

    >>> import notebook_ad as ad
    >>> ad.hvp(lambda x: x**3, 2.0, 1.0)
    12.0
    """
    if not isinstance(primals, tuple):
        return jvp(grad(fun), (primals,), (tangents,))[1]
    return jvp(grad(fun, tuple(range(len(primals)))), primals, tangents)[1]


def make_hvp(fun: Function, argnum: int = 0) -> Function:
    """As HIPS autograd's: `make_hvp(f)(x)` gives `(v → H v, gradient)`."""

    def at(*args: Any, **kwargs: Any) -> tuple[Callable[[Any], Any], Any]:
        gradient = _only(grad(fun, argnum), args, kwargs, argnum)
        x = args[argnum]
        return lambda v: jvp(gradient, (x,), (v,))[1], gradient(x)

    return at


def make_jvp(fun: Function, argnum: int = 0) -> Function:
    """As HIPS autograd's: `make_jvp(f)(x)` gives `v → (value, J v)`."""

    def at(*args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        return lambda v: jvp(_only(fun, args, kwargs, argnum), (args[argnum],), (v,))

    return at


def _only(fun: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnum: int) -> Function:
    return lambda x: fun(*args[:argnum], x, *args[argnum + 1 :], **kwargs)


def _per_argument(of: Callable[[Function, Any], Any], fun: Function, argnums: Argnums) -> Function:
    @functools.wraps(fun, assigned=("__name__", "__doc__"))
    def matrix(*args: Any, **kwargs: Any) -> Any:
        if isinstance(argnums, int):
            return of(_only(fun, args, kwargs, argnums % len(args)), args[argnums])
        chosen = [args[i] for i in argnums]

        def of_chosen(values: Any) -> Any:
            given = list(args)
            for i, value in zip(argnums, values, strict=True):
                given[i] = value
            return fun(*given, **kwargs)

        return of(of_chosen, tuple(chosen))

    return matrix


def _jacrev(fun: Function, x: Any) -> Any:
    return _rows(x, *vjp(fun, x))


def _rows(x: Any, value: Any, pullback: Callable[[Any], Any]) -> Any:
    """The Jacobian by a pull of each unit vector of the value, all in one batch where that is possible."""
    outputs, given = leaves(value), leaves(x)
    shapes = [np.shape(out) for out in outputs]
    units = unit_vectors(outputs)

    def pulled(*seeds: Any) -> tuple[Any, ...]:
        return tuple(leaves(pullback(rebuild(value, seeds))[0]))

    rows = of_each(pulled, units)
    blocks = []
    for part, shape in zip(_split(rows, shapes, len(given)), shapes, strict=True):
        blocks.append([_shaped(m, (*shape, *np.shape(leaf))) for m, leaf in zip(part, given, strict=True)])
    return rebuild(value, [rebuild(x, block) for block in blocks])


def _jacfwd(fun: Function, x: Any) -> Any:
    """The Jacobian by a push of each unit vector of the argument, all in one batch where that is possible."""
    given = leaves(x)
    shapes = [np.shape(leaf) for leaf in given]
    form: list[Any] = []

    def pushed(*moves: Any) -> tuple[Any, ...]:
        _, moved = jvp(fun, (x,), (rebuild(x, moves),))
        form[:] = [moved]
        return tuple(leaves(moved))

    columns = of_each(pushed, unit_vectors(given))
    if not form:
        form[:] = [fun(x)]
        columns = [np.zeros((0, *np.shape(out))) for out in leaves(form[0])]
    parts = _split(columns, shapes, len(columns))
    found = []
    for k, out in enumerate(columns):
        rest = np.shape(out)[1:]
        blocks = zip(parts, shapes, strict=True)
        found.append(rebuild(x, [_shaped(_turned(part[k]), (*rest, *shape)) for part, shape in blocks]))
    return rebuild(form[0], found)


def unit_vectors(xs: Sequence[Any]) -> list[np.ndarray]:
    """For each array (n, *shape): the n unit vectors of all arrays together, this array's part of each."""
    sizes = [math.prod(np.shape(x)) for x in xs]
    starts = np.cumsum([0, *sizes])
    found = []
    for x, start, size in zip(xs, starts[:-1], sizes, strict=True):
        dtype = getattr(x, "dtype", None)
        part = np.zeros((int(starts[-1]), size), dtype if dtype in SMOOTH else float)
        part[start : start + size] = np.eye(size)
        found.append(part.reshape(int(starts[-1]), *np.shape(x)))
    return found


def of_each(function: Callable[..., tuple[Any, ...]], units: Sequence[np.ndarray]) -> list[Any]:
    """A linear function of each unit vector, stacked: in one batch, or one by one where a value is asked for."""
    count = len(units[0]) if units else 0
    if count > 1:
        try:
            return list(vmap(function)(*units))
        except Undecided:
            pass
    rows = [function(*(unit[i] if unit.ndim > 1 else float(unit[i]) for unit in units)) for i in range(count)]
    return [_stacked(parts) for parts in zip(*rows, strict=True)]


def _stacked(parts: Sequence[Any]) -> Any:
    if any(isinstance(p, Tensor) for p in parts):
        return shaping.stack(list(parts))
    return np.stack([np.asarray(p) for p in parts])


def _split(rows: Sequence[Any], shapes: Sequence[tuple[int, ...]], count: int) -> list[list[Any]]:
    """The rows that belong to each part of the unit vectors, of each matrix; `count` matrices where there is no row."""
    found, start = [], 0
    for size in map(math.prod, shapes):
        found.append([m[start : start + size] for m in rows] if rows else [np.zeros(0)] * count)
        start += size
    return found


def _turned(m: Any) -> Any:
    """The axis of the unit vectors last."""
    return np.moveaxis(m, 0, -1)


def _shaped(m: Any, shape: tuple[int, ...]) -> Any:
    t = np.reshape(m, shape)
    return finished(t if isinstance(t, Tensor) else make(plain(np.ascontiguousarray(t) if shape else t)))


def _jacobian(fun: Function, x: Any) -> Any:
    inputs = sum(math.prod(np.shape(leaf)) for leaf in leaves(x))
    value, pullback = vjp(fun, x)
    outputs = sum(math.prod(np.shape(leaf)) for leaf in leaves(value))
    return _jacfwd(fun, x) if inputs < outputs else _rows(x, value, pullback)
