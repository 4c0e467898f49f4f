"""Data sets: what has `__getitem__` and `__len__`. As in `torch.utils.data`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from notebook_ad.data.arrays import rows_of, same_length, values_of
from notebook_ad.tensor.tensor import Tensor, constant


class Dataset:
    """A base for data sets of the user's own; any object with `__getitem__` and `__len__` does as well."""

    def __class_getitem__(cls, item: Any) -> type[Dataset]:  # Dataset[...], as PyTorch's is generic
        return cls

    def __getitem__(self, index: Any) -> Any:
        """The item of a number.

        Raises:
            NotImplementedError: the subclass does not say.
        """
        raise NotImplementedError(f"{type(self).__name__} needs __getitem__(self, index)")

    def __add__(self, other: Any) -> ConcatDataset:
        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    """A base for data sets that are only passed over, in an order of their own: they define `__iter__`."""

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} needs __iter__(self)")


class TensorDataset(Dataset):
    """Rows of arrays: item i is a tuple of row i of each. As `torch.utils.data.TensorDataset`; takes NumPy's arrays too.

    Raises:
        ValueError: the arrays have different numbers of rows.
        RuntimeError: one requires a gradient.
    """

    def __init__(self, *tensors: Any) -> None:
        self._rows = same_length(tensors, "TensorDataset")
        self.tensors = tuple(t if isinstance(t, Tensor) else constant(np.array(values_of(t))) for t in tensors)
        self._values = [values_of(t) for t in self.tensors]

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        """The rows of a number, a slice or an array of numbers."""
        return tuple(rows_of(values, index) for values in self._values)

    def __len__(self) -> int:
        return self._rows


class Subset(Dataset):
    """Some items of a data set. As `torch.utils.data.Subset`."""

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: Any) -> Any:
        """The item of a number in this subset, or those of a list of numbers."""
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset):
    """Data sets one after the other. As `torch.utils.data.ConcatDataset`.

    Raises:
        ValueError: there is none.
        TypeError: one has no length.
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset needs at least one data set")
        for dataset in self.datasets:
            if isinstance(dataset, IterableDataset) or not hasattr(dataset, "__len__"):
                raise TypeError(f"ConcatDataset: a {type(dataset).__name__} has no length; chain its items instead")
        self.cumulative_sizes = list(accumulate(len(dataset) for dataset in self.datasets))

    def __getitem__(self, index: int) -> Any:
        """The item of a number.

        Raises:
            IndexError: there are not so many.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(f"ConcatDataset has {len(self)} items, there is none with number {index}")
        index %= len(self)
        which = bisect_right(self.cumulative_sizes, index)
        return self.datasets[which][index - (self.cumulative_sizes[which - 1] if which else 0)]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]
