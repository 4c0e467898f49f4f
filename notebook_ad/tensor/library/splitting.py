"""One tensor split into several."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.library.given import Functions, axis_index, checked, known, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """Split into sections as equal as can be, or at indices. As `numpy.array_split`."""
    ary = tensor_of(ary)
    axis = axis_index(axis, ary.shape, "array_split")
    total = ary.shape[axis]
    if np.ndim(indices_or_sections):
        cuts = [0, *(int(i) for i in indices_or_sections), total]
    else:
        sections = int(indices_or_sections)
        if sections <= 0:
            raise ValueError(f"array_split: the number of sections must be positive, not {sections}{place()}")
        sizes = [total // sections + (i < total % sections) for i in range(sections)]
        cuts = [0, *np.cumsum(sizes).tolist()]
    lead = (slice(None),) * axis
    return [shaping.index(ary, (*lead, slice(a, b))) for a, b in pairwise(cuts)]


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """Split into equal sections, or at indices. As `numpy.split`."""
    ary = tensor_of(ary)
    length = ary.shape[axis_index(axis, ary.shape, "split")]
    if not np.ndim(indices_or_sections) and int(indices_or_sections) > 0 and length % int(indices_or_sections):
        raise ValueError(
            f"split: {length} elements do not split into {indices_or_sections} equal sections{place()}; use array_split"
        )
    return array_split(ary, indices_or_sections, axis)


def hsplit(ary: Any, indices_or_sections: Any) -> list[Tensor]:
    """Split vectors along their axis, others along the second. As `numpy.hsplit`."""
    ary = _deep_enough(ary, 1, "hsplit")
    return split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0)


def vsplit(ary: Any, indices_or_sections: Any) -> list[Tensor]:
    """Split along the first of two or more axes. As `numpy.vsplit`."""
    return split(_deep_enough(ary, 2, "vsplit"), indices_or_sections, 0)


def dsplit(ary: Any, indices_or_sections: Any) -> list[Tensor]:
    """Split along the third axis. As `numpy.dsplit`."""
    return split(_deep_enough(ary, 3, "dsplit"), indices_or_sections, 2)


def _deep_enough(ary: Any, ndim: int, function: str) -> Tensor:
    held = tensor_of(ary)
    if held.ndim < ndim:
        raise ValueError(f"{function} needs {ndim} axes or more, not shape {held.shape}{place()}")
    return held


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Tensor, ...]:
    """The parts along an axis, without it. As `numpy.unstack`."""
    x = _deep_enough(x, 1, "unstack")
    axis = axis_index(axis, x.shape, "unstack")
    return tuple(shaping.index(x, (*(slice(None),) * axis, i)) for i in range(x.shape[axis]))


FUNCTIONS: Functions = {
    np.array_split: array_split, np.split: split, np.hsplit: hsplit, np.vsplit: vsplit, np.dsplit: dsplit,
}  # fmt: skip
FUNCTIONS = checked(FUNCTIONS | dict.fromkeys(known("unstack"), unstack))
