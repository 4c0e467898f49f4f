"""Error messages name the variables, their shapes, the user's expression and line, and a cure."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

THIS_FILE = sys.modules[__name__].__file__


def x23() -> ad.Tensor:
    return ad.tensor(np.ones((2, 3)), name="x")


def w4() -> ad.Tensor:
    return ad.tensor(np.ones(4), name="w")


def message(error: type[Exception], call: Callable[[], Any]) -> str:
    with pytest.raises(error) as caught:
        call()
    line = call.__code__.co_firstlineno
    assert f"(line {line})" in str(caught.value)
    return str(caught.value)


def test_shapes_that_do_not_broadcast_are_named_with_the_expression_and_line() -> None:
    x, w = x23(), w4()
    text = message(ad.ShapeError, lambda: x + w)
    assert re.search(r"add: x \(2, 3\) and w \(4,\) do not broadcast .*x \+ w.*sizes 3 and 4 differ", text)
    text = message(ad.ShapeError, lambda: np.ones((3, 2)) * x)
    assert re.search(r"mul: \(3, 2\) and x \(2, 3\) do not broadcast", text)
    text = message(ad.ShapeError, lambda: ad.where(w > 0, x, 0.0))
    assert re.search(r"where: .*x \(2, 3\)", text)


def test_an_axis_of_size_0_and_one_of_size_2_do_not_broadcast() -> None:
    empty, two = ad.tensor(np.ones(0), name="empty"), ad.tensor(np.ones(2), name="two")
    assert "empty (0,) and two (2,)" in message(ad.ShapeError, lambda: empty * two)


def test_a_matrix_product_names_both_inner_sizes() -> None:
    x, w = x23(), w4()
    text = message(ad.ShapeError, lambda: x @ w)
    assert re.search(r"^x \(2, 3\) @ w \(4,\): inner sizes 3 and 4 differ .*x @ w", text)


def test_a_matrix_product_that_would_fit_transposed_says_so() -> None:
    x, v = x23(), ad.tensor(np.ones((5, 3)), name="v")
    assert re.search(r"inner sizes 3 and 5 differ.*v transposed \(\.T\)", message(ad.ShapeError, lambda: x @ v))


def test_a_matrix_product_with_a_scalar_says_to_multiply() -> None:
    x, s = x23(), ad.tensor(2.0, name="s")
    assert re.search(
        r"x \(2, 3\) @ s \(\): a scalar has no matrix product.*use \*", message(ad.ShapeError, lambda: x @ s)
    )


def test_batches_of_a_matrix_product_that_do_not_broadcast_are_named() -> None:
    a, b = ad.tensor(np.ones((2, 3, 4)), name="a"), ad.tensor(np.ones((5, 4, 3)), name="b")
    assert re.search(
        r"a \(2, 3, 4\) and b \(5, 4, 3\)|a \(2, 3, 4\) @ b \(5, 4, 3\)", message(ad.ShapeError, lambda: a @ b)
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda x: ad.reshape(x, (4, 2)),
        lambda x: np.reshape(x, (4, 2)),
        lambda x: x.reshape(4, 2),
        lambda x: ad.concatenate([x, ad.tensor([[1.0]], name="y")]),
        lambda x: ad.stack([x, ad.tensor([1.0], name="y")]),
        lambda x: np.broadcast_to(x, (5, 2)),
        lambda x: x.sum(axis=7),
        lambda x: x[5],
    ],
)
def test_errors_of_shaping_name_the_variable_its_shape_and_the_line(call: Callable[[ad.Tensor], Any]) -> None:
    with pytest.raises((ValueError, IndexError)) as caught:
        call(x23())
    assert "x (2, 3)" in str(caught.value)
    assert re.search(r"\(line \d+\)", str(caught.value))
    assert "gen.throw" not in str(caught.value)


def test_nothing_is_recorded_by_an_operation_that_failed() -> None:
    x, w = x23(), w4()
    y = x.sum()
    for attempt in (lambda: x + w, lambda: x @ w, lambda: ad.concatenate([x, w])):
        with pytest.raises(ValueError, match=r"x \(2, 3\)"):
            attempt()
    y.backward()
    assert w.grad is None
    np.testing.assert_array_equal(x.grad.numpy(), np.ones((2, 3)))  # type: ignore[union-attr]


def test_backward_on_a_non_scalar_asks_for_a_reduction_or_a_seed() -> None:
    h = ad.tensor(np.ones(5), name="h")
    text = message(RuntimeError, lambda: h.backward())
    assert re.search(r"backward needs a scalar output; .*'h' has shape \(5,\).*h\.backward\(\).*Sum it.*seed", text)
    text = message(RuntimeError, lambda: ad.graph(h))
    assert re.search(r"graph needs a scalar output; .*'h' has shape \(5,\)", text)


def test_a_seed_of_another_shape_names_both_shapes() -> None:
    h = ad.tensor(np.ones(5), name="h")
    with pytest.raises(ValueError, match=r"seed.*\(3,\).*\(5,\)"):
        h.backward(np.ones(3))
    with pytest.raises(ValueError, match=r"seed.*\(3,\).*\(5,\)"):
        ad.graph(h, seed=np.ones(3))
    assert h.grad is None


def test_backward_of_what_depends_on_no_leaf_says_so() -> None:
    c = ad.tensor(2.0, requires_grad=False, name="c")
    text = message(RuntimeError, lambda: c.backward())
    assert re.search(r"'c', which does not require a gradient.*no leaf", text)
    with pytest.raises(RuntimeError, match=r"'c' depends on no leaf"):
        ad.graph(c)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "str"),
        (None, "object"),
        (np.ones(2, np.float16), "float16"),
        ([1.0, None], "object"),
        (np.ones(2, np.longdouble), "float128|longdouble"),
    ],
)
def test_a_value_of_an_unsupported_type_names_it(value: Any, expected: str) -> None:
    with pytest.raises(TypeError, match=expected):
        ad.tensor(value)


def test_an_integer_or_boolean_dtype_cannot_require_a_gradient() -> None:
    with pytest.raises(TypeError, match=r"int64 cannot require a gradient.*requires_grad=False"):
        ad.tensor([1, 2], requires_grad=True, dtype="int64")
    with pytest.raises(TypeError, match=r"bool cannot require a gradient"):
        ad.tensor([True, False], requires_grad=True)


def test_integers_asked_for_and_truths_are_constants_unless_told_otherwise() -> None:
    labels, truths = ad.tensor([1, 0], dtype=ad.long), ad.tensor([True, False])
    assert (labels.dtype, labels.requires_grad) == (np.int64, False)
    assert (truths.dtype, truths.requires_grad) == (np.bool_, False)
    assert x23()[ad.tensor([0, 0], dtype=ad.long), labels].shape == (2,)
    assert ad.tensor([1, 2]).requires_grad


def test_a_function_without_a_rule_is_named_with_the_line() -> None:
    x = x23()
    for name, call in (("np.spacing", lambda: np.spacing(x)), ("np.packbits", lambda: np.packbits(x))):
        text = message(ad.NoDerivative, call)
        assert name in text
        assert "detach()" in text


def test_a_gradient_that_reaches_an_operation_without_a_rule_names_it() -> None:
    from notebook_ad.tensor.functions import opaque

    x = ad.tensor(2.0)
    y = opaque(4.0, [x], "np.linalg.svd")
    for attempt in (lambda: (y * x).backward(), lambda: ad.graph(y * x)):
        with pytest.raises(ad.NoDerivative, match=r"np\.linalg\.svd has no derivative"):
            attempt()
    assert x.grad is None
    (x * 3).backward()
    assert x.grad.item() == 3.0  # type: ignore[union-attr]


def test_a_gradient_assigned_with_another_shape_names_both() -> None:
    with pytest.raises(ValueError, match=r"grad has shape \(2,\), but the tensor has \(3,\)"):
        ad.tensor(np.ones(3)).grad = np.ones(2)


def test_a_float_tensor_as_index_says_that_it_is_none() -> None:
    with pytest.raises(TypeError, match="integer tensor"):
        [1, 2][ad.tensor(1.0)]  # type: ignore[call-overload]


def test_rows_of_several_lengths_are_named() -> None:
    with pytest.raises(
        ad.ShapeError, match=r"tensor\(\): the rows of a list must have one shape; these have lengths 2, 1"
    ):
        ad.tensor([[1.0, 2.0], [3.0]])
