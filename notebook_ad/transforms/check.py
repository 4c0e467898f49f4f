"""check_grads: derivatives against central differences, in both modes and to any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.forward import jvp
from notebook_ad.transforms.reverse import vjp
from notebook_ad.transforms.trees import leaves, map_leaves, rebuild

Function = Callable[..., Any]


def check_grads(
    f: Function,
    args: Sequence[Any],
    order: int = 2,
    modes: Sequence[str] = ("fwd", "rev"),
    atol: float = 1e-5,
    rtol: float = 1e-5,
    eps: float = 1e-6,
    seed: int = 0,
) -> None:
    """Compare the derivatives of `f` at `args` with central differences along random directions. As JAX's.

    Complex arguments and results too: the pairing of a cotangent and a tangent is Re Σ g·t, without a conjugate.

    Args:
        f: gives an array, or a nested structure of arrays.
        order: derivatives up to this order, each in every mode, modes mixed.
        modes: "fwd", "rev" or both.
        eps: the step of the differences; the error of each is about eps² and 1e-16 / eps.

    >>> import notebook_ad as ad
    >>> ad.check_grads(lambda x: x**3, (2.0,))

    Raises:
        AssertionError: a derivative differs; it says in which mode, of which order, and both numbers.
        ValueError: an unknown mode.
    """
    if unknown := set(modes) - {"fwd", "rev"}:
        raise ValueError(f"check_grads: modes are 'fwd' and 'rev', not {', '.join(map(repr, sorted(unknown)))}")
    _check(f, tuple(args), order, modes, (atol, rtol, eps), np.random.default_rng(seed), ())


def _check(
    f: Function,
    args: tuple[Any, ...],
    order: int,
    modes: Sequence[str],
    tolerances: tuple[float, float, float],
    rng: np.random.Generator,
    path: tuple[str, ...],
) -> None:
    if order == 0:
        return
    atol, rtol, eps = tolerances
    tangents = map_leaves(lambda x: _random(x, rng), args)
    expected = _slope(f, args, tangents, eps)
    for mode in modes:
        name = " of ".join((mode, *path))
        if mode == "fwd":
            _, found = jvp(f, args, tangents)
            for got, want in zip(leaves(found), expected, strict=True):
                _agree(_host(got), want, atol, rtol, name)
            _check(lambda *a: jvp(f, a, tangents)[1], args, order - 1, modes, tolerances, rng, (mode, *path))
        else:
            value, pullback = vjp(f, *args)
            seeds = rebuild(value, [_random(x, rng) for x in leaves(value)])
            found = leaves(pullback(seeds))
            for g, x in zip(found, leaves(args), strict=True):
                if np.iscomplexobj(_host(g)) != np.iscomplexobj(_host(x)):
                    raise AssertionError(f"derivative ({name}) of dtype {_host(g).dtype} for one of {_host(x).dtype}")
            got = _inner(found, leaves(tangents))
            _agree(got, _inner(leaves(seeds), expected), atol, rtol, name)
            _check(lambda *a, s=seeds: vjp(f, *a)[1](s), args, order - 1, modes, tolerances, rng, (mode, *path))


def _slope(f: Function, args: Any, tangents: Any, eps: float) -> list[np.ndarray]:
    def at(step: float) -> list[Any]:
        return leaves(f(*map_leaves(lambda x, t: _host(x) + step * t, args, tangents)))

    above, below = at(eps), at(-eps)
    return [(_host(a) - _host(b)) / (2 * eps) for a, b in zip(above, below, strict=True)]


def _host(x: Any) -> Any:
    value = np.asarray(x.detach().value if isinstance(x, Tensor) else x)
    return value.astype(np.complex128 if value.dtype.kind == "c" else np.float64)


def _random(x: Any, rng: np.random.Generator) -> Any:
    held = _host(x)
    direction = rng.normal(size=held.shape)
    if held.dtype.kind == "c":
        direction = direction + 1j * rng.normal(size=held.shape)
    dtype = getattr(x, "dtype", held.dtype)
    return direction.astype(dtype) if np.dtype(dtype).kind in "fc" else direction


def _inner(a: Sequence[Any], b: Sequence[Any]) -> float:
    """Re Σ a·b: the pairing of cotangents and tangents (see the convention for complex numbers)."""
    return float(sum(np.sum(np.real(_host(x) * _host(y))) for x, y in zip(a, b, strict=True)))


def _agree(got: Any, want: Any, atol: float, rtol: float, name: str) -> None:
    np.testing.assert_allclose(got, want, atol=atol, rtol=rtol, err_msg=f"derivative ({name}) and central differences")
