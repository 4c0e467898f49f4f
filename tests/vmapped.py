"""What a test of vmap asks: the same as the loop over the examples, in every mix of transforms, and without that loop."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from counting import calls_of
from tabled import plain, results

import notebook_ad as ad

Function = Callable[..., Any]
Arrays = Sequence[np.ndarray]
Axes = Sequence[int | None]
FEW, MANY = 100, 130  # both many enough for what large operands take (a planned einsum)


def choices(count: int) -> Iterator[tuple[int | None, ...]]:
    """Which arguments differ from example to example: every mix but none."""
    return (axes for axes in itertools.product((0, None), repeat=count) if any(a == 0 for a in axes))


def near(found: Any, expected: Any, what: str, tolerance: float = 1e-9) -> None:
    got, want = plain(found), np.stack([plain(e) for e in expected])
    assert got.shape == want.shape, what
    scale = max(1.0, float(np.max(np.abs(want[np.isfinite(want)]), initial=0.0)))
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance * scale, err_msg=what)


def examples(arrays: Arrays, axes: Axes) -> list[list[np.ndarray]]:
    count = next(len(a) for a, axis in zip(arrays, axes, strict=True) if axis == 0)
    return [[a[i] if axis == 0 else a for a, axis in zip(arrays, axes, strict=True)] for i in range(count)]


def total(f: Function) -> Function:
    """One number that depends on every element of every result."""

    def summed(*xs: Any) -> Any:
        parts: list[Any] = [0.0]
        for k, y in enumerate(results(f(*xs))):
            y = y if hasattr(y, "dtype") else np.asarray(y)
            if np.dtype(y.dtype).kind not in "fc":
                continue
            pair = (np.real(y), np.imag(y)) if y.dtype.kind == "c" else (y,)
            parts += [np.sum((np.cos(np.arange(p.size) + k).reshape(p.shape) + 0.3 * np.sin(p)) * p) for p in pair]
        return sum(parts[1:], parts[0])

    return summed


def values_are_the_loops(f: Function, arrays: Arrays, axes: Axes) -> None:
    alone = [results(f(*[ad.tensor(x, requires_grad=False) for x in e])) for e in examples(arrays, axes)]
    found = results(ad.vmap(lambda *xs: results(f(*map(of_tensor, xs))), tuple(axes))(*arrays))
    for got, want in zip(found, zip(*alone, strict=True), strict=True):
        near(got, want, "value")


def of_tensor(x: Any) -> Any:
    return x if isinstance(x, ad.Tensor) else ad.tensor(x, requires_grad=False)


def derivatives_are_the_loops(f: Function, arrays: Arrays, axes: Axes) -> None:
    """vmap of grad, grad of vmap, vmap of jvp, jvp of vmap."""
    smooth = tuple(i for i, a in enumerate(arrays) if a.dtype.kind == "f")
    loss = total(lambda *xs: f(*map(of_tensor, xs)))
    rows = examples(arrays, axes)
    alone = [ad.grad(loss, smooth)(*e) for e in rows]
    found = ad.vmap(ad.grad(loss, smooth), tuple(axes))(*arrays)
    for k in range(len(smooth)):
        near(found[k], [g[k] for g in alone], "vmap of grad")
    over = ad.grad(lambda *xs: np.sum(ad.vmap(loss, tuple(axes))(*xs)), smooth)(*arrays)
    for k, i in enumerate(smooth):
        parts = [plain(g[k]) for g in alone]
        near(plain(over[k])[None], [np.stack(parts) if axes[i] == 0 else sum(parts)], "grad of vmap")

    def along(*xs: Any) -> Any:
        def moving(*ys: Any) -> Any:
            given = list(xs)
            for i, y in zip(smooth, ys, strict=True):
                given[i] = y
            return loss(*given)

        return ad.jvp(moving, [xs[i] for i in smooth], [np.cos(np.ones(np.shape(xs[i]))) for i in smooth])[1]

    near(ad.vmap(along, tuple(axes))(*arrays), [along(*e) for e in rows], "vmap of jvp")

    def whole(*ys: Any) -> Any:
        given: list[Any] = list(arrays)
        for i, y in zip(smooth, ys, strict=True):
            given[i] = y
        return ad.vmap(loss, tuple(axes))(*given)

    moves = [np.cos(np.ones(arrays[i].shape)) for i in smooth]
    near(ad.jvp(whole, [arrays[i] for i in smooth], moves)[1], [along(*e) for e in rows], "jvp of vmap")


def hessians_are_the_loops(f: Function, arrays: Arrays) -> None:
    """Both ways to a Hessian within vmap, of the first argument; and vmap of vmap."""
    loss, axes = total(lambda *xs: f(*map(of_tensor, xs))), (0,) * len(arrays)
    rows = examples(arrays, axes)
    alone = [ad.hessian(loss)(*e) for e in rows]
    near(ad.vmap(ad.hessian(loss))(*arrays), alone, "vmap of hessian", 1e-8)
    near(ad.vmap(ad.jacfwd(ad.grad(loss)))(*arrays), alone, "vmap of jacfwd of grad", 1e-8)
    twice = ad.vmap(ad.vmap(loss))(*(np.stack([a, a]) for a in arrays))
    near(twice, [np.stack([plain(loss(*e)) for e in rows])] * 2, "vmap of vmap")


def runs_at_once(f: Function, arrays: Arrays, axes: Axes | None = None) -> None:
    """No more functions are called for more examples: values and gradients."""
    axes = (0,) * len(arrays) if axes is None else axes
    smooth = tuple(i for i, a in enumerate(arrays) if a.dtype.kind == "f")
    mapped = ad.vmap(f, tuple(axes))
    slopes = ad.vmap(ad.grad(total(f), smooth), tuple(axes)) if smooth else mapped

    def calls(count: int) -> int:
        given = [np.resize(a, (count, *a.shape[1:])) if axis == 0 else a for a, axis in zip(arrays, axes, strict=True)]
        mapped(*given)
        slopes(*given)
        return min(calls_of(lambda: (mapped(*given), slopes(*given))) for _ in range(3))  # the tape may begin a segment

    few, many = calls(FEW), calls(MANY)
    assert many - few < MANY - FEW, f"{few} calls for {FEW} examples, {many} for {MANY}"
