"""One call of each entry of the registry that is not elementwise, in one text for NumPy on tensors and for jax.numpy.

`m` is a module with NumPy's names: numpy (tensors serve its protocols) or jax.numpy; `m.special` is that of SciPy. After a
comma a name says what is special about the arguments: zeros, ties, infinities, numbers about ±700.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

import notebook_ad as ad

Call = Callable[..., Any]
Arrays = tuple[np.ndarray, ...]

A = np.array([[2.0, 0.5, -1.0], [0.3, 1.5, 0.2], [-0.7, 0.4, 1.8]])
B = np.array([[0.2, -1.0, 0.6], [1.1, 0.9, -0.4], [0.5, 0.3, -0.8]])
D = np.array([[1.0, 0.3, 0.1], [0.2, 2.5, -0.3], [-0.1, 0.2, 4.0]])  # eigenvalues apart and real
V, W = A[0], B[0]
C = (V, W)  # real and imaginary part
CUBE = np.linspace(-1.0, 2.0, 8).reshape(2, 2, 2)
I = np.array([2, 0, 2])  # noqa: E741 - indices
ROWS = np.array([[2, 0], [1, 1], [0, 0]])
MASK = np.array([[True, False, True], [False, True, True], [True, False, False]])
GAPS = np.where(MASK, A, np.nan)
TIED = np.array([[1.0, 2.0, 2.0], [2.0, 0.0, -1.0], [0.0, 0.0, 0.0]])
ZEROS = np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 4.0], [1.0, 5.0, 6.0]])
ENDLESS = np.array([[np.inf, 1.0, -1.0], [0.0, -np.inf, 2.0], [np.inf, np.inf, 0.5]])
FAR = np.array([[700.0, -700.0, 699.0], [-700.0, -700.0, 0.0], [1.0, -1.0, 0.0]])


class Module:
    """A module with NumPy's names, and SciPy's special functions beside it."""

    def __init__(self, numpy: Any, special: Any) -> None:
        self.numpy, self.special = numpy, special

    def __getattr__(self, name: str) -> Any:
        return getattr(self.numpy, name)


OURS = Module(np, ad.scipy.special)


def symmetric(s: Any) -> Any:
    return s + s.T


def definite(m: Any, s: Any) -> Any:
    return s @ s.T + m.asarray(np.eye(3), s.dtype) if m is not OURS else s @ s.T + np.eye(3, dtype=s.dtype)


def squares(parts: Any) -> list[Any]:
    return [part * part for part in parts]


def same(name: str, *rest: Any, at: tuple[int, ...] = (), **options: Any) -> Call:
    """`m.name(*x, *rest, **options)`, of which one result if `at` is given."""
    path = name.split(".")

    def call(m: Any, *x: Any) -> Any:
        f = m
        for part in path:
            f = getattr(f, part)
        y = f(*x, *rest, **options)
        for i in at:
            y = y[i]
        return y

    return call


def plain(*names: str, of: Arrays, **options: Any) -> dict[str, tuple[Call, Arrays]]:
    return {name: (same(name, **options), of) for name in names}


def listed(*names: str, of: Arrays) -> dict[str, tuple[Call, Arrays]]:
    """Functions of a list of arrays."""
    return {name: (_of_list(same(name)), of) for name in names}


def _of_list(f: Call) -> Call:
    return lambda m, *x: f(m, list(x))


def complexes(*names: str) -> dict[str, tuple[Call, Arrays]]:
    """Functions of x + iy."""
    return {name: (_of_complex(same(name)), (A, B)) for name in names}


def _of_complex(f: Call) -> Call:
    return lambda m, x, y: f(m, x + 1j * y)


CALLS: dict[str, tuple[Call, Arrays]] = {
    **plain("sum", "mean", "prod", "max", "min", "amax", "amin", "median", "ptp", of=(A,), axis=0),
    **plain("var", "std", of=(A,), axis=1, ddof=1),
    **plain("cumsum", "cumprod", "cumulative_sum", "cumulative_prod", of=(A,), axis=1),
    **plain(
        "nansum",
        "nanprod",
        "nanmean",
        "nanmax",
        "nanmin",
        "nanvar",
        "nanstd",
        "nancumsum",
        "nancumprod",
        of=(GAPS,),
        axis=1,
    ),
    "quantile": (same("quantile", 0.3, axis=1), (A,)),
    "percentile": (same("percentile", 40.0, axis=0), (A,)),
    "average": (lambda m, x, w: m.average(x, axis=0, weights=w), (A, np.abs(B))),
    "trapezoid": (lambda m, y, x: m.trapezoid(y, x, axis=0), (A, V)),
    "linspace": (lambda m, x, y: m.linspace(x, y, 5), (V, W)),
    "reshape": (same("reshape", (1, 9)), (A,)),
    **plain("ravel", "copy", "atleast_1d", "atleast_2d", "atleast_3d", of=(A,)),
    **plain(
        "transpose",
        "matrix_transpose",
        "fliplr",
        "flipud",
        "rot90",
        "diag",
        "diagonal",
        "trace",
        "tril",
        "triu",
        of=(A,),
    ),
    "swapaxes": (same("swapaxes", 0, 1), (CUBE,)),
    "moveaxis": (same("moveaxis", 0, -1), (CUBE,)),
    "rollaxis": (same("rollaxis", 2), (CUBE,)),
    "squeeze": (same("squeeze"), (A[:, None],)),
    "expand_dims": (same("expand_dims", 1), (A,)),
    "broadcast_to": (same("broadcast_to", (2, 3, 3)), (A,)),
    "broadcast_arrays": (same("broadcast_arrays"), (A, V)),
    "meshgrid": (same("meshgrid"), (V, W)),
    "repeat": (same("repeat", 2, axis=0), (A,)),
    "tile": (same("tile", (2, 1)), (A,)),
    "resize": (same("resize", (2, 7)), (A,)),
    "roll": (same("roll", 1, 0), (A,)),
    "flip": (same("flip", 1), (A,)),
    "pad": (same("pad", 1, mode="reflect"), (A,)),
    "diagflat": (same("diagflat"), (V,)),
    "vander": (same("vander"), (V,)),
    "full_like": (lambda m, x: m.full_like(x, x[0, 0]), (A,)),
    **listed("hstack", "vstack", "dstack", "column_stack", "stack", "concatenate", of=(A, B)),
    "block": (lambda m, x, y: m.block([[x, y], [y, x]]), (A, B)),
    "append": (same("append", axis=0), (A, B)),
    "insert": (lambda m, x, v: m.insert(x, 1, v, axis=0), (A, W)),
    "split": (same("split", 3, 1), (A,)),
    "array_split": (same("array_split", 2), (A,)),
    "hsplit": (same("hsplit", 3), (A,)),
    "vsplit": (same("vsplit", 3), (A,)),
    "dsplit": (same("dsplit", 2), (CUBE,)),
    "unstack": (same("unstack"), (A,)),
    "take": (same("take", I, axis=1), (A,)),
    "take_along_axis": (same("take_along_axis", ROWS, axis=1), (A,)),
    "compress": (lambda m, x: m.compress(np.array([True, False, True]), x, axis=0), (A,)),
    "extract": (lambda m, x: m.extract(MASK, x), (A,)),
    "delete": (same("delete", 1, axis=0), (A,)),
    "sort": (same("sort", axis=0), (A,)),
    "partition": (lambda m, x: m.sort(m.partition(x, 1)), (A,)),
    "unique": (lambda m, x: m.unique(x) if m is OURS else m.unique(x, size=9), (A,)),
    "diff": (same("diff", axis=0), (A,)),
    "ediff1d": (same("ediff1d"), (V,)),
    "gradient": (same("gradient"), (A,)),
    "convolve": (same("convolve", "same"), C),
    "correlate": (same("correlate", "full"), C),
    "interp": (lambda m, x, y: m.interp(x, np.array([-2.0, 0.0, 3.0]).astype(x.dtype), y), C),
    "polyval": (same("polyval"), (V, B)),
    "bincount": (lambda m, w: m.bincount(I, w, length=4) if m is not OURS else np.bincount(I, w, 4), (V,)),
    "histogram": (lambda m, w: m.histogram(I, 3, (0, 3), weights=w)[0], (V,)),
    "where": (lambda m, x, y: m.where(MASK, x, y), (A, B)),
    "select": (lambda m, x, y: m.select([MASK, ~MASK.T], [x, y], 0.5), (A, B)),
    "choose": (lambda m, x, y: m.choose(MASK.astype(int), [x, y], mode="clip"), (A, B)),
    "clip": (same("clip", -0.5, 1.6), (A,)),
    "ldexp": (lambda m, x: m.ldexp(x, I), (V,)),
    "modf": (same("modf", at=(0,)), (A,)),
    "divmod": (same("divmod", at=(1,)), (A, B + 0.07)),
    **complexes("real", "imag", "angle", "conjugate"),
    "matmul": (same("matmul"), (A, B)),
    "dot": (same("dot"), (A, V)),
    "inner": (same("inner"), (A, B)),
    "vdot": (same("vdot"), (A, B)),
    "outer": (same("outer"), C),
    "kron": (same("kron"), (A, B)),
    "tensordot": (same("tensordot", 1), (A, B)),
    "cross": (same("cross"), (A, B)),
    "einsum": (lambda m, x, y: m.einsum("ij,kj,jj->ik", x, y, x), (A, B)),
    "vecdot": (same("vecdot"), (A, B)),
    "matvec": (same("matvec"), (A, V)),
    "vecmat": (same("vecmat"), (V, A)),
    **plain(
        "linalg.inv",
        "linalg.det",
        "linalg.matrix_transpose",
        "linalg.trace",
        "linalg.diagonal",
        "linalg.svdvals",
        "linalg.cond",
        of=(A,),
    ),
    "linalg.slogdet": (same("linalg.slogdet", at=(1,)), (A,)),
    "linalg.pinv": (same("linalg.pinv"), (A[:, :2],)),
    "linalg.matrix_power": (same("linalg.matrix_power", 3), (A,)),
    "linalg.multi_dot": (lambda m, x, y: m.linalg.multi_dot([x, y, x]), (A, B)),
    "linalg.solve": (same("linalg.solve"), (A, B)),
    "linalg.lstsq": (lambda m, x, y: m.linalg.lstsq(x, y, rcond=None)[0], (A[:, :2], V)),
    "linalg.cholesky": (lambda m, x: m.linalg.cholesky(definite(m, x)), (A,)),
    "linalg.eigvalsh": (lambda m, x: m.linalg.eigvalsh(symmetric(x)), (D,)),
    "linalg.eigh": (lambda m, x: squares(m.linalg.eigh(symmetric(x))), (D,)),
    "linalg.qr": (lambda m, x: squares(m.linalg.qr(x)), (A,)),
    "linalg.svd": (lambda m, x: squares(m.linalg.svd(x, full_matrices=False)), (D,)),
    "linalg.eigvals": (lambda m, x: m.real(m.linalg.eigvals(x)), (D,)),
    "linalg.eig": (lambda m, x: m.abs(m.linalg.eig(x)[1]), (D,)),
    "linalg.norm": (same("linalg.norm", "nuc"), (A,)),
    "linalg.matrix_norm": (same("linalg.matrix_norm", ord=2), (A,)),
    "linalg.vector_norm": (same("linalg.vector_norm", ord=3, axis=0), (A,)),
    "linalg.outer": (same("linalg.outer"), C),
    "linalg.matmul": (same("linalg.matmul"), (A, B)),
    "linalg.tensordot": (same("linalg.tensordot", axes=1), (A, B)),
    "linalg.vecdot": (same("linalg.vecdot"), (A, B)),
    "linalg.cross": (same("linalg.cross"), (A, B)),
    "linalg.tensorinv": (lambda m, x: m.linalg.tensorinv(x, 1), (A,)),
    "linalg.tensorsolve": (same("linalg.tensorsolve"), (A, V)),
    **complexes(
        "fft.fft",
        "fft.ifft",
        "fft.fft2",
        "fft.ifft2",
        "fft.fftn",
        "fft.ifftn",
        "fft.fftshift",
        "fft.ifftshift",
        "fft.irfft",
        "fft.irfft2",
        "fft.irfftn",
        "fft.hfft",
    ),
    **plain("fft.rfft", "fft.rfft2", "fft.rfftn", "fft.ihfft", of=(A,)),
    "special.logsumexp": (same("special.logsumexp", axis=0), (A,)),
    "special.softmax": (same("special.softmax", axis=1), (A,)),
    "special.log_softmax": (same("special.log_softmax", axis=0), (A,)),
    "special.multigammaln": (same("special.multigammaln", 2), (V**2 + 1,)),
    "special.betainc": (lambda m, x: m.special.betainc(1.4, 2.0, x), (np.array([0.2, 0.5, 0.9]),)),
    "special.gammainc": (lambda m, x: m.special.gammainc(1.4, x), (V**2,)),
    "special.gammaincc": (lambda m, x: m.special.gammaincc(1.4, x), (V**2,)),
    "multiply": (lambda m, x, y: m.abs(m.exp(x + 1j * y) * m.conj(y - 1j * x)) - m.imag(m.sin((x + 1j * y) ** 2)), C),
    "special.polygamma": (lambda m, x: m.special.polygamma(1, x), (V**2 + 0.5,)),
}
EDGES: dict[str, tuple[Call, Arrays]] = {
    **{
        f"{name}, ties": (same(name, axis=1), (TIED,))
        for name in ("max", "min", "amax", "amin", "ptp", "median", "sort", "std", "var", "prod", "cumprod")
    },
    **{
        f"{name}, zeros": (same(name, axis=0), (ZEROS,))
        for name in ("prod", "cumprod", "nanprod", "nancumprod", "var", "std")
    },
    **{
        f"{name}, infinities": (same(name, axis=1), (ENDLESS,))
        for name in ("sum", "mean", "max", "min", "cumsum", "sort", "median")
    },
    **{
        f"{name}, far": (same(name, axis=1), (FAR,))
        for name in ("special.logsumexp", "special.softmax", "special.log_softmax", "var", "std", "max")
    },
    "special.logsumexp, infinities": (
        same("special.logsumexp", axis=1),
        (np.array([[1.0, -np.inf, 2.0], [0.0, 0.0, -np.inf]]),),
    ),
    "linalg.norm, zeros": (same("linalg.norm"), (np.zeros((2, 3)),)),
    "linalg.vector_norm, zeros": (same("linalg.vector_norm", axis=1), (ZEROS * [[1], [0], [1]],)),
    "linalg.norm, ties": (same("linalg.norm", np.inf, axis=1), (TIED[:2],)),
    "linalg.norm, sums": (same("linalg.norm", 1, axis=1), (TIED[:2],)),
    "linalg.det, zeros": (same("linalg.det"), (np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]]),)),
    "linalg.svd, Hermitian": (lambda m, x: squares(m.linalg.svd(symmetric(x), hermitian=True)), (D,)),
    "linalg.svd, Hermitian, values": (lambda m, x: m.linalg.svd(symmetric(x), True, False, True), (D,)),
    "linalg.pinv, Hermitian": (lambda m, x: m.linalg.pinv(symmetric(x), hermitian=True), (D,)),
    "clip, ties": (same("clip", -1.0, 2.0), (TIED,)),
    "nan_to_num, infinities": (same("nan_to_num"), (np.where(ENDLESS == 0, np.nan, ENDLESS),)),
    "where, infinities": (lambda m, x: m.where(x > 0, x, 0.0), (ENDLESS,)),
    "interp, ties": (CALLS["interp"][0], (np.array([-2.0, 0.5, 4.0]), W)),
    "fft.rfft, infinities": (same("fft.rfft"), (np.array([1.0, np.inf]),)),
    "matmul, infinities": (same("matmul"), (ENDLESS, B)),
    "heaviside, ties": (same("heaviside"), (TIED, B)),
    "floor_divide, ties": (same("floor_divide"), (TIED, A)),
}


def weigh(m: Any, f: Call) -> Call:
    """One number of all results of `f`: real and imaginary parts by different weights, and a tenth of the squares."""

    def total(*x: Any) -> Any:
        found = f(m, *x)
        total: Any = 0.0
        for y in found if isinstance(found, list | tuple) else [found]:
            weights = np.cos(np.arange(y.size)).reshape(y.shape).astype(x[0].dtype)
            parts = [m.real(y), m.imag(y)[..., ::-1]] if y.dtype.kind == "c" else [y]
            for part in parts:
                total = total + m.sum(part * weights) + m.sum(part * part) / 10
        return total

    return total


def directions(x: Arrays) -> Arrays:
    rng = np.random.default_rng(0)
    return tuple(rng.uniform(-1, 1, a.shape).astype(a.dtype) for a in x)


def ours(f: Call, x: Arrays) -> SimpleNamespace:
    """Values, gradients, and second derivatives along a direction."""
    with np.errstate(all="ignore"):
        found = f(OURS, *map(ad.tensor, x))
        values = [y.detach().numpy() for y in (found if isinstance(found, list | tuple) else [found])]
        total = weigh(OURS, f)
        gradients = ad.grad(total, tuple(range(len(x))))(*x)
        return SimpleNamespace(value=values, gradient=gradients, second=ad.hvp(total, x, directions(x)))
