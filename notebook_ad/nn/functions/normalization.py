"""Normalisation over the batch, a layer, groups of channels, or one image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library.normalization import normalize
from notebook_ad.tensor import shaping
from notebook_ad.tensor.host import call
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor

Shape = tuple[int, ...]


def layer_norm(
    input: Any,  # noqa: A002 - PyTorch's name
    normalized_shape: Any,
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x − mean) / √(var + eps) over the last axes, which have `normalized_shape`; times weight, plus bias, of that shape.

    Raises:
        ShapeError: the last axes, weight or bias have another shape.
    """
    x, shape = tensor_of(input), _last("layer_norm", input, normalized_shape)
    return _apply("layer_norm", x, weight, bias, shape, x.shape, _trailing(x, shape), eps)


def rms_norm(
    input: Any,  # noqa: A002 - PyTorch's name
    normalized_shape: Any,
    weight: Any = None,
    eps: float | None = None,
) -> Tensor:
    """x / √(mean(x²) + eps) over the last axes, times weight; eps is the dtype's unless given.

    Raises:
        ShapeError: the last axes or the weight have another shape.
    """
    x, shape = tensor_of(input), _last("rms_norm", input, normalized_shape)
    small = float(np.finfo(x.dtype).eps) if eps is None else eps
    return _apply("rms_norm", x, weight, None, shape, x.shape, _trailing(x, shape), small, centred=False)


def group_norm(
    input: Any,  # noqa: A002 - PyTorch's name
    num_groups: int,
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Tensor:
    """(N, C, *) normalised over each of `num_groups` groups of channels; weight and bias have shape (C,).

    Raises:
        ShapeError: it has no channels; ValueError: the groups do not divide them.
    """
    x = tensor_of(input)
    if x.ndim < 2:
        raise ShapeError(f"group_norm expects (N, C, …), got {label(x)}{place()}")
    channels = x.shape[1]
    if num_groups < 1 or channels % num_groups:
        raise ValueError(
            f"group_norm: {num_groups} groups do not divide the {channels} channels of {label(x)}{place()}"
        )
    each = channels // num_groups * math.prod(x.shape[2:])
    view = (x.shape[0], num_groups, each)
    return _apply("group_norm", x, weight, bias, (channels,), view, (2,), eps, lead=x.ndim - 2)


def instance_norm(
    input: Any,  # noqa: A002 - PyTorch's name
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(N, C, *size) normalised over the size, each image and channel by itself; or by the running statistics.

    Raises:
        ShapeError: no spatial axes; ValueError: images of one element, or no running statistics to use.
    """
    x = tensor_of(input)
    if x.ndim < 3:
        raise ShapeError(f"instance_norm expects (N, C, *size), got {label(x)}{place()}")
    if not use_input_stats:
        return batch_norm(x, running_mean, running_var, weight, bias, False, momentum, eps)
    if math.prod(x.shape[2:]) == 1:
        raise ValueError(f"instance_norm: expected more than 1 element in each image, got {label(x)}{place()}")
    axes = tuple(range(2, x.ndim))
    if running_mean is not None:
        mean, var = _statistics(x, axes)
        _move(running_mean, np.mean(mean, axis=0), momentum)
        _move(running_var, np.mean(var, axis=0), momentum)
    return _apply("instance_norm", x, weight, bias, (x.shape[1],), x.shape, axes, eps, lead=x.ndim - 2)


def batch_norm(
    input: Any,  # noqa: A002 - PyTorch's name
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(N, C, *) normalised channel by channel: over the batch in training, else by the running mean and variance.

    In training the running tensors, if given, move towards the batch's statistics (the variance with divisor n − 1), in
    place and outside of the graph.

    Raises:
        ShapeError: it has no channels; ValueError: one value per channel in training, or no running statistics.
    """
    x = tensor_of(input)
    if x.ndim < 2:
        raise ShapeError(f"batch_norm expects (N, C, …), got {label(x)}{place()}")
    channels, axes = x.shape[1], (0, *range(2, x.ndim))
    if running_mean is not None and tensor_of(running_mean).shape != (channels,):
        raise ShapeError(f"batch_norm expects (N, {tensor_of(running_mean).shape[0]}, …), got {label(x)}{place()}")
    if training:
        if math.prod(x.shape[i] for i in axes) == 1:
            raise ValueError(
                f"batch_norm: expected more than 1 value per channel when training, got {label(x)}{place()}"
            )
        if running_mean is not None:
            mean, var = _statistics(x, axes)
            _move(running_mean, mean, momentum)
            _move(running_var, var, momentum)
        return _apply("batch_norm", x, weight, bias, (channels,), x.shape, axes, eps, lead=x.ndim - 2)
    if running_mean is None or running_var is None:
        raise ValueError(f"batch_norm: outside of training it needs running_mean and running_var{place()}")
    column = (channels, *(1,) * (x.ndim - 2))
    spread: Any = np.sqrt(tensor_of(running_var) + eps)
    factor = 1 / spread if weight is None else _affine("batch_norm", weight, (channels,)) / spread
    shift = -tensor_of(running_mean) * factor
    if bias is not None:
        shift = shift + _affine("batch_norm", bias, (channels,))
    return x * shaping.reshape(factor, column) + shaping.reshape(shift, column)


def _last(name: str, x: Any, normalized: Any) -> Shape:
    shape = tuple(normalized) if isinstance(normalized, Sequence) else (int(normalized),)
    if not shape or tensor_of(x).shape[-len(shape) :] != shape:
        wanted = ", ".join(map(str, shape))
        raise ShapeError(f"{name} expects (…, {wanted}), got {label(tensor_of(x))}{place()}")
    return shape


def _trailing(x: Tensor, shape: Shape) -> Shape:
    return tuple(range(x.ndim - len(shape), x.ndim))


def _affine(name: str, value: Any, shape: Shape) -> Tensor:
    held = tensor_of(value)
    if held.shape != shape:
        raise ShapeError(f"{name} expects a weight and a bias of shape {shape}, got {label(held)}{place()}")
    return held


def _apply(
    name: str,
    x: Tensor,
    weight: Any,
    bias: Any,
    shape: Shape,
    view: Shape,
    axes: Shape,
    eps: float,
    centred: bool = True,
    lead: int = 0,
) -> Tensor:
    """The normalised tensor as one row.

    Args:
        view: the shape in which a group is what lies along the axes; lead: how many axes follow the weight's.
    """
    if bias is not None and weight is None:
        weight = np.ones(shape, x.dtype)
    affine = [_affine(name, value, shape) for value in (weight, bias) if value is not None]
    form = {"view": view, "axes": axes, "eps": float(eps), "centred": centred, "shape": (*shape, *(1,) * lead)}
    return call(normalize, (x, *affine), form)


def _statistics(x: Tensor, axes: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Mean and unbiased variance of the values."""
    value = np.asarray(x.detach()._value)
    count = math.prod(value.shape[i] for i in axes)
    mean = np.add.reduce(value, axis=axes, keepdims=True) / value.dtype.type(count)  # np.mean and np.var: twice as long
    apart = value - mean
    return np.squeeze(mean, axes), np.add.reduce(apart * apart, axis=axes) / value.dtype.type(max(count - 1, 1))


def _move(running: Any, new: np.ndarray, momentum: float) -> None:
    """running ← (1 − momentum) · running + momentum · new, in its own dtype."""
    if not isinstance(running, Tensor):
        raise TypeError(f"batch_norm: running statistics must be tensors, which change in place{place()}")
    held = np.asarray(running._value)
    rebind(running, ((1 - momentum) * held + momentum * new).astype(held.dtype))
