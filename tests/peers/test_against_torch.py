"""NumPy's functions on tensors against PyTorch: values, gradients, second order; at kinks, infinities and ties too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from elements import CASES, Differs, Results, at_tie, at_zero, compare, subnormal, theirs_is_nan

import notebook_ad as ad

NAMES: dict[str, Any] = {
    "rint": "round", "power": "pow", "fabs": "abs", "degrees": "rad2deg", "radians": "deg2rad",
    "floor_divide": None, "heaviside": None,  # without a derivative there
    "special.log_expit": torch.nn.functional.logsigmoid,
}  # fmt: skip
NAN = "PyTorch gives nan where the limit is finite"
FIRST = (
    "a tie is shared evenly, as maximum's and minimum's here and in PyTorch; fmax and fmin there route it to the first"
)
OVERFLOW = "PyTorch gives nan where the derivative overflows"
FAR = "PyTorch's subtracts two numbers that are nearly equal"
OUTSIDE = "PyTorch's xlogy has no case for 0 log 0 in this derivative"
DIFFERS = {
    "special.sinc": [Differs("second order", theirs_is_nan, NAN)],
    "special.log_ndtr": [
        Differs("gradient second order", lambda point, ours, theirs: point[0] <= -700, FAR),
    ],
    "special.logit": [Differs("second order", theirs_is_nan, NAN)],
    "special.i0": [Differs("second order", theirs_is_nan, OVERFLOW, ("float32",))],
    "special.i1": [Differs("gradient second order", theirs_is_nan, OVERFLOW, ("float32",))],
    "special.i1e": [
        Differs("second order", subnormal, "−1 on the right of 0, 1 on its left; PyTorch gives 0 near 0 too")
    ],
    "special.xlogy": [Differs("gradient second order", theirs_is_nan, OUTSIDE)],
    "special.xlog1py": [Differs("gradient second order", theirs_is_nan, OUTSIDE)],
    "sinc": [Differs("second order", theirs_is_nan, NAN)],
    "power": [Differs("second order", theirs_is_nan, NAN)],
    "float_power": [Differs("second order", theirs_is_nan, NAN)],
    "fmax": [Differs("gradient", at_tie, FIRST)],
    "fmin": [Differs("gradient", at_tie, FIRST)],
    "hypot": [Differs("gradient second order", at_zero, "0 at the origin, as for the norm; PyTorch gives nan")],
    "arctan2": [Differs("second order", at_zero, NAN)],
    "logaddexp": [Differs("second order", theirs_is_nan, NAN)],
    "logaddexp2": [Differs("second order", theirs_is_nan, NAN)],
    "copysign": [Differs("gradient second order", theirs_is_nan, NAN)],
    "fmod": [
        Differs("gradient", lambda point, ours, theirs: bool(np.isnan(ours[1])), "the value is nan, so is the gradient")
    ],
}


def counterpart(name: str) -> Any:
    """PyTorch's function of the entry, None where it has none."""
    given = NAMES.get(name, name.removeprefix("special."))
    return (
        given
        if not isinstance(given, str)
        else getattr(torch.special if name.startswith("special.") else torch, given, None)
    )


def in_torch(name: str, *x: np.ndarray) -> Results:
    f = counterpart(name)
    ts = [torch.tensor(v, requires_grad=True) for v in x]
    y = f(*ts)
    gs = torch.autograd.grad(y.sum(), ts, create_graph=True, materialize_grads=True)
    second = [
        torch.autograd.grad(g.sum(), t, retain_graph=True, materialize_grads=True)[0] if g.requires_grad else torch.zeros_like(t)
        for g, t in zip(gs, ts, strict=True)
    ]  # fmt: skip
    plain = [y, torch.stack(gs), torch.stack(second)]
    return [t.detach().numpy(force=True) for t in plain]


@pytest.mark.parametrize(("name", "dtype"), [case for case in CASES if counterpart(case[0]) is not None])
def test_elementwise_functions_agree_to_second_order(name: str, dtype: str) -> None:
    compare(name, dtype, in_torch, DIFFERS)


Call = Callable[..., Any]
TRAPEZOID: Call = vars(np).get("trapezoid") or vars(np)["trapz"]  # its name before NumPy 2
A = np.array([[2.0, 0.5, -1.0], [0.3, 1.5, 0.2], [-0.7, 0.4, 1.8]])
B = np.array([[0.2, -1.0, 0.6], [1.1, 0.9, -0.4], [0.5, 0.3, -0.8]])
V = np.array([0.4, -1.2, 0.7])
TIED = np.array([[1.0, 2.0, 2.0], [2.0, 0.0, -1.0]])
ZEROS = np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 4.0], [1.0, 5.0, 6.0]])


def symmetric(m: Any) -> Any:
    return m @ m.T + np.eye(3) if not isinstance(m, torch.Tensor) else m @ m.T + torch.eye(3, dtype=m.dtype)


STRUCTURED: dict[str, tuple[Call, Call, tuple[np.ndarray, ...]]] = {
    "sum": (lambda x: np.sum(x, axis=0), lambda x: x.sum(0), (A,)),
    "mean of two axes": (lambda x: np.mean(x, axis=(0, 1)), lambda x: x.mean((0, 1)), (A,)),
    "var": (lambda x: np.var(x, axis=1, ddof=1), lambda x: x.var(1), (A,)),
    "std": (lambda x: np.std(x, axis=0, keepdims=True), lambda x: x.std(0, correction=0, keepdim=True), (A,)),
    "prod with zeros": (lambda x: np.prod(x, axis=0), lambda x: x.prod(0), (ZEROS,)),
    "cumsum": (lambda x: np.cumsum(x, axis=1), lambda x: x.cumsum(1), (A,)),
    "cumprod with zeros": (lambda x: np.cumprod(x, axis=0), lambda x: x.cumprod(0), (ZEROS,)),
    "max of ties": (lambda x: np.max(x, axis=1), lambda x: x.amax(1), (TIED,)),
    "min of ties": (np.min, lambda x: x.amin(), (TIED,)),
    "max(dim) of ties": (lambda x: x.max(dim=1).values, lambda x: x.max(dim=1).values, (TIED[::-1].copy(),)),
    "sort": (lambda x: np.sort(x, axis=0), lambda x: x.sort(0).values, (A,)),
    "median": (lambda x: np.median(x, axis=1), lambda x: x.median(1).values, (A,)),
    "quantile": (lambda x: np.quantile(x, 0.3, axis=1), lambda x: x.quantile(0.3, 1), (A,)),
    "norm at zero": (lambda x: np.linalg.norm(x, axis=0), lambda x: torch.linalg.vector_norm(x, dim=0), (np.zeros((2, 2)),)),
    "norms": (lambda x: np.linalg.norm(x, 3, axis=0), lambda x: torch.linalg.vector_norm(x, 3, dim=0), (A,)),
    "nuclear norm": (lambda x: np.linalg.norm(x, "nuc"), lambda x: torch.linalg.matrix_norm(x, "nuc"), (A,)),
    "matmul": (np.matmul, torch.matmul, (A, B)),
    "dot": (np.dot, torch.dot, (V, V + 1)),
    "outer": (np.outer, torch.outer, (V, V * 2)),
    "einsum": (lambda x, y: np.einsum("ij,jk,k->i", x, y, y[0]), lambda x, y: torch.einsum("ij,jk,k->i", x, y, y[0]), (A, B)),
    "tensordot": (lambda x, y: np.tensordot(x, y, axes=1), lambda x, y: torch.tensordot(x, y, dims=1), (A, B)),
    "kron": (np.kron, torch.kron, (A, B)),
    "cross": (np.cross, torch.linalg.cross, (V, V[::-1] + 0)),
    "inv": (np.linalg.inv, torch.linalg.inv, (A,)),
    "pinv": (np.linalg.pinv, torch.linalg.pinv, (A[:, :2],)),
    "det": (np.linalg.det, torch.linalg.det, (A,)),
    "slogdet": (lambda x: np.linalg.slogdet(x)[1], lambda x: torch.linalg.slogdet(x)[1], (A,)),
    "solve": (np.linalg.solve, torch.linalg.solve, (A, B)),
    "cholesky": (lambda x: np.linalg.cholesky(symmetric(x)), lambda x: torch.linalg.cholesky(symmetric(x)), (A,)),
    "eigvalsh": (lambda x: np.linalg.eigvalsh(symmetric(x)), lambda x: torch.linalg.eigvalsh(symmetric(x)), (A,)),
    "eigenvectors": (
        lambda x: np.abs(np.linalg.eigh(symmetric(x))[1]), lambda x: torch.linalg.eigh(symmetric(x))[1].abs(), (A,)
    ),
    "singular values": (
        lambda x: np.linalg.svd(x, compute_uv=False), lambda x: torch.linalg.svdvals(x), (A,)
    ),
    "qr": (lambda x: np.abs(np.linalg.qr(x)[1]), lambda x: torch.linalg.qr(x)[1].abs(), (A,)),
    "matrix_power": (lambda x: np.linalg.matrix_power(x, 3), lambda x: torch.linalg.matrix_power(x, 3), (A,)),
    "trace": (np.trace, torch.trace, (A,)),
    "diag": (np.diag, torch.diag, (V,)),
    "tril": (lambda x: np.tril(x, -1), lambda x: torch.tril(x, -1), (A,)),
    "roll": (lambda x: np.roll(x, 1, 0), lambda x: torch.roll(x, 1, 0), (A,)),
    "rot90": (np.rot90, lambda x: torch.rot90(x), (A,)),
    "tile": (lambda x: np.tile(x, (2, 1)), lambda x: torch.tile(x, (2, 1)), (A,)),
    "take_along_axis": (
        lambda x: np.take_along_axis(x, np.array([[2, 0], [1, 1], [0, 0]]), 1),
        lambda x: torch.take_along_dim(x, torch.tensor([[2, 0], [1, 1], [0, 0]]), 1), (A,),
    ),
    "diff": (lambda x: np.diff(x, axis=0), lambda x: torch.diff(x, dim=0), (A,)),
    "gradient": (lambda x: np.gradient(x, axis=0), lambda x: torch.gradient(x, dim=0)[0], (A,)),
    "trapezoid": (
        lambda x: TRAPEZOID(x, axis=0), lambda x: torch.trapezoid(x, dim=0), (A,)
    ),
    "clip at its bounds": (
        lambda x: np.clip(x, 0.0, 2.0), lambda x: torch.clamp(x, 0.0, 2.0), (np.array([-1.0, 0.5, 3.0]),)
    ),
    "nan_to_num": (np.nan_to_num, torch.nan_to_num, (np.array([1.0, np.nan, np.inf, -np.inf]),)),
    "rfft": (lambda x: np.abs(np.fft.rfft(x)), lambda x: torch.fft.rfft(x).abs(), (V + 2,)),
    "irfft": (lambda x: np.fft.irfft(x, n=5), lambda x: torch.fft.irfft(x, n=5), (V,)),
    "fftn": (lambda x: np.real(np.fft.fftn(x) ** 2), lambda x: (torch.fft.fftn(x) ** 2).real, (A,)),
    "relu": (ad.relu, torch.relu, (np.array([-1.0, 0.0, 2.0]),)),
    "softplus": (ad.softplus, torch.nn.functional.softplus, (np.array([-30.0, 0.0, 2.0]),)),
    "sigmoid": (ad.sigmoid, torch.sigmoid, (np.array([-700.0, 0.0, 700.0]),)),
    "softmax": (lambda x: x.softmax(dim=1), lambda x: x.softmax(dim=1), (A * 100,)),
    "logsumexp": (lambda x: x.logsumexp(dim=0), lambda x: x.logsumexp(dim=0), (A * 300,)),
}  # fmt: skip


FIRST_ORDER_ONLY = {"norm at zero"}  # 0 in every order here; PyTorch gives nan in the second


@pytest.mark.parametrize("name", STRUCTURED)
def test_functions_of_arrays_agree_to_second_order(name: str) -> None:
    ours, theirs, given = STRUCTURED[name]
    xs, ts = [ad.tensor(a) for a in given], [torch.tensor(a, requires_grad=True) for a in given]
    y, z = ours(*xs), theirs(*ts)
    weights = np.cos(np.arange(y.size)).reshape(y.shape)
    np.testing.assert_allclose(y.detach().value, z.detach().numpy(), rtol=1e-10, atol=1e-12)
    total, other = (y * weights).sum() + 0.1 * (y * y).sum(), (z * torch.tensor(weights)).sum() + 0.1 * (z * z).sum()
    first, wanted = ad.autograd.grad(total, xs, create_graph=True), torch.autograd.grad(other, ts, create_graph=True)
    for g, h in zip(first, wanted, strict=True):
        np.testing.assert_allclose(g.detach().value, h.detach().numpy(), rtol=1e-9, atol=1e-11)
    second = ad.autograd.grad(sum((g * g).sum() for g in first), xs, materialize_grads=True, allow_unused=True)
    if name in FIRST_ORDER_ONLY:
        assert all(np.all(np.isfinite(g.detach().value)) for g in second)
        return
    hessians = torch.autograd.grad(sum((h * h).sum() for h in wanted), ts, materialize_grads=True)
    for g, h in zip(second, hessians, strict=True):
        np.testing.assert_allclose(g.detach().value, h.detach().numpy(), rtol=1e-8, atol=1e-9)
