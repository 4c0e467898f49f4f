"""The gamma and beta functions and their kin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from notebook_ad.scipy.functions import Function, as_operand, elementwise, undifferentiated
from notebook_ad.tensor.facts import decided
from notebook_ad.tensor.levels import outermost
from notebook_ad.tensor.tensor import Tensor

polygamma: Function = elementwise(special.polygamma, "ψ⁽ⁿ⁾", "n, the order", lambda z, n, x: polygamma(n + 1, x))
psi: Function = elementwise(special.psi, "ψ", lambda z, x: polygamma(1, x), rule="upstream × ψ′(x)")
digamma = psi
gamma: Function = elementwise(special.gamma, "Γ", lambda z, x: z * psi(x), rule="upstream × Γ(x) ψ(x)")
rgamma: Function = elementwise(special.rgamma, "1/Γ", lambda z, x: -z * psi(x))
gammaln: Function = elementwise(special.gammaln, "log Γ", lambda z, x: psi(x), rule="upstream × ψ(x)")
loggamma: Function = elementwise(special.loggamma, "log Γ", lambda z, x: psi(x), rule="upstream × ψ(x)")
beta: Function = elementwise(
    special.beta, "B", lambda z, a, b: z * (psi(a) - psi(a + b)), lambda z, a, b: z * (psi(b) - psi(a + b))
)
betaln: Function = elementwise(
    special.betaln, "log B", lambda z, a, b: psi(a) - psi(a + b), lambda z, a, b: psi(b) - psi(a + b)
)
stdtr: Function = elementwise(special.stdtr, "t CDF", "df, the degrees of freedom", lambda z, df, t: _t_density(df, t))


def _t_density(df: Any, t: Any) -> Any:
    return np.exp(-betaln(df / 2, 0.5) - np.log(df) / 2 - (df + 1) / 2 * np.log1p(t * t / df))


def gammasgn(x: Any) -> Any:
    """The sign of the gamma function: constant between the poles, so without a gradient."""
    return decided(special.gammasgn, (x,), "scipy.special.gammasgn") if isinstance(x, Tensor) else special.gammasgn(x)


def multigammaln(a: Any, d: Any) -> Any:
    """Logarithm of the multivariate gamma function of d dimensions. As `scipy.special.multigammaln`.

    Raises:
        ValueError: d is not a positive integer, or a is not above (d − 1) / 2.
    """
    if not isinstance(a, Tensor):
        return special.multigammaln(a, d)
    a, d = as_operand(a), undifferentiated(d, "multigammaln has no derivative with respect to d")
    if np.ndim(d) or math.floor(d) != d:
        raise ValueError("d should be a positive integer (dimension)")
    outside = a <= 0.5 * (d - 1)
    if outermost((a,)) is not None:  # inside vmap no example decides for all
        a = np.where(outside, np.nan, a)
    elif np.any(outside):
        raise ValueError(f"condition a ({a}) > 0.5 * (d-1) ({0.5 * (d - 1)}) not met")
    total = d * (d - 1) * 0.25 * math.log(math.pi)
    for j in range(int(d)):
        total = gammaln(a - j / 2) + total
    return total


FUNCTIONS: dict[str, Function] = {
    "digamma": psi,
    "gammasgn": gammasgn,
    "multigammaln": multigammaln,
    **{
        f.__name__: f
        for f in (
            polygamma, psi, gamma, rgamma, gammaln, loggamma, beta, betaln, stdtr,
        )
    },
}  # fmt: skip
