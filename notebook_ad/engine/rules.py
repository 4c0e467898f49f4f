"""The vjp of every primitive in NumPy calls: for dtypes without kernels, and on tensors for higher derivatives.

Elementwise rules are the declared partials, evaluated; those of the array primitives are held against their kernels by
a test; host primitives bring their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine.errors import NoDerivative
from notebook_ad.engine.evaluate import branches, evaluate, partial_primitive, passing_primitive, variables
from notebook_ad.engine.expr import blocked, is_const
from notebook_ad.engine.host import host, sum_to
from notebook_ad.engine.primitive import OPERANDS, Primitive

Static = dict[str, Any]


def pull(
    primitive: Primitive, g: Any, z: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]
) -> Sequence[Any]:
    """Each wanted operand's contribution, from the gradient of the output; None for the others."""
    if primitive.kind == "elementwise":
        return [
            sum_to(scaled(g, primitive, i, z, inputs), x) if want else None
            for i, (x, want) in enumerate(zip(inputs, wanted, strict=True))
        ]
    if primitive.kind == "host":
        assert primitive.vjp is not None
        return primitive.vjp(g, z, inputs, static, wanted)
    return ARRAYS[primitive](g, z, inputs, static, wanted)


def partial(primitive: Primitive, i: int, z: Any, inputs: Sequence[Any]) -> Any:
    """The local derivative with respect to operand `i`; None where there is none."""
    expr = primitive.partials[i]
    if expr is None:
        return None
    values = dict(zip((*OPERANDS[: len(inputs)], "z"), (*inputs, z), strict=True))
    if branches(expr) and (names := variables(expr)):
        label = f"d_{primitive.name}_d{OPERANDS[i]}"
        return apply_elementwise(partial_primitive(expr, label), [values[n] for n in names])
    return evaluate(expr, values)


def no_rule(label: str) -> NoDerivative:
    """The error for an operation without a rule that a derivative has to pass."""
    return NoDerivative(
        f"{label} has no derivative rule here, but the result depends on it. "
        "Use a supported function, give it a rule with custom_vjp, or stop_gradient() its operand"
    )


def scaled(g: Any, primitive: Primitive, i: int, z: Any, inputs: Sequence[Any]) -> Any:
    """The upstream times the local derivative; 0 where a branch of the rule says 0, whatever the upstream."""
    expr = primitive.partials[i]
    if expr is None or is_const(expr, 0.0):
        return np.zeros_like(inputs[i])
    if is_const(expr):
        return g if expr.value == 1 else -g if expr.value == -1 else g * expr.value
    if blocked(expr) and len(names := variables(expr)) < len(OPERANDS):
        values = dict(zip((*OPERANDS[: len(inputs)], "z"), (*inputs, z), strict=True))
        passing = passing_primitive(expr, f"g_{primitive.name}_d{OPERANDS[i]}")
        return apply_elementwise(passing, [g, *(values[n] for n in names)])
    return g * partial(primitive, i, z, inputs)


def apply_elementwise(primitive: Primitive, operands: Sequence[Any]) -> Any:
    """An elementwise primitive on arrays or tensors."""
    for x in operands:
        if (on_tape := getattr(type(x), "__primitive__", None)) is not None:
            return on_tape(primitive, operands, {})
    assert primitive.value is not None
    return evaluate(primitive.value, dict(zip(OPERANDS, operands, strict=False)))


def _one(rule: Callable[..., Any]) -> Callable[..., Sequence[Any]]:
    def vjp(g: Any, z: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]) -> Sequence[Any]:
        return [rule(g, z, inputs[0], static)]

    return vjp


def expand(g: Any, x: Any, static: Static) -> Any:
    """The gradient of a reduction's result over the shape of what was reduced."""
    if not static["keepdims"] and np.ndim(x):
        g = np.reshape(g, tuple(1 if i in static["axis"] else n for i, n in enumerate(np.shape(x))))
    return np.broadcast_to(g, np.shape(x))


def _mean(g: Any, z: Any, x: Any, static: Static) -> Any:
    count = math.prod(np.shape(x)[i] for i in static["axis"])
    return expand(g, x, static) / max(count, 1)


def _extremum(g: Any, z: Any, x: Any, static: Static) -> Any:
    return shared(expand(g, x, static), shares(x, z, static))


def shared(g: Any, shares: Any) -> Any:
    """The upstream by shares; an infinite one gives nothing to what has no share."""
    return np.where(shares == 0, 0.0, g) * shares


def shares(x: Any, z: Any, static: Static) -> Any:
    """Each element's share in the extremum along the axes: 1, an even part at a tie, else 0. A constant array."""
    x, z = primal(x), primal(z)
    whole = expand(z, x, static)
    attained = (x == whole) | ((x != x) & (whole != whole))
    return attained.astype(z.dtype) / np.sum(attained, axis=static["axis"], keepdims=True).astype(z.dtype)


def primal(x: Any) -> Any:
    """The value as an array without a gradient: for what is piecewise constant."""
    return x.detach() if hasattr(x, "detach") else np.asarray(x)


def _matmul(g: Any, z: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]) -> Sequence[Any]:
    x, y = inputs
    left = np.reshape(x, (1, *np.shape(x))) if np.ndim(x) == 1 else x
    right = np.reshape(y, (*np.shape(y), 1)) if np.ndim(y) == 1 else y
    batch = np.broadcast_shapes(np.shape(left)[:-2], np.shape(right)[:-2])
    g = np.reshape(g, (*batch, np.shape(left)[-2], np.shape(right)[-1]))
    return [
        np.reshape(sum_to(np.matmul(g, _t(right)), left), np.shape(x)) if wanted[0] else None,
        np.reshape(sum_to(np.matmul(_t(left), g), right), np.shape(y)) if wanted[1] else None,
    ]


def _t(x: Any) -> Any:
    axes = tuple(range(np.ndim(x)))
    return np.transpose(x, (*axes[:-2], axes[-1], axes[-2]))


def _joined(g: Any, z: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]) -> Sequence[Any]:
    axis, at, parts = static["axis"], 0, []
    lead = (slice(None),) * axis
    for x, want in zip(inputs, wanted, strict=True):
        size = np.shape(x)[axis]
        parts.append(g[(*lead, slice(at, at + size))] if want else None)
        at += size
    return parts


def _stacked(g: Any, z: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]) -> Sequence[Any]:
    lead = (slice(None),) * static["axis"]
    return [g[(*lead, i)] if want else None for i, want in enumerate(wanted)]


def _put(g: Any, z: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]) -> Sequence[Any]:
    base, values = inputs
    places = static["positions"]
    kept = np.ones(np.size(z), bool)
    kept[places.reshape(-1)] = False
    return [
        np.where(kept.reshape(np.shape(base)), g, 0.0) if wanted[0] else None,
        sum_to(np.reshape(g, (-1,))[places], values) if wanted[1] else None,
    ]


def _scatter(g: np.ndarray, key: Any, shape: tuple[int, ...]) -> np.ndarray:
    out = np.zeros(shape, np.asarray(g).dtype)
    np.add.at(out, key, g)
    return out


scatter = host(
    "scatter",
    "[ ]+=",
    _scatter,
    (lambda g, z, x, key, shape: (np.asarray(g) if isinstance(g, float) else g)[key],),  # that of a number is a float
    linear="linear",
    rule="the upstream at the indices",
)

ARRAYS: dict[Primitive, Callable[..., Sequence[Any]]] = {
    ops.sum_: _one(lambda g, z, x, s: expand(g, x, s)),
    ops.mean: _one(_mean),
    ops.max_: _one(_extremum),
    ops.min_: _one(_extremum),
    ops.reshape: _one(lambda g, z, x, s: np.reshape(g, np.shape(x))),
    ops.transpose: _one(lambda g, z, x, s: np.transpose(g, tuple(int(i) for i in np.argsort(s["axes"])))),
    ops.index: _one(lambda g, z, x, s: scatter(g, key=s["key"], shape=np.shape(x))),
    ops.gather: _one(lambda g, z, x, s: scatter(g, key=s["key"], shape=np.shape(x))),
    ops.broadcast_to: _one(lambda g, z, x, s: sum_to(g, x)),
    ops.cast: _one(lambda g, z, x, s: sum_to(g, x)),
    ops.concatenate: _joined,
    ops.stack: _stacked,
    ops.put: _put,
    ops.matmul: _matmul,
}
