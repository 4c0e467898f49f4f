"""What random programs are made of: each operation in NumPy's calls and in PyTorch's, and how its operands are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Shape = tuple[int, ...]
Choice = tuple[list[int], dict[str, Any]] | None  # registers and options; None where no register fits
Choose = Callable[[np.random.Generator, Sequence[Shape]], Choice]


@dataclass(frozen=True)
class Operation:
    """`ours(*arrays or tensors, **options)`; `theirs(torch, *tensors, **options)`."""

    choose: Choose
    ours: Callable[..., Any]
    theirs: Callable[..., Any]


def some(rng: np.random.Generator, fitting: Sequence[int]) -> int:
    """One of the registers, the newer the likelier."""
    at = max(rng.integers(len(fitting)), rng.integers(len(fitting)))
    return fitting[at]


def of_any(rng: np.random.Generator, shapes: Sequence[Shape]) -> Choice:
    return [some(rng, range(len(shapes)))], {}


def with_axes(least: int = 1, **options: Callable[[np.random.Generator, Shape], Any]) -> Choose:
    """One register with at least so many axes, and options drawn for its shape."""

    def choose(rng: np.random.Generator, shapes: Sequence[Shape]) -> Choice:
        fitting = [i for i, s in enumerate(shapes) if len(s) >= least]
        if not fitting:
            return None
        i = some(rng, fitting)
        return [i], {name: draw(rng, shapes[i]) for name, draw in options.items()}

    return choose


def pair(fits: Callable[[Shape, Shape], bool]) -> Choose:
    """Two registers (the same one twice, too) whose shapes fit."""

    def choose(rng: np.random.Generator, shapes: Sequence[Shape]) -> Choice:
        for _ in range(8):
            i, j = (some(rng, range(len(shapes))) for _ in range(2))
            if fits(shapes[i], shapes[j]):
                return [i, j], {}
        return None

    return choose


def broadcast(a: Shape, b: Shape) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))


def multiplies(a: Shape, b: Shape) -> bool:
    return bool(a and b) and a[-1] == b[-2 if len(b) > 1 else 0] and broadcast(a[:-2], b[:-2])


def rows_match(a: Shape, b: Shape) -> bool:
    return len(a) == len(b) == 2 and a[1] == b[1]


def an_axis(rng: np.random.Generator, shape: Shape) -> int:
    return int(rng.integers(-len(shape), len(shape)))


def axes_or_none(rng: np.random.Generator, shape: Shape) -> Any:
    kind = rng.integers(3)
    if kind == 0:
        return tuple(range(len(shape)))
    return (an_axis(rng, shape),) if kind == 1 else tuple(range(len(shape)))[-2:]


def flag(rng: np.random.Generator, shape: Shape) -> bool:
    return bool(rng.integers(2))


def order(rng: np.random.Generator, shape: Shape) -> Shape:
    return tuple(int(i) for i in rng.permutation(len(shape)))


def rows_of(rng: np.random.Generator, shape: Shape) -> Any:
    return [int(i) for i in rng.integers(-shape[0], shape[0], rng.integers(1, 4))]


def mask(rng: np.random.Generator, shape: Shape) -> Any:
    chosen = rng.integers(2, size=shape).astype(bool)
    chosen.reshape(-1)[0] = True
    return chosen


def regular(m: Any, x: Any) -> Any:
    """A well conditioned matrix of a square one."""
    return m.tanh(x) * 0.2 + m.eye(x.shape[-1]) * 1.5


def square(rng: np.random.Generator, shapes: Sequence[Shape]) -> Choice:
    fitting = [i for i, s in enumerate(shapes) if len(s) >= 2 and s[-1] == s[-2]]
    return ([some(rng, fitting)], {}) if fitting else None


def solvable(rng: np.random.Generator, shapes: Sequence[Shape]) -> Choice:
    fitting = [(i, j) for i, a in enumerate(shapes) for j, b in enumerate(shapes)
               if len(a) == len(b) == 2 and a[0] == a[1] == b[0]]  # fmt: skip
    return (list(fitting[int(rng.integers(len(fitting)))]), {}) if fitting else None


def same(f: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """One text for both: `f(module, *operands)`."""
    return (lambda *x, **o: f(np, *x, **o)), f


def _elements() -> dict[str, Operation]:
    """Operations on elements, smooth or with kinks, all bounded."""
    unary: dict[str, Callable[..., Any]] = {
        "tanh": lambda m, x: m.tanh(x), "sin": lambda m, x: m.sin(x), "cos": lambda m, x: m.cos(2 * x),
        "bell": lambda m, x: m.exp(-x * x), "log1p": lambda m, x: m.log1p(x * x), "root": lambda m, x: m.sqrt(1 + x * x),
        "logistic": lambda m, x: 1 / (1 + m.exp(-x)), "square": lambda m, x: 0.3 * x**2, "cube": lambda m, x: 0.1 * x**3,
        "abs": lambda m, x: abs(x), "negative": lambda m, x: -x, "affine": lambda m, x: 1.5 * x - 0.25,
        "expm1": lambda m, x: m.expm1(m.sin(x)), "arctan": lambda m, x: m.arctan(x), "arcsinh": lambda m, x: m.arcsinh(x),
        "sinh": lambda m, x: m.sinh(m.cos(x)), "log": lambda m, x: m.log(2 + m.sin(x)),
        "square root": lambda m, x: (2 + m.cos(x)) ** 0.5,
        "sinc": lambda m, x: m.sinc(x), "reciprocal": lambda m, x: 1 / (2 + x * x), "clip": lambda m, x: m.clip(x, -0.8, 0.9),
        "base": lambda m, x: 2.0 ** m.sin(x),
    }  # fmt: skip
    binary: dict[str, Callable[..., Any]] = {
        "add": lambda m, x, y: x + y, "subtract": lambda m, x, y: x - y, "multiply": lambda m, x, y: m.tanh(x * y),
        "divide": lambda m, x, y: x / (2 + y * y), "maximum": lambda m, x, y: m.maximum(x, y),
        "minimum": lambda m, x, y: m.minimum(x, 0.9 * y + 0.05), "arctan2": lambda m, x, y: m.arctan2(x, 1.5 + y * y),
        "hypot": lambda m, x, y: m.hypot(x, y + 3), "logaddexp": lambda m, x, y: m.logaddexp(x, y),
        "power": lambda m, x, y: (1 + x * x) ** m.sin(y), "where": lambda m, x, y: m.where(x > y, x * y, m.sin(x)),
    }  # fmt: skip
    found = {name: Operation(of_any, *same(f)) for name, f in unary.items()}
    found["relu"] = Operation(of_any, lambda x: np.maximum(x, 0.0), lambda m, x: m.relu(x))
    return found | {name: Operation(pair(broadcast), *same(f)) for name, f in binary.items()}


def _reductions() -> dict[str, Operation]:
    over = {"axis": axes_or_none, "keepdims": flag}
    one = {"axis": an_axis, "keepdims": flag}

    def reduction(ours: Callable[..., Any], theirs: Callable[..., Any], options: Any) -> Operation:
        return Operation(with_axes(1, **options), ours, lambda m, x, axis, keepdims: theirs(m, x, axis, keepdims))

    return {
        "sum": reduction(np.sum, lambda m, x, a, k: m.sum(x, a, keepdim=k), over),
        "mean": reduction(np.mean, lambda m, x, a, k: m.mean(x, a, keepdim=k), over),
        "var": reduction(np.var, lambda m, x, a, k: m.var(x, a, correction=0, keepdim=k), over),
        "std": reduction(
            lambda x, axis, keepdims: np.std(np.sin(x) + x, axis=axis, keepdims=keepdims),
            lambda m, x, a, k: m.std(m.sin(x) + x, a, correction=0, keepdim=k),
            over,
        ),
        "prod": reduction(np.prod, lambda m, x, a, k: m.prod(x, a, keepdim=k), one),
        "max": reduction(np.max, lambda m, x, a, k: m.amax(x, a, keepdim=k), over),
        "min": reduction(np.min, lambda m, x, a, k: m.amin(x, a, keepdim=k), over),
        "norm": reduction(
            lambda x, axis, keepdims: np.linalg.norm(x, axis=axis, keepdims=keepdims),
            lambda m, x, a, k: m.linalg.vector_norm(x, dim=a, keepdim=k),
            one,
        ),
        "cumsum": Operation(with_axes(1, axis=an_axis), np.cumsum, lambda m, x, axis: m.cumsum(x, axis)),
        "cumprod": Operation(with_axes(1, axis=an_axis), np.cumprod, lambda m, x, axis: m.cumprod(x, axis)),
        "sort": Operation(with_axes(1, axis=an_axis), np.sort, lambda m, x, axis: m.sort(x, axis)[0]),
    }


def _algebra() -> dict[str, Operation]:
    return {
        "matmul": Operation(pair(multiplies), lambda x, y: np.tanh(x @ y), lambda m, x, y: m.tanh(x @ y)),
        "scaled product": Operation(pair(multiplies), lambda x, y: 0.3 * np.matmul(x, y), lambda m, x, y: 0.3 * (x @ y)),
        "outer": Operation(
            pair(lambda a, b: len(a) == len(b) == 1), lambda x, y: 0.5 * np.outer(x, y), lambda m, x, y: 0.5 * m.outer(x, y)
        ),
        "einsum": Operation(
            pair(rows_match), lambda x, y: 0.3 * np.einsum("ij,kj->ik", x, y),
            lambda m, x, y: 0.3 * m.einsum("ij,kj->ik", x, y),
        ),
        "tensordot": Operation(
            pair(rows_match), lambda x, y: 0.3 * np.tensordot(x, y, axes=([1], [1])),
            lambda m, x, y: 0.3 * m.tensordot(x, y, dims=([1], [1])),
        ),
        "inv": Operation(square, lambda x: np.linalg.inv(regular(np, x)), lambda m, x: m.linalg.inv(regular(m, x))),
        "det": Operation(square, lambda x: np.linalg.det(regular(np, x)), lambda m, x: m.linalg.det(regular(m, x))),
        "solve": Operation(
            solvable, lambda a, b: np.linalg.solve(regular(np, a), b), lambda m, a, b: m.linalg.solve(regular(m, a), b)
        ),
        "trace": Operation(square, lambda x: np.trace(x, axis1=-2, axis2=-1), lambda m, x: m.diagonal(x, 0, -2, -1).sum(-1)),
        "diagonal": Operation(
            square, lambda x: np.diagonal(x, axis1=-2, axis2=-1), lambda m, x: m.diagonal(x, 0, -2, -1)
        ),
        "tril": Operation(with_axes(2), np.tril, lambda m, x: m.tril(x)),
        "triu": Operation(with_axes(2), lambda x: np.triu(x, 1), lambda m, x: m.triu(x, 1)),
    }  # fmt: skip


def _shapes() -> dict[str, Operation]:
    return {
        "flattened": Operation(with_axes(1), lambda x: np.reshape(x, -1), lambda m, x: m.reshape(x, (-1,))),
        "reshape": Operation(with_axes(2), lambda x: np.reshape(x, x.shape[::-1]),
                             lambda m, x: m.reshape(x, tuple(x.shape)[::-1])),
        "transpose": Operation(with_axes(2, axes=order), lambda x, axes: np.transpose(x, axes),
                               lambda m, x, axes: m.permute(x, axes)),
        "new axis": Operation(with_axes(0), lambda x: x[..., None], lambda m, x: x[..., None]),
        "flip": Operation(with_axes(1, axis=an_axis), np.flip, lambda m, x, axis: m.flip(x, (axis,))),
        "roll": Operation(with_axes(1, axis=an_axis), lambda x, axis: np.roll(x, 2, axis), lambda m, x, axis: m.roll(x, 2, axis)),
        "twice": Operation(with_axes(1, axis=an_axis), lambda x, axis: np.concatenate([x, 0.5 * x], axis),
                           lambda m, x, axis: m.concatenate([x, 0.5 * x], axis)),
        "concatenate": Operation(pair(lambda a, b: bool(a and b) and a[1:] == b[1:]), lambda x, y: np.concatenate([x, y]),
                                 lambda m, x, y: m.concatenate([x, y])),
        "stack": Operation(pair(lambda a, b: a == b), lambda x, y: np.stack([x, y], -1), lambda m, x, y: m.stack([x, y], -1)),
        "broadcast": Operation(with_axes(0), lambda x: np.broadcast_to(x, (2, *x.shape)),
                               lambda m, x: m.broadcast_to(x, (2, *x.shape))),
        "tile": Operation(with_axes(1), lambda x: np.tile(x, 2), lambda m, x: m.tile(x, (2,))),
        "repeat": Operation(with_axes(1, axis=an_axis), lambda x, axis: np.repeat(x, 2, axis),
                            lambda m, x, axis: m.repeat_interleave(x, 2, axis)),
        "pad": Operation(with_axes(1), lambda x: np.pad(x, [(0, 0)] * (x.ndim - 1) + [(1, 2)]),
                         lambda m, x: m.nn.functional.pad(x, (1, 2))),
        "diff": Operation(with_axes(1, axis=an_axis), lambda x, axis: np.diff(np.concatenate([x, x * x], axis), axis=axis),
                          lambda m, x, axis: m.diff(m.concatenate([x, x * x], axis), dim=axis)),
    }  # fmt: skip


def _selections() -> dict[str, Operation]:
    return {
        "first": Operation(with_axes(1), lambda x: x[0], lambda m, x: x[0]),
        "last of the last": Operation(with_axes(1), lambda x: x[..., -1], lambda m, x: x[..., -1]),
        "rest": Operation(with_axes(1), lambda x: x[1:] if x.shape[0] > 1 else x, lambda m, x: x[1:] if x.shape[0] > 1 else x),
        "every other": Operation(with_axes(1), lambda x: x[::2], lambda m, x: x[::2]),
        "backwards": Operation(with_axes(1), lambda x: x[::-1], lambda m, x: m.flip(x, (0,))),
        "rows": Operation(with_axes(1, rows=rows_of), lambda x, rows: x[rows], lambda m, x, rows: x[rows]),
        "take": Operation(with_axes(1, rows=rows_of), lambda x, rows: np.take(x, rows, axis=0), lambda m, x, rows: x[rows]),
        "mask": Operation(with_axes(1, kept=mask), lambda x, kept: x[kept], lambda m, x, kept: x[m.as_tensor(kept)]),
        "chosen": Operation(with_axes(1, kept=mask), lambda x, kept: np.where(kept, x, 0.5 * x * x),
                            lambda m, x, kept: m.where(m.as_tensor(kept), x, 0.5 * x * x)),
        "element": Operation(with_axes(2), lambda x: x[0, -1], lambda m, x: x[0, -1]),
    }  # fmt: skip


OPERATIONS: dict[str, Operation] = {
    **_elements(), **_reductions(), **_algebra(), **_shapes(), **_selections(),
}  # fmt: skip
