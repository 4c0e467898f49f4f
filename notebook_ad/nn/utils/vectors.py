"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.tensor import Tensor, plain


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The parameters flattened and joined; the gradient passes. As `torch.nn.utils.parameters_to_vector`."""
    return f.concatenate([p.reshape(-1) for p in parameters], 0)


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Give the parameters the values of a vector, in order. As `torch.nn.utils.vector_to_parameters`; records nothing.

    Raises:
        TypeError: vec is no tensor.
        ValueError: it has too few elements, or too many. Nothing has changed then.
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters: vec must be a tensor, not {type(vec).__name__}")
    tensors = list(parameters)
    wanted = sum(int(p.size) for p in tensors)
    if vec.shape != (wanted,):
        raise ValueError(f"vector_to_parameters: the parameters have {wanted} elements, but vec has shape {vec.shape}")
    values, at = np.asarray(vec._value), 0
    for p in tensors:
        part = np.array(values[at : at + int(p.size)], p.dtype).reshape(p.shape)
        rebind(p, plain(part))
        at += int(p.size)
