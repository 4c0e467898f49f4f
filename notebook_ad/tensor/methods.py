"""Everything bound to Tensor: operators, conversions, ndarray's methods, PyTorch's."""

from __future__ import annotations

from typing import Any

from notebook_ad.tensor import (
    backward,
    conversions,
    grad_fn,
    inplace,
    numpy_methods,
    operators,
    torch_methods,
    watching,
)
from notebook_ad.tensor.tensor import Tensor, retains


def bind() -> None:
    """Give Tensor its methods."""
    operators.bind()
    inplace.bind()
    conversions.bind()
    numpy_methods.bind()
    torch_methods.bind()
    cls: Any = Tensor
    cls.backward = backward.backward
    cls.register_hook, cls.retain_grad = watching.register_hook, watching.retain_grad
    cls.retains_grad = property(retains)
    cls.grad_fn = property(grad_fn.grad_fn, doc=grad_fn.grad_fn.__doc__)
