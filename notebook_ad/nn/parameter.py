"""Parameters and buffers: the tensors that a module owns."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor.making import tensor as tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import SMOOTH, Meta, Tensor, constant


class Parameter(Tensor):
    """A leaf that a module lists among its parameters once it is assigned to an attribute. As `torch.nn.Parameter`.

    Args:
        data: its first value, a tensor or an array of any shape; later changes to an array do no harm.
        requires_grad: whether `backward` fills `.grad`.

    Raises:
        RuntimeError: an integer or boolean value that is to require a gradient.
    """

    __slots__ = ()

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Parameter:
        """A parameter of this value."""
        held = _held(np.zeros(0) if data is None else data)
        if requires_grad and held.dtype not in SMOOTH:
            raise RuntimeError(
                f"Parameter: {held.dtype} cannot require a gradient{place()}; give floats, or requires_grad=False"
            )
        made: Parameter = _made(cls, held, Meta(name=held.name, leaf=requires_grad))
        return made

    def __repr__(self) -> str:
        return f"Parameter containing:\n{_shown(self)}"

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        copied = type(self)(self.detach(), self.requires_grad)
        copied.name = self.name
        if (gradient := self.grad) is not None:
            copied.grad = gradient
        memo[id(self)] = copied
        return copied

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (type(self), self._value, self.requires_grad, self.name)


class Buffer(Tensor):
    """A tensor that belongs to a module's state but is not trained. As `torch.nn.Buffer`.

    Args:
        data: its first value.
        persistent: whether `state_dict` has it.
    """

    __slots__ = ("persistent",)
    persistent: bool

    def __new__(cls, data: Any = None, *, persistent: bool = True) -> Buffer:
        """A buffer of this value."""
        held = _held(np.zeros(0) if data is None else data)
        made: Buffer = _made(cls, held, None)
        made.persistent = persistent
        return made


def _held(data: Any) -> Tensor:
    return data if isinstance(data, Tensor) else tensor_of(data, requires_grad=False)


def _made(cls: type[Any], held: Tensor, meta: Meta | None) -> Any:
    made = Tensor.__new__(cls)
    made._value, made._segment, made._id, made._meta = held._value, None, -1, meta
    return made


def _remade(cls: type[Parameter], value: Any, requires_grad: bool, name: str | None) -> Parameter:
    made = cls(constant(value), requires_grad)
    made.name = name
    return made


def _shown(t: Tensor) -> str:
    text = repr(t.detach())
    return f"{text[:-1]}, requires_grad=True)" if t.requires_grad else text
