"""Forms of elementwise operations (engine/forms.py) by the shapes of their operands."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from notebook_ad.engine.blocks import elementwise_block
from notebook_ad.engine.forms import Form
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor.quiet import SILENT
from notebook_ad.tensor.record import form_of

ROOM = 1 << 26  # bytes that a segment may keep alive, see Segment.full
SMALL = 1 << 20  # bytes of a result beyond which the general path's care costs nothing
KNOWN = 4096  # shapes that are remembered

Shape = tuple[int, ...]


@lru_cache(maxsize=KNOWN)
def elementwise_form(
    primitive: Primitive, dtype: np.dtype[Any], shape: Shape | None, operands: tuple[Shape | None, ...]
) -> Form:
    """The form of an elementwise operation on operands of one dtype; None stands for a float64 scalar."""
    block = elementwise_block(shape or (), tuple(s or () for s in operands))
    return form_of(
        primitive,
        None if shape is None else (shape, dtype),
        [None if s is None else (s, dtype) for s in operands],
        block,
    )


class Forms(dict[tuple[Shape | None, ...], Form | None]):
    """Forms of one primitive and dtype by the operands' shapes, for the operators' fast path.

    None where that must not be taken: shapes that do not broadcast, results that are large or without axes.
    """

    def __init__(self, primitive: Primitive, dtype: np.dtype[Any]) -> None:
        self.primitive, self.dtype = primitive, dtype

    def __missing__(self, shapes: tuple[Shape | None, ...]) -> Form | None:
        if len(self) >= KNOWN:
            self.clear()
        self[shapes] = found = self._made(shapes)
        return found

    def _made(self, shapes: tuple[Shape | None, ...]) -> Form | None:
        try:
            shape = np.broadcast_shapes(*(s for s in shapes if s is not None))
        except ValueError:
            return None
        if not shape or SILENT is None or self.primitive.heavy:
            return None
        form = elementwise_form(self.primitive, self.dtype, shape, shapes)
        return form if form.bytes <= SMALL else None
