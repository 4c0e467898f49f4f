"""NumPy's functions on tensors, by area; `FUNCTIONS` says which of ours serves which of NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notebook_ad.tensor.library import (
    complex,
    fft,
    fitting,
    linalg,
    polynomials,
    ranges,
    reductions,
    selection,
    shapes,
    signals,
    ufuncs,
)

FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    **ufuncs.FUNCTIONS,
    **reductions.FUNCTIONS,
    **linalg.FUNCTIONS,
    **shapes.FUNCTIONS,
    **selection.FUNCTIONS,
    **complex.FUNCTIONS,
    **fft.FUNCTIONS,
    **signals.FUNCTIONS,
    **ranges.FUNCTIONS,
    **polynomials.FUNCTIONS,
    **fitting.FUNCTIONS,
}
