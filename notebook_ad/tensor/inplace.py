"""PyTorch's methods that change a tensor: it is rebound to a new value; what was recorded keeps the old one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from notebook_ad.tensor import ambient, shaping
from notebook_ad.tensor.elementwise import operand
from notebook_ad.tensor.facts import value_of
from notebook_ad.tensor.levels import Level, top
from notebook_ad.tensor.library import placing
from notebook_ad.tensor.messages import named, place
from notebook_ad.tensor.tensor import SMOOTH, Meta, Tensor, constant, describe, make, meta_of, plain
from notebook_ad.tensor.views import base_of
from notebook_ad.tensor.watching import Watch, retain_grad


def bind() -> None:
    """Give Tensor these methods."""
    cls: Any = Tensor
    for function in (requires_grad_, zero_, fill_, copy_, add_, sub_, mul_, div_, detach_):
        setattr(cls, function.__name__, function)
    for name in CHANGING:
        setattr(cls, f"{name}_", _changing(name))
    cls.__setitem__ = put_at
    cls.fill = lambda self, value: fill_(self, value) and None
    cls.put = lambda self, ind, v, mode="raise": np.put(self, ind, v, mode)
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
    meta = meta_of(self)
    meta.leaf, meta.assumed = requires_grad, None
    if not requires_grad:
        self._segment = None
    return self


def _rebind(self: Tensor, result: Tensor, what: str) -> Tensor:
    off = ambient.state.get() is ambient.NO_GRAD
    checked(self, what)
    if result.shape != self.shape:
        raise ValueError(f"{what} cannot change the shape {self.shape} to {result.shape}{place()}")
    if result.dtype != self.dtype:
        raise RuntimeError(f"{what} cannot change the dtype {self.dtype} to {result.dtype}{place()}; use astype()")
    if isinstance(self, Level) or isinstance(result, Level):
        return _replaced(self, result, what)
    _unwatched(self)
    self._segment = None  # before _id: readers of another thread never see a mixed pair
    self._value, self._id = result._value, result._id
    self._segment = None if off else result._segment
    if self._meta is not None and self._meta.watch is WATCHED:
        self._meta.watch = None
        if self._segment is not None:
            retain_grad(self)
    passed_on(self)
    return self


def _replaced(self: Tensor, result: Tensor, what: str) -> Tensor:
    """The same for tensors of a transform, which hold others."""
    if type(self) is not type(result):
        raise TypeError(
            f"{what}: {describe(self)} is no value of the transform, as what is written to it{place()}. "
            "x = x.at[index].set(value) is the new tensor; or begin with one, x = x + 0 * value"
        )
    for kind in type(self).__mro__[: -len(Tensor.__mro__)]:
        for slot in kind.__dict__.get("__slots__", ()):
            setattr(self, slot, getattr(result, slot))
    return self


WATCHED = Watch(retain=True)


def _unwatched(self: Tensor) -> None:
    """Hooks stay with the value that they were made for, as in PyTorch; a gradient is kept of the new one."""
    meta = self._meta
    if meta is None or meta.leaf or meta.watch is None:
        return
    self._meta = replace(meta, watch=WATCHED if meta.watch.retain else None)
    meta.watch.retain = False


def checked(self: Tensor, what: str) -> None:
    """Raise where a change in place would lose a gradient, or would have to change another tensor too.

    Raises:
        RuntimeError: it is a leaf that requires a gradient, or it shows elements of another tensor.
    """
    meta = self._meta
    if meta is not None and meta.leaf and ambient.state.get() is not ambient.NO_GRAD:
        raise RuntimeError(
            f"{what} on the leaf {describe(self)}, which requires a gradient{place()}: its gradient would be lost. "
            "Update it inside no_grad(), or make a new tensor: x = x.at[index].set(value) (x.at[index].add(value) for "
            "x[index] += value), or x = x.clone(), which can be changed"
        )
    if (base := base_of(self)) is not None:
        raise RuntimeError(
            f"{what}: {describe(self)} was taken from {describe(base)}, which would have to change too{place()}, but each "
            "has a value of its own. Write to the whole (x[0, 1] = value, not row = x[0]; row[1] = value), or clone() it first"
        )


def put_at(self: Tensor, key: Any, value: Any) -> None:
    """`x[key] = value`: from here on x is a new value, which both gradients pass; what was recorded keeps the old one.

    Raises:
        RuntimeError: x is a leaf that requires a gradient, or was taken from another tensor.
        TypeError: the value belongs to a transform and x does not; x cannot hold the value's dtype.
    """
    checked(self, "x[index] = value")
    given = operand(value, self)
    if top(key if isinstance(key, tuple) else (key,)) is None:
        key = shaping.plain_index(key)
        with named("x[index] = value", self):
            shape = np.shape(shaping.elements(np.broadcast_to(np.empty((), bool), self.shape), key))
    else:
        shape = given.shape
    while given.ndim > len(shape) and given.shape[0] == 1:  # as NumPy takes it
        given = given[0]
    _rebind(self, self.at[key].set(given), "x[index] = value")


def written(function: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """`np.copyto`, `np.put`, `np.fill_diagonal` and the like with a tensor to write to."""
    target, values = args[0], operand(placing.values_in(function, args, kwargs), args[0])
    checked(target, f"np.{function.__name__}")
    others = [value_of(v) for v in args]
    at, which = placing.places(
        function, target.shape, values.shape, others, {k: value_of(v) for k, v in kwargs.items()}
    )
    flat = target.reshape(-1).at[at].set(values.reshape(-1)[which])
    _rebind(target, flat.reshape(target.shape), f"np.{function.__name__}")


def rebind(self: Tensor, value: Any) -> None:
    """Give a leaf, parameter or buffer a new value, unchecked and unrecorded: what was recorded before keeps the old one.

    Args:
        value: a number, or an array of any shape and dtype that nobody changes afterwards.
    """
    self._segment = None  # before the value: a thread that records meanwhile enters it anew
    self._value = value if type(value) is np.ndarray and value.flags.c_contiguous and value.ndim else plain(value)
    passed_on(self)


def passed_on(self: Tensor) -> None:
    """`x.data` has changed: so has x."""
    if self._meta is not None and self._meta.owner is not None:
        _set_data(self._meta.owner, self)


def taken(self: Tensor, values: Callable[[], Any], what: str) -> Tensor:
    """Have a tensor take new values of its shape, made once it is clear that it may."""
    checked(self, what)
    return _rebind(self, make(plain(np.asarray(values(), self.dtype))), what)


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


# Methods whose PyTorch form with an underscore changes the tensor itself.
CHANGING = (
    "abs", "neg", "exp", "log", "log1p", "expm1", "sqrt", "rsqrt", "reciprocal", "square", "sin", "cos", "tan", "tanh",
    "sigmoid", "relu", "pow", "clamp", "clamp_min", "clamp_max", "clip", "masked_fill", "index_fill", "index_add",
    "index_copy", "scatter", "scatter_add", "lerp", "addcmul", "addcdiv", "round", "floor", "ceil", "trunc",
    "scatter_reduce", "index_put", "remainder", "fmod", "sinh", "cosh", "asin", "acos", "atan", "exp2", "log2", "log10",
    "erf", "erfinv", "digamma", "lgamma", "frac", "sign", "nan_to_num", "tril", "triu", "cumsum", "cumprod", "addmm",
    "addmv", "baddbmm", "xlogy", "multiply", "subtract", "divide", "absolute", "negative",
)  # fmt: skip


def _changing(name: str) -> Callable[..., Tensor]:
    def change(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        checked(self, f"{name}_()")
        return _rebind(self, getattr(self, name)(*args, **kwargs), f"{name}_()")

    change.__name__ = change.__qualname__ = f"{name}_"
    change.__doc__ = f"As `{name}()`, but this very tensor takes the result. As PyTorch's."
    return change


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
