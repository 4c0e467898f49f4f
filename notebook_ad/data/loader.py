"""PyTorch's DataLoader, in this process: arrays, any indexable or iterable data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from notebook_ad.data.arrays import is_array, rows_of, values_of
from notebook_ad.data.collate import default_collate
from notebook_ad.data.datasets import IterableDataset, Subset, TensorDataset
from notebook_ad.data.samplers import BatchSampler, RandomSampler, SequentialSampler
from notebook_ad.tensor import random


class DataLoader:
    """Batches of a data set. As `torch.utils.data.DataLoader`, without worker processes.

    Args:
        dataset: an array (rows are items), what has `__getitem__` and `__len__` (also Hugging Face's and PyTorch's data
            sets, whose arrays become tensors), or what can only be iterated.
        batch_size: items in a batch; None gives single items.
        shuffle: in a random order, a new one each epoch.
        sampler, batch_sampler: an order of your own: of numbers, or of lists of numbers.
        collate_fn: makes a list of items a batch; `default_collate` if left out.
        drop_last: leave a smaller last batch out.
        generator: of the order: `ad.Generator` or `np.random.Generator`; the shared one if left out.
        num_workers, pin_memory, timeout, worker_init_fn, multiprocessing_context, prefetch_factor, persistent_workers,
            pin_memory_device, in_order: accepted as PyTorch's; everything is loaded in this process.

    Raises:
        TypeError: the data set can neither be indexed nor iterated.
        ValueError: options exclude each other.
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[list[Any]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: Any = None,
        generator: Any = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        self.dataset, self.num_workers, self.generator = dataset, 0, generator
        self._iterable = _only_iterable(dataset)
        if self._iterable and (shuffle or sampler is not None or batch_sampler is not None):
            raise ValueError("DataLoader: an iterable data set has its own order; leave out shuffle and samplers")
        if sampler is not None and shuffle:
            raise ValueError("DataLoader: a sampler is an order; leave out shuffle")
        if batch_sampler is not None and (batch_size != 1 or shuffle or sampler is not None or drop_last):
            raise ValueError("DataLoader: with batch_sampler leave out batch_size, shuffle, sampler and drop_last")
        if batch_size is None and drop_last:
            raise ValueError("DataLoader: without batches (batch_size=None) there is no last one to drop")
        if batch_size is not None and (not isinstance(batch_size, int) or batch_size < 1):
            raise ValueError(f"DataLoader: batch_size must be a positive integer or None, not {batch_size!r}")
        self.batch_size, self.drop_last, self.collate_fn = batch_size, drop_last, collate_fn or default_collate
        if batch_sampler is not None:
            self.batch_size = None
        if sampler is None and not self._iterable:
            sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
        self.sampler = sampler
        if batch_sampler is None and batch_size is not None and sampler is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_sampler = batch_sampler

    def __len__(self) -> int:
        """Batches in an epoch.

        Raises:
            TypeError: the data set has no length.
        """
        if self._iterable:
            n = len(self.dataset)
            if self.batch_size is None:
                return n
            return n // self.batch_size if self.drop_last else -(-n // self.batch_size)
        return len(self.batch_sampler if self.batch_sampler is not None else self.sampler)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Any]:
        if self._iterable:
            return self._from_iterable()
        if self.batch_sampler is None:
            assert self.sampler is not None
            single = self.collate_fn if self.collate_fn is not default_collate else _single
            return (single(self.dataset[index]) for index in self.sampler)
        arrays = _arrays_of(self.dataset) if self.collate_fn is default_collate else None
        if arrays is not None:
            return (_rows(arrays, self.dataset, numbers) for numbers in self.batch_sampler)
        return (self.collate_fn(_items(self.dataset, numbers)) for numbers in self.batch_sampler)

    def _from_iterable(self) -> Iterator[Any]:
        items = iter(self.dataset)
        if self.batch_size is None:
            for item in items:
                yield self.collate_fn(item) if self.collate_fn is not default_collate else _single(item)
            return
        while batch := list(islice(items, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield self.collate_fn(batch)

    def state_dict(self) -> dict[str, Any]:
        """Where a generator of its own stands."""
        if isinstance(self.generator, random.Generator):
            return {"generator": self.generator.get_state()}
        return {} if self.generator is None else {"generator": self.generator.bit_generator.state}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where `state_dict` was asked."""
        if isinstance(self.generator, random.Generator):
            self.generator.set_state(state_dict["generator"])
        elif self.generator is not None:
            self.generator.bit_generator.state = state_dict["generator"]


def _only_iterable(dataset: Any) -> bool:
    if isinstance(dataset, IterableDataset):
        return True
    if hasattr(dataset, "__getitem__"):
        if not hasattr(dataset, "__len__"):
            raise TypeError(f"DataLoader: {type(dataset).__name__} has __getitem__, but no __len__")
        return False
    if not hasattr(dataset, "__iter__"):
        raise TypeError(f"DataLoader: {type(dataset).__name__} has neither __getitem__ nor __iter__; it is no data set")
    return True


def _arrays_of(dataset: Any) -> list[np.ndarray] | None:
    """The arrays whose rows the items are, so that a batch is taken at once; None where items are made one by one."""
    if isinstance(dataset, Subset):
        return _arrays_of(dataset.dataset)
    if type(dataset) is TensorDataset:
        return dataset._values
    return [values_of(dataset)] if is_array(dataset) else None


def _rows(arrays: list[np.ndarray], dataset: Any, numbers: list[Any]) -> Any:
    array = is_array(_root(dataset))
    while isinstance(dataset, Subset):
        numbers, dataset = [dataset.indices[i] for i in numbers], dataset.dataset
    parts = [rows_of(a, np.asarray(numbers, int)) for a in arrays]
    return parts[0] if array else parts


def _root(dataset: Any) -> Any:
    while isinstance(dataset, Subset):
        dataset = dataset.dataset
    return dataset


def _items(dataset: Any, numbers: list[Any]) -> list[Any]:
    if hasattr(dataset, "__getitems__"):
        return list(dataset.__getitems__(numbers))
    return [dataset[i] for i in numbers]


def _single(item: Any) -> Any:
    """One item, its arrays as tensors."""
    if is_array(item):
        return rows_of(values_of(item), ...)
    if isinstance(item, dict):
        return {key: _single(value) for key, value in item.items()}
    if isinstance(item, tuple) and not hasattr(item, "_fields"):
        return tuple(_single(value) for value in item)
    return [_single(value) for value in item] if isinstance(item, list) else item
