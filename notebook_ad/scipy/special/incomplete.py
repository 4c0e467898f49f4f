"""The incomplete gamma and beta functions, with derivatives with respect to their orders too (numbers: `orders`)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy import special

from notebook_ad.engine.rules import primal
from notebook_ad.scipy.functions import Function, elementwise
from notebook_ad.scipy.special import beta_orders, gamma_orders, orders
from notebook_ad.scipy.special.gammas import betaln, gammaln, polygamma
from notebook_ad.scipy.special.logarithms import xlog1py, xlogy


def _gamma_density(a: Any, x: Any) -> Any:
    return np.exp(xlogy(a - 1, x) - x - gammaln(a))


def _beta_density(a: Any, b: Any, x: Any) -> Any:
    return np.exp(xlogy(a - 1, x) + xlog1py(b - 1, -x) - betaln(a, b))


def _log(x: Any) -> Any:
    """log x, but 0 at 0: there the density that it weighs is 0, or infinite itself."""
    return np.log(np.where(primal(x) == 0, 1.0, x))


@cache
def _gamma_by_a(k: int) -> Function:
    """∂ᵏP/∂aᵏ as a primitive of a and x."""

    def value(a: Any, x: Any) -> Any:
        return _in_double(lambda a, x: gamma_orders.derivative(k, a, x), a, x)

    def by_x(z: Any, a: Any, x: Any) -> Any:
        return _gamma_density(a, x) * orders.ratio(gamma_orders.log_slope(_log(x), a, polygamma), k)

    value.__name__ = f"gammainc_a{k}"
    return elementwise(value, f"∂P/∂a, order {k}", lambda z, a, x: _gamma_by_a(k + 1)(a, x), by_x)


@cache
def _beta_by(j: int, k: int) -> Function:
    """∂ʲ⁺ᵏI / ∂aʲ ∂bᵏ as a primitive of a, b and x."""

    def value(a: Any, b: Any, x: Any) -> Any:
        return _in_double(lambda a, b, x: beta_orders.derivative(j, k, a, b, x), a, b, x)

    def by_x(z: Any, a: Any, b: Any, x: Any) -> Any:
        slope = beta_orders.log_slope(_log(x), _log(1 - x), a, b, polygamma)
        return _beta_density(a, b, x) * orders.ratio(slope, j, k)

    value.__name__ = f"betainc_a{j}_b{k}"
    return elementwise(
        value,
        f"∂I, order {j} in a, {k} in b",
        lambda z, a, b, x: _beta_by(j + 1, k)(a, b, x),
        lambda z, a, b, x: _beta_by(j, k + 1)(a, b, x),
        by_x,
    )


def _in_double(f: Function, *args: Any) -> Any:
    """`f` of broadcast arrays of float64; the result in the dtype of the arguments."""
    arrays = [np.asarray(x) for x in args]
    dtype = np.result_type(np.float32, *(x.dtype for x in arrays))
    with np.errstate(all="ignore"):
        return f(*np.broadcast_arrays(*(x.astype(np.float64) for x in arrays))).astype(dtype)[()]


gammainc: Function = elementwise(
    special.gammainc, "P", lambda z, a, x: _gamma_by_a(1)(a, x), lambda z, a, x: _gamma_density(a, x)
)
gammaincc: Function = elementwise(
    special.gammaincc, "Q", lambda z, a, x: -_gamma_by_a(1)(a, x), lambda z, a, x: -_gamma_density(a, x)
)
betainc: Function = elementwise(
    special.betainc,
    "I",
    lambda z, a, b, x: _beta_by(1, 0)(a, b, x),
    lambda z, a, b, x: _beta_by(0, 1)(a, b, x),
    lambda z, a, b, x: _beta_density(a, b, x),
)
FUNCTIONS: dict[str, Function] = {f.__name__: f for f in (gammainc, gammaincc, betainc)}
