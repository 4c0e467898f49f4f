"""vmap, and the Jacobians that run through it, against JAX: one text run with both."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import notebook_ad as ad

RNG = np.random.default_rng(0)
A, B, T = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3, 3)) + 3 * np.eye(3)
I = RNG.integers(0, 3, (4, 2))  # noqa: E741 - indices
Body = Callable[..., Any]


@pytest.fixture(autouse=True)
def _in_double_precision() -> None:
    jax.config.update("jax_enable_x64", True)


def same(ours: Any, theirs: Any) -> None:
    plain = jax.tree_util.tree_map(lambda t: np.asarray(t.detach().value if isinstance(t, ad.Tensor) else t), ours)
    found, expected = jax.tree_util.tree_flatten(plain), jax.tree_util.tree_flatten(theirs)
    assert found[1] == expected[1]
    for got, want in zip(found[0], expected[0], strict=True):
        assert got.shape == np.shape(want)
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-11)


def bodies(m: Any) -> dict[str, tuple[Body, tuple[np.ndarray, ...]]]:
    """The same functions of NumPy and of jax.numpy, and examples for them."""
    return {
        "elementwise": (lambda x, y: m.sin(x) * y - m.where(x > y, x, y * y), (A, B)),
        "sum and cumulative": (lambda x: m.cumsum(x) * m.prod(x) + m.cumprod(x) * m.var(x), (A,)),
        "products": (lambda x, t: m.outer(x, x) @ t + m.kron(x, x).reshape(3, 3) + m.tensordot(t, t, ((0,), (1,))), (A, T)),
        "einsum": (lambda x, t: m.einsum("i,ij,kj->k", x, t, t), (A, T)),
        "linear algebra": (lambda t, x: m.linalg.solve(t, x) * m.linalg.det(t) + m.linalg.inv(t) @ x, (T, A)),
        "slogdet and pinv": (lambda t: m.linalg.pinv(t[:, :2]) * m.linalg.slogdet(t)[1], (T,)),
        "decompositions": (
            lambda t: (
                m.linalg.eigh(t + t.T)[0], m.linalg.svd(t, compute_uv=False), m.linalg.cholesky(t @ t.T), m.abs(m.linalg.qr(t)[1]),
            ), (T,),
        ),
        "sort": (lambda x: m.sort(x)[::-1] * m.median(x) + m.percentile(x, 30.0), (A,)),
        "index": (lambda t, i: t[i] * t[:, i[0]][:2, None] + t[i, i][:, None], (T, I)),
        "take": (lambda t, i: m.take(t, i, axis=1) * m.take_along_axis(t, m.stack([i, i, i]), axis=1), (T, I)),
        "rearranged": (lambda x, t: m.concatenate([m.roll(x, 1), m.tile(x, 2), m.repeat(x, 2), m.pad(x, 1)]) * m.trace(t), (A, T)),
        "triangles": (lambda t, x: m.tril(t) @ m.triu(t, 1) + m.diag(x) + m.diag(m.diagonal(t)), (T, A)),
        "signals": (lambda x, y: m.convolve(x, y) * m.interp(0.7, m.array([0.0, 1.0, 2.0]), y) + m.convolve(y, y)[::-1], (A, B)),
        "cross and norm": (lambda x, y: m.cross(x, y) / m.linalg.norm(x) + m.clip(x, -0.5, y * y), (A, B)),
        "transforms": (lambda x: m.abs(m.fft.fft(x)) + m.real(m.fft.ifft(x * x)), (A,)),
    }  # fmt: skip


def scalar(f: Body, m: Any) -> Body:
    def total(*xs: Any) -> Any:
        found = f(*xs)
        parts = found if isinstance(found, tuple) else (found,)
        return sum(m.sum(m.sin(p) * np.cos(np.arange(p.size)).reshape(p.shape)) for p in parts)

    return total


def in_every_mix(lib: Any, m: Any, f: Body, axes: tuple[int | None, ...], first: int) -> Body:
    """Values, vmap of grad, grad of vmap and vmap of jvp."""
    total = scalar(f, m)

    def along(*xs: Any) -> Any:
        fixed = lambda x: total(*xs[:first], x, *xs[first + 1 :])
        return lib.jvp(fixed, (xs[first],), (xs[first] * 0.5,))[1]

    def mixed(*xs: Any) -> Any:
        over = lib.grad(lambda *ys: m.sum(lib.vmap(total, axes)(*ys)), first)(*xs)
        return lib.vmap(f, axes)(*xs), lib.vmap(lib.grad(total, first), axes)(*xs), over, lib.vmap(along, axes)(*xs)

    return mixed


MIXES = [
    (name, shared)
    for name, (_, given) in bodies(np).items()
    for shared in (None, *range(len(given) * (len(given) > 1)))
]


@pytest.mark.parametrize(("name", "shared"), MIXES)
def test_values_and_derivatives_of_many_examples(name: str, shared: int | None) -> None:
    given = bodies(np)[name][1]
    axes = tuple(None if i == shared else 0 for i in range(len(given)))
    arrays = [x[0] if axis is None else x for x, axis in zip(given, axes, strict=True)]
    first = next(i for i, x in enumerate(arrays) if x.dtype.kind == "f")
    ours, theirs = (in_every_mix(lib, m, bodies(m)[name][0], axes, first) for lib, m in ((ad, np), (jax, jnp)))
    tensors = [ad.tensor(x, requires_grad=False) if axis is None else x for x, axis in zip(arrays, axes, strict=True)]
    same(ours(*tensors), jax.jit(theirs)(*arrays))


@pytest.mark.parametrize("name", [n for n in bodies(np) if n != "decompositions"])
@pytest.mark.parametrize("of", ["jacfwd", "jacrev", "hessian"])
def test_jacobians_of_one_example_and_of_many(name: str, of: str) -> None:
    given = bodies(np)[name][1]

    def both(lib: Any, m: Any) -> Body:
        f = bodies(m)[name][0]
        jacobian = getattr(lib, of)(scalar(f, m) if of == "hessian" else f)
        return lambda *xs: (jacobian(*(x[0] for x in xs)), lib.vmap(jacobian)(*xs))

    same(both(ad, np)(*given), jax.jit(both(jax, jnp))(*given))


AXES: dict[str, tuple[Body, dict[str, Any], tuple[Any, ...]]] = {
    "negative": (lambda x: x * 2, {"in_axes": -1, "out_axes": -1}, (A,)),
    "by argument": (lambda x, y, z: x * y + z, {"in_axes": (1, None, 0)}, (A.T, A[0], A[:, 0])),
    "a list": (lambda x, y: x * y, {"in_axes": [0, -1]}, (A, A.T)),
    "trees": (
        lambda p, q: {"r": p["a"] + p["b"][0] * q, "s": (p["b"][1], q)},
        {"in_axes": ({"a": 0, "b": (None, 1)}, None), "out_axes": {"r": 1, "s": (0, None)}}, ({"a": A, "b": (2.0, A.T)}, 3.0),
    ),
    "upper parts": (lambda p, q: (p["a"] + p["b"], q), {"in_axes": (1, None), "out_axes": (1, None)}, ({"a": A, "b": B}, 1.0)),
    "size": (lambda: 1.0, {"axis_size": 3}, ()), "size of shared": (lambda x: x * x, {"in_axes": None, "axis_size": 2}, (A,)),
    "nothing": (lambda x: None, {}, (A,)), "a constant": (lambda x: 1.5, {"out_axes": 0}, (A,)),
}  # fmt: skip


@pytest.mark.parametrize("name", AXES)
def test_axes_of_arguments_and_results(name: str) -> None:
    f, options, given = AXES[name]
    same(ad.vmap(f, **options)(*given), jax.vmap(f, **options)(*given))


def test_keywords_are_along_their_first_axis() -> None:
    f = lambda x, k: x * k
    same(ad.vmap(f, in_axes=1)(A.T, k=B), jax.vmap(f, in_axes=1)(A.T, k=B))


REFUSED: list[tuple[Body, dict[str, Any], tuple[Any, ...]]] = [
    (lambda x, y: x, {}, (A, A.T)), (lambda x: x, {"in_axes": 2}, (A,)), (lambda x: x, {"in_axes": None}, (A,)),
    (lambda x: x, {"axis_size": 3}, (A,)), (lambda x: x, {"out_axes": None}, (A,)), (lambda x: x, {"out_axes": 3}, (A,)),
    (lambda x: (x, x), {"out_axes": (0,)}, (A,)), (lambda x, y: x, {"in_axes": (0,)}, (A, A)), (lambda x: x, {}, (1.0,)),
    (lambda p: p["a"], {"in_axes": ({"a": 0, "b": None},)}, ({"a": A},)),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: str(case[1]))
def test_what_jax_refuses_is_refused_with_the_same_class_of_error(case: Any) -> None:
    f, options, given = case
    for lib in (ad, jax):
        with pytest.raises(ValueError, match=re.compile("vmap|axis")):
            lib.vmap(f, **options)(*given)


@pytest.mark.parametrize(
    "case", [(lambda x: x, {"in_axes": 1.5}), (lambda x: "a", {}), (3, {})], ids=["axes", "result", "function"]
)
def test_types_that_jax_refuses_are_refused(case: Any) -> None:
    for lib in (ad, jax):
        with pytest.raises(TypeError):
            lib.vmap(case[0], **case[1])(A)


def test_a_pullback_of_many_cotangents_and_transforms_within_transforms() -> None:
    def text(lib: Any, m: Any) -> Any:
        f = lambda x: m.tanh(m.outer(x, x)) @ x
        pulled = lib.vmap(lib.vjp(f, A[0])[1])(m.eye(3))
        inner = lambda x, y: lib.jvp(
            lambda z: lib.vmap(lambda w: lib.grad(lambda q: m.sum(m.sin(q * w) * z))(y))(T[0] * x), (x,), (y,)
        )
        pairs = lib.vmap(lib.vmap(lambda x, y: m.tanh(m.outer(x, y)) @ y, (None, 0)), (0, None))(A, B)
        return (
            pulled,
            lib.vmap(inner)(A, B),
            pairs,
            lib.jacfwd(lib.vmap(f))(A[:2]),
            lib.vmap(lib.jacfwd(lib.jacrev(f)))(A),
        )

    same(text(ad, np), text(jax, jnp))
