"""vmap's rules for elements picked and set by any of NumPy's indices, which may differ from example to example.

An index of integers that differ becomes an index with the examples' axis first, beside the number of the example. NumPy puts
the axes of several such indices where the first of them stands, or in front where others lie between; where that is decides
where the examples' axis comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine.library import selection
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.rules import scatter
from notebook_ad.tensor import shaping
from notebook_ad.tensor.at import At
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.batching_rules.examples import Examples, Rule, Static, moved


class Keyed(NamedTuple):
    """An index of the stack.

    Attributes:
        at: where the examples' axis comes out.
        width, lead: so many axes made by integers come behind the examples', though in one example they come behind so many
            others.
    """

    key: tuple[Any, ...]
    at: int
    width: int
    lead: int


def keyed(of: Examples, key: Any, ndim: int, stacked: bool) -> Keyed | None:
    """The index of all examples for the index of one; None for masks that differ.

    Args:
        ndim: axes of one example of what is indexed; stacked: whether that differs from example to example.
    """
    parts = _parts(key if isinstance(key, tuple) else (key,), ndim)
    if parts is None:
        return None
    arrays = [i for i, k in enumerate(parts) if k is not None and k is not Ellipsis and not isinstance(k, slice)]
    own = [of.is_own(k) for k in parts]
    wide = [np.ndim(parts[i]) for i in arrays]
    count = max(wide, default=0)
    together = not arrays or arrays == list(range(arrays[0], arrays[-1] + 1))
    lead = sum(k is not Ellipsis for k in parts[: arrays[0]]) if arrays and together else 0
    if not any(own):
        front = count and not together  # the axes of integers come first, before the examples'
        return Keyed((slice(None), *parts), count if front else 0, 0, 0)
    indices = [of.padded(k, count) if mine else k for k, mine in zip(parts, own, strict=True)]
    if stacked:
        numbers = np.arange(of.count).reshape(-1, *(1,) * count)
        return Keyed((numbers, *indices), 0, count, lead)
    return Keyed(tuple(indices), lead, 0, 0)


def _parts(given: tuple[Any, ...], ndim: int) -> list[Any] | None:
    """The key without masks, one entry for each axis (or new axis, or ellipsis of no axis); None where masks differ."""
    parts: list[Any] = []
    for k in given:
        if k is None or k is Ellipsis or isinstance(k, slice | Tensor):
            if isinstance(k, Tensor) and k.dtype.kind == "b":
                held = _value(k)
                if held is None or not held.ndim:
                    return None
                parts += np.nonzero(held)
            else:
                parts.append(k)
            continue
        held = np.asarray(k) if np.size(k) else np.asarray(k, getattr(k, "dtype", np.intp))
        if held.dtype == bool:
            if not held.ndim:
                return None
            parts += np.nonzero(held)
        else:
            parts.append(held if held.ndim or isinstance(k, np.ndarray) else int(held))
    missing = ndim - sum(1 for k in parts if k is not None and k is not Ellipsis)
    at = next((i for i, k in enumerate(parts) if k is Ellipsis), len(parts))
    between = (slice(None),) * missing if missing else (Ellipsis,) * (at < len(parts))
    return [*parts[:at], *between, *parts[at + 1 :]]


def _value(t: Tensor) -> np.ndarray | None:
    """A mask that is the same for each example."""
    return np.asarray(t._value) if type(t) is Tensor else None


def _index(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor | None:
    (x,) = operands
    stack = keyed(of, static["key"], x.ndim, of.is_own(x))
    if stack is None:
        return None
    found = shaping.index(of.own(x), stack.key)
    if stack.lead and stack.width:
        order = list(range(found.ndim))
        made, ahead = order[1 : 1 + stack.width], order[1 + stack.width : 1 + stack.width + stack.lead]
        return shaping.transpose(found, [0, *ahead, *made, *order[1 + stack.width + stack.lead :]])
    return moved(found, stack.at, 0) if stack.at else found


def _elements(of: Examples, stack: Keyed, values: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Values for the elements of each example, in the order of the axes that the stack's key picks."""
    held: Tensor = of.padded(values, len(shape))
    if stack.lead and stack.width:
        held = shaping.broadcast_to(held, (of.count, *shape))
        order = list(range(held.ndim))
        ahead, made = order[1 : 1 + stack.lead], order[1 + stack.lead : 1 + stack.lead + stack.width]
        return shaping.transpose(held, [0, *made, *ahead, *order[1 + stack.lead + stack.width :]])
    if stack.at:
        return moved(shaping.broadcast_to(held, (of.count, *shape)), 0, stack.at)
    return held


def _picked(key: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of the elements of one example."""

    def formed(k: Any) -> Any:
        return np.zeros(k.shape, np.intp) if isinstance(k, Tensor) and type(k) is not Tensor else _plain(k)

    chosen = np.empty(shape, bool)[tuple(map(formed, key)) if isinstance(key, tuple) else formed(key)]
    return np.shape(chosen)


def _plain(k: Any) -> Any:
    return np.asarray(k._value) if isinstance(k, Tensor) else k


def _changed(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor | None:
    """A copy with some elements set or added to."""
    x, values = operands
    stack = keyed(of, static["key"], x.ndim, True)
    if stack is None or 0 in x.shape:
        return None
    shape = _picked(static["key"], x.shape)
    while values.ndim > len(shape):  # NumPy drops leading axes of length one
        values = shaping.index(values, 0)
    chosen: Any = At(of.whole(x))[stack.key]
    given = _elements(of, stack, values, shape)
    found: Tensor = chosen.set(given) if primitive is selection.set_at else chosen.add(given)
    return found


def _scatter(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor | None:
    (g,) = operands
    shape = static["shape"]
    stack = keyed(of, static["key"], len(shape), True)
    if stack is None:
        return None
    return perform(primitive, [_elements(of, stack, g, g.shape)], {"key": stack.key, "shape": (of.count, *shape)})


RULES: dict[Primitive, Rule] = {
    **dict.fromkeys((ops.index, ops.gather), _index),
    **dict.fromkeys((selection.set_at, selection.add_at), _changed),
    scatter: _scatter,
}
