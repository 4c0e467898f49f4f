"""A tensor's value as a number, in another dtype, copied or pickled; what would cut the graph silently raises."""

from __future__ import annotations

import functools
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from notebook_ad.tensor import dtypes, interchange
from notebook_ad.tensor.devices import CPU, device
from notebook_ad.tensor.dtypes import SMOOTH, accepted
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.facts import decided
from notebook_ad.tensor.guards import taken
from notebook_ad.tensor.left import detached
from notebook_ad.tensor.levels import top
from notebook_ad.tensor.making import tensor
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, describe


def bind() -> None:
    """Give Tensor its conversions."""
    cls: Any = Tensor
    cls.item, cls.numpy = _item, interchange.numpy
    for name in ("detach", "item", "tolist"):
        setattr(cls, name, _noted(getattr(cls, name)))
    cls.astype, cls.to, cls.type = astype, to, type_
    for name, dtype in TO.items():
        setattr(cls, name, _cast(name, dtype))
    cls.half = cls.bfloat16 = _half
    cls.cpu = lambda self: self
    cls.device = property(lambda self: CPU, doc='Where it lives: "cpu".')
    cls.__bool__ = lambda self: bool(self._value)
    cls.__float__ = lambda self: float(_plain(self, "float()"))
    cls.__int__ = lambda self: int(_plain(self, "int()"))
    cls.__complex__ = lambda self: complex(_plain(self, "complex()"))
    cls.__index__ = _index
    cls.__round__ = lambda self, digits=None: round(_plain(self, "round()"), digits)
    cls.__format__ = lambda self, spec: format(self._value, spec) if self.shape == () else format(repr(self), spec)
    cls.__array__ = interchange.array
    cls.__dlpack__, cls.__dlpack_device__ = interchange.dlpack, interchange.dlpack_device
    cls.__deepcopy__, cls.__reduce__ = _deepcopy, _reduce


def _item(self: Tensor, *index: Any) -> Any:
    """The only element (or the one at an index, as in NumPy) as a Python number. Cuts the graph, as in PyTorch.

    Raises:
        ValueError: there are several elements, and no index.
    """
    if index:
        return np.asarray(self._value).item(*index)
    if self.size != 1:
        raise ValueError(f"item() needs one element; this tensor has shape {self.shape}. Index it, or use numpy()")
    return self._value if type(self._value) is float else self._value.item()


_item.__name__ = "item"


def _noted(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method that takes the value off the tape: a replay must know."""

    @functools.wraps(method)
    def take(self: Tensor, *args: Any) -> Any:
        if method.__name__ == "detach" and self._segment is None and self._meta is not None:
            return detached(method(self), self)
        if self._segment is not None or (self._meta is not None and self._meta.entered is not None):
            taken(self, f"{method.__name__}()")
        return method(self, *args)

    return take


def _plain(t: Tensor, what: str) -> Any:
    if t.requires_grad:
        raise RuntimeError(
            f"{what} of {describe(t)} would cut the graph silently{place()}. "
            "NumPy's functions (np.sin(t)) keep the graph; t.item() takes the number without it"
        )
    if t._meta is not None and t._meta.entered is not None:
        t._meta.entered.taken()
    return t._value if t.shape == () else t._value.item()


def _index(t: Tensor) -> int:
    if t.dtype.kind not in "ib" or t.shape:
        raise TypeError(f"only an integer tensor can be an index, not {describe(t)} of dtype {t.dtype}")
    return int(t._value)


def _remade(value: Any, leaf: bool, name: str | None, grad: Any) -> Tensor:
    made = tensor(np.float64(value) if type(value) is float else value, requires_grad=leaf, name=name)
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


def astype(
    self: Tensor, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
) -> Tensor:
    """The values in another dtype, as NumPy's; a float dtype keeps the gradient.

    Raises:
        TypeError: tensors do not hold the dtype, or `casting` forbids it.
    """
    goal = accepted(dtype, "astype")
    if not np.can_cast(self.dtype, goal, casting):  # type: ignore[arg-type]
        raise TypeError(
            f"astype: {describe(self)} of {self.dtype} cannot become {goal} by the rule {casting!r}{place()}"
        )
    if goal in SMOOTH:
        return as_dtype(self, goal)
    if goal == self.dtype and top((self,)) is None:
        return self
    result: Tensor = decided(partial(np.asarray, dtype=goal), (self,), f"astype({goal})")
    return result


TO: dict[str, np.dtype[Any]] = {
    "float": dtypes.float32, "double": dtypes.float64, "long": dtypes.int64, "int": dtypes.int64, "bool": dtypes.bool,
    "cfloat": dtypes.complex64, "cdouble": dtypes.complex128,
}  # fmt: skip


def _cast(name: str, dtype: np.dtype[Any]) -> Callable[[Tensor], Tensor]:
    def cast(self: Tensor) -> Tensor:
        return astype(self, dtype)

    cast.__name__ = cast.__qualname__ = name
    cast.__doc__ = f"As {dtype}, as PyTorch's `{name}()`."
    return cast


def _half(self: Tensor) -> Tensor:
    raise TypeError(f"16-bit floats are not supported{place()}; use float() for float32")


def to(self: Tensor, *args: Any, copy: bool = False, non_blocking: bool = False, **kwargs: Any) -> Tensor:
    """In another dtype, or that of another tensor; on a device, which is the CPU. As PyTorch's `to`.

    Raises:
        RuntimeError: another device; TypeError: an argument that is neither dtype, device nor tensor.
    """
    named = [kwargs.pop(key) for key in ("dtype", "device", "other") if key in kwargs]
    if kwargs:
        raise TypeError(f"to() takes a dtype, a device or a tensor, not {', '.join(kwargs)}={place()}")
    result = self
    for given in (*args, *named):
        if isinstance(given, Tensor):
            result = astype(result, given.dtype)
        elif isinstance(given, device) or (isinstance(given, str) and given.partition(":")[0] in DEVICES):
            device(given)
        elif given is not None and not isinstance(given, bool):
            result = astype(result, given)
    return result


DEVICES = ("cpu", "cuda", "mps", "xpu", "meta")


def type_(self: Tensor, dtype: Any = None) -> Any:
    """In another dtype; without one the name of its own dtype. As PyTorch's `type`."""
    return str(self.dtype) if dtype is None else astype(self, dtype)


type_.__name__ = "type"
