"""SciPy's matrix functions and convolution: values, derivatives to order 2, real and complex, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.signal
from agreement import agrees

import notebook_ad as ad

linalg, signal = ad.scipy.linalg, ad.scipy.signal
RNG = np.random.default_rng(2)


def real(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape)


def complex_(*shape: int) -> np.ndarray:
    return real(*shape) + 1j * real(*shape)


def matches(f: Any, theirs: Any, args: Any, order: int = 2) -> None:
    agrees(f, args, order=order)
    np.testing.assert_allclose(f(*args), theirs(*args), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("make", [real, complex_])
@pytest.mark.parametrize("trans", [0, 1, 2, "T"])
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("unit", [False, True])
def test_triangular_systems(make: Any, trans: Any, lower: bool, unit: bool) -> None:
    a = make(3, 3) + 3 * np.eye(3)
    for b in (make(3), make(3, 2), make(3, 0)):
        matches(
            lambda a, b: linalg.solve_triangular(a, b, trans, lower, unit),
            lambda a, b: scipy.linalg.solve_triangular(a, b, trans, lower, unit),
            [a, b],
        )


@pytest.mark.parametrize("bands", [(1, 1), (2, 0), (0, 1), (1, 2)])
def test_banded_systems(bands: tuple[int, int]) -> None:
    for make in (real, complex_):
        ab = make(sum(bands) + 1, 4)
        ab[bands[1]] += 4
        for b in (make(4), make(4, 2)):
            matches(
                lambda ab, b: linalg.solve_banded(bands, ab, b),
                lambda ab, b: scipy.linalg.solve_banded(bands, ab, b),
                [ab, b],
            )


@pytest.mark.parametrize("make", [real, complex_])
def test_sylvester_square_root_and_exponential(make: Any) -> None:
    args = [make(3, 3) + 2 * np.eye(3), make(2, 2) + 2 * np.eye(2), make(3, 2)]
    matches(linalg.solve_sylvester, scipy.linalg.solve_sylvester, args)
    agrees(linalg.solve_sylvester, [args[0].real, args[1] * (1 + 0.1j), args[2].real])
    a = make(3, 3)
    matches(linalg.sqrtm, scipy.linalg.sqrtm, [a @ a.conj().T + np.eye(3)])
    matches(linalg.expm, scipy.linalg.expm, [a])
    matches(linalg.expm, scipy.linalg.expm, [make(2, 2, 2)], order=1)


def test_rotation_by_the_exponential() -> None:
    turn = lambda t: linalg.expm(t * np.array([[0.0, -1.0], [1.0, 0.0]]))[0, 0]
    np.testing.assert_allclose(ad.grad(turn)(0.3), -np.sin(0.3))
    np.testing.assert_allclose(ad.grad(ad.grad(ad.grad(turn)))(0.3), np.sin(0.3))


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(
    "shapes",
    [((4,), (2,)), ((2,), (4,)), ((4, 5), (2, 3)), ((2, 3), (4, 5)), ((3,), (3,)), ((3, 2, 2), (2, 1, 2))],
    ids=str,
)
def test_convolution_as_scipys(shapes: Any, mode: str) -> None:
    theirs = lambda a, b: scipy.signal.convolve(a, b, mode, method="direct")
    matches(lambda a, b: signal.convolve(a, b, mode=mode), theirs, [real(*shapes[0]), real(*shapes[1])])
    matches(lambda a, b: signal.convolve(a, b, mode), theirs, [complex_(*shapes[0]), real(*shapes[1])], order=1)


@pytest.mark.parametrize("mode", ["full", "valid"])
def test_convolution_along_some_axes_summed_over_others(mode: str) -> None:
    a, b = real(2, 4, 5), real(3, 4, 2)
    f = lambda a, b: signal.convolve(a, b, axes=([2], [2]), dot_axes=([1], [1]), mode=mode)
    each = [[sum(np.convolve(a[i, k], b[j, k], mode) for k in range(4)) for j in range(3)] for i in range(2)]
    np.testing.assert_allclose(f(a, b), each)
    agrees(f, [a, b])
    agrees(lambda a, b: signal.convolve(a, b, axes=([], []), dot_axes=([1], [1]), mode=mode), [a, b])
    agrees(lambda a, b: signal.convolve(a, b, axes=([0, 2], [2, 0]), mode="full"), [real(2, 2, 3), real(2, 3, 2)])


@pytest.mark.parametrize(("call", "message"), [
    (lambda x: signal.convolve(x, np.ones(2)), "1 axes|2 and 1 axes"),
    (lambda x: signal.convolve(x, np.ones((3, 2)), mode="valid"), "one array must be at least as large"),
    (lambda x: signal.convolve(x, x, mode="all"), "mode is 'full', 'same' or 'valid', not 'all'"),
    (lambda x: signal.convolve(x, x, axes=([5], [0])), r"axes \[5\]"),
    (lambda x: linalg.expm(x), r"expm: a matrix of shape \(2, 3\).*it must be square"),
    (lambda x: linalg.sqrtm(x), r"sqrtm: a matrix of shape \(2, 3\)"),
    (lambda x: linalg.solve_triangular(x, np.ones(2)), r"solve_triangular: shapes \(2, 3\) and \(2,\)"),
    (lambda x: linalg.solve_triangular(x @ x.T, np.ones(2), trans="X"), "trans is 0, 1, 2, 'N', 'T' or 'C', not 'X'"),
    (lambda x: linalg.solve_sylvester(x, x, x), r"solve_sylvester: shapes \(2, 3\)"),
    (lambda x: linalg.solve_banded((1, 1), x, np.ones(3)), r"bands of shape \(2, 3\).*\(3, n\)"),
])  # fmt: skip
def test_errors_name_the_function_and_the_shapes(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(ad.tensor(np.ones((2, 3))))
