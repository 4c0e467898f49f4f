"""What has to be known of NumPy's functions: which arguments are operands, which have no gradient, which write or raise."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.values import LiftedInt
from notebook_ad.tensor.dtypes import VALUE_BASED
from notebook_ad.tensor.library.given import known

# Functions of several arrays given as one list; elsewhere a list stands for an array.
LISTS = {
    np.concatenate, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack, np.linalg.multi_dot, np.select, np.choose,
    np.lexsort, np.block,
}  # fmt: skip
NESTED = {np.block}  # in which such a list may hold others
# Functions in which an integer behind the first argument is an operand, not an axis, a shape or a count.
OPERANDS = {
    np.where, np.dot, np.clip, np.outer, np.inner, np.vdot, np.matmul, np.interp, np.average, np.append, np.kron, np.polyval,
    np.convolve, np.correlate, np.select, np.cross, np.quantile, np.percentile, np.gradient, np.geomspace,
    np.logspace, np.linalg.solve, np.nan_to_num, *known("trapezoid", "trapz"),
}  # fmt: skip
# Elsewhere only as the first one; here at these places, or nowhere.
INTEGER_OPERANDS: dict[Any, tuple[int, ...]] = {
    np.linspace: (0, 1),
    np.full: (1,),
    np.full_like: (1,),
    np.zeros: (),
    np.ones: (),
    np.empty: (),
    np.eye: (),
    np.identity: (),
    np.arange: (),
    np.tri: (),
    np.indices: (),
}
# What depends on the shapes of the operands only, and what is constant wherever it has a derivative.
SHAPES = {np.zeros_like, np.ones_like, np.empty_like}
SHAPES |= {getattr(np, "core" if VALUE_BASED else "_core").umath._ones_like}  # some versions of NumPy ask it for x ** 0
STEPS = {np.sign, np.floor, np.ceil, np.rint, np.trunc, np.round, np.fix, np.heaviside}
# What raises for some values: no weight, a zero, not finite.
RAISING = {np.average, np.geomspace, np.poly, np.polyfit, np.roots}
# What makes an array of other things.
MAKING = {np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.full, np.linspace}
ORDERED = {np.ravel: 1, np.reshape: 2}  # where their `order` stands
REDUCTIONS: dict[Any, Any] = {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min}
RUNNING: dict[Any, Any] = {np.add: np.cumsum, np.multiply: np.cumprod}


def is_operand(function: Any, position: int, value: Any) -> bool:
    """Whether a lifted argument takes part in the computation; integers often are exponents, axes, shapes, counts."""
    if type(value) is not LiftedInt:
        return True
    if function in (np.power, np.float_power):
        return position == 0
    if isinstance(function, np.ufunc):
        return position not in getattr(taping.rule(function), "constants", ())
    if function in OPERANDS:
        return True
    return position in INTEGER_OPERANDS.get(function, (0,))


def name_of(function: Any) -> str:
    """How a message calls a function."""
    name = getattr(function, "__name__", None) or type(function).__name__
    module = getattr(function, "__module__", None) or ""
    if isinstance(function, np.ufunc) and getattr(np, name, None) is function:
        return f"np.{name}"
    if module.split(".")[0] == "numpy":
        return f"np{module[5:]}.{name}"
    return f"{module}.{name}" if module not in ("", "builtins", "__main__") else name
