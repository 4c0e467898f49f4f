"""PyTorch's reductions: `dim`, `keepdim`, `unbiased`; those that select give (values, indices)."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from notebook_ad.tensor.facts import decided
from notebook_ad.tensor.library.given import axis_index, axis_tuple
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor

Dim = int | tuple[int, ...] | list[int] | None


class Selected(NamedTuple):
    """What `max(dim=)`, `sort(dim=)`, `topk` and `median(dim=)` give: the elements, and where along the axis they stood.

    The gradient of a value goes to the one element that was selected, ties or not.
    """

    values: Any
    indices: Any


class Extremes(NamedTuple):
    """What `aminmax` gives."""

    min: Any
    max: Any


def special(name: str) -> Callable[..., Any]:
    """A function of SciPy's that has rules here; loaded when it is first used, as SciPy takes a while."""
    found: Callable[..., Any] = getattr(importlib.import_module("notebook_ad.scipy.special"), name)
    return found


def axes_of(dim: Dim, name: str, ndim: int) -> Any:
    """Dimensions as NumPy's axis; none given means all."""
    if dim is None or (isinstance(dim, tuple | list) and not dim):
        return None
    if ndim == 0:  # PyTorch lets a number have dimension 0
        axis_tuple(dim, 1, name)
        return None
    return axis_index(dim, ndim, name) if not isinstance(dim, tuple | list) else axis_tuple(dim, ndim, name)


def _reduction(function: Callable[..., Any], doc: str, dtyped: bool = False) -> Callable[..., Any]:
    name = function.__name__

    def reduce(self: Any, dim: Dim = None, keepdim: bool = False, dtype: Any = None) -> Any:
        t = self
        if dtype is not None:
            if not dtyped:
                raise TypeError(f"{name}(): takes no dtype={place()}; use to() first")
            t = self.to(dtype)
        return function(t, axis=axes_of(dim, name, self.ndim), keepdims=keepdim)

    reduce.__name__ = reduce.__qualname__ = name
    reduce.__doc__ = doc
    return reduce


sum = _reduction(np.sum, "Sum over dimensions.", dtyped=True)  # noqa: A001 - PyTorch's name
mean = _reduction(np.mean, "Mean over dimensions.", dtyped=True)
prod = _reduction(np.prod, "Product over dimensions.", dtyped=True)
nansum = _reduction(np.nansum, "Sum of what is not NaN.", dtyped=True)
nanmean = _reduction(np.nanmean, "Mean of what is not NaN.", dtyped=True)
all = _reduction(np.all, "Whether all are true.")  # noqa: A001 - PyTorch's name
any = _reduction(np.any, "Whether any is true.")  # noqa: A001 - PyTorch's name
amax = _reduction(np.max, "The largest over dimensions; a tie shares the gradient evenly.")
amin = _reduction(np.min, "The smallest over dimensions; a tie shares the gradient evenly.")
for _function, _name in ((amax, "amax"), (amin, "amin")):
    _function.__name__ = _function.__qualname__ = _name


def aminmax(self: Any, *, dim: Dim = None, keepdim: bool = False) -> Extremes:
    """Smallest and largest; a tie shares the gradient evenly."""
    return Extremes(amin(self, dim, keepdim), amax(self, dim, keepdim))


def _spread(function: Callable[..., Any], doc: str) -> Callable[..., Any]:
    name = function.__name__

    def spread(
        self: Any,
        dim: Dim | bool = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: float | None = None,
    ) -> Any:
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        if unbiased is not None and correction is not None:
            raise TypeError(f"{name}: unbiased and correction are one argument{place()}; give one of them")
        less = correction if correction is not None else 1 if unbiased is None else int(unbiased)
        return function(self, axis=axes_of(dim, name, self.ndim), ddof=less, keepdims=keepdim)

    spread.__name__ = spread.__qualname__ = name
    spread.__doc__ = doc
    return spread


var = _spread(np.var, "Variance over dimensions; by default the unbiased one, divided by n − 1.")
std = _spread(np.std, "Standard deviation; by default of the unbiased variance.")


def select(t: Any, indices: Any, dim: int, keepdim: bool = False) -> Selected:
    """The elements that indices name along a dimension, one for each line; the indices lack that dimension."""
    kept = np.expand_dims(indices, dim)
    values = np.take_along_axis(t, kept, dim)
    return Selected(values, kept) if keepdim else Selected(np.squeeze(values, dim), indices)


def along(self: Any, dim: int, keepdim: bool, name: str, choose: Callable[..., Any]) -> Selected:
    """One element of each line along a dimension: the one whose index `choose(array, axis)` gives."""
    if self.ndim == 0:
        axis_index(dim, 1, name)
        return Selected(self.reshape(()), np.zeros_like(self).astype("int64"))
    at = axis_index(dim, self.ndim, name)
    if not self.shape[at]:
        raise IndexError(f"{name}: dimension {dim} of shape {self.shape} is empty{place()}; there is nothing to select")
    return select(self, decided(partial(choose, axis=at), (self,), f"{name}(dim)"), at, keepdim)


def _extremum(name: str, choose: Any, whole: Any, pair: Any) -> Callable[..., Any]:
    def extremum(self: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
        if other is not None or isinstance(dim, Tensor):
            return pair(self, dim if other is None else other)
        return whole(self) if dim is None else along(self, dim, keepdim, name, choose)

    extremum.__name__ = extremum.__qualname__ = name
    extremum.__doc__ = f"(values, indices) of the {name} along a dimension; of two tensors element by element."
    return extremum


max = _extremum("max", np.argmax, np.max, np.maximum)  # noqa: A001 - PyTorch's name
min = _extremum("min", np.argmin, np.min, np.minimum)  # noqa: A001 - PyTorch's name


def middle(a: np.ndarray, axis: int) -> Any:
    """Index of the lower median of each line; of the first NaN where there is one."""
    order = np.argsort(a, axis, kind="stable")
    found = np.take(order, (a.shape[axis] - 1) // 2, axis)
    missing = np.isnan(a)
    return np.where(missing.any(axis), missing.argmax(axis), found)


def median(self: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The lower of the two in the middle; along a dimension (values, indices)."""
    if dim is None:
        return along(np.ravel(self), 0, False, "median", middle).values
    return along(self, dim, keepdim, "median", middle)


def _position(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def position(self: Any, dim: int | None = None, keepdim: bool = False) -> Any:
        return function(self, axis=axes_of(dim, name, self.ndim), keepdims=keepdim)

    position.__name__ = position.__qualname__ = name
    position.__doc__ = f"Index of the {name[3:]} along a dimension, or in the flattened tensor."
    return position


argmax, argmin = _position("argmax", np.argmax), _position("argmin", np.argmin)


def count_nonzero(self: Any, dim: Dim = None) -> Any:
    """How many are not 0."""
    return np.count_nonzero(self, axis=axes_of(dim, "count_nonzero", self.ndim))


def quantile(self: Any, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear") -> Any:
    """The q-th quantile along a dimension, with linear interpolation."""
    axis = axes_of(dim, "quantile", self.ndim)
    return np.quantile(self, q, axis=axis, method=interpolation, keepdims=keepdim)  # type: ignore[call-overload]


def nanquantile(
    self: Any, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Any:
    """As `quantile`, of what is not NaN."""
    axis: Any = axes_of(dim, "nanquantile", self.ndim)
    return np.nanquantile(self, q, axis=axis, method=interpolation, keepdims=keepdim)  # type: ignore[call-overload]


def logsumexp(self: Any, dim: Dim, keepdim: bool = False) -> Any:
    """log Σ exp over dimensions, without overflow."""
    return special("logsumexp")(self, axis=axes_of(dim, "logsumexp", self.ndim), keepdims=keepdim)


def softmax(self: Any, dim: int, dtype: Any = None) -> Any:
    """exp(x) / Σ exp(x) along a dimension."""
    return special("softmax")(_in(self, dtype), axis=axes_of(dim, "softmax", self.ndim))


def log_softmax(self: Any, dim: int, dtype: Any = None) -> Any:
    """log(softmax(x)) along a dimension, without underflow."""
    return special("log_softmax")(_in(self, dtype), axis=axes_of(dim, "log_softmax", self.ndim))


def _in(t: Any, dtype: Any) -> Any:
    return t if dtype is None else t.to(dtype)


def norm(self: Any, p: Any = "fro", dim: Dim = None, keepdim: bool = False) -> Any:
    """The p-norm of the elements over dimensions, all by default; "fro" is 2, "nuc" the sum of singular values.

    Raises:
        ValueError: another name of a norm.
    """
    axes = axes_of(dim, "norm", self.ndim)
    if isinstance(p, str):
        if p == "nuc":
            return np.linalg.norm(self, "nuc", axis=axes, keepdims=keepdim)
        if p != "fro":
            raise ValueError(f"norm: p must be a number, 'fro' or 'nuc', not {p!r}{place()}")
        p = 2
    if axes is not None and isinstance(axes, int):
        return np.linalg.norm(self, p, axis=axes, keepdims=keepdim)
    over = tuple(range(self.ndim)) if axes is None else tuple(axes)
    rest = [i for i in range(self.ndim) if i not in over]
    flat = np.transpose(self, (*rest, *over)).reshape(
        (*(self.shape[i] for i in rest), math.prod(self.shape[i] for i in over))
    )
    result = np.linalg.norm(flat, p, axis=-1)
    return result.reshape(tuple(1 if i in over else n for i, n in enumerate(self.shape))) if keepdim else result
