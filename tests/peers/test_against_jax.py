"""Elementwise and special functions on tensors against JAX: values, gradients, second order; at kinks, infinities and ties too."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.special as jsp
import numpy as np
import pytest
from elements import CASES, Differs, Results, at_tie, at_zero, compare, subnormal, theirs_is_nan

NAN = "JAX gives nan where the limit is finite"
RIGHT = "a tie is shared evenly, as maximum's and minimum's here and in JAX; fmax and fmin there route it to the second"
ZERO = "0 at the kink, as in PyTorch; JAX takes the slope on the right"


def base_is_zero(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(point[0] == 0)


def infinite(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(np.any(np.isinf(point)))


def value_is_nan(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(np.isnan(ours[1]))


EVEN = "JAX's is made with |x|, whose slope at 0 it takes as 1"
FAR = "JAX's subtracts two numbers that are nearly equal"
OVERFLOW = "JAX gives nan where the derivative overflows"
TIE = "ψ′(x) − ψ′(x + y); JAX orders the two operands and takes that order as constant at a tie"
XLOGX = "0 where x is 0, whatever y, as the value and as in PyTorch"
DIFFERS = {
    "special.ndtri": [Differs("gradient second order", at_zero, "the limit; JAX gives 0 at the ends")],
    "special.log_ndtr": [Differs("gradient second order", lambda point, ours, theirs: bool(point[0] <= -700), FAR)],
    "special.logit": [Differs("second order", theirs_is_nan, NAN)],
    "special.i0": [
        Differs("gradient second order", at_zero, EVEN),
        Differs("gradient second order", theirs_is_nan, OVERFLOW, ("float32",)),
    ],
    "special.i1": [
        Differs("second order", at_zero, EVEN),
        Differs("gradient second order", theirs_is_nan, OVERFLOW, ("float32",)),
    ],
    "special.beta": [Differs("second order", at_tie, TIE)],
    "special.betaln": [Differs("second order", at_tie, TIE)],
    "special.xlogy": [Differs("gradient second order", base_is_zero, XLOGX)],
    "special.xlog1py": [Differs("gradient second order", base_is_zero, XLOGX)],
    "": [Differs("value gradient second order", subnormal, "XLA takes subnormal numbers as 0")],
    "abs": [Differs("gradient", at_zero, ZERO)],
    "fabs": [Differs("gradient", at_zero, ZERO)],
    "arctanh": [
        Differs("second order", theirs_is_nan, NAN),
        Differs("second order", infinite, "outside of (-1, 1) the value is nan, so are the derivatives"),
    ],
    "power": [Differs("gradient second order", base_is_zero, "as PyTorch at base 0; " + NAN)],
    "float_power": [Differs("gradient second order", base_is_zero, "as PyTorch at base 0; " + NAN)],
    "fmax": [Differs("gradient", at_tie, RIGHT)],
    "fmin": [Differs("gradient", at_tie, RIGHT)],
    "hypot": [
        Differs("gradient", at_zero, "0 at the origin, as for the norm; JAX shares 1"),
        Differs("gradient second order", theirs_is_nan, NAN),
        Differs(
            "second order", lambda point, ours, theirs: abs(point[0]) == abs(point[1]),
            "y² / hypot³; JAX scales by the larger operand and takes that as constant at a tie",
        ),
    ],
    "arctan2": [Differs("gradient second order", at_zero, "0 at the origin, as in PyTorch; JAX gives nan")],
    "logaddexp": [Differs("gradient second order", infinite, "the softmax of (inf, y) is (1, 0), as in PyTorch")],
    "logaddexp2": [Differs("gradient second order", infinite, "as logaddexp's")],
    "copysign": [Differs("gradient", base_is_zero, "0 at the kink, as in PyTorch")],
    "fmod": [Differs("gradient", value_is_nan, "the value is nan, so is the gradient")],
    "remainder": [Differs("gradient second order", value_is_nan, "the value is nan, so is the gradient")],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_double_precision() -> None:
    jax.config.update("jax_enable_x64", True)


def counterpart(name: str) -> Any:
    """JAX's function of the entry, None where it has none."""
    return getattr(jsp if name.startswith("special.") else jnp, name.removeprefix("special."), None)


def in_jax(name: str, *x: np.ndarray) -> Results:
    f = counterpart(name)
    every = range(len(x))

    @jax.jit
    def to_second_order(*x: Any) -> Any:
        slopes = [jax.vmap(jax.grad(f, i))(*x) for i in every]
        second = [jax.vmap(jax.grad(jax.grad(f, i), i))(*x) for i in every]
        return jax.vmap(f)(*x), jnp.stack(slopes), jnp.stack(second)

    return [np.asarray(a) for a in to_second_order(*x)]


@pytest.mark.parametrize(("name", "dtype"), [case for case in CASES if counterpart(case[0]) is not None])
def test_elementwise_functions_agree_to_second_order(name: str, dtype: str) -> None:
    compare(name, dtype, in_jax, DIFFERS)
