"""Gradients kept within bounds before an optimiser's step, as in Pascanu, Mikolov and Bengio (2013)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.tensor.sparse import SparseTensor
from notebook_ad.tensor.tensor import Tensor, constant, meta_of


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients so that their norm, as one vector, is at most max_norm. As `torch.nn.utils.clip_grad_norm_`.

    Args:
        parameters: tensors; those without a gradient are left out.
        max_norm: the largest norm.
        norm_type: the p of the p-norm, also "inf".
        error_if_nonfinite: raise where the norm is nan or infinite, instead of scaling by it.
        foreach: accepted as PyTorch's.

    Returns:
        The norm before, without axes.

    Raises:
        RuntimeError: the norm is not finite, where that is asked for.
    """
    tensors = _with_gradient(parameters)
    norm = get_total_norm([meta_of(t).grad for t in tensors], norm_type, error_if_nonfinite)
    clip_grads_with_norm_(tensors, max_norm, norm)
    return norm


def get_total_norm(
    tensors: Tensor | Iterable[Any],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of several arrays as one vector, without axes. As `torch.nn.utils.get_total_norm`.

    Raises:
        RuntimeError: it is not finite, where that is asked for.
    """
    power = float(norm_type)
    arrays = [
        np.asarray(t.coalesce()._rows if type(t) is SparseTensor else t._value if isinstance(t, Tensor) else t)
        for t in ([tensors] if isinstance(tensors, Tensor) else tensors)
    ]
    with np.errstate(all="ignore"):
        norms = np.array([np.linalg.norm(a.ravel(), power) if a.size else a.real.dtype.type(0) for a in arrays])
        norm = np.linalg.norm(norms, power) if arrays else 0.0
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(
            f"the total norm of order {power:g} of the gradients is {float(norm)}, so they cannot be clipped; "
            "look for the first nan with ad.detect_anomaly(), or leave out error_if_nonfinite=True"
        )
    return constant(norm)


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Any, foreach: bool | None = None
) -> None:
    """Scale all gradients by `max_norm / total_norm`, where that is below 1. As `torch.nn.utils.clip_grads_with_norm_`."""
    norm = float(total_norm.item() if isinstance(total_norm, Tensor) else total_norm)
    factor = float(max_norm) / (norm + 1e-6)
    if factor >= 1.0:
        return
    for t in _with_gradient(parameters):
        held = meta_of(t)
        with np.errstate(all="ignore"):  # a new array: others may hold the old one
            held.grad = held.grad.scaled(factor) if type(held.grad) is SparseTensor else _plain(t) * factor


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None) -> None:
    """Clip each element of all gradients to [-clip_value, clip_value]. As `torch.nn.utils.clip_grad_value_`."""
    bound = float(clip_value)
    for t in _with_gradient(parameters):
        clipped = np.clip(_plain(t), -bound, bound)
        meta_of(t).grad = float(clipped) if type(t._value) is float else np.asarray(clipped, t.dtype)


def _with_gradient(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    tensors = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [t for t in tensors if t._meta is not None and t._meta.grad is not None]


def _plain(t: Tensor) -> Any:
    gradient = meta_of(t).grad
    return gradient._value if isinstance(gradient, Tensor) else gradient
