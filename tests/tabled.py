"""Tables of NumPy calls, each held against NumPy on arrays and against central differences on tensors."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy_two import containers

import notebook_ad as ad
from notebook_ad.transforms.trees import leaves

Call = Callable[..., Any]


def array(*shape: int, seed: int = 0) -> np.ndarray:
    """Different numbers about 1 in size, of which no two are closer than 0.01."""
    size = int(np.prod(shape))
    return ((np.random.default_rng(seed).permutation(size) - size / 2 + 0.3) * 2.5 / max(size, 1)).reshape(shape)


def results(outcome: Any) -> list[Any]:
    """The results of a call in order."""
    return list(leaves(list(outcome) if isinstance(outcome, tuple | list) else outcome))


def plain(t: Any) -> np.ndarray:
    """A result's value."""
    return np.asarray(t.detach().value if isinstance(t, ad.Tensor) else t)


def agrees(f: Call, arrays: Sequence[np.ndarray], rtol: float = 1e-13) -> None:
    """`f` of tensors gives tensors of NumPy's values, shapes and dtypes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = f(*arrays)
    found = f(*map(ad.tensor, arrays))
    assert type(found) in (containers(expected) if isinstance(expected, tuple | list) else (ad.Tensor,))
    for ours, theirs in zip(results(found), results(expected), strict=True):
        assert isinstance(ours, ad.Tensor)
        assert (ours.shape, ours.dtype) == (np.shape(theirs), np.asarray(theirs).dtype)
        eps = 1e-6 if ours.dtype == np.float32 else rtol
        np.testing.assert_allclose(plain(ours), theirs, rtol=eps, atol=eps)


def differentiates(f: Call, arrays: Sequence[np.ndarray], order: int = 2) -> None:
    """The derivatives of every result to second order, in both modes."""
    ad.check_grads(lambda *xs: [np.sin(y) for y in results(f(*xs))], arrays, order=order)


def keeps_float32(f: Call, arrays: Sequence[np.ndarray]) -> None:
    """Values and gradients of float32 are float32."""
    narrow = [np.asarray(a, np.float32) for a in arrays]
    agrees(f, narrow)
    tensors = [ad.tensor(a) for a in narrow]
    sum(np.sum(y) for y in results(f(*tensors))).backward()
    for t in tensors:
        assert t.grad is None or t.grad.dtype == np.float32


def maps(f: Call, arrays: Sequence[np.ndarray]) -> None:
    """Under vmap each example has the result that it has alone, and the gradient."""
    examples = [np.stack([a, a[..., ::-1] if a.ndim else a + 1, a * 0.5]) for a in arrays]

    def total(*xs: Any) -> Any:
        return sum(np.sum(np.sin(y)) for y in results(f(*xs)))

    at = tuple(range(len(arrays)))
    found = results(ad.vmap(lambda *xs: results(f(*xs)))(*examples))
    slopes = ad.vmap(ad.grad(total, argnums=at))(*examples)
    for i in range(3):
        alone = [e[i] for e in examples]
        for ours, theirs in zip(found, results(f(*alone)), strict=True):
            np.testing.assert_allclose(plain(ours)[i], theirs, rtol=1e-13)
        for ours, theirs in zip(slopes, ad.grad(total, argnums=at)(*alone), strict=True):
            np.testing.assert_allclose(plain(ours)[i], plain(theirs), rtol=1e-12, atol=1e-13)


def gradient(f: Call, *values: Any) -> list[Any]:
    """The gradients of the sum of `f`, as lists, by the compiled sweep."""
    tensors = [ad.tensor(np.asarray(v, float)) for v in values]
    with np.errstate(all="ignore"):
        np.sum(f(*tensors)).backward()
    found = [t.grad.tolist() if t.grad is not None else None for t in tensors]
    return found if len(found) > 1 else found[0]
