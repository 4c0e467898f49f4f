"""Jacobians, Hessians, and their products with vectors."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.reduce import sum as total
from notebook_ad.tensor.tensor import Tensor, constant, make, plain
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
    """The Jacobian by reverse mode: one sweep for each element of the value. As `jax.jacrev`."""
    return _per_argument(_jacrev, fun, argnums)


def jacfwd(fun: Function, argnums: Argnums = 0) -> Function:
    """The Jacobian by forward mode: one run for each element of the argument. As `jax.jacfwd`."""
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

    Forward over reverse.
    """
    return jacfwd(jacrev(fun, argnums), argnums)


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
    outputs = leaves(value)
    shapes = [np.shape(out) for out in outputs]
    columns = []
    given = leaves(x)
    for i, (out, shape) in enumerate(zip(outputs, shapes, strict=True)):
        zeros = [np.zeros(s, getattr(o, "dtype", float)) for o, s in zip(outputs, shapes, strict=True)]
        rows = []
        for place in range(math.prod(shape)):
            seed = np.zeros(shape, getattr(out, "dtype", float))
            seed.reshape(-1)[place] = 1
            seeds = [*zeros[:i], seed if shape else seed[()], *zeros[i + 1 :]]
            rows.append(leaves(pullback(rebuild(value, seeds))[0]))
        parts = zip(*rows, strict=True) if rows else [()] * len(given)
        columns.append([_stacked(p, shape, True, np.shape(leaf)) for p, leaf in zip(parts, given, strict=True)])
    return rebuild(value, [rebuild(x, parts) for parts in columns])


def _jacfwd(fun: Function, x: Any) -> Any:
    given = leaves(x)
    shapes = [np.shape(leaf) for leaf in given]
    zeros = [np.zeros(shape) for shape in shapes]
    value: Any = None
    blocks: list[list[Any]] = []  # of each leaf of x: the Jacobian of each leaf of the value
    still = leaves(fun(x)) if any(0 in shape for shape in shapes) else []
    for i, shape in enumerate(shapes):
        columns = []
        for place in range(math.prod(shape)):
            direction = np.zeros(shape)
            direction.reshape(-1)[place] = 1.0
            moves = [*zeros[:i], direction if shape else 1.0, *zeros[i + 1 :]]
            value, moved = jvp(fun, (x,), (rebuild(x, moves),))
            columns.append(leaves(moved))
        moves_of = zip(*columns, strict=True) if columns else [()] * len(still)
        rests = map(np.shape, leaves(moved) if columns else still)
        blocks.append([_stacked(parts, shape, False, rest) for parts, rest in zip(moves_of, rests, strict=True)])
    if value is None:
        value = fun(x)
    return rebuild(value, [rebuild(x, [block[k] for block in blocks]) for k in range(len(leaves(value)))])


def _stacked(parts: Any, shape: tuple[int, ...], first: bool, rest: tuple[int, ...]) -> Any:
    """Rows (or columns) of shape `rest` put together along the axes that they were taken along."""
    whole = (*shape, *rest) if first else (*rest, *shape)
    if any(isinstance(p, Tensor) for p in parts):
        return finished(shaping.reshape(shaping.stack(list(parts), 0 if first else len(rest)), whole))
    if not parts:
        return np.zeros(whole)
    joined = np.stack([np.asarray(p) for p in parts], 0 if first else len(rest)).reshape(whole)
    return finished(make(plain(joined)))


def _jacobian(fun: Function, x: Any) -> Any:
    inputs = sum(math.prod(np.shape(leaf)) for leaf in leaves(x))
    value, pullback = vjp(fun, x)
    outputs = sum(math.prod(np.shape(leaf)) for leaf in leaves(value))
    return _jacfwd(fun, x) if inputs < outputs else _rows(x, value, pullback)
