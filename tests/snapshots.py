"""The textbook cell on the tape, and equality of numbers to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np

import notebook_ad as ad


def textbook() -> ad.Tensor:
    a, w, b, y_true = (ad.tensor(v, name=n) for v, n in ((2.0, "a"), (3.0, "w"), (4.0, "b"), (11.0, "y_true")))
    loss = (a * w + b - y_true) ** 2
    loss.name = "L"
    return loss


def same_bits(a: Any, b: Any) -> bool:
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and np.array_equal(a + 0.0, b + 0.0, equal_nan=True)
