"""Running reductions of tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.library import running as ops
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.given import Functions, axis_index, checked, known
from notebook_ad.tensor.library.reduced import collected, refuse_out
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def _running(name: str, primitive: Primitive, doc: str) -> Callable[..., Tensor]:
    def function(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Tensor:
        refuse_out(f"np.{name}", out)
        t = collected(a, dtype, f"np.{name}")
        if t.ndim == 0 or (axis is None and t.ndim > 1):
            t = f.reshape(t, -1)
        axis = 0 if axis is None else axis
        return call(primitive, [t], {"axis": axis_index(axis, t.shape, f"np.{name}"), "reverse": False})

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


cumsum = _running("cumsum", ops.cumsum, "Running sums along an axis (of all elements by default), as `numpy.cumsum`.")
cumprod = _running(
    "cumprod", ops.cumprod, "Running products, as `numpy.cumprod`; the gradient is right where factors are 0."
)


def _cumulative(name: str, running: Callable[..., Tensor], start: float) -> Callable[..., Tensor]:
    def function(
        x: Any, /, *, axis: int | None = None, dtype: Any = None, out: Any = None, include_initial: bool = False
    ) -> Tensor:
        t = collected(x, dtype, f"np.{name}")
        if axis is None and t.ndim != 1:
            raise ValueError(f"np.{name} of an array with {t.ndim} axes needs the axis{place()}")
        along = axis_index(0 if axis is None else axis, t.shape, f"np.{name}")
        result = running(t, along, None, out)
        if not include_initial:
            return result
        first = np.full(tuple(1 if i == along else n for i, n in enumerate(t.shape)), start, result.dtype)
        return f.concatenate([first, result], along)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"As `numpy.{name}`."
    return function


cumulative_sum = _cumulative("cumulative_sum", cumsum, 0.0)
cumulative_prod = _cumulative("cumulative_prod", cumprod, 1.0)

FUNCTIONS: Functions = checked({np.cumsum: cumsum, np.cumprod: cumprod})
for _theirs in known("cumulative_sum", "cumulative_prod"):  # NumPy 2.1
    FUNCTIONS |= checked(
        {_theirs: {"cumulative_sum": cumulative_sum, "cumulative_prod": cumulative_prod}[_theirs.__name__]}
    )
