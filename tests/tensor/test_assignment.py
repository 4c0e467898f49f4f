"""Elements of a tensor are assigned: the tensor takes a new value that both gradients pass, or the write is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

X = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
V = np.array([2.0, -3.0])


def assigned(t: Any, key: Any, value: Any) -> Any:
    t[key] = value
    return t


def added(t: Any, key: Any, value: Any) -> Any:
    t[key] += value
    return t


def scaled(t: Any, key: Any, value: Any) -> Any:
    t[key] *= value
    return t


KEYS: list[Any] = [
    (0, 1), 1, -1, slice(None), (slice(None), 1), (..., 0), (slice(None, None, -1), 2), X > 0, ([0, 1], [2, 0]),
    (slice(None), [0, 2]), np.array([True, False]), (None, 0),
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=str)
@pytest.mark.parametrize("change", [assigned, added, scaled])
def test_value_and_gradients_are_those_of_numpys_assignment(change: Callable[..., Any], key: Any) -> None:
    shape = X[key].shape
    value = np.random.default_rng(0).normal(size=shape)
    expected = change(X * 2, key, value)
    given = ad.tensor(X) * 2
    assert change(given, key, ad.tensor(value)) is given
    np.testing.assert_array_equal(given.detach().numpy(), expected)
    ad.check_grads(lambda x, v: change(x * 2, key, v) ** 2, (X, value), order=2)
    ad.check_grads(lambda v: change(ad.tensor(X, requires_grad=False), key, v) ** 2, (value,), order=2, modes=("rev",))
    ad.check_grads(lambda x: change(x * 2, key, value) ** 2, (X,), order=2)


@pytest.mark.parametrize(("key", "value"), [((0, slice(None)), 2.0), ((slice(None), slice(0, 2)), V), (0, X[None, 1])])
def test_values_broadcast_as_in_numpy(key: Any, value: Any) -> None:
    np.testing.assert_array_equal(assigned(ad.tensor(X) * 1, key, value).tolist(), assigned(X * 1, key, value))
    ad.check_grads(lambda x, v: assigned(x * 1, key, v) ** 2, (X, value), order=2)


def test_what_was_recorded_before_keeps_the_old_value() -> None:
    x = ad.tensor(V)
    t = x * 1
    square = (t * t).sum()
    t[0] = 10.0
    (square + t.sum()).backward()
    assert x.grad is not None
    assert x.grad.tolist() == [4.0, -5.0]


def test_a_loop_that_fills_an_array_differentiates_as_the_list_that_is_stacked() -> None:
    def filled(a: Any) -> Any:
        steps = ad.zeros(5) + 0 * a
        steps[0] = a
        for i in range(1, 5):
            steps[i] = steps[i - 1] * a + 1.0
        return steps

    ad.check_grads(filled, (1.2,), order=2)
    a = ad.tensor(1.2)
    expected = [a]
    for _ in range(4):
        expected.append(expected[-1] * a + 1.0)
    np.testing.assert_allclose(filled(a).tolist(), [e.item() for e in expected], rtol=1e-15)


def test_a_constant_becomes_part_of_the_graph_by_a_block_assigned_into_it() -> None:
    b, a = ad.zeros(3, 3), ad.tensor(np.ones((2, 2)))
    assert not b.requires_grad
    b[:2, :2] = a * 3
    assert b.requires_grad
    (b**2).sum().backward()
    assert a.grad is not None
    assert a.grad.tolist() == [[18.0, 18.0], [18.0, 18.0]]


def test_float32_and_integers_keep_their_dtype() -> None:
    t = ad.tensor(X, dtype="float32", requires_grad=False)
    t[0] = ad.tensor([1.0, 2.0, 3.0])
    assert t.dtype == np.float32
    n = ad.tensor([1, 2, 3], requires_grad=False, dtype="int64")
    n[1] = 7
    assert n.tolist() == [1, 7, 3]
    with pytest.raises(TypeError, match="cannot hold float64"):
        n[0] = 1.5


def test_empty_and_one_element_assignments() -> None:
    ad.check_grads(lambda x: assigned(x * 1, slice(0, 0), np.zeros((0, 3))), (X,), order=2)
    ad.check_grads(lambda x, v: assigned(x * 1, 0, v) ** 2, (V[:1], np.array(3.0)), order=2)
    number = ad.tensor(2.0) * 1
    number[()] = ad.tensor(3.0) * 2
    assert number.item() == 6.0
    with pytest.raises(IndexError):
        assigned(ad.tensor(X) * 1, 5, 0.0)
    with pytest.raises(ValueError, match="shape"):
        assigned(ad.tensor(X) * 1, 0, V)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: assigned(x, 0, 1.0),
        lambda x: added(x, 0, 1.0),
        lambda x: x.fill(1.0),
        lambda x: x.zero_(),
        lambda x: x.mul_(2.0),
        lambda x: x.clamp_(0.0),
        lambda x: np.put(x, 0, 1.0),
        lambda x: np.copyto(x, 1.0),
    ],
)
def test_a_leaf_that_requires_a_gradient_is_refused_with_the_cure(change: Callable[[Any], Any]) -> None:
    x = ad.tensor(V, name="w")
    with pytest.raises(RuntimeError, match=r"on the leaf the tensor 'w'.*x\.at\[index\]\.set.*clone\(\)"):
        change(x)
    assert x.tolist() == V.tolist()


def test_under_no_grad_a_leaf_stays_the_same_leaf() -> None:
    w = ad.tensor(V)
    before = (w * w).sum()
    with ad.no_grad():
        w[0] = 5.0
        w[1] += 1.0
        w.clamp_(max=4.0)
    assert w.is_leaf
    assert w.requires_grad
    assert w.tolist() == [4.0, -2.0]
    before.backward()
    assert w.grad is not None
    assert w.grad.tolist() == [4.0, -6.0]


VIEWS: list[Callable[[Any], Any]] = [
    lambda t: t[0],
    lambda t: t[:, 1:],
    lambda t: t.T,
    lambda t: t.reshape(3, 2),
    lambda t: t.view(-1),
    lambda t: t.ravel(),
    lambda t: t.flat,
    lambda t: np.swapaxes(t, 0, 1),
    lambda t: t.unsqueeze(0),
    lambda t: t.T[1],
    lambda t: t.expand(2, 2, 3),
    lambda t: next(iter(t)),
    lambda t: np.split(t, 2)[0],
]


@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("view", VIEWS)
def test_a_write_to_a_view_is_refused_as_its_base_would_have_to_change(
    view: Callable[[Any], Any], requires_grad: bool
) -> None:
    t = ad.tensor(X, requires_grad=requires_grad) * 1
    for change in (lambda v: assigned(v, 0, 9.0), lambda v: v.zero_(), lambda v: np.copyto(v, 1.0)):
        with pytest.raises(RuntimeError, match=r"would have to change too.*Write to the whole"):
            change(view(t))
    assert t.tolist() == X.tolist()


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_can_be_written_to_once_nobody_holds_its_base_or_it_is_a_clone(view: Callable[[Any], Any]) -> None:
    t = ad.tensor(X, requires_grad=False) * 1
    copy = view(t).clone()
    copy[..., 0] = 9.0
    assert t.tolist() == X.tolist()
    t = view(t)
    t[..., 0] = 9.0
    assert (t.detach().numpy()[..., 0] == 9.0).all()


def test_results_of_functions_are_no_views() -> None:
    x = ad.tensor(X)
    for result in (
        np.kron(x, x),
        np.outer(x, x),
        np.cumsum(x),
        np.tile(x, 2),
        x[[0, 1]],
        x[X > 0],
        np.where(X > 0, x, 0.0),
    ):
        result[0] = 1.0  # type: ignore[index]


WRITES: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = [
    (np.put, ([0, 5, 5], [1.0, 2.0, 3.0]), {}),
    (np.put, ([0, 7], 1.5), {"mode": "wrap"}),
    (np.put, ([0, 1, 2], V), {}),
    (np.copyto, (X[0] * 2,), {}),
    (np.copyto, (X * 2,), {"where": X > 0}),
    (np.place, (X > 0, V), {}),
    (np.putmask, (X > 0, X * 3), {}),
    (np.putmask, (X > 0,), {"values": V}),
    (np.fill_diagonal, (5.0,), {}),
    (np.fill_diagonal, (V,), {}),
    (np.put_along_axis, (np.array([[1], [2]]), V[:, None], 1), {}),
]


@pytest.mark.parametrize(("function", "args", "kwargs"), WRITES, ids=lambda v: getattr(v, "__name__", ""))
def test_numpys_writing_functions_give_the_tensor_a_new_value(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    from notebook_ad.tensor.library.placing import VALUES

    at, name = VALUES[function]

    def written(x: Any, values: Any) -> Any:
        target, given, named = x * 1, list(args), dict(kwargs)
        if name in named:
            named[name] = values
        else:
            given[at - 1] = values
        assert function(target, *given, **named) is None
        return target

    values = np.asarray(kwargs[name] if name in kwargs else args[at - 1], float)
    np.testing.assert_array_equal(written(ad.tensor(X), values).tolist(), written(X, values))
    ad.check_grads(lambda x, v: written(x, v) ** 2, (X, values), order=2)


METHODS: list[tuple[str, tuple[Any, ...]]] = [
    ("abs", ()), ("neg", ()), ("exp", ()), ("square", ()), ("sin", ()), ("tanh", ()), ("sigmoid", ()), ("relu", ()),
    ("pow", (2,)), ("clamp", (-1.5, 2.5)), ("clip", (-1.5, 2.5)), ("masked_fill", (X > 0, 7.0)),
    ("index_fill", (1, [0], 7.0)), ("add", (3.0,)), ("sub", (3.0,)), ("mul", (3.0,)), ("div", (3.0,)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args"), METHODS, ids=[name for name, _ in METHODS])
def test_a_method_with_an_underscore_gives_its_tensor_the_result(name: str, args: tuple[Any, ...]) -> None:
    def changed(x: Any) -> Any:
        t = ad.tensor(x * 1, requires_grad=False) if isinstance(x, np.ndarray) else x * 1
        assert getattr(t, f"{name}_")(*args) is t
        return t

    np.testing.assert_array_equal(changed(ad.tensor(X)).tolist(), getattr(ad.tensor(X), name)(*args).tolist())
    ad.check_grads(changed, (X,), order=2)


def test_a_kept_gradient_is_that_of_the_new_value_and_a_hook_sees_that_of_its_own() -> None:
    x = ad.tensor(V)
    t = x * 1
    seen = []
    t.retain_grad()
    t.register_hook(lambda g: seen.append(g.tolist()))
    t[0] = 10.0
    (t * t).sum().backward()
    assert t.grad is not None
    assert t.grad.tolist() == [20.0, -6.0]
    assert seen == [[0.0, -6.0]]


def test_the_data_of_a_leaf_passes_an_assignment_on() -> None:
    w = ad.tensor(V)
    w.data[0] = 7.0
    assert w.tolist() == [7.0, -3.0]
    w.sum().backward()
    assert w.grad is not None
    w.grad[0] = 0.5
    assert w.grad.tolist() == [0.5, 1.0]


def test_inside_transforms_an_assignment_means_the_same() -> None:
    found = ad.vmap(lambda x, y: assigned(x * 1, 0, y))(X, V)
    np.testing.assert_array_equal(found.tolist(), [[2.0, -2.0, 3.0], [-3.0, 4.0, -1.0]])
    expected = ad.jacobian(lambda x: assigned(x * 1, 0, x[1] ** 2))(V)
    np.testing.assert_array_equal(ad.jacfwd(lambda x: assigned(x * 1, 0, x[1] ** 2))(V).tolist(), expected.tolist())
    with pytest.raises(RuntimeError, match="would have to change too"):
        ad.vmap(lambda x: (t := x * 1, assigned(t[:2], 0, 1.0))[1])(X)
    with pytest.raises(TypeError, match=r"no value of the transform.*x\.at\[index\]\.set"):
        ad.jvp(lambda x: assigned(ad.zeros(2), 0, x[0]), (V,), (V,))


@pytest.mark.parametrize(
    "key", [1.5, np.float64(1.0), np.array([1.0]), slice(0.5, 2), (0, 1.0), ad.tensor(1.0)], ids=str
)
def test_a_float_index_says_how_to_make_integers(key: Any) -> None:
    for use in (lambda t: t[key], lambda t: assigned(t, key, 0.0)):
        with pytest.raises(IndexError, match=r"no integer: use int\(i\), i // 2 or astype\(int\)"):
            use(ad.tensor(X) * 1)
