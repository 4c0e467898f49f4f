"""Operators in both orders, NumPy's functions on tensors, comparisons, and conversions that would cut the graph."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

BINARY = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
]
OTHERS = [
    3,
    2.5,
    np.float64(2.5),
    np.float32(2.5),
    np.int64(3),
    np.array(2.5),
    np.array([1.5, 2.0, 3.0]),
    [1.5, 2.0, 3.0],
    True,
]


@pytest.mark.parametrize("op", BINARY, ids=lambda f: f.__name__)
@pytest.mark.parametrize("other", OTHERS, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize(
    "value", [1.75, np.array([1.25, 2.75, 3.25]), np.ones(3, np.float32)], ids=["scalar", "array", "float32"]
)
def test_operators_in_both_orders_give_one_tensor_with_numpys_value_and_dtype(
    op: Callable[..., Any], other: Any, value: Any
) -> None:
    x = ad.tensor(value)
    held = np.asarray(value) if np.ndim(value) else np.float64(value)
    plain = np.array(other) if isinstance(other, list) else other
    for ours, numpys in ((op(x, other), op(held, plain)), (op(other, x), op(plain, held))):
        assert type(ours) is ad.Tensor
        assert ours.requires_grad
        arrays = (
            np.atleast_1d(held),
            np.atleast_1d(plain),
        )  # NumPy 1 lets the value of a 0-d operand decide, we do not
        dtype = np.asarray(numpys).dtype if type(other) in (int, float, bool) else op(*arrays).dtype
        assert (ours.shape, ours.dtype) == (np.shape(numpys), dtype)
        np.testing.assert_allclose(np.asarray(ours.value), numpys, rtol=1e-6)


def test_a_matrix_product_works_with_an_array_on_either_side() -> None:
    w, x = ad.tensor(np.eye(2)), np.array([[1.0, 2.0]])
    for y in (x @ w, np.matmul(x, w), np.dot(x, w)):
        assert type(y) is ad.Tensor
        assert y.tolist() == [[1.0, 2.0]]
    assert type(w @ x.T) is ad.Tensor
    assert (w @ [1.0, 2.0]).tolist() == [1.0, 2.0]


def test_dot_of_stacked_matrices_is_numpys_not_their_matrix_product() -> None:
    a, b = np.arange(12.0).reshape(2, 2, 3), np.arange(18.0).reshape(3, 3, 2)
    x = ad.tensor(a)
    y = np.dot(x, b)
    assert y.tolist() == np.dot(a, b).tolist()
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == np.broadcast_to(b.sum((0, 2)), a.shape).tolist()


def test_the_other_operand_of_an_unknown_type_is_asked_in_turn() -> None:
    class Answers:
        def __radd__(self, other: object) -> str:
            return "theirs"

    assert ad.tensor(1.0) + Answers() == "theirs"
    with pytest.raises(TypeError, match="unsupported operand"):
        ad.tensor(1.0) + "text"
    with pytest.raises(TypeError, match="unsupported operand"):
        None * ad.tensor(1.0)  # type: ignore[operator]


def test_unary_operators_have_their_values_and_gradients() -> None:
    x = ad.tensor([-2.0, 3.0])
    (abs(x) + (-x) * 10 + (+x) * 100).backward([1.0, 1.0])
    assert x.grad.tolist() == [-1 - 10 + 100, 1 - 10 + 100]  # type: ignore[union-attr]


NUMPY_FUNCTIONS: list[Callable[..., Any]] = [
    np.exp, np.log, np.sqrt, np.sin, np.cos, np.tan, np.tanh,
    np.abs, np.negative, np.square, np.reciprocal, np.positive,
    np.sum, np.mean, np.max, np.min, np.transpose, np.ravel,
    lambda x: np.sum(x, axis=0),
    lambda x: np.mean(x, axis=(0, 1), keepdims=True),
    lambda x: np.max(x, 1),
    lambda x: np.add.reduce(x),
    lambda x: np.reshape(x, (3, 2)),
    lambda x: np.reshape(x, -1),
    lambda x: np.concatenate([x, x], axis=1),
    lambda x: np.stack([x, np.ones((2, 3))]),
    lambda x: np.where(np.ones((2, 3)) > 0, x, 0.0),
    lambda x: np.maximum(np.ones(3), x),
    lambda x: np.minimum(x, 1.0),
    lambda x: np.add(1.0, x),
    lambda x: np.divide(x, np.full(3, 2.0)),
    lambda x: np.power(x, 2),
    lambda x: np.matmul(np.ones((4, 2)), x),
    lambda x: np.broadcast_to(x, (4, 2, 3)),
]  # fmt: skip


@pytest.mark.parametrize("function", NUMPY_FUNCTIONS)
def test_numpys_functions_on_tensors_record_and_give_numpys_value(function: Callable[..., Any]) -> None:
    x = np.arange(1.0, 7.0).reshape(2, 3) / 3
    y = function(ad.tensor(x))
    assert type(y) is ad.Tensor
    assert y.requires_grad
    np.testing.assert_allclose(np.asarray(y.value), function(x), rtol=1e-15)


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne])
def test_comparisons_give_booleans_without_a_gradient_in_both_orders(compare: Callable[..., Any]) -> None:
    values, other = np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])
    for result, expected in (
        (compare(ad.tensor(values), other), compare(values, other)),
        (compare(other, ad.tensor(values)), compare(other, values)),
        (compare(ad.tensor(values), ad.tensor(other)), compare(values, other)),
        (compare(ad.tensor(values), 2), compare(values, 2)),
        (compare(ad.tensor(2.0), np.float64(2)), compare(2.0, 2.0)),
    ):
        assert isinstance(result, ad.Tensor)
        assert (result.dtype, result.requires_grad) == (bool, False)
        np.testing.assert_array_equal(np.asarray(result), expected)


def test_numpys_comparison_functions_take_a_tensor_second() -> None:
    x = ad.tensor([1.0, 3.0])
    assert np.less(np.array([2.0, 2.0]), x).tolist() == [False, True]
    assert np.greater_equal(2.0, x).tolist() == [True, False]
    assert np.where(np.less(2.0, x), x, 0.0).tolist() == [0.0, 3.0]


def test_a_comparison_decides_a_branch() -> None:
    x = ad.tensor(2.0)
    assert x > 1
    assert not x > 3
    assert bool(x)
    assert not ad.tensor(0.0)
    assert x != None  # noqa: E711 - the comparison with None is the subject
    with pytest.raises(ValueError, match="ambiguous"):
        bool(ad.tensor([1.0, 2.0]))


def test_tensors_are_hashable_by_identity_so_they_can_be_keys() -> None:
    a, b = ad.tensor(1.0), ad.tensor(1.0)
    assert {a: "a", b: "b"}[a] == "a"


LIVE: list[Callable[[ad.Tensor], Any]] = [
    float, int, round, math.sin, math.sqrt, math.floor, np.asarray, np.array,
    lambda t: t.numpy(),
    lambda t: np.array([t, t]),
]  # fmt: skip


@pytest.mark.parametrize("convert", LIVE)
@pytest.mark.parametrize("value", [2.0, np.float32(2)], ids=["float64", "float32"])
def test_converting_a_live_tensor_raises_with_the_cure_instead_of_cutting_the_graph(
    convert: Callable[[ad.Tensor], Any], value: Any
) -> None:
    y = ad.tensor(value, name="w") * 3
    with pytest.raises((RuntimeError, TypeError), match=r"detach\(\)|item\(\)|no derivative"):
        convert(y)


def test_converting_says_which_tensor_and_where() -> None:
    loss = ad.tensor(2.0) * 3
    loss.name = "loss"
    with pytest.raises(RuntimeError, match=r"float\(\).*'loss'.*math\.sin\(loss\).*line \d+"):
        math.sin(loss)


def test_making_a_tensor_from_live_ones_does_not_cut_the_graph_silently() -> None:
    w = ad.tensor(2.0)
    for value in ([w * 2, w * 3], w * 2):
        with pytest.raises(RuntimeError, match=r"detach\(\)|stack\(\)"):
            ad.tensor(value)
    assert ad.tensor([w.detach(), 3.0]).tolist() == [2.0, 3.0]


def test_what_has_no_gradient_converts_freely() -> None:
    c = ad.tensor(2.5, requires_grad=False)
    assert (float(c), int(c), round(c), math.floor(c)) == (2.5, 2, 2, 2)  # type: ignore[arg-type, call-overload]
    assert math.sin(c) == math.sin(2.5)  # type: ignore[arg-type]
    assert np.asarray(ad.tensor([1, 2], requires_grad=False)).dtype == np.int64
    assert np.ones(3)[ad.tensor(1, requires_grad=False)] == 1  # type: ignore[call-overload]


def test_item_numpy_and_tolist_give_plain_values() -> None:
    x = ad.tensor([[1.0, 2.0]])
    assert type(ad.tensor(2.0).item()) is float
    assert type(ad.tensor(np.float32(2)).item()) is float
    assert ad.tensor([[5.0]]).item() == 5.0
    assert x.detach().numpy().tolist() == x.tolist() == [[1.0, 2.0]]
    assert (x * 2).tolist() == [[2.0, 4.0]]
    with pytest.raises(ValueError, match=r"one element.*\(1, 2\)"):
        x.item()


def test_values_handed_out_cannot_be_written_to() -> None:
    x = ad.tensor([1.0, 2.0])
    for array in (x.detach().numpy(), x.value, (x * 2).value):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5


def test_repr_shows_value_gradient_and_name() -> None:
    w = ad.tensor(3.0, name="w")
    assert repr(w).startswith("tensor(3.0, name='w'")
    assert "grad=" not in repr(w).replace("requires_grad=", "")
    (w * w).backward()
    assert "grad=6.0" in repr(w)
    x = ad.tensor(np.ones((2, 2), np.float32), requires_grad=False)
    assert repr(x) == "tensor([[1., 1.],\n        [1., 1.]], dtype=float32)"


def test_a_scalar_formats_as_a_number() -> None:
    assert f"{ad.tensor(3.14159) * 1:.2f}" == "3.14"
    assert f"{ad.tensor(np.float32(2.5)):.1f}" == "2.5"


def test_a_tensor_unpacks_and_iterates_along_its_first_axis() -> None:
    x = ad.tensor([1.0, 2.0, 3.0])
    a, b, c = x
    (a * b * c).backward()
    assert x.grad.tolist() == [6.0, 3.0, 2.0]  # type: ignore[union-attr]
    assert len(x) == 3
    with pytest.raises(TypeError, match="0-d"):
        len(ad.tensor(1.0))


def test_integers_become_float64_where_a_gradient_is_required() -> None:
    assert ad.tensor(2).dtype == np.float64
    assert ad.tensor([1, 2]).dtype == np.float64
    assert ad.tensor([1, 2], requires_grad=False).dtype == np.int64
    assert ad.tensor([True, False], requires_grad=False).dtype == bool
    assert ad.tensor([1, 2], dtype="float32").dtype == np.float32


def test_an_index_out_of_range_raises_as_in_numpy() -> None:
    with pytest.raises(IndexError, match="out of bounds"):
        ad.tensor([1.0, 2.0])[5]


def test_transposing_along_an_axis_that_is_not_there_raises() -> None:
    with pytest.raises((ValueError, IndexError), match=r"\(2, 3\).*axis 5"):
        ad.transpose(ad.tensor(np.ones((2, 3))), (0, 5))


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
@pytest.mark.parametrize("x", [2.5, -8.0, 0.0, -0.0, 1e200, math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("y", [2, 0, -1, 0.5, -3.0, 1e200, math.inf, math.nan])
def test_a_python_number_as_operand_is_a_constant_of_that_value(
    function: Callable[[Any, Any], Any], x: float, y: float
) -> None:
    """On the tape already or not, on either side: NumPy's value, and the gradient of the same step between tensors."""
    for flip in (False, True):
        step = (lambda t, c: function(c, t)) if flip else function
        recorded = ad.tensor(x) * 1.0  # its row is in the segment that is written: the short way
        fresh, pair = ad.tensor(x), ad.tensor(x)
        source = ad.tensor(x)
        short = step(source * 1.0, y)
        results = [step(recorded, y), step(fresh, y), step(pair, ad.tensor(float(y), requires_grad=False)), short]
        with np.errstate(all="ignore"):
            expected = step(np.float64(x), np.float64(y))
        for result in results:
            assert type(result.item()) is float
            np.testing.assert_array_equal(result.item(), expected)
        for result in results[1:]:
            result.backward()
        np.testing.assert_array_equal(fresh.grad.item(), pair.grad.item())
        np.testing.assert_array_equal(source.grad.item(), pair.grad.item())
