"""Values computed without a record: where one is used, the tape is told what it came from, as `detach()` tells it."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.engine.guards import Guard
from notebook_ad.engine.segment import Segment
from notebook_ad.tensor.ambient import quiet_source, writable
from notebook_ad.tensor.record import enter
from notebook_ad.tensor.tensor import Meta, Tensor, make

MOST = 8  # tensors that one value is known to come from
TEXT = "no_grad()"


@dataclass(slots=True, eq=False)
class Origin:
    """A tensor with a gradient that something was computed from; it keeps neither the tape nor an array alive.

    Attributes:
        tensor: a leaf; segment, row: of any other where it stands on the tape.
        value: what it held then: a number, or a reference to the array.
        source: where in the user's code, or None.
        text: what took the gradient away.
    """

    tensor: weakref.ref[Tensor]
    segment: weakref.ref[Segment] | None
    row: int
    value: Any
    source: Any
    text: str = TEXT

    def found(self) -> Tensor | None:
        """The tensor, if it still is what it was."""
        value = self.value() if isinstance(self.value, weakref.ref) else self.value
        if value is None:
            return None
        if self.segment is not None:
            segment = self.segment()
            return make(value, segment, self.row) if segment is not None else None
        leaf = self.tensor()
        return leaf if leaf is not None and leaf._value is value else None


class Left:
    """What a value without a gradient was computed from; as `Meta.entered` it notes where the value is used."""

    __slots__ = ("origins",)

    def __init__(self, origins: list[Origin]) -> None:
        self.origins = origins

    def __call__(self, segment: Segment, row: int) -> None:
        """The value went into an operation of this segment, as this row."""
        for origin in self.origins:
            if (t := origin.found()) is not None and not segment.full:
                rows, held = (enter(t, segment), row), (None, None)
                segment.guards.append(Guard(used, rows, held, t._value, origin.text, origin.source, value=True))

    def taken(self) -> None:
        """The value was taken as a number, or decided something: noted beside the rows of what it came from."""
        for origin in self.origins:
            t = origin.found()
            if t is None or (segment := t._segment or writable()) is None or segment.full:
                continue
            at = enter(t, segment)
            segment.guards.append(Guard(np.asarray, (at,), (None,), t._value, origin.text, origin.source, value=True))


def used(x: Any, result: Any) -> Any:
    """The value that the unrecorded result, which was used, came from."""
    return np.asarray(x)


def unrecorded(value: Any, operands: Sequence[Tensor]) -> Tensor:
    """The tensor of an operation that was not recorded: under `no_grad`, or since no operand has a gradient."""
    result = make(value)
    for t in operands:
        if t._segment is not None or t._meta is not None:
            for x in operands:
                if x._meta is not None and x._meta.entered is not None and not isinstance(x._meta.entered, Left):
                    x._meta.entered.taken()
            if found := _origins(operands):
                result._meta = Meta(entered=Left(found))
            break
    return result


def detached(result: Tensor, t: Tensor) -> Tensor:
    """What `detach()` gives of a leaf: noted where it is used, so that a leaf that is looked at gets no row."""
    if result is not t and result._meta is None and (found := _origins([t])):
        if t.requires_grad:
            found[0].text = "detach()"
        result._meta = Meta(entered=Left(found))
    return result


def _origins(operands: Sequence[Tensor]) -> list[Origin]:
    found: list[Origin] = []
    for t in operands:
        meta = t._meta
        if t.requires_grad:
            value = t._value if type(t._value) is float else weakref.ref(t._value)
            leaf = meta is not None and meta.leaf
            segment = None if leaf or t._segment is None else weakref.ref(t._segment)
            found.append(Origin(weakref.ref(t), segment, t._id, value, quiet_source()))
        elif meta is not None and isinstance(meta.entered, Left):
            found += [origin for origin in meta.entered.origins if origin.found() is not None]
    return found[-MOST:]
