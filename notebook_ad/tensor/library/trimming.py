"""Places that values decide: trim_zeros, ix_, unravel_index, ravel_multi_index; windows that slide along axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor import shaping
from notebook_ad.tensor.facts import fact
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.given import Functions, axis_tuple, checked, lengths_of, tensor_of
from notebook_ad.tensor.library.searching import nonzero
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor

windows = np.lib.stride_tricks.sliding_window_view


def _limits(x: np.ndarray, trim: str, axes: Sequence[int]) -> np.ndarray:
    """Along each axis where what is kept begins and ends."""
    found, whole = np.argwhere(x), np.array([np.zeros(x.ndim, int), x.shape])
    limits = whole.copy()
    for a in axes if trim else ():
        if not len(found):
            limits[:, a] = 0
            continue
        limits[0, a] = found[:, a].min() if "f" in trim else 0
        limits[1, a] = found[:, a].max() + 1 if "b" in trim else x.shape[a]
    return limits


@fact("np.trim_zeros")
def _ends(x: Any, trim: str, axes: Sequence[int]) -> np.ndarray:
    return _limits(x, trim, axes)


@fact("np.trim_zeros")
def _kept(x: Any, trim: str, axes: Sequence[int]) -> np.ndarray:
    """The places of what is kept, counted in the flat array."""
    parts = tuple(map(slice, *_limits(x, trim, axes)))
    return np.arange(x.size).reshape(x.shape)[parts]


def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Tensor:
    """Without the zeros at the front ("f") and at the back ("b"). As `numpy.trim_zeros`; the length is a guard.

    Raises:
        ShapeError: inside vmap, where the examples have different lengths.
    """
    x = tensor_of(filt)
    if not set(trim.lower()) <= {"f", "b"}:
        raise ValueError(f"np.trim_zeros: trim is 'f', 'b' or 'fb', not {trim!r}{place()}")
    axes = tuple(range(x.ndim)) if axis is None else axis_tuple(axis, x.shape, "np.trim_zeros")
    if not x.size or not x.ndim:
        return x
    options: Any = {"trim": trim.lower(), "axes": axes}
    ends = tensor_of(_ends(x, **options))
    if not (isinstance(ends, Level) and ends.level):
        return shaping.index(x, tuple(map(slice, *ends.tolist())))
    try:
        return shaping.index(shaping.reshape(x, -1), tensor_of(_kept(x, **options)))
    except ShapeError:
        raise ShapeError(
            f"np.trim_zeros inside vmap{place()}: of examples of shape {x.shape} different lengths would be left. Take a "
            "slice that is the same for all, weigh with np.where, or loop over the examples"
        ) from None


def ix_(*args: Any) -> tuple[Tensor, ...]:
    """Indices that together name a grid. As `numpy.ix_`."""
    found = []
    for i, given in enumerate(args):
        t = tensor_of(given)
        if t.ndim != 1:
            raise ValueError(f"np.ix_: argument {i} must be a vector, not of shape {t.shape}{place()}")
        t = nonzero(t)[0] if t.dtype == bool else t
        found.append(shaping.reshape(t, (*(1,) * i, -1, *(1,) * (len(args) - i - 1))))
    return tuple(found)


@fact("np.unravel_index")
def along_one(indices: Any, axis: int, shape: tuple[int, ...], order: str) -> np.ndarray:
    """The places along an axis."""
    return np.asarray(np.unravel_index(indices, shape, order)[axis])  # type: ignore[call-overload]


def unravel_index(indices: Any, shape: Any, order: str = "C") -> tuple[Any, ...]:
    """The place along each axis of places in a flat array. As `numpy.unravel_index`."""
    lengths = lengths_of(shape)
    return tuple(along_one(indices, axis=i, shape=lengths, order=order) for i in range(len(lengths)))


@fact("np.ravel_multi_index")
def in_flat(*places: Any, dims: tuple[int, ...], mode: Any, order: str) -> np.ndarray:
    """The places in a flat array."""
    return np.asarray(np.ravel_multi_index(places, dims, mode, order))  # type: ignore[call-overload]


def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: str = "C") -> Any:
    """The place in a flat array of places along each axis. As `numpy.ravel_multi_index`."""
    return in_flat(*multi_index, dims=lengths_of(dims), mode=mode, order=order)


def sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False
) -> Tensor:
    """Each window of a tensor, in new axes at the end. As `numpy.lib.stride_tricks.sliding_window_view`."""
    x = tensor_of(x)
    places = windows(np.arange(x.size).reshape(x.shape), window_shape, axis)
    if writeable:
        raise ValueError(f"np.lib.stride_tricks.sliding_window_view of a tensor cannot be written to{place()}")
    return shaping.index(shaping.reshape(x, (-1,)), places)


FUNCTIONS: Functions = checked(
    {
        np.trim_zeros: trim_zeros, np.ix_: ix_, np.unravel_index: unravel_index,
        np.ravel_multi_index: ravel_multi_index, windows: sliding_window_view,
    }
)  # fmt: skip
