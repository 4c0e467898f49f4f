"""`batches(X, y, batch_size, shuffle, seed)`: arrays, a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from notebook_ad.data.arrays import rows_of, same_length, values_of
from notebook_ad.tensor import random


class Batches:
    """What `batches` gives: each pass over it is an epoch, in an order of its own.

    Attributes:
        epoch: passes begun. Together with the seed it says which order comes next.
    """

    def __init__(
        self, arrays: tuple[Any, ...], batch_size: int, shuffle: bool, seed: int | None, drop_last: bool
    ) -> None:
        if not isinstance(batch_size, int) or batch_size < 1:
            raise ValueError(f"batches: batch_size must be a positive integer, not {batch_size!r}")
        self._rows = same_length(arrays, "batches")
        self._arrays = [values_of(a) for a in arrays]
        self.batch_size, self.shuffle, self.seed, self.drop_last, self.epoch = batch_size, shuffle, seed, drop_last, 0

    def __len__(self) -> int:
        return self._rows // self.batch_size if self.drop_last else -(-self._rows // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        order = self._order()
        for i in range(len(self)):
            rows = slice(i * self.batch_size, (i + 1) * self.batch_size)
            parts = [rows_of(a, rows if order is None else order[rows]) for a in self._arrays]
            yield parts[0] if len(parts) == 1 else tuple(parts)

    def _order(self) -> Any:
        epoch, self.epoch = self.epoch, self.epoch + 1
        if not self.shuffle:
            return None
        if self.seed is None:
            return random.draw(lambda numbers: numbers.permutation(self._rows))
        return np.random.default_rng([self.seed, epoch]).permutation(self._rows)

    def __repr__(self) -> str:
        shapes = ", ".join(str(a.shape) for a in self._arrays)
        return f"batches of {self.batch_size} of {shapes}: {len(self)} an epoch"

    def state_dict(self) -> dict[str, Any]:
        """Which epoch comes next."""
        return {"epoch": self.epoch}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where `state_dict` was asked."""
        self.epoch = int(state_dict["epoch"])


def batches(
    X: Any,  # noqa: N803 - as everywhere for a matrix of features
    y: Any = None,
    batch_size: int = 32,
    shuffle: bool = True,
    seed: int | None = None,
    drop_last: bool = False,
) -> Batches:
    """Arrays in batches of rows: tensors without a gradient. May be passed over again and again.

    Args:
        X: an array, of shape (rows, …).
        y: an array of as many rows, or a tuple of such; then each batch is a tuple.
        batch_size: rows in a batch; the last one may have fewer.
        shuffle: in a random order, a new one each epoch.
        seed: of the orders; left out, they are drawn from the generator that `ad.manual_seed` seeds.
        drop_last: leave a smaller last batch out.

    Raises:
        ValueError: the arrays have different numbers of rows, or batch_size is not positive.
    """
    more = y if isinstance(y, tuple) else () if y is None else (y,)
    return Batches((X, *more), batch_size, shuffle, seed, drop_last)
