"""Data sets that need no network."""

from __future__ import annotations

import importlib

import numpy as np


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits, 8 × 8 pixels: X of shape (1797, 64), float64 in [0, 1], and y, integers 0 to 9.

    They are part of scikit-learn (UCI's "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak 1998).

    Raises:
        ModuleNotFoundError: scikit-learn is not installed.
    """
    try:
        load_digits = importlib.import_module("sklearn.datasets").load_digits
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "digits() reads the data set that comes with scikit-learn: pip install scikit-learn, or notebook_ad[lab]"
        ) from None
    X, y = load_digits(return_X_y=True)  # noqa: N806
    return np.asarray(X, np.float64) / 16.0, np.asarray(y, np.int64)
