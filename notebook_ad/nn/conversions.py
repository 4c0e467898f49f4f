"""A module's parameters and buffers in another dtype. There is one device, the CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from notebook_ad.tensor.conversions import DEVICES
from notebook_ad.tensor.devices import device
from notebook_ad.tensor.dtypes import SMOOTH, accepted, float32, float64
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from notebook_ad.nn.parameter import Parameter


class Conversions:
    """The part of Module that converts it, in place: the parameters stay the same objects."""

    if TYPE_CHECKING:

        def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
            """See Walking."""

        def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
            """See Walking."""

    def to(self, *args: Any, non_blocking: bool = False, **kwargs: Any) -> Self:
        """Floating-point parameters and buffers in another dtype, or that of a tensor; on a device, which is the CPU.

        Raises:
            RuntimeError: another device; TypeError: the dtype is not a floating-point one.
        """
        named = [kwargs.pop(key) for key in ("device", "dtype", "tensor") if key in kwargs]
        if kwargs:
            raise TypeError(f"to() takes a dtype, a device or a tensor, not {', '.join(kwargs)}={place()}")
        for given in (*args, *named):
            if isinstance(given, device) or (isinstance(given, str) and given.partition(":")[0] in DEVICES):
                device(given)
            elif given is not None and not isinstance(given, bool):
                self._to_dtype(accepted(given.dtype if isinstance(given, Tensor) else given, "to"))
        return self

    def float(self) -> Self:
        """In float32."""
        return self._to_dtype(float32)

    def double(self) -> Self:
        """In float64."""
        return self._to_dtype(float64)

    def type(self, dst_type: Any) -> Self:
        """In another floating-point dtype."""
        return self._to_dtype(accepted(dst_type, "type"))

    def half(self) -> Self:
        """Refuses: there are no 16-bit floats.

        Raises:
            TypeError: always.
        """
        raise TypeError(f"16-bit floats are not supported{place()}; use float() for float32")

    bfloat16 = half

    def cpu(self) -> Self:
        """Itself: it is on the CPU."""
        return self

    def cuda(self, device: Any = None) -> Self:
        """Refuses: there is no other device.

        Raises:
            RuntimeError: always.
        """
        return self.to("cuda")

    def _to_dtype(self, dtype: np.dtype[Any]) -> Self:
        if dtype not in SMOOTH:
            raise TypeError(f"a module can become float32, float64 or complex, not {dtype}{place()}")
        for t in (*self.parameters(), *self.buffers()):
            if t.dtype in SMOOTH and t.dtype != dtype:
                gradient = t.grad if t.is_leaf else None
                rebind(t, np.asarray(t._value).astype(dtype))
                if gradient is not None:
                    t.grad = constant(np.asarray(gradient._value).astype(dtype))
        return self
