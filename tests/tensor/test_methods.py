"""Methods and attributes of ndarray on a tensor: NumPy's values for NumPy's arguments, with gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

A = np.array([[0.3, -1.2, 2.5, 0.7], [1.1, 0.4, -0.6, 3.2], [-2.1, 1.9, 0.8, -0.4]])
CUBE = np.random.default_rng(5).normal(size=(2, 3, 4))

SMOOTH: dict[str, Callable[[Any], Any]] = {
    "sum": lambda a: a.sum(),
    "sum(axis)": lambda a: a.sum(0),
    "sum(axis, keepdims)": lambda a: a.sum(axis=-1, keepdims=True),
    "sum(tuple)": lambda a: a.sum((0, 1)),
    "mean": lambda a: a.mean(axis=1),
    "prod": lambda a: a.prod(axis=0),
    "var": lambda a: a.var(),
    "var(ddof)": lambda a: a.var(axis=1, ddof=1),
    "std": lambda a: a.std(0, keepdims=True),
    "max": lambda a: a.max(),
    "max(axis)": lambda a: a.max(1),
    "min": lambda a: a.min(axis=0, keepdims=True),
    "cumsum": lambda a: a.cumsum(),
    "cumsum(axis)": lambda a: a.cumsum(1),
    "cumprod": lambda a: a.cumprod(axis=0),
    "clip": lambda a: a.clip(-0.5, 1.0),
    "clip(keywords)": lambda a: a.clip(min=-0.5),
    "dot": lambda a: a.dot(a[0]),
    "trace": lambda a: a.trace(),
    "trace(offset)": lambda a: a.trace(1),
    "diagonal": lambda a: a.diagonal(-1),
    "flatten": lambda a: a.flatten(),
    "flatten(order)": lambda a: a.flatten("F"),
    "ravel": lambda a: a.ravel(),
    "ravel(order)": lambda a: a.ravel(order="F"),
    "repeat": lambda a: a.repeat(2),
    "repeat(axis)": lambda a: a.repeat([1, 0, 2], axis=0),
    "reshape": lambda a: a.reshape(2, 6),
    "reshape(tuple)": lambda a: a.reshape((4, -1)),
    "reshape(order)": lambda a: a.reshape((4, 3), order="F"),
    "squeeze": lambda a: a[:1].squeeze(),
    "squeeze(axis)": lambda a: a[:, :1].squeeze(axis=1),
    "swapaxes": lambda a: a.swapaxes(0, 1),
    "take": lambda a: a.take([3, 0, 3], axis=1),
    "take(flat)": lambda a: a.take([[5, -1]]),
    "transpose": lambda a: a.transpose(),
    "transpose(tuple)": lambda a: a.transpose((1, 0)),
    "transpose(None)": lambda a: a.transpose(None),
    "T": lambda a: a.T,
    "real": lambda a: a.real,
    "conj": lambda a: a.conj(),
    "conjugate": lambda a: a.conjugate(),
    "copy": lambda a: a.copy(),
    "flat": lambda a: a.flat[2:7],
    "compress": lambda a: a.compress([True, False, True], axis=0),
    "choose": lambda a: (a[0] > 0).choose([a[1], a[2]]),
    "astype": lambda a: a.astype("float64"),
}


@pytest.mark.parametrize("method", SMOOTH.values(), ids=SMOOTH)
def test_a_method_of_ndarray_has_numpys_value_and_derivatives_to_order_two(method: Callable[[Any], Any]) -> None:
    t = ad.tensor(A)
    found = method(t)
    assert isinstance(found, ad.Tensor)
    expected = method(A)
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(np.asarray(found.detach()), expected, rtol=1e-13)
    ad.check_grads(method, (A,), order=2)


@pytest.mark.parametrize("method", SMOOTH.values(), ids=SMOOTH)
def test_a_method_of_ndarray_keeps_float32(method: Callable[[Any], Any]) -> None:
    if method is SMOOTH["astype"]:
        return
    t = ad.tensor(A.astype(np.float32))
    y = method(t)
    assert y.dtype == np.float32
    y.sum().backward()
    assert t.grad is not None
    assert t.grad.dtype == np.float32


FACTS: dict[str, Callable[[Any], Any]] = {
    "argmax": lambda a: a.argmax(),
    "argmax(axis)": lambda a: a.argmax(1),
    "argmin(axis)": lambda a: a.argmin(axis=0),
    "argsort": lambda a: a.argsort(),
    "argsort(axis)": lambda a: a.argsort(axis=0),
    "argpartition": lambda a: a.argpartition(1)[..., 1],
    "nonzero": lambda a: (a > 0).nonzero()[1],
    "searchsorted": lambda a: a[0].cumsum().searchsorted([0.0, 9.0]),
    "all": lambda a: (a > 0).all(),
    "all(axis)": lambda a: (a > -2).all(axis=0),
    "any(axis, keepdims)": lambda a: (a > 2).any(1, keepdims=True),
    "round": lambda a: a.round(),
    "round(decimals)": lambda a: a.round(1),
    "astype(int)": lambda a: a.astype(np.int64),
    "astype(bool)": lambda a: a.astype(bool),
    "imag": lambda a: a.imag,
}


@pytest.mark.parametrize("method", FACTS.values(), ids=FACTS)
def test_a_method_without_a_derivative_gives_a_tensor_without_a_gradient(method: Callable[[Any], Any]) -> None:
    found, expected = method(ad.tensor(A)), method(A)
    assert isinstance(found, ad.Tensor)
    assert not found.requires_grad
    assert found.dtype == np.asarray(expected).dtype
    np.testing.assert_array_equal(np.asarray(found), expected)


def test_attributes_of_ndarray_are_numpys() -> None:
    for value in (A, CUBE.astype(np.float32), np.zeros((0, 3)), np.float64(2.0), np.arange(4)):
        t, a = ad.tensor(value, requires_grad=False), np.asarray(value)
        for name in ("shape", "ndim", "size", "dtype", "nbytes", "itemsize"):
            assert getattr(t, name) == getattr(a, name), name
        assert a.size == 0 or t.strides == a.strides
    assert ad.tensor(CUBE).mT.shape == (2, 4, 3)
    assert ad.tensor(CUBE).T.shape == (4, 3, 2)


def test_size_is_a_number_and_pytorchs_method() -> None:
    t = ad.tensor(CUBE)
    assert (t.size, t.size(), t.size(0), t.size(-1)) == (24, (2, 3, 4), 2, 4)
    assert isinstance(t.size, int)
    assert (t.size + 1, t.size / 2, range(t.size)[-1], f"{t.size}", [0] * ad.tensor([1.0]).size) == (
        25,
        12.0,
        23,
        "24",
        [0],
    )
    assert (t.astype("float32") / t.size).dtype == np.float32
    with pytest.raises(IndexError, match=r"size\(3\).*\(2, 3, 4\) has no axis 3"):
        t.size(3)


def test_item_takes_an_index_as_in_numpy() -> None:
    t = ad.tensor(A)
    assert (t.item(1, 2), t.item(5), t.item((0, 1))) == (A.item(1, 2), A.item(5), A.item((0, 1)))
    with pytest.raises(ValueError, match=r"one element.*\(3, 4\)"):
        t.item()


def test_flat_is_a_tensor_to_iterate() -> None:
    t = ad.tensor(A)
    sum(x * x for x in t.flat).backward()
    assert t.grad is not None
    np.testing.assert_allclose(t.grad.numpy(), 2 * A)


def test_in_asks_whether_an_element_is_equal() -> None:
    assert 2.5 in ad.tensor(A)
    assert 9 not in ad.tensor(A)


def test_divmod_is_numpys() -> None:
    for found, expected in zip(divmod(ad.tensor(A), 0.7), divmod(A, 0.7), strict=True):  # type: ignore[operator]
        np.testing.assert_array_equal(found.numpy(force=True), expected)
    assert [x.item() for x in divmod(7.0, ad.tensor(2.0))] == [3.0, 1.0]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "arguments", "cure"),
    [
        ("sort", (), r"np\.sort\(x\).*x\.sort\(dim=-1\)"),
        ("sort", (0,), r"np\.sort\(x\)"),
        ("partition", (1,), r"np\.partition"),
        ("resize", ((2, 6),), r"np\.resize"),
    ],
)
def test_a_method_that_would_write_in_place_is_refused_with_the_cure(name: str, arguments: Any, cure: str) -> None:
    t = ad.tensor(A, name="w")
    with pytest.raises(TypeError, match=rf"{name}\(\) cannot change the tensor 'w' in place.*{cure}"):
        getattr(t, name)(*arguments)
    np.testing.assert_array_equal(t.numpy(force=True), A)


def test_out_is_refused_with_the_cure() -> None:
    t, out = ad.tensor(A), np.zeros(4)
    for call in (lambda: t.sum(0, out=out), lambda: t.max(0, out=out), lambda: t.cumsum(0, out=out)):
        with pytest.raises(TypeError, match=r"takes no out=.*[Uu]se the result"):
            call()


def test_an_unknown_argument_is_named() -> None:
    with pytest.raises(TypeError, match=r"np\.sum.*'dims'"):
        ad.tensor(A).sum(dims=0)


def test_methods_of_numpy_and_names_of_pytorch_work_inside_transforms() -> None:
    for method in (SMOOTH["max(axis)"], SMOOTH["take"], SMOOTH["cumsum(axis)"]):
        found = ad.vmap(method)(np.stack([A, 2 * A]))
        np.testing.assert_allclose(found, np.stack([method(A), method(2 * A)]))
    for torch in (
        lambda x: x.max(dim=1).values,
        lambda x: x.sort(dim=-1, descending=True).values,
        lambda x: x.topk(2).values,
        lambda x: x.norm(dim=1),
        lambda x: x.softmax(dim=0),
        lambda x: x.gather(1, np.array([[0], [1], [3]])),
    ):
        each = np.stack([_value(torch(ad.tensor(a))) for a in (A, 2 * A)])
        np.testing.assert_allclose(ad.vmap(torch)(np.stack([A, 2 * A])), each)


def _value(t: Any) -> Any:
    return t.numpy(force=True)
