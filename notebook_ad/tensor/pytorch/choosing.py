"""PyTorch's sorting and indexing: (values, indices), gather and scatter, masks."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor.at import At
from notebook_ad.tensor.facts import fact, value_of
from notebook_ad.tensor.library.given import axis_index, integers, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.pytorch.reductions import Selected, along


@fact("sort(dim)")
def _order(a: Any, axis: int, descending: bool) -> Any:
    """The stable order along an axis; NaN counts as the largest."""
    if not descending:
        return np.argsort(a, axis, kind="stable")
    last = a.shape[axis] - 1
    return last - np.flip(np.argsort(np.flip(a, axis), axis, kind="stable"), axis)


def sort(self: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Selected:
    """(values, indices) along a dimension; equal elements keep their order."""
    at = axis_index(dim, self.shape, "sort")
    order = _order(self, axis=at, descending=descending)
    return Selected(np.take_along_axis(self, order, at), order)


def argsort(self: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """The order along a dimension."""
    return _order(self, axis=axis_index(dim, self.shape, "argsort"), descending=descending)


def topk(self: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Selected:  # noqa: A002
    """(values, indices) of the k largest (or smallest) along a dimension, in order.

    Raises:
        IndexError: there are fewer than k.
    """
    at = axis_index(dim, self.shape, "topk")
    if not 0 <= k <= self.shape[at]:
        raise IndexError(f"topk: k={k} of {self.shape[at]} elements along dimension {dim} of {self.shape}{place()}")
    order = _order(self, axis=at, descending=largest)[(*(slice(None),) * at, slice(k))]
    return Selected(np.take_along_axis(self, order, at), order)


def kthvalue(self: Any, k: int, dim: int = -1, keepdim: bool = False) -> Selected:
    """(values, indices) of the k-th smallest along a dimension, counted from 1.

    Raises:
        IndexError: there are fewer than k.
    """
    at = axis_index(dim, self.shape, "kthvalue")
    if not 1 <= k <= self.shape[at]:
        raise IndexError(f"kthvalue: k={k} of {self.shape[at]} elements along dimension {dim} of {self.shape}{place()}")
    return along(
        self, dim, keepdim, "kthvalue", lambda a, axis: np.take(np.argsort(a, axis, kind="stable"), k - 1, axis)
    )


def _places(self: Any, dim: int, index: Any, name: str) -> tuple[Any, ...]:
    """The key of the elements whose place along a dimension is in `index`, and along the others its own.

    Raises:
        ValueError: `index` has another number of dimensions, or is longer than the tensor in one.
    """
    at, places = axis_index(dim, self.ndim, name), integers(index, name, "index")
    wrong = places.ndim != self.ndim
    if wrong or any(n > m for i, (n, m) in enumerate(zip(places.shape, self.shape, strict=True)) if i != at):
        raise ValueError(
            f"{name}: index of shape {places.shape} does not fit a tensor of shape {self.shape}{place()}: as many "
            f"dimensions, and no longer but in dimension {dim}"
        )
    return tuple(
        places if i == at else np.arange(n).reshape(-1, *(1,) * (places.ndim - i - 1))
        for i, n in enumerate(places.shape)
    )


def gather(self: Any, dim: int, index: Any) -> Any:
    """For each place of `index` the element whose place along a dimension it names."""
    return self[_places(self, dim, index, "gather")]


def take_along_dim(self: Any, indices: Any, dim: int | None = None) -> Any:
    """As `gather`, with broadcasting; of the flattened tensor without `dim`."""
    return np.take_along_axis(self, indices, dim) if dim is not None else np.ravel(self)[np.ravel(indices)]


def scatter(self: Any, dim: int, index: Any, src: Any = None, *, value: Any = None, reduce: str | None = None) -> Any:
    """A new tensor with the elements that `index` names along a dimension replaced (`reduce`: "add", "multiply").

    Raises:
        ValueError: another `reduce`.
    """
    elements = At(self)[_places(self, dim, index, "scatter")]
    given = _source(src if value is None else value, index)
    if reduce is None:
        return elements.set(given)
    if reduce not in ("add", "multiply"):
        raise ValueError(f"scatter: reduce must be 'add' or 'multiply', not {reduce!r}{place()}")
    return elements.add(given) if reduce == "add" else elements.multiply(given)


def scatter_add(self: Any, dim: int, index: Any, src: Any) -> Any:
    """A new tensor with `src` added to the elements that `index` names along a dimension, each time it names one."""
    return At(self)[_places(self, dim, index, "scatter_add")].add(_source(src, index))


def scatter_reduce(self: Any, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True) -> Any:
    """A new tensor: each element with those of `src` that `index` sends to it, as "sum", "prod", "mean", "amax", "amin".

    Args:
        include_self: False leaves out the element itself where `index` names it.

    Raises:
        ValueError: another `reduce`.
    """
    start = {"sum": 0.0, "mean": 0.0, "prod": 1.0, "amax": -np.inf, "amin": np.inf}
    if reduce not in start:
        raise ValueError(f"scatter_reduce: reduce must be one of {', '.join(start)}, not {reduce!r}{place()}")
    places, given = _places(self, dim, index, "scatter_reduce"), _source(src, index)
    elements = At(self if include_self else At(self)[places].set(start[reduce]))[places]
    if reduce == "prod":
        return elements.multiply(given)
    if reduce in ("amax", "amin"):
        return elements.max(given) if reduce == "amax" else elements.min(given)
    total = elements.add(given)
    if reduce == "sum":
        return total
    counts = np.full(self.shape, float(include_self), self.dtype)
    np.add.at(counts, tuple(value_of(p) for p in places), 1.0)
    return total / np.maximum(counts, 1.0)


def index_put(self: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    """A new tensor with the elements at indices replaced, or added to each time an index names them."""
    elements = At(self)[tuple(indices)]
    return elements.add(values) if accumulate else elements.set(values)


def bincount(self: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each integer from 0 on is there, or the sum of its weights."""
    return np.bincount(self, weights, minlength)


def _source(src: Any, index: Any) -> Any:
    """The part of the source that the index covers."""
    shape = np.shape(index)
    return src if np.ndim(src) == 0 or np.shape(src) == shape else tensor_of(src)[tuple(slice(n) for n in shape)]


def _lines(self: Any, dim: int, index: Any, name: str) -> Any:
    at = axis_index(dim, self.ndim, name)
    return At(self)[(*(slice(None),) * at, integers(index, name, "index"))]


def index_select(self: Any, dim: int, index: Any) -> Any:
    """The slices along a dimension that `index` names."""
    return _lines(self, dim, index, "index_select").get()


def index_add(self: Any, dim: int, index: Any, source: Any, *, alpha: float = 1) -> Any:
    """A new tensor with slices added to those along a dimension that `index` names."""
    return _lines(self, dim, index, "index_add").add(source if alpha == 1 else alpha * tensor_of(source))


def index_copy(self: Any, dim: int, index: Any, source: Any) -> Any:
    """A new tensor with the slices along a dimension that `index` names replaced."""
    return _lines(self, dim, index, "index_copy").set(source)


def index_fill(self: Any, dim: int, index: Any, value: Any) -> Any:
    """A new tensor with the slices along a dimension that `index` names filled with a number."""
    return _lines(self, dim, index, "index_fill").set(value)


def masked_fill(self: Any, mask: Any, value: Any) -> Any:
    """A new tensor with a number where the mask holds.

    Raises:
        TypeError: the mask is not boolean.
    """
    if tensor_of(mask).dtype != bool:
        raise TypeError(f"masked_fill: the mask must be boolean, not {tensor_of(mask).dtype}{place()}")
    return np.where(mask, value, self)


def masked_select(self: Any, mask: Any) -> Any:
    """The elements where the mask holds, on one axis; both broadcast."""
    shape = np.broadcast_shapes(self.shape, np.shape(mask))
    return np.broadcast_to(self, shape)[np.broadcast_to(mask, shape)]


def where(self: Any, condition: Any, other: Any) -> Any:
    """This tensor where the condition holds, else the other."""
    return np.where(condition, self, other)


def nonzero(self: Any, *, as_tuple: bool = False) -> Any:
    """The indices of what is not 0: a matrix with a row for each; with `as_tuple` NumPy's tuple of vectors."""
    return np.nonzero(self) if as_tuple else np.argwhere(self)


def argwhere(self: Any) -> Any:
    """The indices of what is not 0, a row for each."""
    return np.argwhere(self)


def unique(
    self: Any,
    sorted: bool = True,  # noqa: A002 - PyTorch's name
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: Any = None,
) -> Any:
    """The distinct elements, sorted."""
    given: dict[str, Any] = {"return_inverse": return_inverse, "return_counts": return_counts, "axis": dim}
    return np.unique(self, **given)
