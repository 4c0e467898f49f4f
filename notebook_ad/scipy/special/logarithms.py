"""Logistic functions, entropies, and products with logarithms."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from notebook_ad.engine.rules import primal
from notebook_ad.scipy.functions import Function, elementwise

logit: Function = elementwise(special.logit, "logit", lambda z, x: 1 / x + 1 / (1 - x), rule="upstream / (x (1 − x))")
expit: Function = elementwise(special.expit, "σ", lambda z, x: z * expit(-x), rule="upstream × σ(x) σ(−x)")
log_expit: Function = elementwise(special.log_expit, "log σ", lambda z, x: expit(-x), rule="upstream × σ(−x)")


def _both_zero(x: Any, y: Any) -> Any:
    return (primal(x) == 0) & (primal(y) == 0)


def _log(x: Any, y: Any) -> Any:
    """log y, but 0 where x is 0 and y not positive: there the product is 0."""
    cut = (primal(x) == 0) & (primal(y) <= 0)
    return np.where(cut, 0.0, np.log(np.where(cut, 1.0, y)))


def _ratio(x: Any, y: Any) -> Any:
    """x / y, but 0 where both are 0."""
    return x / np.where(_both_zero(x, y), 1.0, y)


xlogy: Function = elementwise(special.xlogy, "x log y", lambda z, x, y: _log(x, y), lambda z, x, y: _ratio(x, y))
xlog1py: Function = elementwise(
    special.xlog1py,
    "x log(1+y)",
    lambda z, x, y: np.log1p(np.where((primal(x) == 0) & (primal(y) <= -1), 0.0, y)),
    lambda z, x, y: _ratio(x, 1 + y),
)
entr: Function = elementwise(special.entr, "−x log x", lambda z, x: -np.log(x) - 1, rule="−upstream × (log x + 1)")
rel_entr: Function = elementwise(
    special.rel_entr, "x log(x/y)", lambda z, x, y: np.log(x / y) + 1, lambda z, x, y: -_ratio(x, y)
)
kl_div: Function = elementwise(
    special.kl_div, "x log(x/y) − x + y", lambda z, x, y: np.log(x / y), lambda z, x, y: 1 - _ratio(x, y)
)


def _moment(k: Any, x: Any) -> Any:
    """∫₀¹ sᵏ eˢˣ ds: the k-th derivative of (eˣ − 1)/x, without its cancellation at 0."""
    return special.hyp1f1(k + 1, k + 2, x) / (k + 1)


_moment.__name__ = "exponential_moment"
moment: Function = elementwise(_moment, "∫sᵏeˢˣ", "k", lambda z, k, x: moment(k + 1, x))
exprel: Function = elementwise(special.exprel, "(eˣ−1)/x", lambda z, x: moment(1.0, x))

FUNCTIONS: dict[str, Function] = {
    f.__name__: f for f in (logit, expit, log_expit, xlogy, xlog1py, entr, rel_entr, kl_div, exprel)
}
