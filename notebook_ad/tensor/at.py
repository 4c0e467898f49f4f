"""`x.at[index].set(values)`: what an assignment to elements would give, as a new tensor. The names are JAX's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.engine.library import selection as ops
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import shaping
from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.elementwise import as_dtype, operand
from notebook_ad.tensor.host import call
from notebook_ad.tensor.levels import Level, top
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, describe, make


class At:
    """`x.at`: index it for the elements to change."""

    __slots__ = ("_tensor",)

    def __init__(self, tensor: Tensor) -> None:
        self._tensor = tensor

    def __getitem__(self, key: Any) -> Elements:
        """Some elements, by any of NumPy's indices."""
        return Elements(self._tensor, key)

    def __repr__(self) -> str:
        return f"{describe(self._tensor)}.at[index]: then set(), add(), multiply(), min(), max() or get()"


class Elements:
    """Some elements of a tensor. Each method gives a new tensor; both it and the values keep their gradients.

    Values broadcast to the shape of the elements. An index out of range raises, as in NumPy (JAX ignores it). Where an
    element is named several times, `set` keeps the last value, the others apply each.
    """

    __slots__ = ("_key", "_tensor")

    def __init__(self, tensor: Tensor, key: Any) -> None:
        self._tensor, self._key = tensor, key

    def get(self) -> Tensor:
        """The elements themselves: `x[index]`."""
        return shaping.index(self._tensor, self._key)

    def set(self, values: Any) -> Tensor:
        """`x[index] = values`."""
        return self._changed(ops.set_at, self._key, self._fitting(values, "set"))

    def add(self, values: Any) -> Tensor:
        """`x[index] += values`."""
        return self._changed(ops.add_at, self._key, self._fitting(values, "add"))

    def subtract(self, values: Any) -> Tensor:
        """`x[index] -= values`."""
        return self._changed(ops.add_at, self._key, -self._fitting(values, "subtract"))

    def multiply(self, values: Any) -> Tensor:
        """`x[index] *= values`."""
        return self._combined(f.multiply, values, "multiply")

    mul = multiply

    def divide(self, values: Any) -> Tensor:
        """`x[index] /= values`."""
        return self._combined(f.divide, values, "divide")

    def power(self, values: Any) -> Tensor:
        """`x[index] **= values`."""
        return self._combined(f.power, values, "power")

    def min(self, values: Any) -> Tensor:
        """The smaller of element and value; a tie shares the gradient evenly."""
        return self._combined(f.minimum, values, "min")

    def max(self, values: Any) -> Tensor:
        """The larger of element and value; a tie shares the gradient evenly."""
        return self._combined(f.maximum, values, "max")

    def _changed(self, primitive: Any, key: Any, values: Tensor) -> Tensor:
        parts = key if isinstance(key, tuple) else (key,)
        if (level := top((self._tensor, values, *parts))) is not None:
            return level.interpret(primitive, (self._tensor, values), {"key": key})
        return call(primitive, (self._tensor, values), {"key": ops.plain_key(key)})

    def _combined(self, function: Callable[[Any, Any], Tensor], values: Any, name: str) -> Tensor:
        """Where an element is named several times, one occurrence after the other."""
        x, values = self._tensor, self._fitting(values, name)
        parts = self._key if isinstance(self._key, tuple) else (self._key,)
        if (level := top(parts)) is not None and level.level:
            if any(isinstance(k, Level) and k.level and k.ndim for k in parts):
                raise NoDerivative(
                    f"at[index].{name}() inside vmap needs indices that are the same for each example, or single "
                    f"integers{place()}; set() and add() take any"
                )
            return self.set(function(self.get(), values))
        places = np.arange(x.size).reshape(x.shape)[ops.plain_key(self._key)]
        if np.unique(places).size == places.size:
            return self.set(function(self.get(), values))
        values = shaping.reshape(shaping.broadcast_to(values, places.shape), -1)
        flat, result = places.reshape(-1), shaping.reshape(x, -1)
        for chosen in _rounds(flat):
            at = At(result)[flat[chosen]]
            result = at.set(function(at.get(), values[chosen]))
        return shaping.reshape(result, x.shape)

    def _fitting(self, values: Any, name: str) -> Tensor:
        """The values in the tensor's dtype.

        Raises:
            TypeError: it cannot hold them.
        """
        x, given = self._tensor, operand(values, self._tensor)
        if given.dtype == x.dtype:
            return given
        if not np.can_cast(given.dtype, x.dtype, "same_kind"):
            raise TypeError(
                f"at[index].{name}(): {describe(x)} of dtype {x.dtype} cannot hold {given.dtype}{place()}; "
                f"use astype({str(given.dtype)!r}) first"
            )
        return as_dtype(given, x.dtype) if x.dtype in SMOOTH else make(np.asarray(given._value).astype(x.dtype))


def _rounds(places: np.ndarray) -> list[np.ndarray]:
    """The occurrences split so that none of a part names a place twice: all the first ones, then the second."""
    order = np.argsort(places, kind="stable")
    _, starts, counts = np.unique(places[order], return_index=True, return_counts=True)
    rank = np.empty(places.size, np.int64)
    rank[order] = np.arange(places.size) - np.repeat(starts, counts)
    return [np.flatnonzero(rank == i) for i in range(int(counts.max()))]
