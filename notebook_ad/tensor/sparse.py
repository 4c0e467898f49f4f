"""A gradient of which few rows are not 0: where they are, and what they hold. It is a tensor, dense wherever that is asked."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor.gradients import accumulating
from notebook_ad.tensor.tensor import Meta, Tensor, constant, meta_of, plain
from notebook_ad.tensor.watching import accumulate, seen


class SparseTensor(Tensor):
    """Rows of a matrix (n, d) at indices (k,): all other rows are 0, rows of one index are added.

    What any tensor can do it does by its dense value, made for the purpose and not kept; memory is that of k rows else.
    Names are those of PyTorch's COO tensors with one sparse axis.
    """

    __slots__ = ("_at", "_rows", "_size")
    is_sparse = True
    _at: np.ndarray
    _rows: np.ndarray
    _size: tuple[int, ...]

    def __new__(cls, at: np.ndarray, rows: np.ndarray, size: tuple[int, ...]) -> SparseTensor:
        """Rows (k, d) at indices (k,) of a matrix of this size."""
        made = Tensor.__new__(cls)
        made._at, made._rows, made._size = at, rows, size
        made._segment, made._id, made._meta = None, -1, None
        return made

    @property
    def _value(self) -> Any:
        dense = np.zeros(self._size, self._rows.dtype)
        np.add.at(dense, self._at, self._rows)
        return dense

    @_value.setter
    def _value(self, value: Any) -> None:
        self._at, self._rows = np.arange(self._size[0]), np.asarray(value)

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes of the whole."""
        return self._size

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's dtype of the rows."""
        return self._rows.dtype

    def coalesce(self) -> SparseTensor:
        """The same with each index once, in ascending order."""
        at, where = np.unique(self._at, return_inverse=True)
        if len(at) == len(self._at) and bool(np.all(at == self._at)):
            return self
        rows = np.zeros((len(at), *self._rows.shape[1:]), self._rows.dtype)
        np.add.at(rows, where.reshape(-1), self._rows)
        return SparseTensor(at, rows, self._size)

    def indices(self) -> Tensor:
        """Where the rows are, (1, k), each index once."""
        return constant(self.coalesce()._at[None])

    def values(self) -> Tensor:
        """The rows, (k, d), in the order of `indices()`."""
        return constant(self.coalesce()._rows)

    def to_dense(self) -> Tensor:
        """The whole matrix."""
        return constant(self._value)

    def scaled(self, factor: float) -> SparseTensor:
        """Times a number."""
        return SparseTensor(self._at, self._rows * factor, self._size)

    def __repr__(self) -> str:
        at, rows = (repr(t).replace("\n", "\n" + " " * 15) for t in (self.indices(), self.values()))
        held = f"indices={at},\n       values={rows},\n       size={self._size}, nnz={len(self._at)}"
        return f"tensor({held}, layout=sparse_coo)"


def add_rows(to: Meta, part: SparseTensor) -> None:
    """Add to a leaf's `.grad`, past its hooks: sparse as long as all parts are."""
    if to.watch is not None:
        part = seen(to, part)
    with accumulating:
        before = to.grad
        if type(before) is SparseTensor and type(part) is SparseTensor:
            at, rows = np.concatenate((before._at, part._at)), np.concatenate((before._rows, part._rows))
            to.grad = SparseTensor(at, rows, part._size).coalesce()
        elif before is None:
            to.grad = part
        else:
            accumulate(to, part._value if isinstance(part, Tensor) else part)


def lookup(weight: Tensor, key: np.ndarray, factor: np.ndarray | None) -> Tensor:
    """Rows (…, d) of a leaf (n, d) at indices (…), whose gradient is added to the leaf's as rows: see `add_rows`.

    They stand on the tape as a leaf of their own, so that no sweep makes a gradient as large as the weight.

    Args:
        factor: (…), by which each row's gradient is multiplied; rows with 0 get none.

    Raises:
        RuntimeError: later, when the gradient is to be differentiated again.
    """
    to, size = meta_of(weight), weight.shape

    def add(gradient: Tensor) -> None:
        if gradient.requires_grad:
            raise RuntimeError(
                "a sparse gradient cannot be differentiated again; use sparse=False with create_graph=True"
            )
        at, rows = key.reshape(-1), np.asarray(gradient._value).reshape(-1, *size[1:])
        if factor is not None:
            kept = factor.reshape(-1) != 0
            at, rows = at[kept], rows[kept] * factor.reshape(-1)[kept, None]
        add_rows(to, SparseTensor(at, rows, size).coalesce())

    found = constant(plain(np.asarray(weight._value)[key]))
    found.requires_grad_()
    found.name = weight.name
    found.register_hook(add)
    return found
