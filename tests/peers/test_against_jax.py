"""NumPy's functions on tensors against JAX: values, gradients, second order; at kinks, infinities and ties too."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from elements import CASES, Differs, Results, at_tie, at_zero, compare, theirs_is_nan

import notebook_ad as ad

NAN = "JAX gives nan where the limit is finite"
RIGHT = "a tie is shared evenly, as maximum's and minimum's here and in JAX; fmax and fmin there route it to the second"
ZERO = "0 at the kink, as in PyTorch; JAX takes the slope on the right"


def base_is_zero(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(point[0] == 0)


def infinite(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(np.any(np.isinf(point)))


def value_is_nan(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(np.isnan(ours[1]))


DIFFERS = {
    "abs": [Differs("gradient", at_zero, ZERO)],
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


def in_jax(name: str, *x: np.ndarray) -> Results:
    f = getattr(jnp, name)
    every = range(len(x))

    @jax.jit
    def to_second_order(*x: Any) -> Any:
        slopes = [jax.vmap(jax.grad(f, i))(*x) for i in every]
        second = [jax.vmap(jax.grad(jax.grad(f, i), i))(*x) for i in every]
        return jax.vmap(f)(*x), jnp.stack(slopes), jnp.stack(second)

    return [np.asarray(a) for a in to_second_order(*x)]


@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_elementwise_functions_agree_to_second_order(name: str, dtype: str) -> None:
    compare(name, dtype, in_jax, DIFFERS)


A = np.array([[2.0, 0.5, -1.0], [0.3, 1.5, 0.2], [-0.7, 0.4, 1.8]])
B = np.array([[0.2, -1.0, 0.6], [1.1, 0.9, -0.4], [0.5, 0.3, -0.8]])
TIED = np.array([[1.0, 2.0, 2.0], [2.0, 0.0, -1.0]])
C = A[0] + 1j * B[0]


def one_text(m: Any) -> dict[str, tuple[Any, tuple[np.ndarray, ...]]]:
    """The same calls of NumPy and of jax.numpy."""
    return {
        "max and min of ties": (lambda x: m.max(x, axis=1) * m.min(x), (TIED,)),
        "sort and cumulative": (lambda x: m.cumsum(m.sort(x, axis=0), axis=1), (A,)),
        "cumprod": (lambda x: m.cumprod(x, axis=1), (A,)),
        "std and var": (lambda x: m.std(x, axis=0) * m.var(x, axis=1, ddof=1), (A,)),
        "percentile": (lambda x: m.percentile(x, 40.0, axis=0), (A,)),
        "nansum": (lambda x: m.nansum(x * x, axis=0), (np.where(A > 1.6, np.nan, A),)),
        "average": (lambda x, w: m.average(x, axis=0, weights=w), (A, np.abs(B))),
        "inner": (m.inner, (A, B)), "kron": (m.kron, (A, B)), "vdot": (m.vdot, (A, B)), "cross": (m.cross, (A, B)),
        "convolve": (lambda x, y: m.convolve(x, y, "same"), (A[0], B[0])),
        "interp": (lambda x, y: m.interp(m.array([0.2, 1.7]), m.array([0.0, 1.0, 2.0]), x * y), (A[0], B[0])),
        "einsum": (lambda x, y: m.einsum("ij,kj,jj->ik", x, y, x), (A, B)),
        "gradient": (lambda x: m.gradient(x, axis=1), (A,)),
        "polyval": (lambda p, x: m.polyval(p, x), (A[0], B[0])),
        "linspace": (lambda x, y: m.linspace(x, y, 5), (A[0], B[0])),
        "pad": (lambda x: m.pad(x, 1, mode="reflect"), (A,)),
        "take": (lambda x: m.take(x, np.array([2, 0, 2]), axis=1), (A,)),
        "tri": (lambda x: m.tril(x) @ m.triu(x, 1), (A,)),
        "rot90": (lambda x: m.rot90(x) * m.flip(x), (A,)),
        "norm": (lambda x: m.linalg.norm(x, axis=0) * m.linalg.norm(x), (A,)),
        "inv": (lambda x: m.linalg.inv(x), (A,)),
        "det": (lambda x: m.linalg.det(x) * m.linalg.slogdet(x)[1], (A,)),
        "pinv": (lambda x: m.linalg.pinv(x), (A[:, :2],)),
        "solve": (lambda x, y: m.linalg.solve(x, y), (A, B)),
        "cholesky": (lambda x: m.linalg.cholesky(x @ x.T + m.eye(3)), (A,)),
        "eigh": (lambda x: m.abs(m.linalg.eigh(x + x.T)[1]), (A,)),
        "singular values": (lambda x: m.linalg.svd(x, compute_uv=False), (A,)),
        "qr": (lambda x: m.abs(m.linalg.qr(x)[1]), (A,)),
        "rfft": (lambda x: m.abs(m.fft.rfft(x)), (A,)),
        "complex arithmetic": (lambda z: m.abs(m.exp(z) * m.conj(z)) + m.real(z**2) - m.imag(m.sin(z)), (C,)),
        "fft of complex": (lambda z: m.real(m.fft.fft(z) * z), (C,)),
    }  # fmt: skip


@pytest.mark.parametrize("name", one_text(np))
def test_functions_of_arrays_agree_to_second_order(name: str) -> None:
    ours, theirs = one_text(np)[name][0], one_text(jnp)[name][0]
    given = one_text(np)[name][1]
    every = tuple(range(len(given)))

    def scalar(f: Any, m: Any) -> Any:
        def weighted(*x: Any) -> Any:
            y = f(*x)
            return m.sum(y * np.cos(np.arange(y.size)).reshape(y.shape)) + 0.1 * m.sum(y * y)

        return weighted

    def squared(gradient: Any, m: Any) -> Any:
        return lambda *x: sum(m.sum(m.real(g * m.conj(g))) for g in gradient(*x))

    np.testing.assert_allclose(
        ours(*map(ad.tensor, given)).detach().value, jax.jit(theirs)(*given), rtol=1e-10, atol=1e-12
    )
    first, wanted = ad.grad(scalar(ours, np), every), jax.grad(scalar(theirs, jnp), every)
    for g, h in zip(first(*given), jax.jit(wanted)(*given), strict=True):
        np.testing.assert_allclose(g, h, rtol=1e-9, atol=1e-11)
    second, hessian = ad.grad(squared(first, np), every), jax.grad(squared(wanted, jnp), every)
    for g, h in zip(second(*given), jax.jit(hessian)(*given), strict=True):
        np.testing.assert_allclose(g, h, rtol=1e-8, atol=1e-9)
