"""Functions without a derivative: what they are called with. Their results are NumPy's and need no gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from made import Case, Draw, array, axis_of, two
from strategies import shapes

from notebook_ad.scipy import special

EVERY = [
    "around", "ceil", "fix", "floor", "isfinite", "isinf", "isnan", "isneginf", "isposinf", "isreal", "iscomplex",
    "iscomplexobj", "isrealobj", "ndim", "ones_like", "result_type", "rint", "round", "shape", "sign", "signbit", "size",
    "trunc", "zeros_like", "argwhere", "flatnonzero", "logical_not",
]  # fmt: skip
OF_TWO = [
    "allclose", "array_equal", "array_equiv", "equal", "greater", "greater_equal", "isclose", "isin", "less", "less_equal",
    "logical_and", "logical_or", "logical_xor", "not_equal",
]  # fmt: skip
OVER_AXES = ["all", "any", "count_nonzero"]
ONE_AXIS = ["argmax", "argmin", "nanargmax", "nanargmin", "argsort"]
OF_MASKS = ["bitwise_and", "bitwise_or", "bitwise_xor"]
OF_MATRICES = ["tril_indices_from", "triu_indices_from"]


@st.composite
def rounded(draw: Draw, f: Any, least: int = 0, rank: int = 0) -> Case:
    """Numbers among which are whole ones, zeros, halves and infinities."""
    shape = draw(shapes(min_side=least, max_ndim=2).filter(lambda s: len(s) >= rank))
    x = np.round(array(draw, shape) * 2) / 2
    places = np.random.default_rng(draw(st.integers(0, 9))).random(shape) < 0.1
    return Case(f, [np.where(places, np.inf, x)])


@st.composite
def over_axes(draw: Draw, f: Any, several: bool) -> Case:
    shape = draw(shapes(min_side=1))
    axis = axis_of(draw, len(shape), several)
    return Case(lambda x: f(x, axis=axis), [array(draw, shape, apart=True)])


def found(name: str) -> Callable[..., Any]:
    return getattr(np, name)  # type: ignore[no-any-return]


def of_one(f: Any) -> Any:
    return lambda x, y: f(x, x)


def of_masks(f: Any) -> Any:
    return lambda x, y: f(x > 0, y > 0)


FACTS: dict[str, st.SearchStrategy[Case]] = {
    **{name: rounded(found(name)) for name in EVERY},
    **{name: two(found(name)) | two(of_one(found(name))) for name in OF_TWO},
    **{name: over_axes(found(name), True) for name in OVER_AXES},
    **{name: over_axes(found(name), False) for name in ONE_AXIS},
    **{name: two(of_masks(found(name))) for name in OF_MASKS},
    **{name: rounded(found(name), 1, 2) for name in OF_MATRICES},
    "diag_indices_from": rounded(lambda x: np.diag_indices_from(x[:1, :1]), 1, 2),
    "nonzero": rounded(np.nonzero, 1, 1),
    "invert": rounded(lambda x: np.invert(x > 0)),
    **{
        name: rounded(lambda x, name=name: found(name)((x > 0).astype(int) * 6, 2))
        for name in ("left_shift", "right_shift", "gcd", "lcm")
    },
    "ix_": rounded(lambda x: np.ix_(np.ravel(x) > 0, np.flatnonzero(x))),
    "unravel_index": rounded(lambda x: np.unravel_index(np.flatnonzero(x), np.shape(x)), 1, 1),
    "ravel_multi_index": rounded(lambda x: np.ravel_multi_index(np.nonzero(x), np.shape(x)), 1, 1),
    "argpartition": rounded(lambda x: np.argpartition(x, 0), 1, 1),
    "lexsort": two(lambda x, y: np.lexsort((np.ravel(x), np.ravel(x)))),
    "digitize": rounded(lambda x: np.digitize(x, [-1.0, 0.0, 1.5])),
    "searchsorted": rounded(lambda x: np.searchsorted([-1.0, 0.0, 1.5], x)),
    "empty_like": rounded(lambda x: np.shape(np.empty_like(x))),
    "can_cast": rounded(lambda x: np.can_cast(x.dtype, np.float64)),
    "linalg.matrix_rank": rounded(np.linalg.matrix_rank, 1, 2),
    "special.gammasgn": two(lambda x, y: special.gammasgn(x)),
}
