"""Calls for vmap: a function, and how each argument is made for one example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import notebook_ad as ad
from notebook_ad.scipy import linalg, signal, special

LA = np.linalg
Table = dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]  # a function, and how each argument is made


def of(*shape: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: rng.normal(size=shape)


def regular(*shape: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: rng.normal(size=shape) + 3 * np.eye(shape[-1])


def between(low: float, high: float, *shape: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: rng.uniform(low, high, shape)


def rising(low: float, high: float, n: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: np.sort(rng.uniform(low, high, n))


def arrays_for(makers: Any, axes: Any, count: int = 3, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [np.stack([m(rng) for _ in range(count)]) if a == 0 else m(rng) for m, a in zip(makers, axes, strict=True)]


def of_tensor(x: Any) -> Any:
    return x if isinstance(x, ad.Tensor) else ad.tensor(x, requires_grad=False)


PRODUCTS: Table = {
    **{
        f"einsum {text}": (lambda *xs, text=text: np.einsum(text, *xs), tuple(of(*shape) for shape in shapes))
        for text, shapes in {
            "ij,jk->ki": [(2, 3), (3, 4)], "ij,ij->": [(2, 3), (2, 3)], "ii,i->i": [(3, 3), (3,)], "ii": [(3, 3)],
            "i,j,k->ijk": [(2,), (3,), (2,)], "...i,i": [(2, 3), (3,)], "ij->ji": [(2, 3)],
        }.items()
    },
    **{
        f"matmul {left} {right}": (np.matmul, (of(*left), of(*right)))
        for left, right in [
            ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 2)), ((4, 2, 3), (3, 2)), ((2, 3), (4, 3, 2)),
            ((3,), (4, 3, 2)), ((4, 2, 3), (3,)), ((5, 1, 2, 3), (4, 3, 2)),
        ]
    },
    "tensordot": (lambda a, b: np.tensordot(a, b, ([0, 2], [1, 0])), (of(2, 3, 4), of(4, 2, 3))),
    "tensordot 0": (lambda a, b: np.tensordot(a, b, 0), (of(2), of(2, 2))),
    "dot": (np.dot, (of(2, 3), of(3, 2))), "inner": (np.inner, (of(2, 3), of(4, 3))),
    "outer": (np.outer, (of(2, 2), of(3))), "vdot": (np.vdot, (of(2, 3), of(2, 3))),
    "kron": (np.kron, (of(2, 3), of(2))), "cross": (np.cross, (of(3), of(2, 3))),
    "trace": (lambda a: np.trace(a, 1, -1, 0), (of(2, 3, 4),)),
}  # fmt: skip

MATRICES: Table = {
    "inv": (LA.inv, (regular(3, 3),)), "det": (LA.det, (regular(3, 3),)), "pinv": (LA.pinv, (of(3, 2),)),
    "slogdet": (lambda a: LA.slogdet(a)[1], (regular(3, 3),)),
    "cholesky": (lambda a: LA.cholesky(a @ a.T), (regular(3, 3),)),
    "eigh": (lambda a: (LA.eigh(a + a.T)[0], LA.eigh(a + a.T)[1] ** 2), (regular(3, 3),)),
    "eigvalsh": (lambda a: LA.eigvalsh(a + a.T), (regular(3, 3),)),
    "eig": (lambda a: np.sum(np.real(LA.eig(a)[0] ** 3)), (of(3, 3),)),
    "svd": (lambda a: (LA.svd(a)[1], LA.svd(a, full_matrices=False)[0] ** 2), (of(3, 2),)),
    "singular values": (lambda a: LA.svd(a, compute_uv=False), (of(3, 2),)),
    "svd, Hermitian": (lambda a: LA.svd(a + a.T, hermitian=True)[1], (regular(3, 3),)),
    "pinv, Hermitian": (lambda a: LA.pinv(a + a.T, hermitian=True), (regular(3, 3),)),
    "qr": (lambda a: LA.qr(a), (of(3, 2),)), "qr complete": (lambda a: LA.qr(a, "complete")[1], (of(3, 2),)),
    "matrix_power": (lambda a: LA.matrix_power(a, 3), (regular(3, 3),)), "cond": (LA.cond, (regular(3, 3),)),
    "norm": (LA.norm, (of(2, 3),)), "norm 3": (lambda a: LA.norm(a, 3, axis=0), (of(2, 3),)),
    "norm 2": (lambda a: LA.norm(a, 2), (of(2, 3),)), "nuclear norm": (lambda a: LA.norm(a, "nuc"), (of(2, 3),)),
    "complex": (lambda a: np.abs(LA.solve(a + 1j * np.sin(a), np.ones(3))), (regular(3, 3),)),
    "complex slogdet": (lambda a: LA.slogdet(a + 1j * np.sin(a)), (regular(3, 3),)),
    **{
        f"solve {left} {right}": (LA.solve, (regular(*left), of(*right)))
        for left, right in [((3, 3), (3,)), ((3, 3), (3, 2)), ((3, 3), (2, 3, 2)), ((2, 3, 3), (3, 2)), ((2, 3, 3), (3,))]
    },
    "lstsq": (lambda a, b: LA.lstsq(a, b, None)[0], (of(4, 2), of(4))),
    "tensorinv": (lambda a: LA.tensorinv(a, 1), (regular(3, 3),)),
    "expm": (linalg.expm, (of(3, 3),)),
    **{
        f"solve_triangular {trans} {lower} {unit}": (
            lambda a, b, t=trans, lo=lower, u=unit: linalg.solve_triangular(a, b, t, lo, u), (regular(3, 3), of(3, 2))
        )
        for trans, lower, unit in [(0, True, False), (1, True, True), (0, False, True), (1, False, False)]
    },
    "solve_triangular of a vector": (linalg.solve_triangular, (regular(3, 3), of(3))),
}  # fmt: skip

AXES: Table = {
    "cumsum": (lambda x: np.cumsum(x, axis=-1), (of(2, 3),)), "cumprod": (lambda x: np.cumprod(x), (of(2, 3),)),
    "prod": (lambda x: np.prod(x, axis=(0, -1)), (of(2, 3),)),
    "var": (lambda x: np.var(x, axis=-1, ddof=1), (of(2, 3),)),
    "std": (lambda x: np.std(x, axis=0, keepdims=True), (of(2, 3),)),
    "max": (lambda x: np.max(x, axis=-1), (of(2, 3),)),
    "sort": (lambda x: np.sort(x, axis=0), (of(4, 2),)), "sort all": (lambda x: np.sort(x, axis=None), (of(2, 2),)),
    "partition": (lambda x: np.partition(x, 2, axis=0), (of(4, 2),)), "median": (np.median, (of(2, 3),)),
    "quantile": (lambda x: np.quantile(x, [0.2, 0.7], axis=1), (of(2, 4),)),
    "percentile": (lambda x: np.percentile(x, 30.0, keepdims=True), (of(2, 4),)),
    "roll": (lambda x: np.roll(x, (1, 2), (0, -1)), (of(2, 3),)), "roll all": (lambda x: np.roll(x, 2), (of(2, 3),)),
    "repeat": (lambda x: np.repeat(x, [1, 0, 2], axis=-1), (of(2, 3),)),
    "tile": (lambda x: np.tile(x, (2, 1, 3)), (of(3),)),
    "flip": (lambda x: np.flip(x, -1), (of(2, 3),)), "pad": (lambda x: np.pad(x, 1, mode="reflect"), (of(3, 3),)),
    "diag": (lambda x: np.diag(x, -1), (of(3),)), "diagonal": (lambda x: np.diagonal(x, 1), (of(3, 3),)),
    "tril": (np.tril, (of(2, 3, 3),)), "tril of a row": (np.tril, (of(3),)),
    "triu": (lambda x: np.triu(x, 1), (of(3, 3),)),
    "fft": (lambda x: np.fft.fft2(x), (of(2, 3),)), "irfft": (lambda x: np.fft.irfft(x, 5, axis=0), (of(3, 2),)),
    "fftshift": (lambda x: np.fft.fftshift(x, -1), (of(2, 3),)),
    "rfft": (lambda x: np.abs(np.fft.rfft(x)), (of(2, 4),)),
    "logsumexp": (lambda x: special.logsumexp(x, axis=-1), (of(2, 3),)),
    "logsumexp of one": (special.logsumexp, (of(),)),
    "weighted logsumexp": (lambda x, b: special.logsumexp(x, axis=0, b=b * b), (of(3, 2), of(3, 2))),
    "softmax": (lambda x: special.softmax(x, axis=0), (of(2, 3),)),
    "log_softmax": (lambda x: special.log_softmax(x, axis=-1), (of(2, 3),)),
    "linspace": (lambda x, y: np.linspace(x, y, 5, axis=-1), (of(2, 2), of(2))),
    "linspace of numbers": (lambda x, y: np.linspace(x, y, 4), (of(), of())),
    "values and places": (lambda x: of_tensor(x).sort(dim=0)[0], (of(4, 2),)),
    "median of lines": (lambda x: of_tensor(x).median(0)[0], (of(4, 2),)),
    "cummax": (lambda x: of_tensor(x).cummax(0)[0], (of(4, 2),)), "topk": (lambda x: of_tensor(x).topk(2)[0], (of(4),)),
}  # fmt: skip

SIGNALS: Table = {
    **{
        f"{name} {mode} {m} {n}": (lambda a, v, name=name, mode=mode: getattr(np, name)(a, v, mode), (of(m), of(n)))
        for name in ("convolve", "correlate") for mode in ("full", "same", "valid") for m, n in [(4, 3), (2, 4), (3, 1)]
    },
    "convolve over axes": (
        lambda a, b: signal.convolve(a, b, axes=([1], [1]), dot_axes=([0], [0])), (of(2, 4, 3), of(2, 3, 2))
    ),
    "convolve of images": (lambda a, b: signal.convolve(a, b, mode="valid"), (of(4, 3), of(2, 2))),
    "interp": (np.interp, (between(-1, 6, 2, 3), rising(0, 5, 5), of(5))),
    "interp with ends": (lambda *x: np.interp(*x, left=1.0, right=-2.0), (between(-1, 6, 3), rising(0, 5, 4), of(4))),
    "interp of one": (np.interp, (between(1, 4), rising(0, 5, 5), of(5))),
}  # fmt: skip

ELEMENTS: Table = {
    "where": (lambda x, y: np.where(x > y, x * y, x), (of(2, 3), of(3))),
    "clip": (lambda x, y: np.clip(x, y, 1.0), (of(2, 3), of(3))),
    "select": (lambda x: np.select([x > 1, x > 0], [x, x * x], 2 * x), (of(2, 3),)),
    "special": (lambda x, y: special.betaln(x * x + 0.1, y * y + 0.1) + special.polygamma(1, x * x + 0.2), (of(2), of(3, 1))),
    "multigammaln": (lambda x: special.multigammaln(x * x + 2, 2), (of(3),)),
    "complex": (lambda x: np.real(np.exp(1j * x) * np.angle(x + 1j) * np.conj(x + 2j)), (of(3),)),
    "nan_to_num": (lambda x: np.nan_to_num(x), (of(3),)), "ldexp": (lambda x: np.ldexp(x, 3), (of(3),)),
}  # fmt: skip
TABLE = PRODUCTS | MATRICES | AXES | SIGNALS | {f"elements: {name}": case for name, case in ELEMENTS.items()}


def places(low: int, high: int, *shape: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: rng.integers(low, high, shape)


def halves(*shape: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: np.round(rng.normal(size=shape) * 2) / 2


def falling(n: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: np.sort(halves(n)(rng))[::-1].copy()


FACTS: Table = {
    **{
        f"searchsorted {side}": (lambda a, v, side=side: np.searchsorted(a, v, side), (rising(-1, 1, 5), halves(2, 3)))
        for side in ("left", "right")
    },
    **{
        f"digitize {right} {up}": (
            lambda b, x, right=right: np.digitize(x, b, right), (rising(-1, 1, 4) if up else falling(4), halves(2, 3))
        )
        for right in (True, False) for up in (True, False)
    },
    "isin": (np.isin, (halves(2, 3), halves(4))),
    "not isin": (lambda a, b: np.isin(a, b, invert=True), (halves(2, 3), halves(4))),
    "allclose": (np.allclose, (halves(1), halves(1))), "array_equal": (np.array_equal, (halves(1), halves(1))),
    "array_equal of shapes": (np.array_equal, (halves(1), halves(2))),
    "array_equiv": (np.array_equiv, (halves(1), halves(2))),
    "array_equiv of shapes": (np.array_equiv, (halves(3), halves(2))),
    "isclose": (np.isclose, (halves(2), halves(3, 1))),
    "matrix_rank": (LA.matrix_rank, (lambda rng: np.outer(halves(3)(rng), halves(3)(rng)),)),
    "argsort": (np.argsort, (of(2, 3),)), "argsort all": (lambda a: np.argsort(a, axis=None), (of(2, 3),)),
    "argmax kept": (lambda a: np.argmax(a, keepdims=True), (of(2, 3),)),
    "argmin": (lambda a: np.argmin(a, -1), (of(2, 3),)),
    "any": (lambda a: np.any(a > 1, axis=(0, -1)), (of(2, 3),)), "all": (lambda a: np.all(a > 0), (of(1, 2),)),
    "count_nonzero": (lambda a: np.count_nonzero(a, axis=0), (halves(4, 2),)),
    "astype": (lambda a: of_tensor(a).astype("int64"), (halves(3),)),
    "argpartition": (lambda a: np.argpartition(a, 1, axis=0), (of(3, 2),)),
    "round": (lambda a: np.round(a, 1), (of(3),)),
    "lexsort": (lambda a, b: np.lexsort((a, b)), (of(2, 3), halves(2, 3))), "signbit": (np.signbit, (of(2),)),
    "bincount": (lambda x: np.bincount(x, minlength=6), (places(0, 5, 4),)),
    "histogram": (lambda x: np.histogram(x, 4, (0, 1))[0], (between(0, 1, 6),)), "isreal": (np.isreal, (of(2),)),
}  # fmt: skip
