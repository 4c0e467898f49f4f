"""Guards: decisions that were taken by value, after which the recorded operations are those of one branch only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Guard:
    """`function(*operands)` was `outcome`.

    Attributes:
        rows: where each operand stands in the segment, or None for one that never changes; operands: their values.
        text: for the reader (">"); source: the place in the user's code, or None.
        value: it was no decision: the value itself was taken off the tape.
        form: the outcome is a row of the tape (see `Segment.facts`), computed again in a replay; decided is its shape only.
        lost: the outcome, a plain number, went into operations on the tape, which give no gradient for it.
    """

    function: Callable[..., Any]
    rows: tuple[int | None, ...]
    operands: tuple[Any, ...]
    outcome: Any
    text: str
    source: Any = None
    value: bool = False
    form: bool = False
    lost: bool = False

    def holds(self, operands: Sequence[Any]) -> bool:
        """Whether the same decision falls on other values."""
        try:
            found = self.function(*operands)
            return np.shape(found) == np.shape(self.outcome) if self.form else bool(np.array_equal(found, self.outcome))
        except (ArithmeticError, ValueError, TypeError, IndexError):
            return False
