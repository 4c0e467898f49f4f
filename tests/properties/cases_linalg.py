"""Products and linear algebra; matrices that are inverted or decomposed are well conditioned."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from made import Case, Draw, array, axis_of, viewed
from strategies import broadcastable

Cases = dict[str, st.SearchStrategy[Case]]
LA = np.linalg


def matrix(draw: Draw, n: int | None = None, batched: bool = True) -> np.ndarray:
    """Square matrices, n×n with n from 0 to 3, in a stack or not: a diagonal apart from 0 and from itself, and noise."""
    n = draw(st.integers(0, 3)) if n is None else n
    batch = tuple(draw(st.lists(st.integers(0, 2), max_size=1))) if batched else ()
    return array(draw, (*batch, n, n), (-0.4, 0.4)) + np.diag(1.0 + 1.5 * np.arange(n))


@st.composite
def square(draw: Draw, f: Any, batched: bool = True, least: int = 0) -> Case:
    n = draw(st.integers(least, 3))
    return Case(viewed(draw, f, False) if n < 0 else f, [matrix(draw, n, batched)])


@st.composite
def products(draw: Draw, f: Any, kind: str = "any") -> Case:
    n, k, m = (draw(st.integers(0, 3)) for _ in range(3))
    b = draw(broadcastable(2)) if kind != "dot" else [(), ()]
    left, right = (*b[0], n, k), (*b[1], k, m)
    if kind != "matrices":
        form = draw(st.sampled_from(["both", "left", "right", "matrices"]))
        left = (k,) if form in ("both", "left") else left
        right = (k,) if form in ("both", "right") else right
    return Case(f, [array(draw, left), array(draw, right)])


@st.composite
def rows(draw: Draw, f: Any, length: int | None = None, same: bool = False) -> Case:
    """Stacks of vectors that broadcast."""
    n = draw(st.integers(0, 4)) if length is None else length
    b = draw(broadcastable(2)) if not same else [()] * 2
    return Case(viewed(draw, f) if n > 3 else f, [array(draw, (*s[-2:], n)) for s in b])


@st.composite
def any_two(draw: Draw, f: Any, least: int = 0, most: int = 2) -> Case:
    sizes = st.lists(st.integers(0, 3), min_size=least, max_size=most)
    return Case(f, [array(draw, tuple(draw(sizes))) for _ in range(2)])


@st.composite
def ending_alike(draw: Draw) -> Case:
    n = draw(st.integers(0, 3))
    heads = [tuple(draw(st.lists(st.integers(0, 3), max_size=2))) for _ in range(2)]
    return Case(np.inner, [array(draw, (*h, n)) for h in heads])


@st.composite
def contracted(draw: Draw, f: Any) -> Case:
    n, m = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    kind = draw(st.sampled_from([0, 1, 2, ([0], [1])]))
    shapes = {0: ((n,), (m, 2)), 1: ((2, n), (n, m)), 2: ((2, n, m), (n, m)), 3: ((n, 2), (m, n))}
    left, right = shapes[kind if isinstance(kind, int) else 3]
    return Case(lambda x, y: f(x, y, axes=kind), [array(draw, left), array(draw, right)])


EQUATIONS = ["ij,jk->ik", "ij,kj", "ij,ij->", "ij,j->ij", "...i,...i->...", "ii,ij->j", "ij,kl->jl", "ij,ij->ji"]


@st.composite
def summed(draw: Draw) -> Case:
    n = draw(st.integers(0, 3))
    equation = draw(st.sampled_from(EQUATIONS))
    sizes = [tuple(n for c in part if c.isalpha()) for part in equation.split("->")[0].split(",")]
    return Case(lambda x, y: np.einsum(equation, x, y), [array(draw, s) for s in sizes])


@st.composite
def many_products(draw: Draw) -> Case:
    a, b, c, d = (draw(st.integers(1, 3)) for _ in range(4))
    return Case(lambda *xs: LA.multi_dot(list(xs)), [array(draw, s) for s in ((a, b), (b, c), (c, d))])


@st.composite
def solved(draw: Draw) -> Case:
    a = matrix(draw, batched=False)
    right = draw(st.sampled_from([(len(a),), (len(a), 2), (len(a), 0)]))
    if np.lib.NumpyVersion(np.__version__) < "2.0.0" and a.ndim > 2:
        right = (len(a), 2)
    return Case(LA.solve, [a, array(draw, right)])


@st.composite
def fitted(draw: Draw) -> Case:
    n, m = draw(st.integers(1, 2)), draw(st.integers(3, 4))
    a = array(draw, (m, n), (-0.3, 0.3)) + np.eye(m, n) * np.arange(1, n + 1)
    return Case(lambda a, b: LA.lstsq(a, b, None)[0], [a, array(draw, draw(st.sampled_from([(m,), (m, 2)])))])


@st.composite
def tall_or_wide(draw: Draw, f: Any, equal: bool = False) -> Case:
    n, m = (draw(st.integers(1, 3)) for _ in range(2))
    a = array(draw, (n, m), (-0.3, 0.3)) + np.eye(n, m) * (1.0 + 1.2 * np.arange(m))
    return Case(f, [a])


ORDERS: list[Any] = [None, "fro", "nuc", 2, -2, 1, -1, np.inf, -np.inf]
VECTOR: list[Any] = [None, 1, 2, 3, 0.5, np.inf, -np.inf]


@st.composite
def norms(draw: Draw, f: Any, kind: str) -> Case:
    keepdims = draw(st.booleans())
    if kind == "matrix":
        n, m = (draw(st.integers(1, 3)) for _ in range(2))
        a = array(draw, (n, m), (0.1, 0.4), apart=True) + np.eye(n, m) * (1.0 + 1.2 * np.arange(m))
        options = {"ord": draw(st.sampled_from([o for o in ORDERS if o is not None]))}
        return Case(lambda x: f(x, keepdims=keepdims, **options), [a])
    shape = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
    several = f is not LA.norm
    axis = axis_of(draw, len(shape), several, several)
    order = draw(st.sampled_from(VECTOR[several:]))
    return Case(lambda x: f(x, ord=order, axis=axis, keepdims=keepdims), [array(draw, shape, (0.2, 2.0), apart=True)])


def symmetric(s: Any) -> Any:
    return s + np.swapaxes(s, -1, -2)


def definite(s: Any) -> Any:
    return s @ np.swapaxes(s, -1, -2)


def invariants(f: Any, squares: bool) -> Any:
    """Values and vectors, the latter without what is free in them: projections on each vector, if `squares`."""
    return lambda s: [y * y if squares else y for y in f(s)]


def traced(f: Any, batched: bool = True) -> st.SearchStrategy[Case]:
    return st.integers(-1, 1).flatmap(lambda k: square(lambda s: f(s, offset=k), batched))


def _powers(s: Any) -> Any:
    return [LA.matrix_power(s, n) for n in (0, 1, 3, -2)]


CASES: Cases = {
    "matmul": products(np.matmul),
    "dot": products(np.dot, "dot"),
    "inner": ending_alike(),
    "vdot": rows(np.vdot, same=True),
    "outer": any_two(np.outer),
    "kron": any_two(np.kron),
    "tensordot": contracted(np.tensordot),
    "einsum": summed(),
    "cross": rows(np.cross, 3),
    "trace": traced(np.trace, False),
    "linalg.multi_dot": many_products(),
    "linalg.solve": solved(),
    "linalg.lstsq": fitted(),
    "linalg.inv": square(LA.inv),
    "linalg.det": square(LA.det, least=1),
    "linalg.slogdet": square(LA.slogdet, least=1),
    "linalg.matrix_power": square(_powers, least=1),
    "linalg.cond": square(LA.cond, least=1),
    "linalg.pinv": tall_or_wide(LA.pinv),
    "linalg.cholesky": square(lambda s: LA.cholesky(definite(s))),
    "linalg.eigh": square(lambda s: [y * y for y in LA.eigh(symmetric(s))], least=1),
    "linalg.eigvalsh": square(lambda s: LA.eigvalsh(symmetric(s))),
    "linalg.eig": square(lambda s: [np.abs(y) for y in LA.eig(s)], least=1),
    "linalg.eigvals": square(lambda s: np.abs(LA.eigvals(s))),
    "linalg.svd": tall_or_wide(lambda s: [y * y for y in LA.svd(s, full_matrices=False)]),
    "linalg.qr": tall_or_wide(lambda s: [np.abs(y) for y in LA.qr(s)]),
    "linalg.norm": norms(LA.norm, "matrix") | norms(LA.norm, "vector"),
    "linalg.tensorinv": square(lambda s: LA.tensorinv(s, 1), False, 1),
    "linalg.tensorsolve": square(lambda s: LA.tensorsolve(s, np.cos(np.arange(s.shape[0]))), False, 1),
}


def _newer() -> Cases:
    makers: dict[str, Any] = {
        "vecdot": rows, "matvec": lambda f: _with_vector(f, False), "vecmat": lambda f: _with_vector(f, True),
        "linalg.diagonal": lambda f: traced(f), "linalg.trace": lambda f: traced(f), "linalg.outer": lambda f: any_two(f, 1, 1),
        "linalg.matmul": lambda f: products(f, "matrices"), "linalg.matrix_transpose": square, "linalg.vecdot": rows,
        "linalg.tensordot": contracted, "linalg.cross": lambda f: rows(f, 3),
        "linalg.matrix_norm": lambda f: norms(f, "matrix"), "linalg.vector_norm": lambda f: norms(f, "vector"),
        "linalg.svdvals": tall_or_wide,
    }  # fmt: skip
    found = {
        name: getattr(LA if name.startswith("linalg.") else np, name.removeprefix("linalg."), None) for name in makers
    }
    return {name: make(found[name]) for name, make in makers.items() if found[name] is not None}


@st.composite
def _with_vector(draw: Draw, f: Any, first: bool) -> Case:
    n, m = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    b = draw(broadcastable(2))
    vector, stack = (*b[0][-1:], n), (*b[1][-1:], *((n, m) if first else (m, n)))
    arrays = [array(draw, vector), array(draw, stack)]
    return Case(f, arrays if first else arrays[::-1])


CASES |= _newer()
