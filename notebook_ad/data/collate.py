"""Items made into a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from notebook_ad.data.arrays import is_array, values_of
from notebook_ad.tensor.tensor import constant, plain


def default_collate(batch: Sequence[Any]) -> Any:
    """Items of a data set as one batch. As `torch.utils.data.default_collate`; PyTorch's and JAX's arrays fit too.

    Arrays are stacked into a tensor of one more axis, numbers become a tensor, strings stay a list; tuples, lists and
    dicts are gone through.

    Raises:
        ValueError: the items of a batch have different shapes, lengths or keys.
        TypeError: something else.
    """
    first = batch[0]
    if is_array(first):
        arrays = [values_of(item) for item in batch]
        if len({a.shape for a in arrays}) > 1:
            shapes = ", ".join(str(a.shape) for a in arrays[:4])
            raise ValueError(f"items of a batch have shapes {shapes}, …; pad them in a collate_fn of your own")
        return constant(plain(np.stack(arrays)))
    if isinstance(first, bool | int | float | complex):
        return constant(plain(np.array(batch)))
    if isinstance(first, str | bytes):
        return list(batch)
    if isinstance(first, Mapping):
        if any(set(item) != set(first) for item in batch):
            raise ValueError(f"items of a batch have different keys; the first has {', '.join(map(str, first))}")
        return {key: default_collate([item[key] for item in batch]) for key in first}
    if isinstance(first, Sequence):
        if any(len(item) != len(first) for item in batch):
            raise ValueError(
                f"items of a batch have lengths {sorted({len(i) for i in batch})}; pad them in a collate_fn"
            )
        parts = [default_collate(items) for items in zip(*batch, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else parts
    raise TypeError(
        f"a batch of {type(first).__name__} cannot be made a tensor; items are to be arrays, numbers, strings, or tuples, "
        "lists and dicts of them. Give a collate_fn"
    )
