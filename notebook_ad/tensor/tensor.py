"""The Tensor: a value, and where on the tape it was recorded."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.engine.segment import Segment
from notebook_ad.tensor.dtypes import FLOATS as FLOATS
from notebook_ad.tensor.dtypes import SMOOTH as SMOOTH
from notebook_ad.tensor.size import Size


@dataclass(slots=True, eq=False)
class Meta:
    """What few tensors have: a name, leafhood, an accumulated gradient, the rows that a finished sweep left behind.

    A `variable` is a leaf that a transform made for the user's function: nobody else can ask for its gradient. The
    `owner` of `x.data` is x: an in-place update of the one changes the other. `entered`, of a constant, is told each
    row that it gets, as `entered(segment, row)`. A `view` refers to the tensor whose elements it shows in NumPy and PyTorch.
    `assumed`, of a leaf that nobody asked to require a gradient, is the dtype of what was given: it may be data.
    """

    name: str | None = None
    leaf: bool = False
    grad: Any = None
    kept: Any = None
    variable: bool = False
    watch: Any = None
    owner: Any = None
    entered: Any = None
    view: Any = None
    assumed: Any = None


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
        def __getattr__(self, name: str) -> Any:  # what numpy_methods.py and torch_methods.py bind
            ...

        def __iter__(self) -> Iterator[Tensor]: ...
        def backward(
            self,
            gradient: object = None,
            retain_graph: bool | None = None,
            create_graph: bool = False,
            inputs: Any = None,
        ) -> None:
            """See backward.backward."""

        def astype(self, dtype: Any) -> Tensor:
            """See conversions.astype."""

        def requires_grad_(self, requires_grad: bool = True) -> Tensor:
            """See inplace.requires_grad_."""

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
    def size(self) -> Size:
        """Number of elements; called, as in PyTorch, the shape, or its length along an axis: `x.size(0)`."""
        return Size(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's dtype of the value."""
        return FLOATS[0] if type(self._value) is float else self._value.dtype

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient can flow to or through this tensor."""
        return self._segment is not None or (self._meta is not None and self._meta.leaf)

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        self.requires_grad_(wanted)

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
        if gradient is None and not self.is_leaf and not retains(self):
            warnings.warn(
                f".grad of {describe(self)} is None: it is no leaf, and backward fills those of leaves. "
                "Call retain_grad() on it before backward",
                UserWarning,
                stacklevel=2,
            )
        if gradient is None or isinstance(gradient, Tensor):
            return gradient
        assert self._meta is not None
        self._meta.grad = held = constant(gradient)  # the same object next time: `x.grad.zero_()` is to be seen
        return held

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
            gradient = self._meta.grad
            shown = gradient._value if isinstance(gradient, Tensor) else gradient
            parts.append("grad=" + str(np.asarray(shown).tolist()))
        return f"tensor({', '.join(parts)})"


def retains(tensor: Tensor) -> bool:
    """Whether backward fills `.grad` of an intermediate."""
    return tensor._meta is not None and tensor._meta.watch is not None and bool(tensor._meta.watch.retain)


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


def plain(value: Any, source: Any = None) -> Any:
    """A value as tensors hold it: a Python float for a float64 scalar, else a contiguous array of a supported dtype.

    Args:
        source: what the user gave, for the message, where it is another.

    Raises:
        TypeError: it is no number or array of numbers.
    """
    if type(value) is float:
        return value
    array = np.asarray(value)
    if (dtype := array.dtype) is FLOATS[0] or dtype is FLOATS[1]:
        if not array.ndim:
            return float(array) if dtype is FLOATS[0] else array
        return array if array.flags.c_contiguous else np.ascontiguousarray(array)
    if array.dtype.kind not in "fiubc" or array.dtype.itemsize > (16 if array.dtype.kind == "c" else 8):
        raise TypeError(
            f"a tensor holds float64, float32, complex, int64 or bool, not {array.dtype} "
            f"(from {type(value if source is None else source).__name__}); convert it with astype first"
        )
    if array.dtype.kind == "f" and array.dtype not in FLOATS:
        raise TypeError(f"{array.dtype} is not supported yet; use float32 or float64")
    if array.dtype.kind in "iu":
        array = array.astype(np.int64, copy=False)
    return np.asarray(array, order="C")


def constant(value: Any) -> Tensor:
    """A tensor without a gradient; a tensor's value is taken as it is."""
    return make(value._value if isinstance(value, Tensor) else plain(value))
