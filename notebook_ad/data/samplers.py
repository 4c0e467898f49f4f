"""Orders in which items are taken. As in `torch.utils.data`; random ones draw from the shared generator or a given one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor import random


class Sampler:
    """A base for orders of the user's own: they define `__iter__`, giving numbers of items."""

    def __class_getitem__(cls, item: Any) -> type[Sampler]:  # Sampler[int], as PyTorch's is generic
        return cls

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} needs __iter__(self)")


class SequentialSampler(Sampler):
    """One after the other."""

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler):
    """In random order, a new one each time; with replacement where asked for.

    Args:
        data_source: what has a length.
        replacement: items may come again.
        num_samples: how many are drawn; as many as there are if left out.
        generator: `ad.Generator` or `np.random.Generator`; the shared one if left out.
    """

    def __init__(
        self, data_source: Any, replacement: bool = False, num_samples: int | None = None, generator: Any = None
    ) -> None:
        if num_samples is not None and num_samples < 1:
            raise ValueError(f"RandomSampler: num_samples must be positive, not {num_samples}")
        self.data_source, self.replacement, self.generator = data_source, replacement, generator
        self._number = num_samples

    def __iter__(self) -> Iterator[int]:
        n, wanted = len(self.data_source), len(self)
        if self.replacement:
            drawn = random.draw(lambda numbers: numbers.integers(0, n, wanted), self.generator)
        else:
            whole = -(-wanted // n) if n else 0
            orders = [random.draw(lambda numbers: numbers.permutation(n), self.generator) for _ in range(whole)]
            drawn = np.concatenate(orders)[:wanted] if orders else np.zeros(0, int)
        return iter(drawn.tolist())

    def __len__(self) -> int:
        return len(self.data_source) if self._number is None else self._number


class SubsetRandomSampler(Sampler):
    """Given numbers in random order."""

    def __init__(self, indices: Sequence[int], generator: Any = None) -> None:
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator[int]:
        order = random.draw(lambda numbers: numbers.permutation(len(self.indices)), self.generator)
        return (self.indices[i] for i in order)

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """Numbers drawn with probabilities in proportion to weights.

    Raises:
        ValueError: weights are negative or all 0, or without replacement more than there are would be drawn.
    """

    def __init__(
        self, weights: Sequence[float], num_samples: int, replacement: bool = True, generator: Any = None
    ) -> None:
        given = np.asarray(weights, np.float64)
        if given.ndim != 1 or not (given >= 0).all() or not given.sum() > 0:
            raise ValueError(f"WeightedRandomSampler: weights must be numbers of at least 0, not all 0; got {weights}")
        if not replacement and num_samples > np.count_nonzero(given):
            raise ValueError(f"WeightedRandomSampler: {num_samples} different items of {np.count_nonzero(given)}")
        self.weights, self.num_samples, self.replacement, self.generator = given, num_samples, replacement, generator

    def __iter__(self) -> Iterator[int]:
        p = self.weights / self.weights.sum()
        drawn = random.draw(
            lambda numbers: numbers.choice(len(p), self.num_samples, self.replacement, p), self.generator
        )
        return iter(drawn.tolist())

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler):
    """Numbers of another sampler, several at a time."""

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        if not isinstance(batch_size, int) or batch_size < 1:
            raise ValueError(f"batch_size must be a positive integer, not {batch_size!r}")
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        batch: list[Any] = []
        for index in self.sampler:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        n = len(self.sampler)  # type: ignore[arg-type]
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)
