"""grad, value_and_grad and vjp: arguments, results, types and messages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad


def f(x: Any, y: Any) -> Any:
    return x * y * y


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [(0, 9.0), (1, 12.0), (-1, 12.0), ((0, 1), (9.0, 12.0)), ((-1, 0), (12.0, 9.0)), ([1], (12.0,)), ((), ())],
)
def test_argnums_choose_the_arguments(argnums: Any, expected: Any) -> None:
    assert ad.grad(f, argnums)(2.0, 3.0) == expected
    assert ad.value_and_grad(f, argnums)(2.0, 3.0) == (18.0, expected)


@pytest.mark.parametrize(
    ("argnums", "message"), [(2, "argnums 2 is out of range for 2"), (-3, "out of range"), ((0, -2), "twice")]
)
def test_argnums_that_name_no_argument_or_one_twice_are_refused(argnums: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        ad.grad(f, argnums)(2.0, 3.0)


def test_keywords_are_passed_on_and_not_differentiated() -> None:
    assert ad.grad(lambda x, p=2: x**p)(2.0, p=3) == 12.0


def test_what_stands_beside_the_value_comes_back_as_plain_values() -> None:
    def with_aux(x: Any) -> Any:
        return x * x, {"y": x + 1, "s": "text", "n": None}

    assert ad.grad(with_aux, has_aux=True)(2.0) == (4.0, {"y": 3.0, "s": "text", "n": None})
    assert ad.value_and_grad(with_aux, has_aux=True)(2.0) == ((4.0, {"y": 3.0, "s": "text", "n": None}), 4.0)
    value, pullback, aux = ad.vjp(with_aux, 2.0, has_aux=True)
    assert (value, pullback(1.0), aux) == (4.0, (4.0,), {"y": 3.0, "s": "text", "n": None})


@pytest.mark.parametrize(
    ("x", "kind", "dtype"),
    [(2.0, float, None), (3, float, None), (np.float64(2), float, None), (np.array(2.0), float, None),
     (np.float32(2), np.float32, "float32"), (np.ones(3), np.ndarray, "float64"),
     (np.ones(3, np.float32), np.ndarray, "float32"), (np.arange(3), np.ndarray, "float64"),
     (np.ones((0, 2)), np.ndarray, "float64"), (np.ones((2, 3))[::-1, ::2], np.ndarray, "float64"),
     (ad.tensor(2.0, requires_grad=False), float, None)],
)  # fmt: skip
def test_plain_input_has_a_plain_gradient_of_its_shape_and_dtype(x: Any, kind: type, dtype: str | None) -> None:
    value, gradient = ad.value_and_grad(lambda x: np.sum(x * x))(x)
    assert type(gradient) is kind
    assert type(value) in (float, np.float32)
    assert np.shape(gradient) == np.shape(x)
    np.testing.assert_array_equal(gradient, 2 * np.asarray(x.value if isinstance(x, ad.Tensor) else x))
    assert dtype is None or gradient.dtype == dtype


def test_a_tensor_that_requires_grad_keeps_the_result_differentiable() -> None:
    w = ad.tensor(3.0)
    slope = ad.grad(lambda x: x**3)(w)
    assert isinstance(slope, ad.Tensor)
    slope.backward()
    assert w.grad is not None
    assert (slope.item(), w.grad.item()) == (27.0, 18.0)


def test_a_tensor_that_the_function_closes_over_stays_connected() -> None:
    w = ad.tensor(3.0)
    value, slope = ad.value_and_grad(lambda x: x * x * w)(2.0)
    (value + slope).backward()
    assert w.grad is not None
    assert w.grad.item() == 4.0 + 4.0
    assert ad.grad(lambda x: x * w.detach())(2.0) == 3.0


def test_the_closed_over_tensors_grad_is_not_touched_by_grad() -> None:
    w = ad.tensor(3.0)
    ad.grad(lambda x: x * w)(2.0)
    assert w.grad is None


def test_no_grad_around_a_transform_only_cuts_its_result() -> None:
    w = ad.tensor(3.0)
    with ad.no_grad():
        assert ad.grad(ad.grad(lambda x: x**3))(w) == 18.0
        assert type(ad.value_and_grad(lambda x: x * w)(2.0)[0]) is float
        assert ad.vjp(lambda x: x * w, 2.0)[1](1.0) == (3.0,)


def test_no_grad_within_the_function_stops_the_gradient() -> None:
    def half(x: Any) -> Any:
        with ad.no_grad():
            y = x * x
        return x * y

    assert ad.grad(half)(3.0) == 9.0


def test_a_function_that_ignores_its_argument_has_a_gradient_of_zeros() -> None:
    np.testing.assert_array_equal(ad.grad(lambda x: 3.0)(np.ones((2, 3))), np.zeros((2, 3)))
    assert ad.grad(ad.grad(lambda x: 3.0))(1.0) == 0.0
    assert ad.grad(lambda x, y: x, 1)(1.0, 2.0) == 0.0
    assert ad.vjp(lambda x: 5.0, 2.0)[1](1.0) == (0.0,)


def test_a_function_that_returns_its_argument_has_gradient_one() -> None:
    assert ad.grad(lambda x: x)(2.0) == 1.0
    assert ad.grad(ad.grad(lambda x: x))(2.0) == 0.0
    np.testing.assert_array_equal(ad.grad(lambda x: x)(np.ones((1, 1))), [[1.0]])


def test_the_same_array_given_twice_is_two_variables() -> None:
    for a in (np.array([1.0, 2.0]), ad.tensor([1.0, 2.0])):
        first, second = ad.grad(lambda x, y: np.sum(x * x * y), (0, 1))(a, a)
        np.testing.assert_array_equal([*map(float, first.tolist())], [2.0, 8.0])
        np.testing.assert_array_equal([*map(float, second.tolist())], [1.0, 4.0])


@pytest.mark.parametrize("x", [True, np.array([True]), np.bool_(False)])
def test_a_boolean_argument_is_refused_by_name(x: Any) -> None:
    with pytest.raises(TypeError, match=r"grad: the argument is boolean.*pass a float"):
        ad.grad(lambda x: x)(x)


@pytest.mark.parametrize("x", ["text", object(), [1.0, "a"]])
def test_an_argument_that_is_no_number_is_refused_by_name(x: Any) -> None:
    with pytest.raises(TypeError, match="grad: the argument is no number or array of numbers"):
        ad.grad(lambda x: 1.0)(x)


def test_a_result_that_is_no_scalar_is_an_error_with_shape_line_and_cure() -> None:
    with pytest.raises(ad.ShapeError, match=r"grad needs a scalar output; .* shape \(3,\) in \"ad.grad.*line \d+.*Sum"):
        ad.grad(lambda x: x * 2)(np.ones(3))


@pytest.mark.parametrize(("result", "message"), [("a", "str"), (None, "NoneType"), ([1.0], "list")])
def test_a_result_that_is_no_number_is_an_error(result: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"grad needs a function that returns a number; it returned {message}"):
        ad.grad(lambda x: result)(1.0)


def test_a_pair_as_the_result_says_how_to_pass_what_stands_beside() -> None:
    with pytest.raises(TypeError, match=r"returned tuple.*has_aux=True"):
        ad.grad(lambda x: (x, x))(1.0)


def test_a_pullback_can_be_called_again_and_checks_the_cotangent() -> None:
    value, pullback = ad.vjp(lambda x, y: {"p": x * y, "s": np.sum(x)}, np.array([1.0, 2.0]), 3.0)
    assert value["s"] == 3.0
    for scale in (1.0, 2.0):
        dx, dy = pullback({"p": scale * np.ones(2), "s": 10.0})
        np.testing.assert_array_equal(dx, [3 * scale + 10, 3 * scale + 10])
        assert dy == 3 * scale
    with pytest.raises(ValueError, match="the value has 2 arrays, the cotangent 1"):
        pullback(1.0)
    with pytest.raises(ValueError, match=r"cotangent has shape \(3,\), but the output has \(2,\)"):
        pullback({"p": np.ones(3), "s": 1.0})


def test_a_transform_keeps_the_functions_name_and_docstring() -> None:
    assert ad.grad(f).__name__ == "f"


@pytest.mark.parametrize(
    ("fun", "returned"), [(lambda x: x > 0, "bool"), (lambda x: np.argmax(x), "int64"), (lambda x: 3, "int64")]
)
def test_a_function_that_returns_a_truth_or_an_integer_is_refused(fun: Any, returned: str) -> None:
    with pytest.raises(TypeError, match=f"grad needs a function that returns a float; it returned {returned}"):
        ad.grad(fun)(1.0)


@pytest.mark.parametrize(("fun", "returned"), [(lambda x: x, "Tensor"), (lambda x: (x, 1, 2), "3 values")])
def test_has_aux_without_a_pair_says_what_the_function_returned(fun: Any, returned: str) -> None:
    for transform, name in ((ad.grad, "grad"), (ad.value_and_grad, "value_and_grad")):
        with pytest.raises(
            TypeError, match=rf"{name} with has_aux=True needs .*\(output, aux\); it returned {returned}"
        ):
            transform(fun, has_aux=True)(1.0)
    with pytest.raises(TypeError, match="vjp with has_aux=True"):
        ad.vjp(fun, 1.0, has_aux=True)
