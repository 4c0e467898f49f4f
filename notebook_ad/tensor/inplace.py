"""PyTorch's methods that change a tensor: it is rebound to a new value; what was recorded keeps the old one."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor import ambient
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import SMOOTH, Meta, Tensor, constant, describe, make, meta_of, plain


def bind() -> None:
    """Give Tensor these methods."""
    cls: Any = Tensor
    for function in (requires_grad_, zero_, fill_, copy_, add_, sub_, mul_, div_, detach_):
        setattr(cls, function.__name__, function)
    cls.data = property(_data, _set_data, doc="The value without history; assigning replaces the value, as in PyTorch.")


def requires_grad_(self: Tensor, requires_grad: bool = True) -> Tensor:
    """Make this tensor a leaf whose `.grad` backward fills, or one without a gradient. Gives itself, as PyTorch's.

    Raises:
        RuntimeError: an intermediate cannot stop requiring a gradient, an integer tensor cannot begin.
    """
    if not self.is_leaf:
        if not requires_grad:
            raise RuntimeError(
                f"{describe(self)} is an intermediate{place()}: it cannot stop requiring a gradient; use detach()"
            )
        return self
    if requires_grad and self.dtype not in SMOOTH:
        raise RuntimeError(f"{self.dtype} cannot require a gradient{place()}; use astype(float) first")
    meta_of(self).leaf = requires_grad
    if not requires_grad:
        self._segment = None
    return self


def _rebind(self: Tensor, result: Tensor, what: str) -> Tensor:
    off = ambient.state.get() is ambient.NO_GRAD
    leaf = self._meta is not None and self._meta.leaf
    if leaf and not off:
        raise RuntimeError(
            f"{what} on the leaf {describe(self)}, which requires a gradient{place()}: its gradient would be lost. "
            "Update it inside no_grad(), or make a new tensor"
        )
    if result.shape != self.shape:
        raise ValueError(f"{what} cannot change the shape {self.shape} to {result.shape}{place()}")
    if result.dtype != self.dtype:
        raise RuntimeError(f"{what} cannot change the dtype {self.dtype} to {result.dtype}{place()}; use astype()")
    self._segment = None  # before _id: readers of another thread never see a mixed pair
    self._value, self._id = result._value, result._id
    self._segment = None if off else result._segment
    passed_on(self)
    return self


def passed_on(self: Tensor) -> None:
    """`x.data` has changed: so has x."""
    if self._meta is not None and self._meta.owner is not None:
        _set_data(self._meta.owner, self)


def zero_(self: Tensor) -> Tensor:
    """Set every element to 0, as `w.grad.zero_()`."""
    return _rebind(self, _full(self, 0), "zero_()")


def fill_(self: Tensor, value: float) -> Tensor:
    """Set every element to a number."""
    return _rebind(self, _full(self, value), "fill_()")


def copy_(self: Tensor, other: Any) -> Tensor:
    """Take another's values (broadcast, and converted to this dtype)."""
    source = other if isinstance(other, Tensor) else constant(other)
    return _rebind(self, (_full(self, 0) + source).astype(self.dtype), "copy_()")


def add_(self: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """`self += alpha * other`."""
    return _rebind(self, self + (other if alpha == 1 else alpha * _operand(other)), "add_()")


def sub_(self: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """`self -= alpha * other`."""
    return _rebind(self, self - (other if alpha == 1 else alpha * _operand(other)), "sub_()")


def mul_(self: Tensor, other: Any) -> Tensor:
    """`self *= other`."""
    return _rebind(self, self * other, "mul_()")


def div_(self: Tensor, other: Any) -> Tensor:
    """`self /= other`."""
    return _rebind(self, self / other, "div_()")


def detach_(self: Tensor) -> Tensor:
    """Forget the history of this very tensor."""
    self._segment = None
    if self._meta is not None:
        self._meta.leaf = False
    return self


def _data(self: Tensor) -> Tensor:
    result = constant(self._value)
    result._meta = Meta(owner=self)
    return result


def _set_data(self: Tensor, value: Any) -> None:
    given = constant(value)
    if given.shape != self.shape:
        raise ValueError(f"data has shape {given.shape}, but the tensor has {self.shape}{place()}")
    self._segment = None
    self._value = given._value if given.dtype == self.dtype else plain(np.asarray(given._value, self.dtype))
    passed_on(self)


def _full(t: Tensor, value: float) -> Tensor:
    return make(plain(np.full(t.shape, value, t.dtype)))


def _operand(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else constant(value)
