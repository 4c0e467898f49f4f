"""Arrays that are no leaves (labels, what `--const` and `--wrt` leave out): a formula calls them by the name they have."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.session import Session, active
from notebook_ad.lifted.values import LiftedArray, plain
from notebook_ad.tensor.tensor import meta_of


class Constant:
    """An array with a name, and the tensor that last stood for its contents."""

    __slots__ = ("array", "name", "tensor")

    def __init__(self, array: np.ndarray, name: str) -> None:
        self.array, self.name = array, name
        self.tensor: Any = None


def note(session: Session, name: str, array: np.ndarray) -> None:
    """A name was bound to an array that is no leaf; the first name counts."""
    session.constants.setdefault(id(array), Constant(array, name))


def named(given: Any, seen: Any) -> Any:
    """What the tape sees of an operand, as a tensor with a name where it is such an array; else as it is.

    Args:
        given: the operand; seen: its plain value or its node.
    """
    if type(given) not in (np.ndarray, LiftedArray) or type(seen) is not np.ndarray or seen.dtype.kind not in "fiu":
        return seen
    session = active()
    known = session.constants.get(id(given)) if session is not None else None
    if known is None:
        return seen
    t = known.tensor
    if t is None or not np.array_equal(t.value, seen, equal_nan=seen.dtype.kind == "f"):
        t = known.tensor = taping.constant(seen.copy())  # the tape keeps what it saw
        meta_of(t).name = known.name
    return t


def of_array(array: np.ndarray) -> Any:
    """What the tape sees of an array beside one of its own tensors (`ad.relu(x) - y`)."""
    return named(array, plain(array))
