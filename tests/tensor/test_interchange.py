"""Arrays in and out: `__array__`, DLPack both ways, arrays of other libraries as operands."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad


class Theirs:
    """What this library sees of another's array: its protocols, and whether it requires a gradient."""

    def __init__(self, array: np.ndarray, requires_grad: bool = False) -> None:
        self._array, self.requires_grad = array, requires_grad

    @property
    def shape(self) -> tuple[int, ...]:
        return self._array.shape

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self._array, dtype)

    def __dlpack__(self, **given: Any) -> Any:
        return self._array.__dlpack__(**given)

    def __dlpack_device__(self) -> Any:
        return self._array.__dlpack_device__()


class OnlyDlpack:
    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __dlpack__(self, **given: Any) -> Any:
        return self._array.__dlpack__(**given)

    def __dlpack_device__(self) -> Any:
        return self._array.__dlpack_device__()


VALUES = [
    np.array([1.0, 2.0]),
    np.ones((2, 3), np.float32),
    np.arange(6).reshape(2, 3),
    np.array(2.5),
    np.zeros((0, 2)),
]


@pytest.mark.parametrize("value", VALUES)
def test_an_array_out_is_a_copy_of_its_own(value: np.ndarray) -> None:
    t = ad.tensor(value, requires_grad=False)
    for array in (np.asarray(t), np.array(t), np.from_dlpack(t)):
        np.testing.assert_array_equal(array, value)
        assert array.dtype == value.dtype
        if array.flags.writeable:
            array[...] = 7
        np.testing.assert_array_equal(t.numpy(), value)
    assert np.asarray(t, dtype=np.float32).dtype == np.float32


def test_copy_false_gives_a_view_that_cannot_be_written_to_or_raises() -> None:
    t = ad.tensor([1.0, 2.0], requires_grad=False)
    view = t.__array__(copy=False)
    assert not view.flags.writeable
    assert np.shares_memory(view, t.numpy())
    for call in (
        lambda: t.__array__(np.float32, copy=False),
        lambda: ad.tensor(1.0, requires_grad=False).__array__(copy=False),
    ):
        with pytest.raises(ValueError, match="copy=False"):
            call()
    with pytest.raises(BufferError, match="copy only"):
        t.__dlpack__(copy=False)


def test_a_tensor_that_requires_a_gradient_does_not_go_out_silently() -> None:
    w = ad.tensor([1.0, 2.0], name="w")
    for live in (w, w * 2):
        with pytest.raises(RuntimeError, match=r"cut the graph silently.*detach\(\)"):
            np.asarray(live)
        with pytest.raises(BufferError, match=r"cut the graph silently.*detach\(\)"):
            np.from_dlpack(live)
        with pytest.raises(RuntimeError, match=r"detach\(\)\.numpy\(\)"):
            live.numpy()
        assert live.numpy(force=True).tolist() == live.detach().tolist()


def test_dlpack_says_cpu_and_refuses_another_device() -> None:
    t = ad.tensor([1.0], requires_grad=False)
    assert t.__dlpack_device__() == (1, 0)
    with pytest.raises(BufferError, match="lives on the CPU"):
        t.__dlpack__(dl_device=(2, 0))


@pytest.mark.parametrize("value", VALUES)
def test_from_dlpack_and_from_numpy_copy_and_need_no_gradient(value: np.ndarray) -> None:
    source = value.copy()
    made = [
        ad.from_dlpack(source),
        ad.from_numpy(source),
        ad.from_dlpack(OnlyDlpack(source)),
        ad.tensor(OnlyDlpack(source)),
    ]
    if source.size:
        source[...] = 9
    for t in made:
        np.testing.assert_array_equal(t.numpy(force=True), value)
    assert not any(t.requires_grad for t in made[:3])
    t = ad.tensor(value, requires_grad=False)
    assert ad.from_dlpack(t).tolist() == t.tolist()


def test_what_is_no_array_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"from_dlpack takes an object with __dlpack__, not list"):
        ad.from_dlpack([1.0])
    with pytest.raises(TypeError, match=r"from_numpy takes a numpy.ndarray, not list"):
        ad.from_numpy([1.0])


def test_another_librarys_array_is_an_operand_on_either_side() -> None:
    theirs, w = Theirs(np.array([3.0, 4.0])), ad.tensor([1.0, 2.0])
    for result in (w * theirs, theirs * w, np.multiply(w, theirs), w @ theirs * w, ad.where(w > 0, w, theirs)):
        assert isinstance(result, ad.Tensor)
        assert result.requires_grad
    (w * theirs).sum().backward()
    assert w.grad is not None
    assert w.grad.tolist() == [3.0, 4.0]
    assert (w < theirs).tolist() == [True, True]
    assert ad.tensor(theirs).tolist() == [3.0, 4.0]
    assert ad.tensor([theirs, theirs]).shape == (2, 2)
    assert ad.grad(lambda x: (x * x).sum())(theirs).tolist() == [6.0, 8.0]


def test_later_changes_to_another_librarys_array_do_no_harm() -> None:
    held = np.array([3.0, 4.0])
    w = ad.tensor([1.0, 2.0])
    y = (w * Theirs(held)).sum()
    t = ad.tensor(Theirs(held))
    held[:] = 100.0
    y.backward()
    assert w.grad is not None
    assert w.grad.tolist() == [3.0, 4.0]
    assert t.tolist() == [3.0, 4.0]


def test_another_librarys_tensor_with_a_gradient_raises_with_the_cure() -> None:
    theirs, w = Theirs(np.array([3.0, 4.0]), requires_grad=True), ad.tensor([1.0, 2.0])
    for call in (
        lambda: w * theirs,
        lambda: theirs * w,
        lambda: w < theirs,
        lambda: w @ theirs,
        lambda: ad.tensor(theirs),
        lambda: ad.tensor([theirs]),
        lambda: ad.from_dlpack(theirs),
        lambda: np.add(w, theirs),
        lambda: ad.where(w > 0, w, theirs),
        lambda: ad.cat([w, theirs]),
        lambda: ad.grad(lambda x: x.sum())(theirs),
    ):
        with pytest.raises(RuntimeError, match=r"requires a gradient.*silently; detach\(\)"):
            call()


def test_pickling_keeps_value_gradient_and_name() -> None:
    w = ad.tensor([1.0, 2.0], name="w")
    (w * w).sum().backward()
    back = pickle.loads(pickle.dumps(w))
    assert (back.tolist(), back.grad.tolist(), back.name, back.is_leaf) == ([1.0, 2.0], [2.0, 4.0], "w", True)
    assert pickle.loads(pickle.dumps(w.size)) == 2
