"""The Tensor: a value, and where on the tape it was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.engine.segment import Segment

FLOATS = (np.dtype(np.float64), np.dtype(np.float32))


@dataclass(slots=True, eq=False)
class Meta:
    """What few tensors have: a name, leafhood, an accumulated gradient, the rows that a finished sweep left behind.

    `entered`, of a constant, is told each row that it gets, as `entered(segment, row)`.
    """

    name: str | None = None
    leaf: bool = False
    grad: Any = None
    kept: Any = None
    entered: Any = None


class Tensor:
    """A number or an array that can be differentiated. Make one with `tensor()`.

    Values never change once recorded: in-place operators rebind this tensor to a new value.
    """

    # A float64 scalar keeps its value as a Python float (`_value`), so that the fast path of an operator is one float
    # operation and one row. No `__getattr__`, no class defaults: either doubles the cost of reading a slot.
    __slots__ = ("__weakref__", "_id", "_meta", "_segment", "_value")
    __hash__ = object.__hash__

    _id: int
    _segment: Segment | None
    _value: Any
    _meta: Meta | None

    if TYPE_CHECKING:  # bound from the registry by operators.py and methods.py

        def __add__(self, other: object) -> Tensor: ...
        def __radd__(self, other: object) -> Tensor: ...
        def __sub__(self, other: object) -> Tensor: ...
        def __rsub__(self, other: object) -> Tensor: ...
        def __mul__(self, other: object) -> Tensor: ...
        def __rmul__(self, other: object) -> Tensor: ...
        def __truediv__(self, other: object) -> Tensor: ...
        def __rtruediv__(self, other: object) -> Tensor: ...
        def __pow__(self, other: object) -> Tensor: ...
        def __rpow__(self, other: object) -> Tensor: ...
        def __matmul__(self, other: object) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __getitem__(self, key: Any) -> Tensor: ...
        def __iter__(self) -> Iterator[Tensor]: ...
        def backward(self, gradient: object = None, retain_graph: bool = False) -> None:
            """See gradients.backward."""

    @property
    def value(self) -> Any:
        """The value: a Python float for a float64 scalar, else an array that cannot be written to."""
        return self._value if type(self._value) is float else readonly(self._value)

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return () if type(self._value) is float else self._value.shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return 1 if type(self._value) is float else int(self._value.size)

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's dtype of the value."""
        return FLOATS[0] if type(self._value) is float else self._value.dtype

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient can flow to or through this tensor."""
        return self._segment is not None or (self._meta is not None and self._meta.leaf)

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        return self._segment is None or (self._meta is not None and self._meta.leaf)

    @property
    def name(self) -> str | None:
        """The name that pictures and messages show."""
        return self._meta.name if self._meta is not None else None

    @name.setter
    def name(self, name: str | None) -> None:
        meta_of(self).name = name
        if self._segment is not None and name:
            self._segment.names[self._id] = name

    @property
    def grad(self) -> Tensor | None:
        """The accumulated gradient of a leaf: None until a backward reaches it, then of the same shape and dtype."""
        gradient = self._meta.grad if self._meta is not None else None
        return gradient if gradient is None else constant(gradient)

    @grad.setter
    def grad(self, gradient: Any) -> None:
        if gradient is None:
            meta_of(self).grad = None
            return
        given = constant(gradient)
        if given.shape != self.shape:
            raise ValueError(f"grad has shape {given.shape}, but the tensor has {self.shape}; assign one of its shape")
        meta_of(self).grad = plain(np.array(given._value, self.dtype))

    def detach(self) -> Tensor:
        """The same value without its history."""
        return constant(self._value)

    def item(self) -> Any:
        """The only element, as a Python number. Cuts the graph."""
        if self.size != 1:
            raise ValueError(f"item() needs one element; this tensor has shape {self.shape}. Index it, or use numpy()")
        return self._value if type(self._value) is float else self._value.item()

    def numpy(self) -> Any:
        """The value as an array that cannot be written to. Raises where that would cut a live graph: `detach()` first."""
        if self.requires_grad:
            raise RuntimeError(f"numpy() on {describe(self)}, which requires a gradient; use detach().numpy()")
        return readonly(np.asarray(self._value))

    def tolist(self) -> Any:
        """The value as nested lists of Python numbers. Cuts the graph, as in PyTorch."""
        return self._value if type(self._value) is float else self._value.tolist()

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __repr__(self) -> str:
        parts = [np.array2string(np.asarray(self._value), separator=", ", prefix="tensor(")]
        if type(self._value) is float:
            parts = [repr(self._value)]
        if self.dtype not in (FLOATS[0], np.dtype(np.int64), np.dtype(bool)):
            parts.append(f"dtype={self.dtype}")
        if self.name:
            parts.append(f"name={self.name!r}")
        if self.requires_grad:
            parts.append("requires_grad=True" if self.is_leaf else "requires_grad=True, is_leaf=False")
        if self._meta is not None and self._meta.grad is not None:
            parts.append("grad=" + str(np.asarray(self._meta.grad).tolist()))
        return f"tensor({', '.join(parts)})"


def meta_of(tensor: Tensor) -> Meta:
    """The tensor's Meta, made where it has none."""
    if tensor._meta is None:
        tensor._meta = Meta()
    return tensor._meta


def readonly(array: np.ndarray) -> np.ndarray:
    """A view of `array` that cannot be written to: values on the tape do not change."""
    view = array.view()
    view.flags.writeable = False
    return view


def describe(tensor: Tensor) -> str:
    """How a message names a tensor: its name, else its shape."""
    return f"the tensor {tensor.name!r}" if tensor.name else f"a tensor of shape {tensor.shape}"


def make(value: Any, segment: Segment | None = None, row: int = -1) -> Tensor:
    """A tensor around a value that nobody else will change."""
    result = Tensor()
    result._value = value
    result._segment = segment
    result._id = row
    result._meta = None
    return result


def plain(value: Any) -> Any:
    """A value as tensors hold it: a Python float for a float64 scalar, else a contiguous array of a supported dtype.

    Raises:
        TypeError: it is no number or array of numbers.
    """
    if type(value) is float:
        return value
    array = np.asarray(value)
    if array.dtype == FLOATS[0] and array.ndim == 0:
        return float(array)
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
        raise TypeError(
            f"a tensor holds float64, float32, int64 or bool, not {array.dtype} "
            f"(from {type(value).__name__}); convert it with astype first"
        )
    if array.dtype.kind == "f" and array.dtype not in FLOATS:
        raise TypeError(f"{array.dtype} is not supported yet; use float32 or float64")
    if array.dtype.kind in "iu":
        array = array.astype(np.int64, copy=False)
    return np.asarray(array, order="C")


def constant(value: Any) -> Tensor:
    """A tensor without a gradient; a tensor's value is taken as it is."""
    return make(value._value if isinstance(value, Tensor) else plain(value))


def tensor(value: Any, requires_grad: bool = True, name: str | None = None, dtype: Any = None) -> Tensor:
    """Make a tensor from a number, a nested list or an array. Copies, so that later changes to `value` do no harm.

    Args:
        value: what it holds. Integers are cast to float64 where a gradient is required, else they stay int64.
        requires_grad: whether `backward` fills `.grad`.
        name: shown in pictures and messages.
        dtype: "float64" or "float32" ("int64" and "bool" without a gradient); default: NumPy's choice.

    >>> tensor([1.0, 2.0], name="x")
    tensor([1., 2.], name='x', requires_grad=True)

    Raises:
        TypeError: the value is not numeric, or its dtype is not supported or cannot require a gradient.
    """
    if type(value) is float and dtype is None:
        result = make(value)
        if requires_grad or name is not None:
            result._meta = Meta(name, requires_grad)
        return result
    parts = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(v, Tensor) and v.requires_grad for v in parts):
        raise RuntimeError(
            "tensor() of a tensor that requires a gradient would cut the graph silently. "
            "Use it as it is, stack() to join several, or detach() to cut it"
        )
    if isinstance(value, Tensor):
        value = value._value
    elif isinstance(value, list | tuple):
        value = np.array([v._value if isinstance(v, Tensor) else v for v in value])
    held = plain(value if dtype is None else np.asarray(value, dtype=dtype))
    if requires_grad and type(held) is not float and held.dtype not in FLOATS:
        if dtype is not None or held.dtype.kind == "b":
            raise TypeError(f"{held.dtype} cannot require a gradient; pass requires_grad=False, or a float dtype")
        held = plain(held.astype(np.float64))
    if isinstance(held, np.ndarray) and isinstance(value, np.ndarray) and np.shares_memory(held, value):
        held = held.copy()
    result = make(held)
    if requires_grad or name is not None:
        result._meta = Meta(name=name, leaf=requires_grad)
    return result
