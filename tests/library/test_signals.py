"""Convolution, cross products, interpolation, polynomials, the trapezoidal rule: NumPy's values, derivatives to order 2."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32

import notebook_ad as ad

RNG = np.random.default_rng(5)
XP, FP = np.array([0.0, 0.7, 1.5, 3.0]), np.array([1.0, -0.5, 2.0, 0.3])
AT = np.array([-1.0, 0.3, 1.2, 2.9, 4.0, 1.0])
TRAPEZOID = getattr(np, "trapezoid", None) or np.trapz  # type: ignore[attr-defined]


def real(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape)


def complex_(*shape: int) -> np.ndarray:
    return real(*shape) + 1j * real(*shape)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("f", [np.convolve, np.correlate])
@pytest.mark.parametrize("sizes", [(1, 1), (4, 1), (1, 4), (4, 2), (2, 5), (3, 3), (6, 3), (3, 6)])
def test_convolution_and_correlation(f: Any, mode: str, sizes: tuple[int, int]) -> None:
    m, n = sizes
    agrees(lambda a, v: f(a, v, mode), [real(m), real(n)])
    agrees(lambda a, v: f(a, v, mode=mode), [complex_(m), complex_(n)], order=1)
    agrees(lambda a, v: f(a, v, mode), [complex_(m), real(n)], order=1)


def test_defaults_of_convolution_and_correlation_are_numpys() -> None:
    agrees(np.convolve, [real(4), real(2)])
    agrees(np.correlate, [real(4), real(2)])
    agrees(lambda a: np.convolve(a, [1.0, 2.0]), [real(4)])
    agrees(lambda a: np.convolve(2.0, a[::-2]), [real(5)])


def test_convolution_refuses_what_is_no_sequence() -> None:
    with pytest.raises(ValueError, match=r"np.convolve of x \(2, 2\) and \(2,\).*both must be 1-D and not empty"):
        np.convolve(ad.tensor(np.ones((2, 2)), name="x"), [1.0, 2.0])
    with pytest.raises(ValueError, match=r"np.correlate of"):
        np.correlate(ad.tensor([]), [1.0])
    with pytest.raises(ValueError, match=r"np.convolve: mode is 'full', 'same' or 'valid', not 'all'"):
        np.convolve(ad.tensor([1.0]), [1.0], "all")


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
@pytest.mark.parametrize("shapes", [((3,), (3,)), ((4, 3), (3,)), ((4, 3), (2, 1, 3)), ((4, 2), (3,)), ((3,), (4, 2)),
                                    ((4, 2), (2,)), ((0, 3), (3,)), ((1, 3), (1, 3))], ids=str)  # fmt: skip
def test_cross_products(shapes: Any) -> None:
    agrees(np.cross, [real(*s) for s in shapes])
    agrees(np.cross, [complex_(*shapes[0]), real(*shapes[1])], order=1)


@pytest.mark.parametrize(
    "options", [{"axis": 0}, {"axisa": 0, "axisb": 0}, {"axisa": 0, "axisb": 0, "axisc": 0}], ids=str
)
def test_axes_of_cross_products(options: dict[str, int]) -> None:
    agrees(lambda a, b: np.cross(a, b, **options), [real(3, 4), real(3, 4)])


def test_cross_product_refuses_other_lengths() -> None:
    with pytest.raises(ValueError, match=r"np.cross of a \(4,\) and \(3,\).*4 and 3 elements; they must have 2 or 3"):
        np.cross(ad.tensor(np.ones(4), name="a"), np.ones(3))
    with pytest.raises(ValueError, match="there is no axis 3"):
        np.cross(ad.tensor(np.ones(3)), np.ones(3), axisa=3)


@pytest.mark.parametrize("options", [{}, {"left": 5.0}, {"left": 5.0, "right": -3.0}, {"period": 3.4}], ids=str)
def test_interpolation_by_x_knots_and_values(options: dict[str, float]) -> None:
    agrees(lambda x, xp, fp: np.interp(x, xp, fp, **options), [AT, XP, FP])
    agrees(lambda x, fp: np.interp(x, XP, fp, **options), [AT.reshape(2, 3), FP + 1j * FP[::-1]])
    agrees(lambda x: np.interp(x, XP, FP, **options), [np.array(0.4)])


def test_interpolation_at_knots_and_in_a_table_of_one() -> None:
    assert ad.elementwise_grad(lambda x: np.interp(x, XP, FP))(XP[1:3]).tolist() == pytest.approx(
        [2.5 / 0.8, -1.7 / 1.5]
    )
    assert ad.elementwise_grad(lambda x: np.interp(x, XP, FP))(AT[[0, 4]]).tolist() == [0, 0]
    for x in (-1.0, 0.0, 1.0):
        gradient = ad.grad(lambda fp, x=x: np.sum(np.interp(x, [0.0], fp)))(np.array([2.0]))
        assert gradient.tolist() == [1.0]
    agrees(lambda x: np.interp(x, XP, FP), [np.zeros((0, 2))])


def test_interpolation_says_what_it_cannot_differentiate() -> None:
    with pytest.raises(ad.NoDerivative, match=r"np.interp has no derivative with respect to left"):
        np.interp(ad.tensor(0.5), XP, FP, left=ad.tensor(1.0))
    with pytest.raises(ValueError, match=r"np.interp: xp \(4,\) and fp \(3,\).*of the same length"):
        np.interp(ad.tensor(0.5), XP, FP[:3])
    with pytest.raises(ValueError, match="period must be a non-zero value"):
        np.interp(ad.tensor(0.5), XP, FP, period=0)


def test_polynomials() -> None:
    agrees(np.polyval, [real(4), real(2, 3)])
    agrees(np.polyval, [real(4), np.array(1.3)])
    agrees(np.polyval, [complex_(3), real(3)])
    agrees(lambda x: np.polyval([1, -2, 3], x), [real(3)])


def test_trapezoidal_rule() -> None:
    agrees(TRAPEZOID, [real(3, 4)])
    agrees(lambda y: TRAPEZOID(y, dx=0.3, axis=0), [real(3, 4)])
    agrees(TRAPEZOID, [real(3, 4), np.sort(real(4))])
    agrees(lambda y, x: TRAPEZOID(y, x, axis=0), [real(3, 4), np.sort(real(3))])
    agrees(lambda y, x: TRAPEZOID(y, x, axis=-2), [real(3, 4), real(3, 4)])
    agrees(TRAPEZOID, [real(3, 1)])


def test_matrix_of_powers() -> None:
    agrees(np.vander, [real(4)])
    agrees(lambda x: np.vander(x, 3, increasing=True), [complex_(4)])
    agrees(lambda x: np.vander(x, 3), [np.array([0.0, 1.0])])
    agrees(lambda x: np.vander(x, N=1), [real(2)])
    with pytest.raises(ValueError, match="x must be a one-dimensional array"):
        np.vander(ad.tensor(np.ones((2, 2))))


def test_single_precision_is_kept() -> None:
    keeps_float32(np.convolve, [real(4), real(2)])
    keeps_float32(np.cross, [real(2, 3), real(3)])
    keeps_float32(np.polyval, [real(3), real(4)])
    keeps_float32(TRAPEZOID, [real(3, 4)])
    agrees(np.vander, [real(3).astype(np.float32)], order=0)  # NumPy's is in double precision


def test_cross_product_of_numpys_linalg_takes_three_elements() -> None:
    if (cross := vars(np.linalg).get("cross")) is not None:  # since NumPy 2
        agrees(cross, [real(2, 3), real(3)])
        agrees(lambda a, b: cross(a, b, axis=0), [real(3, 2), real(3, 2)])
        with pytest.raises(
            ValueError,
            match=r"np.linalg.cross takes vectors of 3 elements along axis -1, not shape \(2,\); use np.cross",
        ):
            cross(ad.tensor([1.0, 2.0]), np.ones(2))
