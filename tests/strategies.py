"""Shared by the property tests: central differences, shapes that broadcast, arrays, and random programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

import notebook_ad as ad

Arrays = Sequence[np.ndarray]
TOLERANCE = {"float64": {"rtol": 2e-6, "atol": 2e-7}, "float32": {"rtol": 3e-4, "atol": 3e-5}}


def central_differences(
    f: Callable[..., Any], arrays: Arrays, weights: np.ndarray, h: float = 1e-6
) -> list[np.ndarray]:
    """Gradients of `sum(weights * f(*arrays))` with respect to each array, in float64."""
    points = [np.array(a, np.float64) for a in arrays]
    gradients = []
    for point in points:
        gradient = np.zeros_like(point)
        for i in np.ndindex(point.shape):
            kept = point[i]
            point[i] = kept + h
            above = np.array(f(*points), np.float64)  # a copy: the function may return a view of its argument
            point[i] = kept - h
            below = np.array(f(*points), np.float64)
            point[i] = kept
            gradient[i] = np.sum(weights * (above - below)) / (2 * h)
        gradients.append(gradient)
    return gradients


def check_gradients(
    on_tensors: Callable[..., ad.Tensor], on_arrays: Callable[..., Any], arrays: Arrays, seed: int = 0
) -> None:
    """NumPy's value, dtype and shape; and from the sweep the central differences, array by array."""
    tensors = [ad.tensor(a) for a in arrays]
    output = on_tensors(*tensors)
    expected = np.asarray(on_arrays(*arrays))
    assert output.shape == expected.shape
    assert output.dtype == expected.dtype
    eps = np.finfo(expected.dtype).eps
    np.testing.assert_allclose(np.asarray(output.value), expected, rtol=4 * eps, atol=4 * eps)
    weights = np.random.default_rng(seed).uniform(-1, 1, expected.shape)
    output.backward(weights)
    for tensor, array, wanted in zip(tensors, arrays, central_differences(on_arrays, arrays, weights), strict=True):
        assert tensor.grad is not None
        assert (tensor.grad.shape, tensor.grad.dtype) == (array.shape, array.dtype)
        narrowest = "float32" if any(a.dtype == np.float32 for a in arrays) else "float64"
        np.testing.assert_allclose(tensor.grad.numpy(), wanted, **TOLERANCE[narrowest])


def shapes(max_ndim: int = 3, min_side: int = 0, max_side: int = 4) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes, empty and 0-d ones among them."""
    return st.lists(st.integers(min_side, max_side), max_size=max_ndim).map(tuple)


@st.composite
def broadcastable(draw: st.DrawFn, count: int) -> list[tuple[int, ...]]:
    """`count` shapes that broadcast: axes left out or of length 1 here and there, sometimes of size 0."""
    full = draw(shapes())
    result = []
    for _ in range(count):
        kept = full[draw(st.integers(0, len(full))) :] if draw(st.booleans()) else full
        result.append(tuple(1 if draw(st.integers(0, 3)) == 0 else n for n in kept))
    return result


def normal(shape: tuple[int, ...], seed: int, dtype: Any = np.float64) -> np.ndarray:
    """Random numbers about 1 in size: an array, 0-d for the empty shape."""
    return np.asarray(np.random.default_rng(seed).normal(size=shape), dtype)


seeds = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class Program:
    """Straight-line code on numbered registers: first the leaves, then one register per instruction."""

    leaves: tuple[np.ndarray, ...]
    instructions: tuple[tuple[Any, ...], ...]

    def run(self, module: Any, leaves: Sequence[Any]) -> Any:
        """The scalar that it computes, with `module`'s functions (numpy or notebook_ad): every register takes part."""
        registers = list(leaves)
        for name, *operands in self.instructions:
            registers.append(OPERATIONS[name][1](module, *(registers[i] for i in operands)))
        total = registers[-1].sum()
        for register in registers[:-1]:
            total = total + 0.1 * (register * register).sum()
        return total


def _sigmoid(m: Any, x: Any) -> Any:
    return m.sigmoid(x) if m is ad else 1 / (1 + np.exp(-x))


# name: number of operands, rule
OPERATIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "add": (2, lambda m, x, y: x + y),
    "sub": (2, lambda m, x, y: x - y),
    "mul": (2, lambda m, x, y: m.tanh(x * y)),
    "div": (2, lambda m, x, y: x / (2 + y * y)),
    "square": (1, lambda m, x: 0.3 * x**2),
    "tanh": (1, lambda m, x: m.tanh(x)),
    "sin": (1, lambda m, x: m.sin(x)),
    "exp": (1, lambda m, x: m.exp(-(x * x))),
    "sigmoid": (1, _sigmoid),
    "neg": (1, lambda m, x: -x),
    "constant": (1, lambda m, x: 1.5 * x - 0.25),
}
SHAPING: dict[str, tuple[int, Callable[..., Any]]] = {
    "mean": (1, lambda m, x: m.mean(x)),
    "sum0": (1, lambda m, x: x if len(x.shape) == 0 else 0.5 * m.sum(x, axis=0)),
    "reversed": (1, lambda m, x: x if len(x.shape) == 0 else x[::-1]),
    "twice": (1, lambda m, x: x if len(x.shape) == 0 else m.concatenate([x, x], axis=0)[: x.shape[0]]),
    "picked": (1, lambda m, x: x if len(x.shape) == 0 else x[np.zeros(x.shape[0], int)]),
}
OPERATIONS |= SHAPING


@st.composite
def programs(draw: st.DrawFn, arrays: bool = True, length: int = 10) -> Program:
    """Random programs in which any register may be used any number of times; bounded and smooth."""
    shape = draw(st.sampled_from([(), (3,), (2, 3)])) if arrays else ()
    leaves = tuple(
        normal(draw(st.sampled_from([shape, ()])), draw(seeds)) for _ in range(draw(st.integers(1, 3)))
    )  # fmt: skip
    names = sorted(OPERATIONS.keys() - (set() if arrays else SHAPING.keys()))
    instructions: list[tuple[Any, ...]] = []
    for at in range(draw(st.integers(1, length))):
        name = draw(st.sampled_from(names))
        operands = [draw(st.integers(0, len(leaves) + at - 1)) for _ in range(OPERATIONS[name][0])]
        instructions.append((name, *operands))
    return Program(leaves, tuple(instructions))
