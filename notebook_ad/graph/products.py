"""The vjp of a matrix product in words and shapes, for matrices, vectors and stacks of either.

For Z = X @ Y and upstream G: dX = G Yᵀ and dY = Xᵀ G. A vector on the left is a row, on the right a column, so the
gradient of the matrix beside it is an outer product; Yᵀ swaps the last two axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from notebook_ad.graph.operation import Operation

Shape = tuple[int, ...]


def rule(op: Operation, position: int, x: str, y: str) -> str:
    """The rule in the names of the operands: `upstream @ yᵀ`, `outer(x, upstream)`, `upstream · y`."""
    left, right = map(len, op.input_shapes)
    other = y if position == 0 else x
    if left == right == 1:
        return f"upstream · {other}"
    if position == 0:
        return f"{y} @ upstream" if left == 1 else f"outer(upstream, {y})" if right == 1 else f"upstream @ {y}ᵀ"
    return f"outer({x}, upstream)" if left == 1 else f"{x}ᵀ @ upstream"


def shapes(op: Operation, position: int) -> str:
    """The shapes that the rule multiplies: `(5,4)@(4,5)`; `(2,)⊗(3,)` for an outer product."""
    x, y = op.input_shapes
    g = op.shape
    if len(x) == len(y) == 1:
        return f"{_text(g)}·{_text(y if position == 0 else x)}"
    if position == 0:
        if len(x) == 1:
            return f"{_text(y)}@{_text(g)}"
        return f"{_text(g)}⊗{_text(y)}" if len(y) == 1 else f"{_text(g)}@{_text(_swapped(y))}"
    return f"{_text(x)}⊗{_text(g)}" if len(x) == 1 else f"{_text(_swapped(x))}@{_text(g)}"


def batch(op: Operation) -> Shape:
    """The leading shape over which the product is repeated."""
    x, y = op.input_shapes
    return np.broadcast_shapes(x[:-2], y[:-2])


def _swapped(shape: Shape) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2])


def _text(shape: Shape) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({','.join(map(str, shape))})"
