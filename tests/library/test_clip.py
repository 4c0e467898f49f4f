"""`np.clip` and `np.nan_to_num`: arguments, gradients of the bounds, no gradient where a number was put."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy_two import served
from ufunc_cases import INF, NAN, same

import notebook_ad as ad

CLIPS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((-1, 1), {}),
    ((None, 0.5), {}),
    ((-0.5, None), {}),
    ((-1.0,), {"a_max": 1.0}),
    ((), {"a_min": -1, "a_max": np.array([0.5, 1.0, 1.5])}),
    ((), {"min": -1, "max": 1}),
    ((), {"min": -0.5}),
    ((), {"max": 0.5}),
    ((np.array([[-1.0], [0.0]]), np.array([0.5, 1.0, 1.5])), {}),
]


@pytest.mark.parametrize(("args", "kwargs"), CLIPS, ids=str)
def test_clip_takes_numpys_arguments(args: Any, kwargs: Any) -> None:
    x = np.array([[-2.0, -0.3, 0.2], [0.7, 1.2, 4.0]])
    clip = served(np.clip, since="2.1.0")
    named = {key.removeprefix("a_"): bound for key, bound in kwargs.items()}
    low, high = (*args, named.get("min"), named.get("max"))[:2] if len(args) != 1 else (args[0], named["max"])
    for dtype in (np.float64, np.float32):
        limited = clip(ad.tensor(x.astype(dtype)), *args, **kwargs)
        same(limited, np.clip(x.astype(dtype), low, high))
    ad.check_grads(lambda v: clip(v, *args, **kwargs) ** 2, (x,))


def test_clip_of_nothing_is_nothing() -> None:
    for bounds in ((None, 1), (-1, 1), (-1, None)):
        assert np.clip(ad.tensor(np.zeros((0, 3))), *bounds).shape == (0, 3)


def test_clip_has_gradients_of_its_bounds() -> None:
    x, low, high = np.array([-2.0, 0.3, 4.0]), np.array(-1.0), np.array([2.0, 2.5, 3.0])
    ad.check_grads(lambda a, b, c: np.clip(a, b, c) ** 2, (x, low, high))
    ad.check_grads(lambda b: np.clip(x, b, None) ** 2, (low,))
    with pytest.raises(ValueError, match=r"np\.clip: a_min and min are one argument"):
        served(np.clip, since="2.1.0")(ad.tensor(x), -1, min=-1)
    with pytest.raises(TypeError, match=r"np\.clip of a tensor: .*'out'.*use the function's result"):
        np.clip(ad.tensor(x), -1, 1, out=np.zeros(3))


@pytest.mark.parametrize("kwargs", [{}, {"nan": 2.0, "posinf": 5.0, "neginf": -3.0}], ids=str)
def test_nan_to_num_passes_no_gradient_where_a_number_was_put(kwargs: Any) -> None:
    x = np.array([1.5, NAN, INF, -INF])
    for dtype in (np.float64, np.float32):
        t = ad.tensor(x.astype(dtype))
        same(y := np.nan_to_num(t, **kwargs), np.nan_to_num(x.astype(dtype), **kwargs))
        y.backward(np.full(4, 2.0, dtype))
        np.testing.assert_array_equal(t.grad.numpy(), np.array([2, 0, 0, 0], dtype))  # type: ignore[union-attr]
    ad.check_grads(lambda v: np.nan_to_num(v + np.array([0.0, NAN])) ** 2, (np.array([1.5, 2.0]),))
    with pytest.raises(TypeError, match=r"np\.nan_to_num of a tensor makes a new one.*copy=False"):
        np.nan_to_num(ad.tensor(x), copy=False)
