"""Methods and attributes of ndarray: each means what NumPy means, through the function that serves `np.f(t)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.at import At
from notebook_ad.tensor.library import complex as complex_parts
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.protocols import rule_of
from notebook_ad.tensor.tensor import Tensor, describe

# `a.f(*args)` is `np.f(a, *args)`.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(np, name)
    for name in (
        "all", "any", "argmax", "argmin", "argpartition", "argsort", "clip", "copy", "cumprod", "cumsum", "diagonal", "dot",
        "max", "mean", "min", "nonzero", "prod", "ptp", "ravel", "repeat", "round", "searchsorted", "squeeze", "std",
        "sum", "swapaxes", "take", "trace", "var",
    )
}  # fmt: skip
IN_PLACE = {
    "sort": "np.sort(x) is the sorted tensor; x.sort(dim=-1) gives PyTorch's (values, indices)",
    "partition": "np.partition(x, kth) is the partitioned tensor",
    "itemset": "x = x.at[index].set(value) is the new tensor",
    "resize": "np.resize(x, shape) is the new tensor",
    "byteswap": "np.asarray(x.detach()) is an array of your own",
    "setflags": "np.asarray(x.detach()) is an array of your own",
}


def through(function: Callable[..., Any]) -> Callable[..., Any]:
    """A method by NumPy's function, looked up when it is called: it exists as soon as the function has a rule."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        rule = rule_of(function)
        return function(self, *args, **kwargs) if rule is None else rule(self, *args, **kwargs)

    method.__name__ = method.__qualname__ = function.__name__
    method.__doc__ = f"As `numpy.ndarray.{function.__name__}`."
    return method


METHODS = {name: through(function) for name, function in FUNCTIONS.items()}


def bind() -> None:
    """Give Tensor what every ndarray has."""
    cls: Any = Tensor
    for name, method in METHODS.items():
        setattr(cls, name, method)
    for name, cure in IN_PLACE.items():
        setattr(cls, name, _refusal(name, cure))
    cls.reshape, cls.transpose, cls.flatten = reshape, transpose, flatten
    cls.compress, cls.choose = compress, choose
    cls.at = property(At, doc="`x.at[index].set(values)`: a new tensor with some elements changed, as in JAX.")
    cls.real, cls.imag = property(complex_parts.real), property(complex_parts.imag)
    cls.conj = cls.conjugate = complex_parts.conj
    cls.T = property(shaping.transpose, doc="Axes in reverse order.")
    cls.mT = property(_matrix_transpose, doc="The last two axes exchanged.")
    cls.H = property(lambda self: complex_parts.conj(_matrix_transpose(self)), doc="The conjugate of mT.")
    cls.flat = property(
        lambda self: METHODS["ravel"](self), doc="All elements on one axis, as a tensor: index or iterate."
    )
    cls.nbytes = property(lambda self: int(self.size) * self.dtype.itemsize, doc="Bytes of the elements.")
    cls.itemsize = property(lambda self: self.dtype.itemsize, doc="Bytes of an element.")
    cls.strides = property(_strides, doc="Bytes from one element to the next along each axis.")
    cls.__getitem__, cls.__iter__ = shaping.index, _iterate
    cls.__contains__ = lambda self, value: bool(np.any(self == value))
    cls.__divmod__ = lambda self, other: np.divmod(self, other)
    cls.__rdivmod__ = lambda self, other: np.divmod(other, self)


def _refusal(name: str, cure: str) -> Callable[..., NoReturn]:
    def refuse(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{name}() cannot change {describe(self)} in place{place()}: its value is on the tape. {cure}")

    refuse.__name__ = refuse.__qualname__ = name
    return refuse


def _iterate(t: Tensor) -> Iterator[Tensor]:
    return (shaping.index(t, i) for i in range(len(t)))


def reshape(self: Any, *shape: Any, order: str = "C", copy: bool | None = None) -> Any:
    """The same elements in another shape, given as lengths or as one tuple; one length may be −1."""
    to = shape[0] if len(shape) == 1 else shape
    return shaping.reshape(self, to) if order == "C" else np.reshape(self, to, order)  # type: ignore[call-overload]


def transpose(self: Any, *axes: Any) -> Any:
    """The axes in another order, given as numbers or as one tuple; reversed by default. As `numpy.ndarray.transpose`."""
    if len(axes) == 1 and not isinstance(axes[0], int):
        axes = axes[0]
    return np.transpose(self, axes or None)


def flatten(self: Any, order: str = "C") -> Any:
    """All elements on one axis."""
    return np.ravel(self, order)  # type: ignore[call-overload]


def compress(self: Any, condition: Any, axis: int | None = None, out: Any = None) -> Any:
    """The slices along an axis where a vector of conditions holds."""
    return np.compress(condition, self, axis, **({} if out is None else {"out": out}))


def choose(self: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    """Element by element from the choice whose number this tensor holds."""
    return np.choose(self, choices, mode=mode, **({} if out is None else {"out": out}))  # type: ignore[call-overload]


def _matrix_transpose(t: Any) -> Any:
    if t.ndim < 2:
        raise ValueError(f"mT needs two axes or more, not shape {t.shape}{place()}")
    return np.swapaxes(t, -1, -2)


def _strides(t: Tensor) -> tuple[int, ...]:
    found, step = [], t.dtype.itemsize
    for n in reversed(t.shape):
        found.append(step)
        step *= max(n, 1)
    return tuple(reversed(found))
