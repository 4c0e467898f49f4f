"""Dense layers and lookups as functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library import layers
from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor import ambient, record, shaping
from notebook_ad.tensor.ambient import checking
from notebook_ad.tensor.dtypes import FLOATS
from notebook_ad.tensor.host import call
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.left import unrecorded
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.quiet import quietly
from notebook_ad.tensor.sparse import lookup as rows_of_leaf
from notebook_ad.tensor.tensor import Tensor, constant


def linear(input: Any, weight: Any, bias: Any = None) -> Tensor:  # noqa: A002 - PyTorch's name
    """`input @ weight.T + bias`, as one operation: (…, in), (out, in) and (out,) give (…, out).

    Raises:
        ShapeError: the last axis of the input is not as long as the weight's.
    """
    if type(input) is Tensor and (result := _of_matrices(input, weight, bias)) is not None:
        return result
    x, w = tensor_of(input), tensor_of(weight)
    shape = x.shape
    if not shape or len(w.shape) not in (1, 2) or shape[-1] != w.shape[-1]:
        raise ShapeError(f"linear expects (…, {w.shape[-1]}) for the weight {label(w)}, got {label(x)}{place()}")
    if len(w.shape) == 1:
        y = x @ w
        return y if bias is None else y + bias
    if bias is None:
        return call(layers.product, (x, w), {})
    b = tensor_of(bias)
    if b.shape != w.shape[:1]:
        raise ShapeError(f"linear expects a bias of shape {w.shape[:1]}, got {label(b)}{place()}")
    return call(layers.affine, (x, w, b), {})


def _of_matrices(x: Tensor, w: Any, b: Any) -> Tensor | None:
    """The usual case, without questions that need not be asked (it saves a third of what is not the product itself)."""
    if type(w) is not Parameter or type(b) is not Parameter:
        return None
    values = x._value, w._value, b._value
    a, m, c = values
    if type(a) is float or len(shape := a.shape) != 2 or m.ndim != 2 or shape[1] != m.shape[1] or checking.get():
        return None
    if a.dtype is not (dtype := m.dtype) or c.dtype is not dtype or c.shape[0] != m.shape[0] or dtype not in FLOATS:
        return None
    value = quietly(layers.value_of_affine, values)
    operands = x, w, b
    segment = record.wants_record(operands)
    if segment is None:
        return unrecorded(value, operands)
    return record.wide(layers.affine, operands, value, segment, [shape[0], shape[1], m.shape[0]])


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Tensor:
    """x₁ᵀ W x₂ + b for each output: (…, in1), (…, in2), (out, in1, in2) and (out,) give (…, out).

    Raises:
        ShapeError: the axes do not fit.
    """
    x, y, w = tensor_of(input1), tensor_of(input2), tensor_of(weight)
    if x.shape[:-1] != y.shape[:-1] or x.shape[-1:] != w.shape[1:2] or y.shape[-1:] != w.shape[2:]:
        raise ShapeError(
            f"bilinear expects (…, {w.shape[1]}) and (…, {w.shape[2]}), got {label(x)} and {label(y)}{place()}"
        )
    z: Any = np.einsum("...i,oij,...j->...o", x, w, y)
    return z if bias is None else z + bias  # type: ignore[no-any-return]


def embedding(
    input: Any,  # noqa: A002 - PyTorch's name
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Rows of a matrix at indices: (…) and (n, d) give (…, d).

    Args:
        padding_idx: this row gets no gradient.
        max_norm: rows looked up that are longer are first shortened to this norm, in the weight itself.
        scale_grad_by_freq: divide a row's gradient by how often it was looked up.
        sparse: the weight's gradient holds the rows looked up only (see `tensor/sparse.py`): SGD, Adagrad and SparseAdam
            work on these. Only `backward()` makes it; transforms and pictures take the dense one.

    Raises:
        IndexError: an index is negative or too large; TypeError: the indices are not whole numbers.
    """
    w = tensor_of(weight)
    key = indices(input, w.shape[0], "embedding")
    if padding_idx is not None:
        if not -w.shape[0] <= padding_idx < w.shape[0]:
            raise ValueError(f"embedding: padding_idx={padding_idx} is no row of {w.shape[0]}{place()}")
        padding_idx %= w.shape[0]
    if max_norm is not None:
        shorten(w, key, max_norm, norm_type)
    factor = None
    if padding_idx is not None or scale_grad_by_freq:
        factor = np.ones(key.shape, w.dtype)
        if scale_grad_by_freq:
            factor /= np.bincount(key.reshape(-1), minlength=w.shape[0])[key]
        if padding_idx is not None:
            factor[key == padding_idx] = 0
    if sparse and _takes_rows(w):
        return rows_of_leaf(w, key, factor)
    if factor is None:
        return shaping.index(w, key)
    return call(layers.lookup, (w,), {"key": key, "factor": factor[..., None]})


def _takes_rows(w: Tensor) -> bool:
    """Whether a weight is a leaf whose `.grad` the next backward fills."""
    meta = w._meta
    if isinstance(w, Level) or meta is None or not meta.leaf or meta.variable or checking.get():
        return False
    return ambient.state.get() is not ambient.NO_GRAD and type(ambient.state.get()) is not ambient.Trace


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """Whole numbers (…) as (…, num_classes) of 0 and 1, int64; as many classes as needed where not given.

    Raises:
        ValueError: a number is negative, or beyond num_classes.
    """
    key = indices(tensor, None, "one_hot")
    classes = int(key.max()) + 1 if num_classes < 0 and key.size else num_classes
    if classes < 1 or (key.size and (key.min() < 0 or key.max() >= classes)):
        raise ValueError(f"one_hot: classes must be in [0, {classes}){place()}, got {key.min()} to {key.max()}")
    return constant((key[..., None] == np.arange(classes)).astype(np.int64))


def indices(given: Any, below: int | None, function: str) -> np.ndarray:
    """Whole numbers as int64; those of a float tensor too, as `ad.tensor([1, 2])` makes one.

    Raises:
        IndexError: one is negative or not below `below`; TypeError: they are not whole.
    """
    held = given._value if isinstance(given, Tensor) else tensor_of(given)._value
    array = np.asarray(held)
    if array.dtype.kind not in "iu":
        whole = array.dtype.kind == "f" and bool(np.all(array == np.trunc(array)))
        if not whole and array.size:
            raise TypeError(f"{function} expects whole numbers, got {array.dtype}{place()}; use astype('int64')")
    key = array.astype(np.int64)
    if below is not None and key.size and (key.min() < 0 or key.max() >= below):
        bad = int(key.max()) if key.max() >= below else int(key.min())
        raise IndexError(f"{function} expects indices from 0 to {below - 1}, got {bad}{place()}")
    return key


def shorten(weight: Tensor, key: np.ndarray, max_norm: float, norm_type: float) -> None:
    """Shorten the rows of a weight that are looked up and longer than max_norm."""
    rows = np.unique(key)
    values = np.array(weight._value)
    norms = np.linalg.norm(values[rows], norm_type, axis=1, keepdims=True)
    values[rows] *= np.where(norms > max_norm, max_norm / (norms + 1e-7), 1)
    rebind(weight, values)
