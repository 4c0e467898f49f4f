"""SciPy's matrix functions: triangular systems, Sylvester's equation, square root and exponential.

Sources: Giles 2008, "An extended collection of matrix derivative results"; Al-Mohy and Higham 2009 for the exponential.
Real and complex matrices; cotangents pair without a conjugate, so transposes here are not conjugated.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import scipy.linalg

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.host import host
from notebook_ad.engine.primitive import Primitive
from notebook_ad.scipy.functions import as_operand
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def _t(a: Any) -> Any:
    return np.swapaxes(a, -1, -2)


def _triangular(a: Any, b: Any, transposed: bool, lower: bool, unit: bool) -> Any:
    return scipy.linalg.solve_triangular(a, b, int(transposed), lower, unit)


def _triangular_matrix_rule(g: Any, x: Any, a: Any, b: Any, transposed: bool, lower: bool, unit: bool) -> Any:
    b_bar = _solve(a, g, transposed=not transposed, lower=lower, unit=unit)
    left, right = (np.reshape(v, (np.shape(v)[0], -1)) for v in ((x, b_bar) if transposed else (b_bar, x)))
    n = np.shape(a)[0]
    mask = np.tril(np.ones((n, n)), -int(unit)) if lower else np.triu(np.ones((n, n)), int(unit))
    return -np.matmul(left, _t(right)) * mask


_solve: Primitive = host(
    "solve_triangular",
    "T⁻¹b",
    _triangular,
    (
        _triangular_matrix_rule,
        lambda g, x, a, b, transposed, lower, unit: _solve(a, g, transposed=not transposed, lower=lower, unit=unit),
    ),
    rule="−T⁻ᵀ upstream xᵀ, the triangle of it; T⁻ᵀ upstream",
)


def _sylvester_value(a: Any, b: Any, q: Any) -> Any:
    dtype = np.result_type(a, b, q)  # SciPy's is wrong where a is real with complex eigenvalues and another is complex
    return scipy.linalg.solve_sylvester(a.astype(dtype), b.astype(dtype), q.astype(dtype))


def _sylvester_rule(g: Any, x: Any, inputs: Any, static: dict[str, Any], wanted: Any) -> Any:
    a, b, _ = inputs
    q_bar = _sylvester(_t(a), _t(b), g)
    found = [-np.matmul(q_bar, _t(x)), -np.matmul(_t(x), q_bar), q_bar]
    return [_real_where(part, of) for part, of in zip(found, inputs, strict=True)]


def _real_where(part: Any, of: Any) -> Any:
    return part if np.iscomplexobj(of) or not np.iscomplexobj(part) else np.real(part)


_sylvester = host(
    "solve_sylvester",
    "AX+XB=Q",
    _sylvester_value,
    _sylvester_rule,
    rule="−S xᵀ; −xᵀ S; S with Aᵀ S + S Bᵀ = upstream",
)
_root = host(
    "sqrtm",
    "√A",
    lambda a: scipy.linalg.sqrtm(a),
    (lambda g, z, a: _sylvester(_t(z), _t(z), g),),
    rule="S with zᵀ S + S zᵀ = upstream",
)


def _banded_rule(g: Any, x: Any, ab: Any, b: Any, lower: int, upper: int) -> Any:
    b_bar = _banded_transposed(g, ab, lower, upper)
    n = np.shape(ab)[1]
    row = np.arange(lower + upper + 1)[:, None] - upper + np.arange(n)  # of the matrix, for each element of ab
    inside = (row >= 0) & (row < n)
    parts = b_bar[np.clip(row, 0, n - 1)] * x
    if np.ndim(x) == 2:
        parts = np.sum(parts, axis=-1)
    return -parts * inside


def _banded_transposed(g: Any, ab: Any, lower: int, upper: int) -> Any:
    """The solution of Aᵀ y = g: row r of Aᵀ's bands is A's row `lower + upper − r`, shifted."""
    n = np.shape(ab)[1]
    r = np.arange(lower + upper + 1)[:, None]
    column = r - lower + np.arange(n)
    inside = (column >= 0) & (column < n)
    bands = ab[lower + upper - r, np.clip(column, 0, n - 1)] * inside
    return _banded(bands, g, lower=upper, upper=lower)


_banded = host(
    "solve_banded",
    "A⁻¹b",
    lambda ab, b, lower, upper: scipy.linalg.solve_banded((lower, upper), ab, b),
    (_banded_rule, lambda g, x, ab, b, lower, upper: _banded_transposed(g, ab, lower, upper)),
    rule="−A⁻ᵀ upstream xᵀ, its bands; A⁻ᵀ upstream",
)


def _expm_rule(g: Any, z: Any, a: Any) -> Any:
    """The derivative at Aᵀ along g stands in the corner of exp [[Aᵀ, g], [0, Aᵀ]]."""
    n = np.shape(a)[-1]
    upper = np.concatenate([_t(a), g], -1)
    lower = np.concatenate([np.zeros_like(a), _t(a)], -1)
    return _exponential(np.concatenate([upper, lower], -2))[..., :n, n:]


_exponential = host(
    "expm", "eᴬ", lambda a: scipy.linalg.expm(a), (_expm_rule,), rule="the derivative of exp at Aᵀ along upstream"
)


def solve_triangular(
    a: Any,
    b: Any,
    trans: int | str = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """The solution of op(a) x = b for a triangle of a. As `scipy.linalg.solve_triangular`.

    Args:
        a: shape (n, n), of which only one triangle is read; b: shape (n,) or (n, m).
        trans: 0 or "N" for a, 1 or "T" for aᵀ, 2 or "C" for its conjugate.
    """
    if not isinstance(a, Tensor) and not isinstance(b, Tensor):
        return scipy.linalg.solve_triangular(a, b, trans, lower, unit_diagonal, overwrite_b, check_finite)
    a, b = as_operand(a), as_operand(b)
    if np.ndim(a) != 2 or np.shape(a)[0] != np.shape(a)[1] or np.ndim(b) not in (1, 2) or len(a) != len(b):
        raise ShapeError(f"solve_triangular: shapes {np.shape(a)} and {np.shape(b)}{place()}; (n, n) and (n, …) fit")
    kind = {"N": 0, "T": 1, "C": 2}.get(trans, trans) if isinstance(trans, str) else trans
    if kind not in (0, 1, 2):
        raise ValueError(f"solve_triangular: trans is 0, 1, 2, 'N', 'T' or 'C', not {trans!r}{place()}")
    if kind == 2:
        a = np.conjugate(a)
    return _solve(a, b, transposed=kind != 0, lower=bool(lower), unit=bool(unit_diagonal))


def solve_banded(
    l_and_u: tuple[int, int],
    ab: Any,
    b: Any,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """The solution of a x = b for a banded matrix. As `scipy.linalg.solve_banded`.

    Args:
        l_and_u: numbers of lower and upper diagonals; ab: shape (l + u + 1, n), a diagonal a row; b: (n,) or (n, m).
    """
    if not isinstance(ab, Tensor) and not isinstance(b, Tensor):
        return scipy.linalg.solve_banded(l_and_u, ab, b, overwrite_ab, overwrite_b, check_finite)
    ab, b, (lower, upper) = as_operand(ab), as_operand(b), l_and_u
    if np.ndim(ab) != 2 or len(ab) != lower + upper + 1 or np.ndim(b) not in (1, 2) or len(b) != np.shape(ab)[1]:
        raise ShapeError(
            f"solve_banded: bands of shape {np.shape(ab)} and b {np.shape(b)}{place()}; "
            f"({lower + upper + 1}, n) and (n, …) fit"
        )
    return _banded(ab, b, lower=int(lower), upper=int(upper))


def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """The solution X of a X + X b = q. As `scipy.linalg.solve_sylvester`."""
    if not any(isinstance(x, Tensor) for x in (a, b, q)):
        return _sylvester_value(np.asarray(a), np.asarray(b), np.asarray(q))
    a, b, q = as_operand(a), as_operand(b), as_operand(q)
    shapes = np.shape(a), np.shape(b), np.shape(q)
    if any(len(s) != 2 for s in shapes) or shapes[2] != (shapes[0][0], shapes[1][0]) or not _square(a, b):
        raise ShapeError(
            f"solve_sylvester: shapes {shapes[0]}, {shapes[1]}, {shapes[2]}{place()}; (n, n), (m, m), (n, m) fit"
        )
    return _sylvester(a, b, q)


def sqrtm(A: Any, disp: bool = True, blocksize: int = 64) -> Any:  # noqa: N803 - SciPy's name
    """The principal square root of a matrix. As `scipy.linalg.sqrtm`."""
    if not isinstance(A, Tensor):
        return scipy.linalg.sqrtm(A)
    if disp is not True:
        raise TypeError(f"sqrtm of a tensor takes no disp=False{place()}")
    _of_square("sqrtm", A)
    return _root(as_operand(A))


def expm(A: Any) -> Any:  # noqa: N803 - SciPy's name
    """The exponential of a matrix, or of each in a stack (…, n, n). As `scipy.linalg.expm`."""
    if not isinstance(A, Tensor):
        return scipy.linalg.expm(A)
    _of_square("expm", A)
    return _exponential(as_operand(A))


def _square(*matrices: Any) -> bool:
    return all(np.ndim(m) >= 2 and np.shape(m)[-1] == np.shape(m)[-2] for m in matrices)


def _of_square(name: str, a: Any) -> None:
    if not _square(a) or (name == "sqrtm" and np.ndim(a) != 2):
        raise ShapeError(f"{name}: a matrix of shape {np.shape(a)}{place()}; it must be square")


__all__ = ["expm", "solve_banded", "solve_sylvester", "solve_triangular", "sqrtm"]


def __getattr__(name: str) -> Any:
    """NumPy's function where SciPy's means the same, else SciPy's own, which takes no tensors."""
    if name in ("inv", "det", "pinv"):
        return getattr(np.linalg, name)
    return getattr(importlib.import_module("scipy.linalg"), name)
