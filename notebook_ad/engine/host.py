"""Declaring host primitives: a NumPy function and its vjp, both in NumPy calls.

The vjp runs on arrays in a first-order sweep and on tensors for higher orders; forward mode transposes it once more
(`tensor/tangents.py`), so that each rule is stated once. A function of several results is one row that holds them packed
in one flat array.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.primitive import Linear, Primitive, declare

Rule = Callable[..., Any]  # (g, z, *inputs, **static) → the operand's cotangent
Rules = tuple[Rule | None, ...] | Callable[..., Sequence[Any]]

OF_ELEMENTS: set[Primitive] = (
    set()
)  # host primitives that act element by element: vmap only has to align their operands


def host(
    name: str,
    glyph: str,
    value: Callable[..., Any],
    rules: Rules,
    linear: Linear = "no",
    rule: str = "",
    kernel: str = "",
    block: Callable[..., list[int]] | None = None,
    begins: bool = False,
) -> Primitive:
    """Declare a primitive that NumPy computes.

    Args:
        value: `value(*operands, **static)`, of arrays.
        rules: for each operand `(g, z, *operands, **static) → cotangent` (None where there is none), or one function
            `(g, z, inputs, static, wanted) → cotangents` for any number of operands.
        linear: "linear" in its one operand, or "multilinear".
        rule: the vjp as the reader sees it.
        kernel: a compiled form of the rules for first-order sweeps over float64 and float32: its file in kernels/;
            `block(*shapes, **static)` gives its parameters from the operands' shapes. All operands have the result's dtype then.
        begins: the kernel can write an operand's first contribution over what stands there (see engine/sweep.py).
    """
    vjp = _each(rules) if isinstance(rules, tuple) else rules
    return declare(
        name, glyph, "host", numpy=value, vjp=vjp, linear=linear, rule=rule, kernel=kernel, block=block, begins=begins
    )


def _each(rules: tuple[Rule | None, ...]) -> Callable[..., Sequence[Any]]:
    def vjp(g: Any, z: Any, inputs: Sequence[Any], static: dict[str, Any], wanted: Sequence[bool]) -> Sequence[Any]:
        return [
            sum_to(rule(g, z, *inputs, **static), inputs[i]) if want and (rule := rules[i]) is not None else None
            for i, want in enumerate(wanted)
        ]

    return vjp


def sum_to(g: Any, x: Any) -> Any:
    """A cotangent summed to the shape of the operand that was broadcast; real where the operand is real."""
    shape, given = shape_of(x), shape_of(g)
    if given != shape:
        lead = len(given) - len(shape)
        if lead > 0:
            g = np.sum(g, axis=tuple(range(lead)))
        axes = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
        if axes:
            g = np.sum(g, axis=axes, keepdims=True)
        if np.shape(g) != shape:
            g = np.broadcast_to(g, shape)
    return g if is_complex(x) or not is_complex(g) else np.real(g)


def shape_of(x: Any) -> tuple[int, ...]:
    """`np.shape`, without its detour through a tensor's protocol."""
    found = getattr(x, "shape", None)
    return np.shape(x) if found is None else found


def is_complex(x: Any) -> bool:
    """Whether an array, number or tensor is of a complex dtype."""
    dtype = getattr(x, "dtype", None)
    return isinstance(x, complex) if dtype is None else dtype.kind == "c"


def pack(parts: Sequence[Any]) -> np.ndarray:
    """Several results as one flat array."""
    return np.concatenate([np.ravel(np.asarray(p)) for p in parts])


def unpack(packed: Any, forms: Sequence[tuple[tuple[int, ...], bool]]) -> tuple[Any, ...]:
    """The results in a packed array (or tensor): each form is a shape, and whether the part is complex."""
    parts, at = [], 0
    for shape, complex_part in forms:
        size = math.prod(shape)
        part = np.reshape(packed[at : at + size], shape)
        parts.append(part if complex_part or not is_complex(packed) else np.real(part))
        at += size
    return tuple(parts)
