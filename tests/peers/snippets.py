"""Programs of tutorials, run with one import and with another: their numbers, and how they are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Snippet = Callable[[Any], Any]


def numbers(result: Any) -> list[np.ndarray]:
    if isinstance(result, dict):
        return [x for key in sorted(result) for x in numbers(result[key])]
    if isinstance(result, list | tuple):
        return [x for item in result for x in numbers(item)]
    return [np.asarray(result.detach() if hasattr(result, "detach") else result)]


def shown(result: Any, *expected: Any) -> None:
    """The numbers that TensorFlow prints."""
    same(result, [np.array(x, float) for x in expected])


def same(ours: Any, theirs: Any) -> None:
    for got, want in zip(numbers(ours), numbers(theirs), strict=True):
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)
