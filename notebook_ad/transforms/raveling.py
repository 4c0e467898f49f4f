"""A nested structure of numbers and arrays as one vector, and back; differentiable both ways."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.trees import leaves, rebuild


def ravel_pytree(tree: Any) -> tuple[Any, Callable[[Any], Any]]:
    """All numbers of nested lists, tuples and dicts as one vector, and the function back. As `jax.flatten_util.ravel_pytree`.

    The vector is a tensor where a leaf is one, else an array, of the dtype that holds all leaves (float64 for integers).

    >>> import notebook_ad as ad, numpy as np
    >>> start = {"w": np.array([[1.0, 2.0]]), "b": 3.0}
    >>> flat, back = ad.ravel_pytree(start)
    >>> flat
    array([3., 1., 2.])
    >>> ad.grad(lambda v: np.sum(back(v)["w"] ** 2) + back(v)["b"])(flat)
    array([1., 2., 4.])
    """
    parts = leaves(tree)
    dtype = np.result_type(*(getattr(x, "dtype", type(x)) for x in parts)) if parts else np.dtype(np.float64)
    dtype = dtype if dtype in SMOOTH else np.dtype(np.float64)
    if any(isinstance(x, Tensor) for x in parts):
        flat: Any = f.concatenate([f.reshape(x if isinstance(x, Tensor) else np.asarray(x, dtype), -1) for x in parts])
        flat = flat if flat.dtype == dtype else flat.astype(dtype)
    else:
        flat = np.concatenate([np.zeros(0, dtype), *(np.ravel(np.asarray(x, dtype)) for x in parts)])
    return flat, partial(unravel, tree)


def unravel(like: Any, flat: Any) -> Any:
    """A vector in the structure and shapes of `like`: tensors of a tensor, else arrays, and numbers where `like` has them.

    >>> import notebook_ad as ad, numpy as np
    >>> ad.unravel({"a": 0.0, "b": np.zeros(2)}, np.array([1.0, 2.0, 3.0]))
    {'a': 1.0, 'b': array([2., 3.])}

    Raises:
        ShapeError: the vector has another length than `like` has numbers.
    """
    parts = leaves(like)
    shapes = [np.shape(x) for x in parts]
    ends = np.cumsum([0, *map(math.prod, shapes)]).tolist()
    if np.shape(flat) != (ends[-1],):
        raise ShapeError(
            f"unravel of shape {np.shape(flat)}{place()}: the structure has {ends[-1]} numbers; give ({ends[-1]},)"
        )
    values = [np.reshape(flat[i:j], shape) for i, j, shape in zip(ends, ends[1:], shapes, strict=False)]
    if not isinstance(flat, Tensor):
        values = [v if shape else v[()].item() for v, shape in zip(values, shapes, strict=True)]
    return rebuild(like, values)
