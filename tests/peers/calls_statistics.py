"""Calls as in `calls.py` of covariances, spacings, quantiles without NaN, polynomials, sets, windows, functions of the user's."""

from __future__ import annotations

from typing import Any

import numpy as np
from calls import GAPS, MASK, OURS, A, Arrays, B, C, Call, V, W, plain, same

P, Q = np.array([2.0, -1.5, 0.5, 3.0]), np.array([1.2, 0.4, -0.9])
POSITIVE = (np.abs(A), np.abs(B))
FRAMED = np.array([0.0, 0.0, 1.5, -2.0, 0.0, 0.7, 0.0])
TURNS = np.array([[0.5, 4.5, 9.0, 3.0], [1.0, -4.0, -3.5, 2.5]])
WINDOWS = np.lib.stride_tricks.sliding_window_view
APART = (V, Q)
X5, Y5 = np.array([-1.0, -0.4, 0.1, 0.8, 1.7]), np.array([0.3, -0.8, 1.1, 0.4, -1.5])


def of_sets(name: str, size: int) -> Call:
    """Of two vectors that share `V[0]`; JAX wants to know how many are left."""
    return lambda m, x, y: getattr(m, name)(x, m.append(y, x[0]), **({} if m is OURS else {"size": size}))


def windows(m: Any, x: Any) -> Any:
    if m is OURS:
        return WINDOWS(x, (2, 2))
    return m.stack([m.stack([x[i : i + 2, j : j + 2] for j in (0, 1)]) for i in (0, 1)])


def along(m: Any, x: Any) -> Any:
    return m.apply_along_axis(lambda row: row[:2] * m.prod(row), 0, x)


def pieces(m: Any, x: Any) -> Any:
    return m.piecewise(x, [MASK, MASK.T & ~MASK], [m.sin, lambda v: v * v, lambda v: 1 / v])


def boxes(m: Any, w: Any) -> Any:
    return m.histogramdd(np.stack([V, W], 1), 2, [(-1, 2), (-1, 1)], weights=w, density=True)[0]


def divided(m: Any, u: Any, v: Any) -> Any:
    quotient, rest = m.polydiv(u, v)
    return quotient, rest[-2:]  # JAX leaves zeros in front


def real_roots(m: Any, p: Any) -> Any:
    return m.sort(m.real(m.roots(p) if m is OURS else m.roots(p, strip_zeros=False)))


CALLS: dict[str, tuple[Call, Arrays]] = {
    "cov": (lambda m, x, y: m.cov(x, y, ddof=1, aweights=np.array([1.0, 2.0, 0.5])), (A, B)),
    "corrcoef": (same("corrcoef", rowvar=False), (np.vstack([A, B]),)),
    "logspace": (same("logspace", 4, base=3.0), C),
    "geomspace": (same("geomspace", 5), POSITIVE),
    **plain("nanmedian", of=(GAPS,), axis=0),
    "nanquantile": (lambda m, x: m.nanquantile(x, np.array([0.2, 0.7], x.dtype), axis=1), (GAPS,)),
    "nanpercentile": (same("nanpercentile", 35.0, axis=0), (GAPS,)),
    "unwrap": (same("unwrap", axis=1), (TURNS,)),
    "frexp": (same("frexp", at=(0,)), (A,)),
    "i0": (same("i0"), (A,)),
    "trim_zeros": (lambda m, x: m.trim_zeros(x) if m is OURS else x[2:6], (FRAMED,)),
    "sliding_window_view": (windows, (A,)),
    "piecewise": (pieces, (A,)),
    "apply_along_axis": (along, (A,)),
    "apply_over_axes": (lambda m, x: m.apply_over_axes(m.prod, x, [0, 1]), (A,)),
    "histogram2d": (lambda m, w: m.histogram2d(V, W, 2, [(-1, 2), (-1, 1)], weights=w)[0], (P[:3],)),
    "histogramdd": (boxes, (P[:3],)),
    "poly": (same("poly"), (P,)),
    **plain("polyadd", "polysub", "polymul", of=(P, Q)),
    "polydiv": (divided, (P, Q)),
    "polyder": (same("polyder", 2), (P,)),
    "polyint": (lambda m, p, k: m.polyint(p, 2, k=k), (P, W[:2])),
    "polyfit": (same("polyfit", 2), (X5, Y5)),
    "roots": (real_roots, (np.poly([-2.0, 0.5, 1.5, 3.0]) * 1.5,)),
    "union1d": (of_sets("union1d", 6), APART),
    "intersect1d": (of_sets("intersect1d", 1), APART),
    "setdiff1d": (of_sets("setdiff1d", 2), APART),
    "setxor1d": (of_sets("setxor1d", 5), APART),
    "unique_values": (lambda m, x: m.sort(m.unique_values(x)) if m is OURS else m.unique_values(x, size=9), (A,)),
}
