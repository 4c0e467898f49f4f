"""Every function of the registry, of what hypothesis makes: values, both modes, second order, float32, kernel against rule.

Reverse mode is swept compiled and walked by rule, forward mode is its transpose: these agree to rounding. One of each order is
compared with central differences (of fourth order, so that a step of 1e-4 leaves an error of 1e-9).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cases_arrays
import cases_elements
import cases_linalg
import cases_shapes
import cases_statistics
import numpy as np
import pytest
from facts import FACTS
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from registry import entries

import notebook_ad as ad
from notebook_ad.engine.host import host
from notebook_ad.transforms.trees import leaves

Function = Callable[..., Any]
Arrays = Sequence[np.ndarray]
CASES = cases_elements.CASES | cases_arrays.CASES | cases_shapes.CASES | cases_linalg.CASES | cases_statistics.CASES
EXAMPLES = 12
STEP = 1e-4
NEW = np.lib.NumpyVersion(np.__version__) >= "2.0.0"
PHASES = (Phase.generate, Phase.shrink)


def plain(x: Any) -> np.ndarray:
    return np.asarray(x.detach().value if isinstance(x, ad.Tensor) else x)


def smooth(outcome: Any) -> list[Any]:
    """The results that can have a derivative, complex ones as two."""
    found = [y for y in leaves(outcome) if np.dtype(y.dtype).kind in "fc"]
    return [part for y in found for part in ((np.real(y), np.imag(y)) if y.dtype.kind == "c" else (y,))]


def folded(f: Function) -> Function:
    """One number of all results: its derivatives of both orders see every element of theirs."""

    def total(*xs: Any) -> Any:
        parts = []
        for k, y in enumerate(smooth(f(*xs))):
            weights = np.cos(np.arange(y.size) + 1.7 * k).reshape(y.shape).astype(y.dtype)
            parts.append(np.sum((weights + 0.3 * np.sin(y)) * y))
        return sum(parts[1:], parts[0])

    return total


def slope(f: Function, arrays: Arrays, v: Arrays) -> Any:
    """(f(x + hv) − f(x − hv))·8 − (f(x + 2hv) − f(x − 2hv)), over 12h."""
    at = {
        k: [np.asarray(y) for y in f(*(np.asarray(a + k * STEP * d) for a, d in zip(arrays, v, strict=True)))]
        for k in (-2, -1, 1, 2)
    }
    return [
        (8 * (b - a) - (d - c)) / (12 * STEP) for c, a, b, d in zip(at[-2], at[-1], at[1], at[2], strict=True)
    ]  # fmt: skip


def near(got: Any, want: Any, tolerance: float, what: str) -> None:
    want = np.asarray(want)
    scale = max(1.0, float(np.max(np.abs(want), initial=0.0)))
    assert np.shape(got) == want.shape, what
    np.testing.assert_allclose(plain(got), want, rtol=tolerance, atol=tolerance * scale, err_msg=what)


def inner(a: Arrays, b: Arrays) -> float:
    return float(sum(np.sum(plain(x) * plain(y)) for x, y in zip(a, b, strict=True)))


def same_value(f: Function, arrays: Arrays, promoted: bool = False) -> None:
    """NumPy's value, shape and dtype (NumPy 2's, whatever the version: in NumPy 1 0-d arrays of float32 are weak).

    `promoted`: SciPy's ufuncs may go to float64, ours keep the tensor's float32.
    """
    expected, found = leaves(f(*arrays)), leaves(f(*map(ad.tensor, arrays)))
    assert len(expected) == len(found)
    for want, got in zip(expected, found, strict=True):
        value = plain(got)
        assert value.shape == np.shape(want)
        if promoted or NEW or value.dtype == np.float64:
            assert value.dtype == (np.float32 if promoted else np.asarray(want).dtype)
        tolerance = 1e-12 if value.dtype.kind not in "fc" or np.finfo(value.dtype).eps < 1e-10 else 2e-5
        near(value, want, tolerance, "value")


def check(f: Function, arrays: Arrays, seed: int) -> None:
    same_value(f, arrays)
    total, every = folded(f), tuple(range(len(arrays)))
    rng = np.random.default_rng(seed)
    v = [np.asarray(rng.uniform(-1, 1, a.shape)) for a in arrays]
    gradient = ad.grad(total, every)

    tensors = [ad.tensor(a) for a in arrays]
    y = total(*tensors)
    compiled = ad.autograd.grad(y, tensors, retain_graph=True, materialize_grads=True, allow_unused=True)
    by_rule = ad.autograd.grad(y, tensors, create_graph=True, materialize_grads=True, allow_unused=True)
    for g, h, a in zip(compiled, by_rule, arrays, strict=True):
        assert (g.shape, g.dtype) == (h.shape, h.dtype) == (a.shape, a.dtype)
        near(plain(h), plain(g), 1e-11, "by rule, against the compiled sweep")
    along = inner(compiled, v)
    _, pushed = ad.jvp(total, tuple(arrays), tuple(v))
    size = 1.0 + sum(float(np.sum(np.abs(plain(g)))) for g in compiled)
    near(plain(pushed) / size, along / size, 1e-10, "forward against reverse")
    near(along / size, slope(lambda *x: [total(*x)], arrays, v)[0] / size, 1e-7, "reverse against central differences")

    second = [plain(h) for h in ad.hvp(total, tuple(arrays), tuple(v))]
    twice = ad.grad(lambda *x: sum(np.sum(g * d) for g, d in zip(gradient(*x), v, strict=True)), every)(*arrays)
    for g, h, wanted in zip(second, twice, slope(gradient, arrays, v), strict=True):
        near(g, wanted, 1e-5, "forward over reverse against central differences")
        near(plain(h), g, 1e-8, "reverse over reverse against forward over reverse")
    curved = ad.jvp(lambda *x: ad.jvp(total, x, tuple(v))[1], tuple(arrays), tuple(v))[1]
    size = 1.0 + sum(float(np.sum(np.abs(g))) for g in second)
    near(plain(curved) / size, inner(second, v) / size, 1e-8, "forward over forward against forward over reverse")


def check_single(f: Function, arrays: Arrays, special: bool = False) -> None:
    """In float32 value, gradient and second derivative are float32, and near those in float64 at the same point."""
    single = [np.asarray(a, np.float32) for a in arrays]
    double = [np.asarray(a, np.float64) for a in single]
    same_value(f, single, special)
    total, every = folded(f), tuple(range(len(arrays)))
    gradient = ad.grad(total, every)
    norm = lambda *x: sum(np.sum(g * g) for g in gradient(*x))
    for order, derivative in enumerate((gradient, ad.grad(norm, every)), 1):
        for got, want, a in zip(derivative(*single), derivative(*double), single, strict=True):
            assert got.dtype == np.float32
            assert got.shape == a.shape
            near(got, plain(want), 2e-3 if order == 2 else 2e-4, f"order {order} in float32")


def test_every_function_of_the_registry_has_cases_or_is_a_fact_without_a_derivative() -> None:
    assert not CASES.keys() & FACTS.keys()
    assert CASES.keys() | FACTS.keys() == entries().keys()


@pytest.mark.parametrize("name", sorted(CASES))
def test_derivatives_in_both_modes_to_second_order(name: str) -> None:
    @given(case=CASES[name], seed=st.integers(0, 2**31))
    @settings(max_examples=EXAMPLES, phases=PHASES)
    def holds(case: Any, seed: int) -> None:
        check(case.f, case.arrays, seed)

    holds()


@pytest.mark.parametrize("name", sorted(CASES))
def test_float32_stays_float32(name: str) -> None:
    @given(case=CASES[name])
    @settings(max_examples=EXAMPLES // 3, phases=PHASES)
    def holds(case: Any) -> None:
        check_single(case.f, case.arrays, name.startswith("special."))

    holds()


@pytest.mark.parametrize("name", sorted(FACTS))
def test_facts_are_numpys_and_need_no_gradient(name: str) -> None:
    @given(case=FACTS[name])
    @settings(max_examples=EXAMPLES, phases=PHASES)
    def holds(case: Any) -> None:
        found, expected = leaves(case.f(*map(ad.tensor, case.arrays))), leaves(case.f(*case.arrays))
        assert len(found) == len(expected)
        for got, want in zip(found, expected, strict=True):
            assert not getattr(got, "requires_grad", False)
            value = plain(got)
            assert (value.shape, value.dtype) == (np.shape(want), np.asarray(want).dtype)
            np.testing.assert_array_equal(value, want)

    holds()


PLANTED = {  # rules of x³: off by a hundredth; right in the first order only; right in float64 only
    "reverse against central differences": lambda g, z, x: g * 3.03 * x * x,
    "forward over reverse": lambda g, z, x: g * 3 * np.square(x.detach() if isinstance(x, ad.Tensor) else x),
    "order 1 in float32": lambda g, z, x: g * (3 if x.dtype == np.float64 else 3.01) * x * x,
}


@pytest.mark.parametrize("message", PLANTED)
def test_a_planted_fault_is_found(message: str) -> None:
    cube = host("planted", "x³", lambda x: x**3, (PLANTED[message],))
    fails = check_single if "float32" in message else lambda f, arrays: check(f, arrays, 0)
    with pytest.raises(AssertionError, match=message):
        fails(cube, [np.array([0.5, 1.5])])
