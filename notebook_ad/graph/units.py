"""Which inputs of an array are off: of a batch a unit that is off in every row is dead, any other is not."""

from __future__ import annotations

import numpy as np

from notebook_ad.graph.answer import some


def off(mask: np.ndarray, condition: str) -> str:
    """`input < 0 for 14 of 16 units in this batch of 8: dead`; units are the last axis, the others are the batch."""
    count = int(np.count_nonzero(mask))
    if mask.ndim < 2:
        return f"{condition} for {some(count, mask.size, 'inputs')}"
    columns = mask.reshape(-1, mask.shape[-1])
    batch, total = columns.shape
    dead = int(np.count_nonzero(columns.all(axis=0)))
    if batch < 2:
        return f"{condition} for {some(count, total, 'units')} (a batch of one)"
    if not dead:
        return (
            f"{condition} for {some(count, mask.size, 'inputs')}; no unit is dead: "
            f"each is on for some rows of this batch of {batch}"
        )
    text = f"{condition} for {some(dead, total, 'units')} in this batch of {batch}: dead"
    others = count - dead * batch
    return f"{text}; and for {others} inputs of other units" if others else text
