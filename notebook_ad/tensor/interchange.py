"""Arrays in and out: `np.asarray(t)`, DLPack both ways. A tensor that requires a gradient raises: nothing is cut silently.

What is handed out is a copy, or a view that cannot be written to: values on the tape do not change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor import foreign
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant, describe, readonly

CPU = (1, 0)  # DLPack's device: the type kDLCPU, number 0


def array(t: Tensor, dtype: Any = None, copy: bool | None = None) -> Any:
    """`np.asarray(t)`: a new array; with `copy=False` a view that cannot be written to.

    Raises:
        RuntimeError: the tensor requires a gradient.
        ValueError: `copy=False`, but a copy is needed.
    """
    if t.requires_grad:
        raise RuntimeError(
            f"converting {describe(t)} to an array would cut the graph silently{place()}. "
            "Use detach().numpy() to cut it, or stack() and concatenate() to join tensors"
        )
    if copy is False:
        if type(t._value) is float or (dtype is not None and np.dtype(dtype) != t.dtype):
            raise ValueError(f"array of {describe(t)}: copy=False, but a number or another dtype needs a copy{place()}")
        return readonly(t._value)
    return np.array(t._value, dtype=dtype)


def dlpack(
    t: Tensor, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None
) -> Any:
    """The value for another library, as the array API's `__dlpack__`; a copy of its own.

    Raises:
        BufferError: the tensor requires a gradient, `copy=False` (values on the tape cannot be shared for writing), or
            another device.
    """
    if t.requires_grad:
        raise BufferError(
            f"handing {describe(t)} to another library would cut the graph silently{place()}; use detach() to cut it"
        )
    if copy is False:
        raise BufferError(f"{describe(t)} can be handed out as a copy only{place()}; leave out copy=False")
    if dl_device is not None and tuple(dl_device) != CPU:
        raise BufferError(f"{describe(t)} lives on the CPU, not on DLPack's device {tuple(dl_device)}{place()}")
    return np.array(t._value).__dlpack__(stream=stream)


def dlpack_device(t: Tensor) -> tuple[int, int]:
    """DLPack's device: the CPU."""
    return CPU


def from_dlpack(x: Any, /) -> Tensor:
    """The values of another library's array (or of a tensor) as a tensor without a gradient. As `torch.from_dlpack`; a copy.

    Raises:
        TypeError: it has no `__dlpack__`.
        RuntimeError: it requires a gradient of its library.
    """
    if isinstance(x, Tensor):
        return constant(array(x))
    if not hasattr(x, "__dlpack__"):
        raise TypeError(f"from_dlpack takes an object with __dlpack__, not {type(x).__name__}{place()}; use ad.tensor")
    if getattr(x, "requires_grad", False) is True:
        foreign.array_of(x)  # says why not
    return constant(np.array(np.from_dlpack(x)))


def from_numpy(array: np.ndarray) -> Tensor:
    """An array as a tensor without a gradient. As `torch.from_numpy`, but a copy: later changes to the array do no harm.

    Raises:
        TypeError: it is no array of NumPy.
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"from_numpy takes a numpy.ndarray, not {type(array).__name__}{place()}; use ad.tensor")
    return constant(np.array(array))


def numpy(self: Tensor, *, force: bool = False) -> Any:
    """The value as an array that cannot be written to.

    Args:
        force: also of a tensor that requires a gradient: `detach().numpy()`, as in PyTorch.

    Raises:
        RuntimeError: that would cut a live graph.
    """
    if self.requires_grad:
        if not force:
            raise RuntimeError(f"numpy() on {describe(self)}, which requires a gradient; use detach().numpy()")
        return readonly(np.asarray(self.detach()._value))
    return readonly(np.asarray(self._value))
