"""Methods of Tensor that are functions with the tensor first, and what keeps a conversion from cutting the graph."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from notebook_ad.tensor import functions, gradients, operators, shaping
from notebook_ad.tensor.guards import taken
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, describe, tensor


def bind() -> None:
    """Give Tensor its methods."""
    operators.bind()
    cls: Any = Tensor
    cls.backward = gradients.backward
    for name in ("sum", "mean", "max", "min", "exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "sigmoid", "relu"):
        setattr(cls, name, getattr(functions, name))
    cls.__neg__, cls.__abs__ = functions.negative, functions.abs
    for name in ("detach", "item", "tolist"):
        setattr(cls, name, _noted(getattr(cls, name)))
    cls.__getitem__ = shaping.index
    cls.__setitem__ = _setitem
    cls.__iter__ = _iterate
    cls.reshape = _reshape
    cls.transpose = _transpose
    cls.T = property(shaping.transpose)
    cls.__bool__ = lambda self: bool(self._value)
    cls.__float__ = lambda self: float(_plain(self, "float()"))
    cls.__int__ = lambda self: int(_plain(self, "int()"))
    cls.__index__ = _index
    cls.__array__ = _array
    cls.__format__ = lambda self, spec: format(self._value, spec) if self.shape == () else format(repr(self), spec)
    cls.__deepcopy__ = _deepcopy
    cls.__reduce__ = _reduce
    cls.__round__ = lambda self, digits=None: round(_plain(self, "round()"), digits)


def _noted(method: Callable[[Tensor], Any]) -> Callable[[Tensor], Any]:
    """A method that takes the value off the tape: a replay must know."""

    @functools.wraps(method)
    def take(self: Tensor) -> Any:
        if self._segment is not None or (self._meta is not None and self._meta.entered is not None):
            taken(self, f"{method.__name__}()")
        return method(self)

    return take


def _plain(t: Tensor, what: str) -> Any:
    if t.requires_grad:
        raise RuntimeError(
            f"{what} of {describe(t)} would cut the graph silently{place()}. "
            "NumPy's functions (np.sin(t)) keep the graph; t.item() takes the number without it"
        )
    return t._value if t.shape == () else t._value.item()


def _remade(value: Any, leaf: bool, name: str | None, grad: Any) -> Tensor:
    made = tensor(value, requires_grad=leaf, name=name)
    made.grad = grad
    return made


def _reduce(t: Tensor) -> tuple[Any, ...]:
    if not t.is_leaf:
        raise RuntimeError(f"{describe(t)} is part of a graph and cannot be copied{place()}; copy t.detach()")
    grad = t._meta.grad if t._meta is not None else None
    return _remade, (t._value, t.requires_grad, t.name, grad)


def _deepcopy(t: Tensor, memo: dict[int, Any]) -> Tensor:
    made, state = _reduce(t)
    copied: Tensor = made(*state)
    memo[id(t)] = copied
    return copied


def _index(t: Tensor) -> int:
    if t.dtype.kind not in "ib" or t.shape:
        raise TypeError(f"only an integer tensor can be an index, not {describe(t)} of dtype {t.dtype}")
    return int(t._value)


def _array(t: Tensor, dtype: Any = None, copy: bool | None = None) -> Any:
    if t.requires_grad:
        raise RuntimeError(
            f"converting {describe(t)} to an array would cut the graph silently{place()}. "
            "Use detach().numpy() to cut it, or stack() and concatenate() to join tensors"
        )
    return np.array(t._value, dtype=dtype)


def _setitem(t: Tensor, key: Any, value: Any) -> NoReturn:
    raise TypeError(
        f"{describe(t)} cannot be changed in place{place()}: its value is on the tape. "
        "Build the new one with where(), concatenate() or stack()"
    )


def _iterate(t: Tensor) -> Iterator[Tensor]:
    return (shaping.index(t, i) for i in range(len(t)))


def _reshape(t: Tensor, *shape: Any) -> Tensor:
    return shaping.reshape(t, shape[0] if len(shape) == 1 else shape)


def _transpose(t: Tensor, *axes: Any) -> Tensor:
    return shaping.transpose(t, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None)
