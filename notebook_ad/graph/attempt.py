"""Operations of Python's numbers that raise for some values where the tape's give nan or inf: `1 / 0`, `math.log(0)`.

They are noted as guards are (see `engine/guards.py`), and asked again in a replay: on other values the code may end there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from notebook_ad.engine.guards import Guard

ERRORS = (ArithmeticError, ValueError)


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """As the function of a guard whose outcome is True: whether Python's operation gives a number.

    Attributes:
        function: of Python's numbers; kinds: the types of its operands, `int` or `float` (others are given as they are).
        sheltered: whether the code may catch what it raises.
        at: where the tape stood before it: serial of the segment, number of rows.
    """

    function: Callable[..., Any]
    kinds: tuple[type, ...]
    sheltered: bool
    at: tuple[int, int]

    def __call__(self, *operands: Any) -> bool:
        """Whether it gives a number on these values."""
        try:
            return type(self._result(operands)) is not complex
        except ERRORS:
            return False

    def error(self, operands: Sequence[Any]) -> Exception | None:
        """What it raises on these values."""
        try:
            self._result(operands)
        except ERRORS as error:
            return error
        return None

    def _result(self, operands: Sequence[Any]) -> Any:
        return self.function(*(_python(v, kind) for v, kind in zip(operands, self.kinds, strict=True)))


def _python(value: Any, kind: type) -> Any:
    """A value as the code has it: an integer that was moved off the integers is a float."""
    if kind is int:
        return int(value) if float(value).is_integer() else float(value)
    return float(value) if kind is float else value


@dataclass(frozen=True, slots=True, eq=False)
class Raised:
    """The code ends here on the values of a replay.

    Attributes:
        error: name of the exception's class, and what it says; line: of the cell.
        sheltered: whether the code may catch it.
        since: the first node that is not reached; nodes before it, and leaves, have their values.
    """

    error: str
    says: str
    line: int | None
    sheltered: bool
    since: int

    @property
    def text(self) -> str:
        """`at these values the cell raises ZeroDivisionError at line 3 (float division by zero)`."""
        where = f" at line {self.line}" if self.line is not None else ""
        said = f" ({self.says})" if self.says else ""
        return f"at these values the cell raises {self.error}{where}{said}"


def raised(guard: Guard, operands: Sequence[Any], since: int) -> Raised | None:
    """What a broken guard raises on these values, if it is an attempt."""
    attempt = guard.function
    if not isinstance(attempt, Attempt) or (error := attempt.error(operands)) is None:
        return None
    line = guard.source.line if guard.source is not None else None
    return Raised(type(error).__name__, str(error), line, attempt.sheltered, since)


class Stopped(RuntimeError):
    """The code was run again, and raised."""

    def __init__(self, raised: Raised) -> None:
        super().__init__(raised.text)
        self.raised = raised
