"""PyTorch's sorting and indexing: (values, indices), gather and scatter, masks."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor.at import At
from notebook_ad.tensor.facts import fact
from notebook_ad.tensor.library.given import axis_index, integers, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.pytorch.reductions import Selected, along
from notebook_ad.tensor.tensor import Tensor


@fact("sort(dim)")
def _order(a: Any, axis: int, descending: bool) -> np.ndarray:
    """The stable order along an axis; NaN counts as the largest."""
    if not descending:
        return np.argsort(a, axis, kind="stable")
    last = a.shape[axis] - 1
    return last - np.flip(np.argsort(np.flip(a, axis), axis, kind="stable"), axis)


def sort(self: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Selected:
    """(values, indices) along a dimension; equal elements keep their order."""
    at = axis_index(dim, self.shape, "sort")
    order = _order(self, axis=at, descending=descending)
    return Selected(np.take_along_axis(self, order, at), order)


def argsort(self: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """The order along a dimension."""
    return _order(self, axis=axis_index(dim, self.shape, "argsort"), descending=descending)


def topk(self: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Selected:  # noqa: A002
    """(values, indices) of the k largest (or smallest) along a dimension, in order.

    Raises:
        IndexError: there are fewer than k.
    """
    at = axis_index(dim, self.shape, "topk")
    if not 0 <= k <= self.shape[at]:
        raise IndexError(f"topk: k={k} of {self.shape[at]} elements along dimension {dim} of {self.shape}{place()}")
    order = _order(self, axis=at, descending=largest)[(*(slice(None),) * at, slice(k))]
    return Selected(np.take_along_axis(self, order, at), order)


def kthvalue(self: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Selected:
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


def _places(self: Tensor, dim: int, index: Any, name: str) -> tuple[Any, ...]:
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


def gather(self: Tensor, dim: int, index: Any) -> Tensor:
    """For each place of `index` the element whose place along a dimension it names."""
    return self[_places(self, dim, index, "gather")]


def take_along_dim(self: Tensor, indices: Any, dim: int | None = None) -> Tensor:
    """As `gather`, with broadcasting; of the flattened tensor without `dim`."""
    result: Tensor = np.take_along_axis(self, indices, dim) if dim is not None else np.ravel(self)[np.ravel(indices)]
    return result


def scatter(
    self: Tensor, dim: int, index: Any, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
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


def scatter_add(self: Tensor, dim: int, index: Any, src: Any) -> Tensor:
    """A new tensor with `src` added to the elements that `index` names along a dimension, each time it names one."""
    return At(self)[_places(self, dim, index, "scatter_add")].add(_source(src, index))


def _source(src: Any, index: Any) -> Any:
    """The part of the source that the index covers."""
    shape = np.shape(index)
    return src if np.ndim(src) == 0 or np.shape(src) == shape else tensor_of(src)[tuple(slice(n) for n in shape)]


def _lines(self: Tensor, dim: int, index: Any, name: str) -> Any:
    at = axis_index(dim, self.ndim, name)
    return At(self)[(*(slice(None),) * at, integers(index, name, "index"))]


def index_select(self: Tensor, dim: int, index: Any) -> Tensor:
    """The slices along a dimension that `index` names."""
    return _lines(self, dim, index, "index_select").get()  # type: ignore[no-any-return]


def index_add(self: Tensor, dim: int, index: Any, source: Any, *, alpha: float = 1) -> Tensor:
    """A new tensor with slices added to those along a dimension that `index` names."""
    return _lines(self, dim, index, "index_add").add(source if alpha == 1 else alpha * tensor_of(source))  # type: ignore[no-any-return]


def index_copy(self: Tensor, dim: int, index: Any, source: Any) -> Tensor:
    """A new tensor with the slices along a dimension that `index` names replaced."""
    return _lines(self, dim, index, "index_copy").set(source)  # type: ignore[no-any-return]


def index_fill(self: Tensor, dim: int, index: Any, value: Any) -> Tensor:
    """A new tensor with the slices along a dimension that `index` names filled with a number."""
    return _lines(self, dim, index, "index_fill").set(value)  # type: ignore[no-any-return]


def masked_fill(self: Tensor, mask: Any, value: Any) -> Tensor:
    """A new tensor with a number where the mask holds.

    Raises:
        TypeError: the mask is not boolean.
    """
    if tensor_of(mask).dtype != bool:
        raise TypeError(f"masked_fill: the mask must be boolean, not {tensor_of(mask).dtype}{place()}")
    result: Tensor = np.where(mask, value, self)
    return result


def masked_select(self: Tensor, mask: Any) -> Tensor:
    """The elements where the mask holds, on one axis; both broadcast."""
    shape = np.broadcast_shapes(self.shape, np.shape(mask))
    result: Tensor = np.broadcast_to(self, shape)[np.broadcast_to(mask, shape)]  # type: ignore[assignment]
    return result


def where(self: Tensor, condition: Any, other: Any) -> Tensor:
    """This tensor where the condition holds, else the other."""
    result: Tensor = np.where(condition, self, other)
    return result


def nonzero(self: Tensor, *, as_tuple: bool = False) -> Any:
    """The indices of what is not 0: a matrix with a row for each; with `as_tuple` NumPy's tuple of vectors."""
    return np.nonzero(self) if as_tuple else np.argwhere(self)


def argwhere(self: Tensor) -> Any:
    """The indices of what is not 0, a row for each."""
    return np.argwhere(self)


def unique(
    self: Tensor,
    sorted: bool = True,  # noqa: A002 - PyTorch's name
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: Any = None,
) -> Any:
    """The distinct elements, sorted."""
    return np.unique(self, return_inverse=return_inverse, return_counts=return_counts, axis=dim)
