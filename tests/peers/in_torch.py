"""PyTorch's calls of the table in `calls.py`, and what PyTorch or JAX has no counterpart of, or gives something else for."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from calls import MASK, ROWS, Call, I

LA, FFT, S = torch.linalg, torch.fft, torch.special
INDEX, MASKED, PLACES = torch.tensor(I), torch.tensor(MASK), torch.tensor(ROWS)


def squares(parts: Any) -> list[Any]:
    return [part * part for part in parts]


def of_complex(f: Call) -> Call:
    return lambda x, y: f(torch.complex(x, y))


def nan_to(value: float, x: Any) -> Any:
    return torch.where(x.isnan(), value, x)


def definite(s: Any) -> Any:
    return s @ s.T + torch.eye(3, dtype=s.dtype)


def convolved(x: Any, y: Any, padding: int) -> Any:
    return torch.nn.functional.conv1d(x[None, None], y.flip(0)[None, None], padding=padding)[0, 0]


TORCH: dict[str, Call] = {
    "sum": lambda x: x.sum(0),
    "mean": lambda x: x.mean(0),
    "prod": lambda x: x.prod(0),
    "max": lambda x: x.amax(0),
    "min": lambda x: x.amin(0),
    "amax": lambda x: x.amax(0),
    "amin": lambda x: x.amin(0),
    "median": lambda x: x.median(0).values,
    "ptp": lambda x: x.amax(0) - x.amin(0),
    "var": lambda x: x.var(1),
    "std": lambda x: x.std(1),
    "cumsum": lambda x: x.cumsum(1),
    "cumprod": lambda x: x.cumprod(1),
    "cumulative_sum": lambda x: x.cumsum(1),
    "cumulative_prod": lambda x: x.cumprod(1),
    "nansum": lambda x: x.nansum(1),
    "nanmean": lambda x: x.nanmean(1),
    "nancumsum": lambda x: nan_to(0.0, x).cumsum(1),
    "nanprod": lambda x: nan_to(1.0, x).prod(1),
    "nancumprod": lambda x: nan_to(1.0, x).cumprod(1),
    "quantile": lambda x: x.quantile(0.3, 1),
    "percentile": lambda x: x.quantile(0.4, 0),
    "trapezoid": lambda y, x: torch.trapezoid(y, x[:, None], dim=0),
    "reshape": lambda x: x.reshape(1, 9),
    "ravel": lambda x: x.ravel(),
    "copy": lambda x: x.clone(),
    "atleast_1d": torch.atleast_1d,
    "atleast_2d": torch.atleast_2d,
    "atleast_3d": torch.atleast_3d,
    "transpose": lambda x: x.T,
    "matrix_transpose": lambda x: x.mT,
    "fliplr": torch.fliplr,
    "flipud": torch.flipud,
    "rot90": torch.rot90,
    "diag": torch.diag,
    "diagonal": torch.diagonal,
    "trace": torch.trace,
    "tril": torch.tril,
    "triu": torch.triu,
    "swapaxes": lambda x: x.swapaxes(0, 1),
    "moveaxis": lambda x: x.moveaxis(0, -1),
    "squeeze": lambda x: x.squeeze(),
    "expand_dims": lambda x: x.unsqueeze(1),
    "broadcast_to": lambda x: x.broadcast_to((2, 3, 3)),
    "broadcast_arrays": lambda *x: torch.broadcast_tensors(*x),
    "meshgrid": lambda *x: torch.meshgrid(*x, indexing="xy"),
    "repeat": lambda x: x.repeat_interleave(2, 0),
    "tile": lambda x: x.tile(2, 1),
    "roll": lambda x: x.roll(1, 0),
    "flip": lambda x: x.flip(1),
    "diagflat": torch.diagflat,
    "vander": lambda x: torch.stack([x * x, x, torch.ones_like(x)], 1),
    "pad": lambda x: torch.nn.functional.pad(x[None, None], (1, 1, 1, 1), mode="reflect")[0, 0],
    "hstack": lambda *x: torch.hstack(x),
    "vstack": lambda *x: torch.vstack(x),
    "dstack": lambda *x: torch.dstack(x),
    "column_stack": lambda *x: torch.column_stack(x),
    "stack": lambda *x: torch.stack(x),
    "concatenate": lambda *x: torch.cat(x),
    "append": lambda *x: torch.cat(x),
    "split": lambda x: x.tensor_split(3, 1),
    "array_split": lambda x: x.tensor_split(2),
    "hsplit": lambda x: x.hsplit(3),
    "vsplit": lambda x: x.vsplit(3),
    "dsplit": lambda x: x.dsplit(2),
    "unstack": lambda x: x.unbind(),
    "take": lambda x: x.index_select(1, INDEX),
    "take_along_axis": lambda x: torch.take_along_dim(x, PLACES, 1),
    "compress": lambda x: x[[0, 2]],
    "extract": lambda x: torch.masked_select(x, MASKED),
    "delete": lambda x: x[[0, 2]],
    "sort": lambda x: x.sort(0).values,
    "unique": lambda x: x.ravel().sort().values,
    "diff": lambda x: x.diff(dim=0),
    "ediff1d": lambda x: x.diff(),
    "gradient": lambda x: torch.gradient(x),
    "convolve": lambda x, y: convolved(x, y, 1),
    "correlate": lambda x, y: torch.nn.functional.conv1d(x[None, None], y[None, None], padding=2)[0, 0],
    "bincount": lambda w: torch.zeros(4, dtype=w.dtype).index_add(0, INDEX, w),
    "where": lambda x, y: torch.where(MASKED, x, y),
    "choose": lambda x, y: torch.where(MASKED, y, x),
    "clip": lambda x: x.clamp(-0.5, 1.6),
    "ldexp": lambda x: torch.ldexp(x, INDEX),
    "modf": torch.frac,
    "divmod": torch.remainder,
    "real": of_complex(torch.real),
    "imag": of_complex(torch.imag),
    "angle": of_complex(torch.angle),
    "conjugate": of_complex(lambda z: z.conj().resolve_conj()),
    "matmul": torch.matmul,
    "dot": torch.matmul,
    "inner": torch.inner,
    "vdot": lambda x, y: torch.vdot(x.ravel(), y.ravel()),
    "outer": torch.outer,
    "kron": torch.kron,
    "tensordot": lambda x, y: torch.tensordot(x, y, 1),
    "cross": LA.cross,
    "einsum": lambda x, y: torch.einsum("ij,kj,jj->ik", x, y, x),
    "vecdot": LA.vecdot,
    "matvec": torch.mv,
    "vecmat": torch.matmul,
    "linalg.inv": LA.inv,
    "linalg.det": LA.det,
    "linalg.matrix_transpose": lambda x: x.mT,
    "linalg.trace": torch.trace,
    "linalg.diagonal": LA.diagonal,
    "linalg.svdvals": LA.svdvals,
    "linalg.cond": LA.cond,
    "linalg.slogdet": lambda x: LA.slogdet(x)[1],
    "linalg.pinv": LA.pinv,
    "linalg.matrix_power": lambda x: LA.matrix_power(x, 3),
    "linalg.multi_dot": lambda x, y: LA.multi_dot([x, y, x]),
    "linalg.solve": LA.solve,
    "linalg.lstsq": lambda x, y: LA.lstsq(x, y[:, None]).solution[:, 0],
    "linalg.cholesky": lambda x: LA.cholesky(definite(x)),
    "linalg.eigvalsh": lambda x: LA.eigvalsh(x + x.T),
    "linalg.eigh": lambda x: squares(LA.eigh(x + x.T)),
    "linalg.qr": lambda x: squares(LA.qr(x)),
    "linalg.svd": lambda x: squares(LA.svd(x, full_matrices=False)),
    "linalg.eigvals": lambda x: LA.eigvals(x).real,
    "linalg.eig": lambda x: LA.eig(x)[1].abs(),
    "linalg.norm": lambda x: LA.norm(x, "nuc"),
    "linalg.matrix_norm": lambda x: LA.matrix_norm(x, 2),
    "linalg.vector_norm": lambda x: LA.vector_norm(x, 3, 0),
    "linalg.outer": torch.outer,
    "linalg.matmul": LA.matmul,
    "linalg.tensordot": lambda x, y: torch.tensordot(x, y, 1),
    "linalg.vecdot": LA.vecdot,
    "linalg.cross": LA.cross,
    "linalg.tensorinv": lambda x: LA.tensorinv(x, 1),
    "linalg.tensorsolve": LA.tensorsolve,
    **{
        f"fft.{name}": of_complex(getattr(FFT, name))
        for name in [
            "fft",
            "ifft",
            "fft2",
            "ifft2",
            "fftn",
            "ifftn",
            "fftshift",
            "ifftshift",
            "irfft",
            "irfft2",
            "irfftn",
            "hfft",
        ]
    },
    **{f"fft.{name}": getattr(FFT, name) for name in ["rfft", "rfft2", "rfftn", "ihfft"]},
    "special.logsumexp": lambda x: x.logsumexp(0),
    "special.softmax": lambda x: x.softmax(1),
    "special.log_softmax": lambda x: x.log_softmax(0),
    "special.multigammaln": lambda x: S.multigammaln(x, 2),
    "special.polygamma": lambda x: S.polygamma(1, x),
    "special.gammainc": lambda x: S.gammainc(torch.full_like(x, 1.4), x),
    "special.gammaincc": lambda x: S.gammaincc(torch.full_like(x, 1.4), x),
    **{f"{name}, ties": lambda x, f=name: getattr(x, f)(1) for name in ("amax", "amin")},
    "max, ties": lambda x: x.amax(1),
    "min, ties": lambda x: x.amin(1),
    "ptp, ties": lambda x: x.amax(1) - x.amin(1),
    "sort, ties": lambda x: x.sort(dim=1, stable=True).values,
    "std, ties": lambda x: x.std(1, correction=0),
    "var, ties": lambda x: x.var(1, correction=0),
    "prod, ties": lambda x: x.prod(1),
    "cumprod, ties": lambda x: x.cumprod(1),
    "prod, zeros": lambda x: x.prod(0),
    "cumprod, zeros": lambda x: x.cumprod(0),
    "nanprod, zeros": lambda x: x.prod(0),
    "nancumprod, zeros": lambda x: x.cumprod(0),
    "var, zeros": lambda x: x.var(0, correction=0),
    "std, zeros": lambda x: x.std(0, correction=0),
    "sum, infinities": lambda x: x.sum(1),
    "mean, infinities": lambda x: x.mean(1),
    "max, infinities": lambda x: x.amax(1),
    "min, infinities": lambda x: x.amin(1),
    "cumsum, infinities": lambda x: x.cumsum(1),
    "sort, infinities": lambda x: x.sort(dim=1, stable=True).values,
    "median, infinities": lambda x: x.median(1).values,
    "special.logsumexp, far": lambda x: x.logsumexp(1),
    "special.softmax, far": lambda x: x.softmax(1),
    "special.log_softmax, far": lambda x: x.log_softmax(1),
    "var, far": lambda x: x.var(1, correction=0),
    "std, far": lambda x: x.std(1, correction=0),
    "max, far": lambda x: x.amax(1),
    "special.logsumexp, infinities": lambda x: x.logsumexp(1),
    "linalg.norm, zeros": LA.norm,
    "linalg.vector_norm, zeros": lambda x: LA.vector_norm(x, dim=1),
    "linalg.norm, ties": lambda x: LA.vector_norm(x, torch.inf, 1),
    "linalg.norm, sums": lambda x: LA.vector_norm(x, 1, 1),
    "linalg.det, zeros": LA.det,
    "linalg.svd, Hermitian": lambda x: squares(LA.svd(x + x.T)),
    "linalg.svd, Hermitian, values": lambda x: LA.svdvals(x + x.T),
    "linalg.pinv, Hermitian": lambda x: LA.pinv(x + x.T, hermitian=True),
    "clip, ties": lambda x: x.clamp(-1.0, 2.0),
    "nan_to_num, infinities": torch.nan_to_num,
    "where, infinities": lambda x: torch.where(x > 0, x, 0.0),
    "fft.rfft, infinities": FFT.rfft,
    "matmul, infinities": torch.matmul,
}


def weigh(f: Call) -> Call:
    """As `calls.weigh`, of PyTorch's results."""

    def total(*x: Any) -> Any:
        found = f(*x)
        total: Any = 0.0
        for y in found if isinstance(found, list | tuple) else [found]:
            weights = torch.tensor(np.cos(np.arange(y.numel())).reshape(tuple(y.shape)), dtype=x[0].dtype)
            parts = [y.real, y.imag.flip(-1)] if y.is_complex() else [y]
            for part in parts:
                total = total + (part * weights).sum() + (part * part).sum() / 10
        return total

    return total
