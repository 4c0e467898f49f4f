"""The multivariate normal distribution, as `scipy.stats.multivariate_normal`.

For a symmetric covariance the gradient with respect to it is symmetric: that of the function of all its entries
(Giles 2008, sections 2.2.4 and 2.3.1).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.engine.rules import primal
from notebook_ad.scipy.functions import as_operand, undifferentiated
from notebook_ad.scipy.stats.density import others

LOG_TWO_PI = math.log(2 * math.pi)


def logpdf(x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
    """Logarithm of the density.

    Args:
        x: shape (…, d); a 1-D x holds points where d is 1.
        mean: shape (d,); zeros by default.
        cov: shape (d, d), (d,) for a diagonal, or a number.
        allow_singular: take the pseudo-inverse and -determinant; then there is no derivative with respect to cov.

    Raises:
        ValueError: shapes that do not fit.
        LinAlgError: cov is not positive definite.
    """
    mean, cov, d = _parameters(mean, cov)
    x = as_operand(x)
    if np.ndim(x) < 2:
        x = np.reshape(x, (-1, 1) if d == 1 else (1, -1))
    if np.shape(x)[-1] != d:
        raise ValueError(f"multivariate_normal: x has {np.shape(x)[-1]} components, but the mean has {d}")
    away = x - mean
    if allow_singular:
        inverse, log_det, rank, null = _pseudo(cov)
        distance = np.sum(np.matmul(away, inverse) * away, axis=-1)
        off = np.sum(np.square(np.matmul(primal(away), null)), axis=-1)
        distance = np.where(primal(off) > _small(cov) * 1e3, np.inf, distance)
    else:
        _check_definite(cov)
        flat = np.reshape(away, (-1, d))
        solved = np.transpose(np.linalg.solve(cov, np.transpose(flat)))
        distance = np.reshape(np.sum(flat * solved, axis=-1), np.shape(away)[:-1])
        log_det, rank = np.linalg.slogdet(cov)[1], d
    result = -0.5 * (rank * LOG_TWO_PI + log_det + distance)
    return np.reshape(result, ()) if np.size(result) == 1 else result


def pdf(x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
    """Density; see `logpdf`."""
    return np.exp(logpdf(x, mean, cov, allow_singular))


def entropy(mean: Any = None, cov: Any = 1) -> Any:
    """Differential entropy ½ log det(2πe cov)."""
    mean, cov, d = _parameters(mean, cov)
    _check_definite(cov)
    return 0.5 * (d * (LOG_TWO_PI + 1) + np.linalg.slogdet(cov)[1])


def _parameters(mean: Any, cov: Any) -> tuple[Any, Any, int]:
    cov = as_operand(1.0 if cov is None else cov)
    mean = None if mean is None else as_operand(mean)
    sizes = np.shape(mean) if mean is not None else np.shape(cov)[:1] if np.ndim(cov) == 2 else ()
    d = math.prod(sizes)
    mean = np.zeros(d) if mean is None else np.reshape(mean, (d,)) if d == 1 else mean
    if d == 1:
        if np.size(cov) != 1:
            raise ValueError(f"multivariate_normal: cov has shape {np.shape(cov)}, but the mean has 1 component")
        cov = np.reshape(cov, (1, 1))
    elif np.ndim(cov) < 2:
        cov = cov * np.eye(d)  # a diagonal: each entry in its column
    if np.ndim(mean) != 1 or np.shape(cov) != (d, d):
        raise ValueError(
            f"multivariate_normal: the mean has shape {np.shape(mean)} and cov {np.shape(cov)}; "
            "they must be (d,) and (d, d)"
        )
    return mean, cov, d


def _value(cov: Any) -> np.ndarray:
    held = primal(cov)
    return held if isinstance(held, np.ndarray) else np.asarray(held.numpy())


def _check_definite(cov: Any) -> None:
    try:
        np.linalg.cholesky(_value(cov))
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            "multivariate_normal: cov must be symmetric positive definite; pass allow_singular=True if it is singular"
        ) from None


def _small(cov: Any) -> float:
    """Eigenvalues below this count as 0 (SciPy's limit)."""
    values = np.linalg.eigvalsh(_value(cov))
    return float(1e6 * np.finfo(np.float64).eps * np.max(np.abs(values)))


def _pseudo(cov: Any) -> tuple[np.ndarray, float, int, np.ndarray]:
    """Pseudo-inverse, logarithm of the pseudo-determinant, rank, and a basis of the null space."""
    held = np.asarray(
        undifferentiated(cov, "multivariate_normal has no derivative with respect to a cov that may be singular")
    )
    values, vectors = np.linalg.eigh(held)
    kept = values > _small(held)
    inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    return inverse, float(np.sum(np.log(values[kept]))), int(kept.sum()), vectors[:, ~kept]


__getattr__ = others("multivariate_normal")
