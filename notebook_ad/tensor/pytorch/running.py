"""PyTorch's running reductions along a dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.tensor.facts import fact
from notebook_ad.tensor.library.given import axis_index
from notebook_ad.tensor.pytorch.reductions import Selected


def _running(function: Callable[..., Any]) -> Callable[..., Any]:
    name = function.__name__

    def running(self: Any, dim: int, *, dtype: Any = None) -> Any:
        t = self if dtype is None else self.to(dtype)
        if t.ndim == 0:
            axis_index(dim, 1, name)
            return t.reshape(())
        return function(t, axis=axis_index(dim, t.ndim, name))

    running.__name__ = running.__qualname__ = name
    running.__doc__ = f"Running {'sums' if name == 'cumsum' else 'products'} along a dimension."
    return running


cumsum, cumprod = _running(np.cumsum), _running(np.cumprod)


@fact("cummax(dim)")
def _last_record(a: Any, axis: int, largest: bool) -> Any:
    """For each place the last one up to it that is the extremum so far; a NaN stays."""
    best = (np.maximum if largest else np.minimum).accumulate(a, axis)
    places = np.arange(a.shape[axis]).reshape([-1 if i == axis else 1 for i in range(a.ndim)])
    is_record = (a == best) | np.isnan(a)
    return np.maximum.accumulate(np.where(is_record, places, 0), axis)


def _record(name: str, largest: bool) -> Callable[..., Selected]:
    def record(self: Any, dim: int) -> Selected:
        at = axis_index(dim, self.ndim, name)
        indices = _last_record(self, axis=at, largest=largest)
        return Selected(np.take_along_axis(self, indices, at), indices)

    record.__name__ = record.__qualname__ = name
    record.__doc__ = f"(values, indices) of the {'largest' if largest else 'smallest'} so far along a dimension."
    return record


cummax, cummin = _record("cummax", True), _record("cummin", False)


def logcumsumexp(self: Any, dim: int) -> Any:
    """log Σ eˣ up to each place along a dimension, without overflow: log₂ n steps, each of one logaddexp."""
    if self.ndim == 0:
        return self
    at = axis_index(dim, self.ndim, "logcumsumexp")
    lead, n, step = (slice(None),) * at, self.shape[at], 1
    t = self
    while step < n:
        head, tail, before = (t[(*lead, part)] for part in (slice(step), slice(step, None), slice(-step)))
        t = np.concatenate([head, np.logaddexp(tail, before)], at)
        step *= 2
    return t


def diff(self: Any, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours along a dimension."""
    given = {key: value for key, value in (("prepend", prepend), ("append", append)) if value is not None}
    return np.diff(self, n, axis=dim, **given)
