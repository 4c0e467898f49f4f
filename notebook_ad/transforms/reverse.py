"""Reverse mode as functions of functions: grad, value_and_grad, vjp."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import backward as engine
from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.segment import Segment
from notebook_ad.tensor import reverse
from notebook_ad.tensor.ambient import checking, enable_grad
from notebook_ad.tensor.backward import grads
from notebook_ad.tensor.levels import Level, top
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.reverse import leaves_of
from notebook_ad.tensor.tangents import zeros_like
from notebook_ad.tensor.tensor import SMOOTH, Tensor, constant, make
from notebook_ad.transforms import batching, private
from notebook_ad.transforms.trees import leaves, map_leaves, rebuild
from notebook_ad.transforms.variables import alias, depth, entered, finished, floating, valued, variable_on

Argnums = int | Sequence[int]
Function = Callable[..., Any]


def grad(fun: Function, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False) -> Function:
    """A function that gives the gradient of a scalar function. As `jax.grad`.

    With respect to z = x + iy a real L has the gradient ∂L/∂x − i ∂L/∂y (as in JAX and HIPS autograd).

    Args:
        fun: gives one number; its arguments are numbers, arrays, tensors, or nested lists, tuples and dicts of them.
        argnums: which argument (an int), or which (a sequence; the result is then a tuple).
        has_aux: `fun` gives `(number, anything)`; the result is then `(gradient, anything)`.
        holomorphic: the promise that `fun` is complex differentiable; takes and gives complex numbers, and the result
            is the complex derivative.

    >>> import notebook_ad as ad
    >>> ad.grad(lambda x: x**3)(2.0)
    12.0
    >>> ad.grad(ad.grad(lambda x: x**3))(2.0)
    12.0
    >>> print(ad.grad(lambda z: z**2, holomorphic=True)(1 + 2j))
    (2+4j)

    Raises:
        TypeError: `fun` gives no scalar, or an argument is not numeric; a complex result without `holomorphic`, a real
            argument or result with it.
    """

    @functools.wraps(fun, assigned=("__name__", "__doc__"))
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = _value_and_grad(fun, argnums, has_aux, holomorphic, "grad", args, kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_grad(fun: Function, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False) -> Function:
    """As `grad`, but gives `(value, gradient)`; with `has_aux`, `((value, aux), gradient)`.

    >>> import notebook_ad as ad
    >>> ad.value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """

    @functools.wraps(fun, assigned=("__name__", "__doc__"))
    def both(*args: Any, **kwargs: Any) -> Any:
        return _value_and_grad(fun, argnums, has_aux, holomorphic, "value_and_grad", args, kwargs)

    return both


def _value_and_grad(
    fun: Function,
    argnums: Argnums,
    has_aux: bool,
    holomorphic: bool,
    what: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[Any, Any]:
    many = not isinstance(argnums, int)
    wanted: list[int] = [argnums] if isinstance(argnums, int) else list(argnums)
    if many or type(args[wanted[0]] if 0 <= wanted[0] < len(args) else None) not in ARRAYS:
        positions = [_position(i, args, what) for i in wanted]
        if len(set(positions)) < len(positions):
            raise TypeError(f"{what}: argnums {argnums} names an argument twice{place()}")
        chosen = [args[i] for i in positions]
        flat = leaves(chosen)
    else:
        positions, chosen = wanted, [args[wanted[0]]]
        flat = chosen
    nested = depth.get()
    live = nested > 0 or any(isinstance(x, Tensor) and x.requires_grad for x in flat)

    def run(segment: Segment | None) -> tuple[tuple[Any, Any, list[Any], bool], bool]:
        if segment is None:
            variables = [alias(batching.spread(floating(x, f"{what}: the argument"))) for x in flat]
        else:
            variables = [variable_on(segment, x, what) for x in flat]
        if holomorphic and (real := [v.dtype for v in variables if v.dtype.kind != "c"]):
            raise TypeError(f"{what}(holomorphic=True) takes complex arguments, not {real[0]}{place()}; pass z + 0j")
        given = list(args)
        for i, tree in zip(positions, variables if flat is chosen else rebuild(chosen, variables), strict=True):
            given[i] = tree
        value, aux = _with_aux(fun(*given, **kwargs), has_aux, what)
        number = type(value) is Tensor and type(value._value) is float and not holomorphic
        output = value if number else scalar_of(value, what, holomorphic)
        if segment is not None and (found := private.gradients(segment, output, variables)) is not None:
            aux = map_leaves(lambda x: private.left(segment, x), aux) if has_aux else None
            return (private.plain(output._value), aux, found, True), True
        gradients, over = gradients_of(output, variables, live)
        return (make(output._value) if over else output, aux, gradients, False), over

    token = depth.set(nested + 1)
    try:
        if live or not private.possible():
            with enable_grad():
                (value, aux, found, plain), _ = run(None)
        else:
            value, aux, found, plain = private.recorded(run)
    finally:
        depth.reset(token)
    if not plain:
        value, found = finished(value), [finished(g) for g in found]
    if flat is not chosen:
        found = rebuild(chosen, found)
    return (value, map_leaves(finished, aux)) if has_aux else value, tuple(found) if many else found[0]


ARRAYS = (float, np.ndarray)


def gradients_of(output: Tensor, variables: Sequence[Tensor], live: bool) -> tuple[list[Tensor], bool]:
    """The gradients of one number, on the tape where something may differentiate them again; whether nothing may."""
    if not live and type(output) is Tensor and output._segment is not None and not checking.get():
        seed = 1.0 if type(output._value) is float else np.ones(output.shape, output.dtype)
        found, visited = engine.backward(output._segment, output._id, seed)
        sums: dict[int, Any] = {}
        for meta, g in found:
            sums[id(meta)] = sums[id(meta)] + g if id(meta) in sums else g
        own = {id(v._meta) for v in variables}
        if all(key in own for key in sums):
            engine.consume(visited)
            return [make(sums[id(v._meta)]) if id(v._meta) in sums else zeros_like(v) for v in variables], True
    return pulled([output], [one_like(output)], variables), False


def pulled(outputs: Sequence[Tensor], cotangents: Sequence[Tensor], variables: Sequence[Tensor]) -> list[Tensor]:
    """The cotangents of variables on the tape, zeros where nothing depends on one."""
    found = reverse.pull(outputs, cotangents, variables)
    return [zeros_like(v) if g is None else g for g, v in zip(found, variables, strict=True)]


def fresh(chosen: Any, what: str) -> list[Tensor]:
    """New variables in place of the leaves of the arguments."""
    return [alias(batching.spread(floating(x, f"{what}: the argument"))) for x in leaves(chosen)]


def scalar_of(result: Any, what: str, holomorphic: bool = False) -> Tensor:
    """The function's result as one number.

    Raises:
        TypeError: it is something else.
    """
    output = result if isinstance(result, Tensor) else _number(result, what)
    if output.size != 1:
        raise ShapeError(
            f"{what} needs a scalar output; the function returned shape {output.shape}{place()}. "
            "Sum it, or use jacobian or elementwise_grad"
        )
    if output.dtype.kind not in "fc":
        raise TypeError(
            f"{what} needs a function that returns a float; it returned {output.dtype}{place()}, which has no derivative. "
            "Return a float (for a constant 0.0, not 0)"
        )
    if output.dtype.kind == "c" and not holomorphic:
        raise TypeError(
            f"{what} needs a real output, not {output.dtype}{place()}. Take np.real() or abs() of it; "
            "for the derivative of a complex differentiable function pass holomorphic=True"
        )
    if holomorphic and output.dtype.kind != "c":
        raise TypeError(f"{what}(holomorphic=True) needs a complex output, not {output.dtype}{place()}")
    return output


def _number(result: Any, what: str) -> Tensor:
    try:
        if not isinstance(result, tuple | list | dict):
            return constant(result)
    except TypeError:
        pass
    cure = ". For (number, anything) pass has_aux=True" if isinstance(result, tuple) and len(result) == 2 else ""
    raise TypeError(
        f"{what} needs a function that returns a number; it returned {type(result).__name__}{place()}{cure}"
    )


def one_like(t: Tensor) -> Tensor:
    """The seed of a gradient."""
    return make(1.0 if t.shape == () and t.dtype == np.float64 else np.ones(t.shape, t.dtype))


def _position(i: int, args: tuple[Any, ...], what: str) -> int:
    if not -len(args) <= i < len(args):
        raise TypeError(f"{what}: argnums {i} is out of range for {len(args)} positional arguments")
    return i % len(args)


def _with_aux(result: Any, has_aux: bool, what: str) -> tuple[Any, Any]:
    """What a function gave, and what it gave beside.

    Raises:
        TypeError: it should have given a pair.
    """
    if not has_aux:
        return result, None
    if not isinstance(result, tuple) or len(result) != 2:
        given = f"{len(result)} values" if isinstance(result, tuple) else type(result).__name__
        raise TypeError(
            f"{what} with has_aux=True needs a function that returns (output, aux); it returned {given}{place()}"
        )
    return result


def vjp(fun: Function, *primals: Any, has_aux: bool = False) -> Any:
    """`(value, pullback)`: the pullback takes a cotangent of the value and gives those of the primals. As `jax.vjp`.

    >>> import notebook_ad as ad
    >>> value, pullback = ad.vjp(lambda x, y: x * y, 2.0, 3.0)
    >>> value, pullback(1.0)
    (6.0, (3.0, 2.0))

    Raises:
        ValueError: the cotangent's structure or shapes are not the value's.
    """
    with entered(), enable_grad():
        live = depth.get() > 1 or any(isinstance(x, Tensor) and x.requires_grad for x in leaves(list(primals)))
        variables = fresh(list(primals), "vjp")
        result = fun(*rebuild(list(primals), variables))
    value, aux = _with_aux(result, has_aux, "vjp")
    outputs = [x if isinstance(x, Tensor) else constant(x) for x in leaves(value)]
    own = {id(v._meta) for v in variables}
    live = live or any(_reaches_others(out, own) for out in outputs)

    def pullback(cotangents: Any) -> tuple[Any, ...]:
        given = leaves(cotangents)
        if len(given) != len(outputs):
            raise ValueError(f"the value has {len(outputs)} arrays, the cotangent {len(given)}")
        seeds = [cotangent(g, out) for g, out in zip(given, outputs, strict=True)]
        again = live or any(
            isinstance(g, Tensor) and (leaves_of(g) if isinstance(g, Level) else g.requires_grad) for g in given
        )
        found = [
            zeros_like(v) if g is None else g
            for g, v in zip(grads(outputs, seeds, variables, again, True), variables, strict=True)
        ]
        return tuple(rebuild(list(primals), [finished(g) for g in found]))

    shown = map_leaves(finished if live else valued, value)  # where nothing else may differentiate it, no need to look
    return (shown, pullback, map_leaves(finished, aux)) if has_aux else (shown, pullback)


def _reaches_others(output: Tensor, own: set[int]) -> bool:
    """Whether an output depends on leaves but these; the graph is looked at where its segment knows others."""
    segment = output._segment if type(output) is Tensor else None
    if segment is not None and not segment.imports and all(id(leaf) in own for leaf in segment.leaves.values()):
        return False
    return any(id(leaf) not in own for leaf in leaves_of(output))


def cotangent(g: Any, output: Tensor) -> Tensor:
    """A given cotangent, checked against the output.

    Raises:
        TypeError: a complex one of a real output.
        ValueError: another shape.
    """
    given = g if isinstance(g, Tensor) else constant(g)
    if given.shape != output.shape:
        raise ValueError(f"the cotangent has shape {given.shape}, but the output has {output.shape}{place()}")
    if given.dtype.kind == "c" and output.dtype.kind != "c":
        raise TypeError(f"the cotangent is {given.dtype}, but the output is {output.dtype}{place()}; pass a real one")
    dtype = output.dtype if output.dtype in SMOOTH else np.dtype(np.float64)
    if given.dtype != dtype and top((given,)) is None and not given.requires_grad:
        return constant(np.asarray(given._value).astype(dtype))
    return given
