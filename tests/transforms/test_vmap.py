"""vmap: the same as a loop over the examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

RNG = np.random.default_rng(0)
A, B, T, S = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 5)), RNG.normal(size=(2, 4, 3)), RNG.normal(size=4)


def same(found: Any, expected: Any) -> None:
    assert type(found) is np.ndarray
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


FUNCTIONS: dict[str, tuple[Any, np.ndarray]] = {
    "elementwise": (lambda x: np.sin(x) * 2 - x / 3, A),
    "a scalar each": (lambda x: np.exp(x) + 1, S),
    "sum": (lambda x: np.sum(x) * x, A),
    "mean over an axis": (lambda x: np.mean(x, axis=0), T),
    "mean, negative axis, kept": (lambda x: np.mean(x, axis=-1, keepdims=True), T),
    "max": (lambda x: np.max(x, axis=1), T),
    "prod": (lambda x: np.prod(x), A),
    "cumsum": (lambda x: np.cumsum(x), A),
    "sort": (lambda x: np.sort(x), A),
    "argmax": (lambda x: np.argmax(x), A),
    "norm": (lambda x: np.linalg.norm(x), A),
    "index": (lambda x: x[1], A),
    "slice": (lambda x: x[..., ::-1][None, 1:], T),
    "fancy index": (lambda x: x[np.array([0, 2, 2])], A),
    "fancy index, second axis": (lambda x: x[:, np.array([0, 2, 2])], T),
    "reshape": (lambda x: np.reshape(x, (-1,)), T),
    "transpose": (lambda x: x.T, T),
    "broadcast_to": (lambda x: np.broadcast_to(x, (2, 3)), A),
    "concatenate": (lambda x: np.concatenate([x, 2 * x, np.ones(2)]), A),
    "stack": (lambda x: np.stack([x, np.ones(3)], axis=1), A),
    "where": (lambda x: np.where(x > 0, x, 0.1 * x), A),
    "comparison": (lambda x: x > 0, A),
    "matrix product": (lambda x: x @ B, T),
    "vector and matrix": (lambda x: x @ B, A),
    "matrix and vector": (lambda x: B.T @ x, A),
    "inner product": (lambda x: x @ x, A),
    "batched product": (lambda x: np.stack([x, x]) @ B, T),
    "inverse": (lambda x: np.linalg.inv(x @ x.T + np.eye(4)), T),
    "einsum": (lambda x: np.einsum("ij,jk->ki", x, B), T),
    "a constant": (lambda x: 1.0, A),
    "a constant array": (lambda x: np.ones(2), A),
    "the form": (lambda x: x * x.shape[0] + x.ndim + np.zeros(x.shape) + np.ones_like(x), A),
    "integers": (lambda x: x * 2, np.arange(4)),
}


@pytest.mark.parametrize(("f", "x"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_vmap_is_the_loop_over_the_examples(f: Any, x: np.ndarray) -> None:
    same(ad.vmap(f)(x), np.stack([f(row) for row in x]))


SMOOTH = [
    name for name in FUNCTIONS if name not in ("argmax", "comparison", "a constant", "a constant array", "integers")
]


@pytest.mark.parametrize("name", SMOOTH)
def test_vmap_of_gradients_and_tangents_is_the_loop_over_them(name: str) -> None:
    f, x = FUNCTIONS[name]

    def total(row: Any) -> Any:
        return np.sum(np.sin(f(row)))

    same(ad.vmap(ad.grad(total))(x), np.stack([ad.grad(total)(row) for row in x]))
    same(ad.vmap(lambda r: ad.jvp(total, (r,), (r,))[1])(x), np.stack([ad.jvp(total, (r,), (r,))[1] for r in x]))
    same(ad.grad(lambda x: np.sum(ad.vmap(total)(x)))(x), np.stack([ad.grad(total)(row) for row in x]))
    same(ad.jvp(ad.vmap(total), (x,), (x,))[1], np.stack([ad.jvp(total, (r,), (r,))[1] for r in x]))


@pytest.mark.parametrize("name", ["elementwise", "sum", "max", "where", "cumsum", "inner product", "norm"])
def test_vmap_of_hessians_is_the_loop_over_them(name: str) -> None:
    hessian = ad.hessian(lambda row: np.sum(np.sin(FUNCTIONS[name][0](row))))
    x = FUNCTIONS[name][1]
    same(ad.vmap(hessian)(x), np.stack([hessian(row) for row in x]))


@pytest.mark.parametrize("axis", [0, 1, -1, -2])
def test_examples_lie_along_any_axis_of_argument_and_result(axis: int) -> None:
    f = lambda x: x * np.sum(x)
    rows = np.moveaxis(T, axis, 0)
    same(ad.vmap(f, in_axes=axis)(T), np.stack([f(r) for r in rows]))
    same(ad.vmap(f, out_axes=axis)(T), np.stack([f(r) for r in T], axis=axis))


def test_axes_are_given_by_argument_and_by_leaf() -> None:
    same(ad.vmap(lambda x, y: x * y, in_axes=(0, None))(A, B[:, 0]), A * B[:, 0])
    same(ad.vmap(lambda p: p["a"] * p["b"], in_axes=({"a": 0, "b": None},))({"a": A, "b": 2.0}), 2 * A)
    same(ad.vmap(lambda x, k=1: x * k)(S, k=2), 2 * S)
    one, two = ad.vmap(lambda x: (x, 2 * x), out_axes=(0, 1))(A)
    same(one, A)
    same(two, 2 * A.T)
    nested = ad.vmap(lambda p: {"z": p["a"] * p["b"]})({"a": A, "b": S})
    same(nested["z"], A * S[:, None])


def test_axes_are_trees_like_arguments_and_results_or_like_their_upper_part() -> None:
    f = lambda p, q: {"sum": p[0] + p[1][0] * q, "rest": (p[1][1] * 2, q)}
    found = ad.vmap(f, in_axes=((0, (None, -1)), None), out_axes={"sum": -1, "rest": (1, None)})((S, [3.0, A.T]), 5.0)
    same(found["sum"], S + 15.0)
    same(found["rest"][0], 2 * A.T)
    assert found["rest"][1] == 5.0
    same(ad.vmap(lambda x: x, in_axes=[1])(A), A.T)
    same(ad.vmap(lambda p, y: p["a"] + p["b"] + y, in_axes=(0, None))({"a": S, "b": S}, 1.0), 2 * S + 1)
    assert ad.vmap(lambda x: None)(A) is None


def test_keywords_are_along_their_first_axis_and_numbers_are_shared() -> None:
    same(ad.vmap(lambda x, k: x * k, in_axes=1)(A, k=np.arange(3.0)), A.T * np.arange(3.0)[:, None])
    same(ad.vmap(lambda x, k=None, how="": x * k if how == "times" else x)(S, k=2.0, how="times"), 2 * S)


def test_the_number_of_examples_can_be_given() -> None:
    same(ad.vmap(lambda: 1.0, axis_size=3)(), np.ones(3))
    same(ad.vmap(lambda x: 2 * x, in_axes=None, axis_size=2)(S), np.stack([2 * S, 2 * S]))
    same(ad.vmap(np.sum, axis_size=4, axis_name="batch")(A), A.sum(1))


def test_a_pullback_takes_many_cotangents_at_once() -> None:
    _, pullback = ad.vjp(lambda x, y: np.sin(x) * np.sum(y), A[0], S)
    seeds = RNG.normal(size=(5, 3))
    found = ad.vmap(pullback)(seeds)
    for k in range(2):
        same(found[k], np.stack([pullback(g)[k] for g in seeds]))
    inner = lambda x, gs: ad.vmap(ad.vjp(lambda x: np.cumsum(x * x), x)[1])(gs)[0]
    many = RNG.normal(size=(4, 2, 3))
    same(ad.vmap(inner)(A, many), np.stack([inner(x, gs) for x, gs in zip(A, many, strict=True)]))
    slope = lambda x: np.sum(inner(x, many[0]) ** 2)
    ad.check_grads(slope, (A[0],), order=2)


def test_gradients_of_each_example_with_respect_to_a_shared_tensor() -> None:
    w = ad.tensor(RNG.normal(size=3))
    found = ad.vmap(lambda x: ad.autograd.grad(np.tanh(x @ w), w)[0])(A)
    expected = (1 - np.tanh(A @ w.numpy(force=True)) ** 2)[:, None] * A
    np.testing.assert_allclose(found.detach().numpy() if isinstance(found, ad.Tensor) else found, expected)


def test_a_value_inside_vmap_can_be_printed() -> None:
    shown: list[str] = []
    ad.vmap(lambda x: shown.append(f"{x:.2f}") or x)(S)
    assert shown[0].startswith("Batched(level=1")


def test_operands_of_different_rank_are_aligned_by_example() -> None:
    same(ad.vmap(lambda x, y: x * y)(S, A), S[:, None] * A)
    same(ad.vmap(lambda x, y: x + y)(T.transpose(1, 0, 2), S), T.transpose(1, 0, 2) + S[:, None, None])


@pytest.mark.parametrize(("left", "right"), [((4, 3), (3, 2)), ((2, 4, 3), (3, 2)), ((4, 3), (3,)), ((3,), (3, 2))])
@pytest.mark.parametrize("axes", [(0, 0), (0, None), (None, 0)])
def test_matrix_products_of_every_rank(left: Any, right: Any, axes: Any) -> None:
    x = RNG.normal(size=left if axes[0] is None else (5, *left))
    y = RNG.normal(size=right if axes[1] is None else (5, *right))
    rows = [(x if axes[0] is None else x[i], y if axes[1] is None else y[i]) for i in range(5)]
    same(ad.vmap(lambda a, b: a @ b, in_axes=axes)(x, y), np.stack([a @ b for a, b in rows]))


def test_vmap_of_vmap_and_of_gradients_within() -> None:
    same(ad.vmap(ad.vmap(lambda x: np.sin(x) * np.sum(x)))(T), np.sin(T) * T.sum(-1, keepdims=True))
    outer = ad.vmap(lambda x: ad.vmap(lambda y: ad.grad(lambda z: np.sin(z * x) * y)(x))(A[:, 0]))(S)
    same(outer, S[:, None] * np.cos(S[:, None] ** 2) * A[:, 0])


def test_gradients_of_each_example_with_shared_parameters() -> None:
    w = RNG.normal(size=3)
    same(ad.vmap(ad.grad(lambda w, x: (x @ w) ** 2), in_axes=(None, 0))(w, A), 2 * (A @ w)[:, None] * A)


def test_the_gradient_of_a_vmap_reaches_what_its_function_closes_over() -> None:
    w = RNG.normal(size=3)
    loss = lambda w: np.sum(ad.vmap(lambda x: np.tanh(x @ w))(A))
    same(ad.grad(loss)(w), (1 - np.tanh(A @ w) ** 2) @ A)
    ad.check_grads(loss, (w,), order=2)
    t = ad.tensor(w)
    ad.vmap(lambda x: x @ t)(A).sum().backward()
    assert t.grad is not None
    np.testing.assert_allclose(t.grad.tolist(), A.sum(0))


def test_no_examples_give_an_empty_result_of_the_right_shape() -> None:
    assert ad.vmap(lambda x: np.sin(x) * 2)(np.ones((0, 3))).shape == (0, 3)
    assert ad.vmap(lambda x: np.cumsum(x)[1:])(np.ones((0, 3))).shape == (0, 2)
    assert ad.vmap(ad.grad(lambda x: np.prod(x)))(np.ones((0, 3))).shape == (0, 3)


def test_float32_stays_float32() -> None:
    assert ad.vmap(ad.grad(lambda x: np.sum(x * x)))(A.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [(lambda: ad.vmap(lambda x, y: x * y)(A, B), ad.ShapeError, "hold 3 and 4 examples.*equally many"),
     (lambda: ad.vmap(lambda p, q: p["w"] * q)({"w": A}, q=B), ad.ShapeError,
      r"3 and 4 examples.*argument p\['w'\] of shape \(4, 3\) has 4 along axis 0, argument q of shape \(3, 5\) has 3 along axis 0"),
     (lambda: ad.vmap(lambda *xs: xs[0], in_axes=(0, -1))(A, B), ad.ShapeError,
      r"argument xs\[0\] of shape \(4, 3\) has 4 along axis 0, argument xs\[1\] of shape \(3, 5\) has 5 along axis 1"),
     (lambda: ad.vmap(lambda x: x, axis_size=3)(A), ad.ShapeError, "3 and 4 examples.*axis_size is 3, argument x"),
     (lambda: ad.vmap(np.add, in_axes=(0, 1))(A, S), ad.ShapeError,
      r"argument (x2|1) of shape \(4,\) has no axis 1.*change in_axes, or pass None"),
     (lambda: ad.vmap(lambda x: x, in_axes=-3)(A), ad.ShapeError, r"argument x of shape \(4, 3\) has no axis -3"),
     (lambda: ad.vmap(lambda x: x, out_axes=2)(A), ad.ShapeError,
      r"the result of shape \(3,\) has no axis 2.*out_axes.*examples' axis too"),
     (lambda: ad.vmap(lambda x: {"a": x}, out_axes={"a": 5})(A), ad.ShapeError,
      r"the result\['a'\] of shape \(3,\) has no axis 5"),
     (lambda: ad.vmap(lambda x: x, out_axes=None)(A), ValueError,
      r"out_axes is None for the result of shape \(3,\), which differs"),
     (lambda: ad.vmap(lambda x: (x, x), out_axes=(0,))(A), ValueError,
      r"out_axes \(0,\) is no tree like the result, which is a tuple of 2"),
     (lambda: ad.vmap(lambda p: p["a"], in_axes=({"a": 0, "b": 0},))({"a": A}), ValueError,
      r"in_axes \{.*\} is no tree like argument p, which is a dict with 'a'"),
     (lambda: ad.vmap(lambda p: p, in_axes=((0, 0),))(A), ValueError,
      r"no tree like argument p, which is an array of shape \(4, 3\)"),
     (lambda: ad.vmap(lambda x: x, in_axes=1.5)(A), TypeError, "in_axes is an int, None or a tuple.*not 1.5"),
     (lambda: ad.vmap(lambda x: x, in_axes=("0",))(A), TypeError, "in_axes holds integers and None, not '0' for argument x"),
     (lambda: ad.vmap(lambda x: "a")(A), TypeError, "the function returned a str"),
     (lambda: ad.vmap(3), TypeError, "vmap takes a function, not int"),
     (lambda: ad.vmap(lambda x: x, in_axes=2)(A), ad.ShapeError, r"shape \(4, 3\) has no axis 2"),
     (lambda: ad.vmap(lambda x: x)(1.0), ad.ShapeError, r"shape \(\) has no axis 0"),
     (lambda: ad.vmap(lambda x: x, in_axes=None)(A), ad.ShapeError, "no examples"),
     (lambda: ad.vmap(lambda x, y: x, in_axes=(0,))(A, A), ValueError, "in_axes has 1 entries for 2"),
     (lambda: ad.vmap(lambda x: x if x > 0 else -x)(S), RuntimeError, "inside vmap .* Use where"),
     (lambda: ad.vmap(lambda x: float(x))(S), RuntimeError, "inside vmap"),
     (lambda: ad.vmap(lambda x: int(x))(S), RuntimeError, "inside vmap"),
     (lambda: ad.vmap(lambda x: x.item())(S), RuntimeError, "inside vmap"),
     (lambda: ad.vmap(lambda x: np.asarray(x))(A), RuntimeError, "inside vmap")],
)  # fmt: skip
def test_what_cannot_be_done_for_all_examples_explains_itself(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
