"""Reversed and turned: flip, rot90."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.library.axes import swapaxes
from notebook_ad.tensor.library.given import axis_tuple, checked, tensor_of
from notebook_ad.tensor.library.spreading import copy
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def flip(m: Any, axis: Any = None) -> Tensor:
    """Reversed along the axes given (all by default). As `numpy.flip`."""
    m = tensor_of(m)
    axes = range(m.ndim) if axis is None else axis_tuple(axis, m.shape, "flip")
    return shaping.index(m, (*(slice(None, None, -1) if i in axes else slice(None) for i in range(m.ndim)), Ellipsis))


def fliplr(m: Any) -> Tensor:
    """Columns reversed. As `numpy.fliplr`."""
    m = tensor_of(m)
    if m.ndim < 2:
        raise ValueError(f"fliplr needs two axes or more, not shape {m.shape}{place()}")
    return flip(m, 1)


def flipud(m: Any) -> Tensor:
    """Rows reversed. As `numpy.flipud`."""
    m = tensor_of(m)
    if m.ndim < 1:
        raise ValueError(f"flipud needs an axis{place()}")
    return flip(m, 0)


def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Tensor:
    """Turned by k quarters in the plane of two axes, from the first towards the second. As `numpy.rot90`."""
    m = tensor_of(m)
    plane = axis_tuple(tuple(axes), m.shape, "rot90")
    if len(plane) != 2:
        raise ValueError(f"rot90: axes must be two, not {axes}{place()}")
    quarters = k % 4
    if quarters == 0:
        return copy(m)
    if quarters == 2:
        return flip(m, plane)
    return swapaxes(flip(m, plane[1]), *plane) if quarters == 1 else flip(swapaxes(m, *plane), plane[1])


FUNCTIONS = checked({np.flip: flip, np.fliplr: fliplr, np.flipud: flipud, np.rot90: rot90})
