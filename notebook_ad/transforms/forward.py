"""Forward mode as functions of functions: jvp, linearize."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor.ambient import no_grad
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tangents import zeros_like
from notebook_ad.tensor.tensor import Tensor, constant
from notebook_ad.transforms.dual import Dual, dual
from notebook_ad.transforms.trees import leaves, map_leaves, rebuild, same_structure
from notebook_ad.transforms.variables import entered, finished, floating


def jvp(fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """`(value, tangent of the value)` when the primals move along the tangents. As `jax.jvp`.

    Forward mode: nothing is recorded, and memory does not grow with the length of the computation.

    >>> import notebook_ad as ad
    >>> ad.jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)

    Raises:
        TypeError: primals and tangents have different structures.
        ValueError: a tangent's shape is not its primal's.
    """
    if not isinstance(primals, tuple | list) or not isinstance(tangents, tuple | list):
        raise TypeError("jvp: primals and tangents are tuples, one entry for each argument")
    if not same_structure(list(primals), list(tangents)):
        raise TypeError("jvp: primals and tangents have different structures; give each array a tangent of its shape")
    xs = [floating(x, "jvp: the primal") for x in leaves(list(primals))]
    ts = [moving(t, x) for t, x in zip(leaves(list(tangents)), xs, strict=True)]
    with entered() as level:
        given = [dual(level, x, t) for x, t in zip(xs, ts, strict=True)]
        result = fun(*rebuild(list(primals), given))
    value, aux = result if has_aux else (result, None)
    parts = [split(x, level) for x in leaves(value)]
    primal_out = rebuild(value, [finished(p) for p, _ in parts])
    tangent_out = rebuild(value, [finished(t) for _, t in parts])
    if not has_aux:
        return primal_out, tangent_out
    return primal_out, tangent_out, map_leaves(lambda x: finished(split(x, level)[0]), aux)


def split(x: Any, level: int) -> tuple[Tensor, Tensor]:
    """Primal and tangent of a result; zeros where it does not move."""
    t = x if isinstance(x, Tensor) else constant(x)
    return (t.primal, t.tangent) if isinstance(t, Dual) and t.level == level else (t, zeros_like(t))


def moving(tangent: Any, primal: Tensor) -> Tensor:
    """A given tangent, checked against its primal."""
    t = floating(tangent, "jvp: the tangent")
    if t.shape != primal.shape:
        raise ValueError(f"a tangent has shape {t.shape}, but its primal has {primal.shape}{place()}")
    if t.dtype.kind == "c" and primal.dtype.kind != "c":
        raise TypeError(f"a tangent is {t.dtype}, but its primal is {primal.dtype}{place()}; pass a real one")
    if t.dtype != primal.dtype and (isinstance(t, Level) or not t.requires_grad):
        if isinstance(t, Level):
            return as_dtype(t, primal.dtype)
        return constant(np.asarray(t._value).astype(primal.dtype))
    return t


def linearize(fun: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """`(value, function of the tangents)`, the function being linear. As `jax.linearize`.

    >>> import notebook_ad as ad
    >>> value, along = ad.linearize(lambda x: x**2, 3.0)
    >>> value, along(1.0)
    (9.0, 6.0)
    """
    with no_grad():
        value = fun(*map_leaves(lambda x: floating(x, "linearize: the argument"), list(primals)))

    def along(*tangents: Any) -> Any:
        return jvp(fun, primals, tangents)[1]

    return map_leaves(finished, value), along
