"""`scipy.optimize.minimize(*ad.for_scipy(f, x0))`: value, gradient and Hessian products over nested parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.matrices import hvp
from notebook_ad.transforms.raveling import unravel
from notebook_ad.transforms.reverse import value_and_grad
from notebook_ad.transforms.trees import leaves


class Arguments(NamedTuple):
    """The first arguments of `scipy.optimize.minimize`, in its order."""

    fun: Callable[..., Any]
    x0: np.ndarray
    args: tuple[Any, ...]
    method: str
    jac: bool
    hess: None
    hessp: Callable[..., np.ndarray]


def for_scipy(fun: Callable[..., Any], x0: Any, args: tuple[Any, ...] = (), method: str = "trust-ncg") -> Arguments:
    """Arguments for `scipy.optimize.minimize`, with the gradient and Hessian products of `fun`.

    Args:
        fun: a scalar function of parameters like `x0` (and of `args`).
        x0: a number, an array, or nested lists, tuples and dicts of them. `ad.unravel(x0, result.x)` gives the result back
            in this structure.
        method: one that uses Hessian products ("trust-ncg", "Newton-CG", "trust-krylov", "trust-constr").

    >>> import notebook_ad as ad, numpy as np, scipy.optimize
    >>> start = {"a": 0.0, "b": np.array([1.0, 2.0])}
    >>> found = scipy.optimize.minimize(*ad.for_scipy(lambda p: (p["a"] - 3) ** 2 + np.sum(p["b"] ** 2), start))
    >>> round(ad.unravel(start, found.x)["a"], 6)
    3.0

    Raises:
        TypeError: x0 is not numeric, or `fun` gives no scalar.
    """
    both = value_and_grad(fun)

    def value_and_gradient(flat: np.ndarray, *more: Any) -> tuple[float, np.ndarray]:
        value, gradient = both(unravel(x0, flat), *more)
        return float(np.asarray(value)), ravel(gradient)

    def product(flat: np.ndarray, v: np.ndarray, *more: Any) -> np.ndarray:
        return ravel(hvp(lambda p: fun(p, *more), unravel(x0, flat), unravel(x0, v)))

    return Arguments(value_and_gradient, ravel(x0), tuple(args), method, True, None, product)


def ravel(tree: Any) -> np.ndarray:
    """The numbers of a nested structure as one flat float64 array."""
    parts = [np.ravel(np.asarray(x.detach().value if isinstance(x, Tensor) else x, np.float64)) for x in leaves(tree)]
    return np.concatenate(parts) if parts else np.zeros(0)
