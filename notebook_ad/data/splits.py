"""Data in parts: for training and for testing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from notebook_ad.data.arrays import same_length, values_of
from notebook_ad.data.datasets import Subset
from notebook_ad.tensor import random


def random_split(dataset: Any, lengths: Sequence[int | float], generator: Any = None) -> list[Subset]:
    """Disjoint random subsets. As `torch.utils.data.random_split`.

    Args:
        dataset: what has a length.
        lengths: of the parts; or fractions of 1, rounded down, with what remains given to the first parts in turn.
        generator: `ad.Generator` or `np.random.Generator`; the shared one if left out.

    Raises:
        ValueError: the lengths do not add up to that of the data set.
    """
    n = len(dataset)
    if all(0 <= part <= 1 for part in lengths) and math.isclose(sum(lengths), 1):
        counts = [math.floor(n * part) for part in lengths]
        for i in range(n - sum(counts)):
            counts[i % len(counts)] += 1
    else:
        counts = [int(part) for part in lengths]
    if sum(counts) != n:
        raise ValueError(f"random_split: lengths {list(lengths)} add up to {sum(lengths)}; the data set has {n} items")
    order = random.draw(lambda numbers: numbers.permutation(n), generator).tolist()
    return [Subset(dataset, order[end - count : end]) for end, count in zip(accumulate(counts), counts, strict=True)]


def train_test_split(
    *arrays: Any, test_size: float = 0.25, shuffle: bool = True, seed: int | None = None, stratify: Any = None
) -> list[np.ndarray]:
    """Arrays split by rows: of each the training part, then the test part. As scikit-learn's, with a seed.

    >>> X_train, X_test = train_test_split(np.arange(10), test_size=0.2, seed=0)
    >>> len(X_train), len(X_test)
    (8, 2)

    Args:
        arrays: of as many rows.
        test_size: the part of the rows that is held out, or their number.
        shuffle: draw the rows; else the last ones are held out.
        seed: of the draw; left out, it is drawn from the generator that `ad.manual_seed` seeds.
        stratify: labels, one a row, that both parts have in the same proportions.

    Raises:
        ValueError: the arrays have different numbers of rows, or one part would be empty.
    """
    n = same_length(arrays, "train_test_split")
    held_out = test_size if isinstance(test_size, int) else math.ceil(n * test_size)
    if not 0 < held_out < n:
        raise ValueError(
            f"train_test_split: test_size={test_size} holds {held_out} of {n} rows out; leave some for each"
        )
    generator = None if seed is None else np.random.default_rng(seed)
    order = random.draw(lambda numbers: numbers.permutation(n), generator) if shuffle else np.arange(n)
    if stratify is not None:
        order = _evenly(order, values_of(stratify))
    parts = order[: n - held_out], order[n - held_out :]
    return [values_of(a)[part] for a in arrays for part in parts]


def _evenly(order: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The order in which each stretch has the labels in about their proportions; rows of a label keep their order."""
    place = np.empty(len(order))
    drawn = labels[order]
    for label in np.unique(labels):
        mine = drawn == label
        count = int(mine.sum())
        place[mine] = (np.arange(count) + 0.5) / count
    result: np.ndarray = order[np.argsort(place, kind="stable")]
    return result
