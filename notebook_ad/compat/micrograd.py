"""micrograd's `Value`, a number that remembers how it was made, on tensors: its lessons run after changing the import."""

from __future__ import annotations

from typing import Any

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.making import tensor
from notebook_ad.tensor.tensor import Tensor


class Value:
    """A number with a gradient; every intermediate keeps its own, as in micrograd.

    >>> from notebook_ad.compat.micrograd import Value
    >>> a, b = Value(-4.0), Value(2.0)
    >>> c = (a * b + b**3).relu() + a
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (-4.0, 1.0, 0.0)
    """

    __slots__ = ("tensor",)

    def __init__(self, data: Any) -> None:
        self.tensor: Tensor = tensor(float(data))

    @property
    def data(self) -> float:
        """The number; set, the value becomes a new leaf and keeps its gradient."""
        return float(self.tensor.detach())

    @data.setter
    def data(self, number: float) -> None:
        grad = self.grad
        self.tensor = tensor(float(number))
        self.grad = grad

    @property
    def grad(self) -> float:
        """The gradient that backward() calls have added up; 0.0 before."""
        found = self.tensor.grad
        return 0.0 if found is None else float(found)

    @grad.setter
    def grad(self, number: float) -> None:
        self.tensor.grad = tensor(float(number), requires_grad=False)

    def backward(self) -> None:
        """Add the gradient of this number with respect to every value that it was made of."""
        self.tensor.backward(retain_graph=True)

    def relu(self) -> Value:
        """The number where it is positive, else 0."""
        return _value(f.relu(self.tensor))

    def __add__(self, other: Any) -> Value:
        return _value(self.tensor + _operand(other))

    def __mul__(self, other: Any) -> Value:
        return _value(self.tensor * _operand(other))

    def __pow__(self, other: int | float) -> Value:
        if not isinstance(other, int | float):
            raise TypeError(f"Value ** takes a number as the exponent, not {type(other).__name__}")
        return _value(self.tensor**other)

    def __sub__(self, other: Any) -> Value:
        return _value(self.tensor - _operand(other))

    def __rsub__(self, other: Any) -> Value:
        return _value(_operand(other) - self.tensor)

    def __truediv__(self, other: Any) -> Value:
        return _value(self.tensor / _operand(other))

    def __rtruediv__(self, other: Any) -> Value:
        return _value(_operand(other) / self.tensor)

    def __neg__(self) -> Value:
        return _value(-self.tensor)

    __radd__, __rmul__ = __add__, __mul__

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"


def _operand(x: Any) -> Any:
    return x.tensor if isinstance(x, Value) else float(x)


def _value(t: Tensor) -> Value:
    made = Value.__new__(Value)
    t.retain_grad()
    made.tensor = t
    return made
