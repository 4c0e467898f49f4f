"""How a value without a gradient goes into a differentiable operation: as a constant that knows where it was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.tensor.tensor import Meta, Tensor, make

if TYPE_CHECKING:
    from notebook_ad.engine.segment import Segment
    from notebook_ad.tensor.discrete import Discrete


class Known:
    """The `Meta.entered` of a constant that stands for a discrete tensor: each row that it gets is told what it is."""

    __slots__ = ("discrete",)

    def __init__(self, discrete: Discrete) -> None:
        self.discrete = discrete

    def __call__(self, segment: Segment, row: int) -> None:
        """It went into an operation of this segment, as this row."""
        place = self.discrete.place
        if place is not None and row not in segment.facts:
            segment.facts[row] = place

    def taken(self) -> None:
        """The value went on in some other way."""
        self.discrete.take()


def stand_in(t: Discrete) -> Tensor:
    """A constant of the tensor's value that enters the tape as its row."""
    made = make(t.known)
    made._meta = Meta(t.name, entered=Known(t))
    return made


def stands_for(t: Tensor) -> Discrete | None:
    """The discrete tensor that a constant stands for."""
    entered: Any = t._meta.entered if t._meta is not None else None
    return entered.discrete if type(entered) is Known else None


def recast(t: Discrete, dtype: np.dtype[Any]) -> Tensor:
    """The stand-in of the tensor in another dtype."""
    found = t.astype(dtype)
    return stand_in(found) if type(found) is type(t) else found
