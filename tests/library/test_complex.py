"""Complex tensors: the convention of gradients, parts, arithmetic, casts, higher orders, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32, same_values
from numpy_two import NEW

import notebook_ad as ad
from notebook_ad.engine.library.complex import direction

Z = np.array([1.0 + 2.0j, -0.5 + 0.3j, 2.0 - 1.0j])
W = np.array([0.4 - 0.7j, 1.5 + 0.2j, -0.3 + 1.1j])
X = np.array([0.5, 1.5, 2.5])
SIZES = [np.array(1.2 - 0.7j), Z[:1], Z[:0], Z.reshape(3, 1) * W, (Z.reshape(3, 1) * W)[::-1, ::2]]

ONE: list[Callable[..., Any]] = [
    np.abs, np.absolute, np.angle, np.real, np.imag, np.conj, np.conjugate, np.real_if_close, np.exp, np.log, np.sin,
    np.cos, np.tan, np.sqrt, np.tanh, np.negative, np.square, np.reciprocal, np.sum, np.mean, np.prod,
    lambda z: np.angle(z, deg=True), lambda z: z**2, lambda z: z**0.5, lambda z: 2**z, lambda z: 1j * z + z / 2j - 1j,
    lambda z: (1 + 2j) ** z, lambda z: np.reshape(z, -1) * 2, lambda z: z[..., None] * 2j, lambda z: abs(z),
    lambda z: z.real * z.imag, lambda z: z.conj() * z, lambda z: np.transpose(z) * 1j,
]  # fmt: skip
TWO: list[Callable[..., Any]] = [
    np.add, np.subtract, np.multiply, np.divide, np.power, np.matmul, np.dot,
    lambda a, b: np.concatenate([a, b, a]), lambda a, b: np.stack([a, b]), lambda a, b: a[[0, 0, 2]] * b[::-1],
    lambda a, b: np.where(np.array([True, False, True]), a, b), lambda a, b: np.reshape(a, (3, 1)) * b,
]  # fmt: skip


@pytest.mark.parametrize("f", ONE)
@pytest.mark.parametrize("z", SIZES, ids=lambda z: str(z.shape))
def test_functions_of_one_complex_array(f: Any, z: np.ndarray) -> None:
    if z.size == 0 and f in (np.mean, np.prod):
        return
    agrees(f, [z])


@pytest.mark.parametrize("f", TWO)
@pytest.mark.parametrize("pair", [(Z, W), (X, W), (Z, X)], ids=["complex", "real first", "real second"])
def test_functions_of_two_complex_or_mixed_arrays(f: Any, pair: Any) -> None:
    agrees(f, pair)


@pytest.mark.parametrize("f", [np.abs, np.angle, np.real, np.conj, np.exp, lambda z: z * 2 + 1j, lambda z: z**2])
def test_complex64_stays_complex64(f: Any) -> None:
    keeps_float32(f, [Z])


def test_gradient_of_a_real_function_is_the_derivative_by_the_real_part_minus_i_times_that_by_the_imaginary() -> None:
    # L = x²y: ∂L/∂x = 2xy, ∂L/∂y = x²
    z = ad.tensor(3.0 + 2.0j)
    (np.real(z) ** 2 * np.imag(z)).backward()
    assert z.grad is not None
    assert z.grad.item() == 12 - 9j
    assert ad.grad(lambda z: np.real(z) ** 2 * np.imag(z))(3.0 + 2.0j) == 12 - 9j


def test_a_real_function_changes_by_the_real_part_of_gradient_times_step() -> None:
    f = lambda z: np.sum(np.abs(np.exp(z) * z) ** 2)
    step = 1e-6 * W
    moved = (f(Z + step) - f(Z - step)) / 2
    np.testing.assert_allclose(np.sum(np.real(ad.grad(f)(Z) * step)), moved, rtol=1e-8)


def test_descent_goes_against_the_conjugate_of_the_gradient() -> None:
    f = lambda z: np.sum(np.abs(z - W) ** 2)
    z = Z
    for _ in range(60):
        z = z - 0.1 * np.conj(ad.grad(f)(z))
    np.testing.assert_allclose(z, W, atol=1e-4)


def test_tangent_is_the_ordinary_directional_derivative() -> None:
    value, tangent = ad.jvp(lambda z: z * np.conj(z), (1 + 2j,), (1 - 1j,))
    assert value == 5
    assert tangent == 2 * ((1 + 2j) * (1 + 1j)).real
    assert ad.jvp(np.abs, (3 + 4j,), (5j,))[1] == 4.0


def test_rule_of_a_holomorphic_function_has_no_conjugate() -> None:
    np.testing.assert_allclose(ad.grad(lambda z: z**3, holomorphic=True)(1 + 2j), 3 * (1 + 2j) ** 2)
    np.testing.assert_allclose(ad.vjp(np.sin, Z)[1](W)[0], W * np.cos(Z))
    value, slope = ad.value_and_grad(lambda z: np.sum(np.exp(z)), holomorphic=True)(Z)
    np.testing.assert_allclose((value, *slope), (np.sum(np.exp(Z)), *np.exp(Z)))


def test_second_derivative_of_a_holomorphic_function() -> None:
    first = ad.grad(lambda z: z**4, holomorphic=True)
    np.testing.assert_allclose(ad.grad(first, holomorphic=True)(1 - 1j), 12 * (1 - 1j) ** 2)


def test_gradient_of_a_real_argument_is_real_whatever_it_passes() -> None:
    gradient = ad.grad(lambda x: np.sum(np.abs(np.exp(1j * x) * Z + 2j) ** 2))(X)
    assert gradient.dtype == np.float64
    step = 1e-6
    f = lambda x: np.sum(np.abs(np.exp(1j * x) * Z + 2j) ** 2)
    for i, e in enumerate(np.eye(3)):
        np.testing.assert_allclose(gradient[i], (f(X + step * e) - f(X - step * e)) / (2 * step), rtol=1e-6)


def test_gradient_of_a_complex_argument_is_complex_even_if_only_its_real_part_counts() -> None:
    for f in (np.real, lambda z: np.real(z) ** 2, lambda z: np.real(ad.grad(lambda y: np.real(y) ** 3)(z))):
        assert np.iscomplexobj(ad.grad(f)(1 + 2j))


@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivatives_of_real_functions_of_complex_variables(order: int) -> None:
    ad.check_grads(lambda z, w: np.sum(np.abs(z * w + z) ** 1.5) + np.real(np.sum(z / w)), (Z, W), order=order)


def test_complex_hessian_vector_product_is_forward_over_reverse() -> None:
    f = lambda z: np.sum(np.abs(z) ** 4)
    _, moved = ad.jvp(ad.grad(f), (Z,), (W,))
    step = 1e-6
    expected = (ad.grad(f)(Z + step * W) - ad.grad(f)(Z - step * W)) / (2 * step)
    np.testing.assert_allclose(moved, expected, rtol=1e-7)


def test_derivatives_at_zero_are_zero_where_there_is_none() -> None:
    zero = np.array([0j, 3 + 4j])
    np.testing.assert_allclose(ad.grad(lambda z: np.sum(np.abs(z)))(zero), [0, 0.6 - 0.8j])
    np.testing.assert_allclose(ad.grad(lambda z: np.sum(np.angle(z)))(zero), [0, -1j / (3 + 4j)])
    second = ad.grad(lambda z: np.sum(np.abs(ad.grad(lambda y: np.sum(np.abs(y) ** 2))(z))))(zero)
    assert np.all(np.isfinite(second))


def test_sign_of_a_complex_number_turns_with_it() -> None:
    agrees(np.sign if NEW else direction, [Z])
    far = np.array([0, -3 + 4j, np.inf + 2j, 1 - np.inf * 1j, complex(np.inf, -np.inf), complex(np.nan, 1)])
    nan = complex(np.nan, np.nan)
    np.testing.assert_allclose(np.sign(ad.tensor(far)).detach(), [0, -0.6 + 0.8j, 1, -1j, nan, nan])
    assert ad.grad(lambda z: np.imag(np.sign(z)))(2 + 0j) == -0.5j
    assert ad.grad(lambda z: np.real(np.sign(z)))(0j) == 0
    assert ad.grad(lambda x: np.sign(x) * x)(-2.0) == -1.0


def test_parts_of_real_tensors() -> None:
    x = ad.tensor(X)
    assert np.real(x) is x
    assert np.conj(x) is x
    assert x.real is x
    assert x.conj() is x
    assert np.imag(x).tolist() == [0, 0, 0]
    assert np.angle(ad.tensor([1.0, -1.0])).tolist() == [0, np.pi]
    assert np.angle(ad.tensor([1.0, -1.0]), deg=True).tolist() == [0, 180]
    assert ad.grad(lambda x: np.angle(x) + x)(2.0) == 1.0


def test_real_if_close_is_real_only_without_imaginary_parts() -> None:
    assert np.real_if_close(ad.tensor(X + 1e-16j)).dtype == np.float64
    assert np.real_if_close(ad.tensor(X + 1e-3j)).dtype == np.complex128
    assert np.real_if_close(ad.tensor(X + 1e-3j), tol=1e14).dtype == np.float64
    assert np.real_if_close(ad.tensor(X)).dtype == np.float64


def test_cast_to_complex_has_the_real_part_of_the_upstream() -> None:
    x = ad.tensor(X)
    np.sum(np.imag(x.astype(complex) * Z)).backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.tolist(), Z.imag)
    ad.check_grads(lambda x: x.astype(complex) ** 2 * Z, (X,))


def test_python_complex_numbers_take_the_precision_of_the_tensor() -> None:
    single = ad.tensor(X.astype(np.float32))
    for t in (single * 1j, 1j + single, single - (1 + 1j), np.add(single, 1j)):
        assert t.dtype == np.complex64
    assert (ad.tensor(X) * 1j).dtype == np.complex128


def test_jacobians_of_holomorphic_functions() -> None:
    same_values(lambda z: z, [Z])
    np.testing.assert_allclose(ad.jvp(lambda z: z**2, (Z,), (np.ones(3) + 0j,))[1], 2 * Z)


def test_complex_output_is_refused_unless_promised_holomorphic() -> None:
    with pytest.raises(TypeError, match=r"grad needs a real output, not complex128.*holomorphic=True"):
        ad.grad(lambda z: z * z)(1 + 2j)
    with pytest.raises(TypeError, match="takes complex arguments, not float64"):
        ad.grad(lambda z: z * z, holomorphic=True)(1.0)
    with pytest.raises(TypeError, match="needs a complex output, not float64"):
        ad.grad(lambda z: np.real(z * z), holomorphic=True)(1 + 2j)


def test_complex_tangent_or_cotangent_of_a_real_value_is_refused() -> None:
    with pytest.raises(TypeError, match="a tangent is complex128, but its primal is float64"):
        ad.jvp(np.sin, (1.0,), (1j,))
    with pytest.raises(TypeError, match="the cotangent is complex128, but the output is float64"):
        ad.vjp(np.sin, 1.0)[1](1j)


def test_check_grads_finds_a_wrong_conjugate() -> None:
    wrong = ad.custom_vjp(lambda z: z * z)
    wrong.defvjp(lambda z: (z * z, z), lambda z, g: (g * 2 * np.conj(z),))
    with pytest.raises(AssertionError, match="derivative"):
        ad.check_grads(wrong, (1 + 2j,), order=1, modes=("rev",))


def test_pictures_write_complex_numbers() -> None:
    z, w = ad.tensor(1 + 2j, name="z"), ad.tensor(2.0, name="w")
    graph = ad.graph(np.real(z * w * z) + np.abs(z) ** 2)
    assert "1 + 2i" in str(graph)
    assert "6 + 4i" in str(graph)
    assert "<svg" in graph.to_svg()


@pytest.mark.filterwarnings("ignore:Casting complex values")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cast_of_complex_to_real_is_the_real_part(dtype: Any) -> None:
    z = ad.tensor(Z)
    np.sum(z.astype(dtype) * np.asarray(X, dtype)).backward()
    assert z.grad is not None
    np.testing.assert_allclose(z.grad.numpy(), X)
    ad.check_grads(lambda z: z.astype(np.float64) ** 2, (Z,))


def test_casts_between_complex_dtypes() -> None:
    for first, second in (np.complex64, np.complex128), (np.complex128, np.complex64):
        z = ad.tensor(Z.astype(first))
        np.sum(np.abs(z.astype(second) * 2j)).backward()
        assert z.grad is not None
        assert z.grad.dtype == first
        np.testing.assert_allclose(z.grad.numpy(), 2 * np.conj(Z) / np.abs(Z), rtol=1e-6)
