"""Elementwise choices: where and select. No gradient flows to a condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.library.given import checked, tensor_of
from notebook_ad.tensor.library.searching import nonzero
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor

NOTHING = object()


def where(condition: Any, x: Any = NOTHING, y: Any = NOTHING, /) -> Any:
    """x where the condition holds, else y; of a condition alone, where it holds. As `numpy.where`.

    As in PyTorch, a derivative of inf or nan in the branch that is not taken gives nan (0 · inf): choose a safe operand
    before the function, `np.log(np.where(x > 0, x, 1))`.
    """
    if x is NOTHING and y is NOTHING:
        return nonzero(condition)
    if x is NOTHING or y is NOTHING:
        raise ValueError(f"where: give both x and y, or neither{place()}")
    if not isinstance(x, Tensor) and not isinstance(y, Tensor):
        dtype = np.result_type(x, y)
        x, y = np.asarray(x, dtype), np.asarray(y, dtype)
    return f.where(condition, x, y)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Tensor:
    """Element by element the first choice whose condition holds. As `numpy.select`."""
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"select: {len(condlist)} conditions for {len(choicelist)} choices{place()}; give equally many"
        )
    if not condlist:
        raise ValueError(f"select needs at least one condition{place()}")
    for i, condition in enumerate(condlist):
        if tensor_of(condition).dtype != bool:
            raise TypeError(f"select: condition {i} must be boolean, not {tensor_of(condition).dtype}{place()}")
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = f.where(condition, choice, result)
    return tensor_of(result)


FUNCTIONS = checked({np.where: where, np.select: select})
