"""Forward mode: the tangent of a primitive's value from those of its operands, by the same rules as reverse mode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine import rules
from notebook_ad.engine.expr import is_const
from notebook_ad.engine.primitive import Primitive, opaque
from notebook_ad.tensor.ambient import enable_grad, own_tape
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.levels import Level, spread_like
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.reverse import pull
from notebook_ad.tensor.shaping import broadcast_to, concatenate, reshape
from notebook_ad.tensor.tensor import SMOOTH, Meta, Tensor, make

Static = dict[str, Any]
Tangents = Sequence[Tensor | None]
JOINS = (ops.concatenate, ops.stack)


def push(primitive: Primitive, operands: Sequence[Tensor], tangents: Tangents, static: Static, z: Tensor) -> Tensor:
    """The tangent of `z`, the primitive's value at these operands; a tangent of None is zero.

    Raises:
        NoDerivative: the primitive has no rule.
    """
    if primitive.kind == "elementwise":
        return _elementwise(primitive, operands, tangents, z)
    if primitive in (ops.max_, ops.min_):
        (x,), (t,) = operands, tangents
        assert t is not None
        part = t * rules.shares(x, z, static)
        return perform(ops.sum_, (part,), static)
    if primitive in JOINS or primitive is ops.put:
        return perform(primitive, [_filled(t, x) for t, x in zip(tangents, operands, strict=True)], static)
    if primitive.kind in ("linear", "gather", "cast") or primitive.linear == "linear":
        (t,) = tangents
        assert t is not None
        return perform(primitive, (t,), static)
    if primitive is ops.matmul or primitive.linear == "multilinear":
        return _multilinear(primitive, operands, tangents, static)
    if static.get("push") is not None:
        return _by_rule(operands, tangents, static)
    return _transposed(primitive, operands, tangents, static, z)


def _elementwise(primitive: Primitive, operands: Sequence[Tensor], tangents: Tangents, z: Tensor) -> Tensor:
    total: Tensor | None = None
    for i, t in enumerate(tangents):
        expr = primitive.partials[i]
        if t is None or expr is None or is_const(expr, 0.0):
            continue
        part = rules.scaled(t, primitive, i, z, operands)
        total = part if total is None else total + part
    if total is None:
        return zeros_like(z)
    total = total if total.shape == z.shape else broadcast_to(total, z.shape)
    return total if total.dtype == z.dtype else as_dtype(total, z.dtype)


def _multilinear(primitive: Primitive, operands: Sequence[Tensor], tangents: Tangents, static: Static) -> Tensor:
    parts = [
        perform(primitive, [*operands[:i], t, *operands[i + 1 :]], static)
        for i, t in enumerate(tangents)
        if t is not None
    ]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _by_rule(operands: Sequence[Tensor], tangents: Tangents, static: Static) -> Tensor:
    """The jvp that the user gave; a result that does not move has a tangent of None."""
    moved = static["push"](operands, tangents)
    return moved[0] if len(moved) == 1 else concatenate([reshape(t, -1) for t in moved])


def _transposed(
    primitive: Primitive, operands: Sequence[Tensor], tangents: Tangents, static: Static, z: Tensor
) -> Tensor:
    """The vjp is linear in the upstream g, and its transpose is the jvp: d(Σ vjp(g)·t)/dg, on a tape of this row only."""
    if primitive is opaque:
        raise rules.no_rule(static["label"])
    moved = [t is not None for t in tangents]
    alone = not any(t is not None and t.requires_grad for t in (*operands, *tangents))
    with own_tape() if alone else enable_grad():
        g = spread_like(zeros_like(z), [z, *operands, *tangents])
        if isinstance(g, Level):
            g = g.alias()
        else:
            g._meta = Meta(leaf=True)
        parts = rules.pull(primitive, g, z, operands, static, moved)
        pairs = [(p, t) for p, t in zip(parts, tangents, strict=True) if isinstance(p, Tensor) and t is not None]
        (found,) = pull([p for p, _ in pairs], [t for _, t in pairs], [g])
    if found is None:
        return zeros_like(z)
    return found.detach() if alone else found  # nothing but this row: memory does not grow with the computation


def zeros_like(z: Tensor) -> Tensor:
    """A constant of zeros in the shape and dtype of a tensor."""
    dtype = z.dtype if z.dtype in SMOOTH else np.dtype(np.float64)
    return make(0.0 if z.shape == () and dtype == np.float64 else np.zeros(z.shape, dtype))


def _filled(t: Tensor | None, x: Tensor) -> Tensor:
    return zeros_like(x) if t is None else t
