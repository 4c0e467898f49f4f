"""detect_anomaly: an error where the first NaN or infinity is born, in the forward or in the backward pass."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from notebook_ad.engine.errors import AnomalyError
from notebook_ad.tensor import ambient, messages

CURE = (
    "Keep its operand away from there (clip, + eps), or use a stable form; under where(), "
    "choose safe operands before the operation too, as the branch not taken is computed"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the user's code, and the expression that ran there."""

    line: int
    text: str
    file: str


@contextmanager
def detect_anomaly(check_nan: bool = True) -> Iterator[None]:
    """Inside, the operation that makes the first NaN or infinity of finite operands is an error. Slow: for debugging.

    As `torch.autograd.detect_anomaly`, but it looks at the forward pass too, and at infinities.

    Raises:
        AnomalyError: names the operation, its operands' values and the user's line.
    """
    before = ambient.state.get()
    sources = before.sources if isinstance(before, ambient.Trace) else line
    state = before if before is ambient.NO_GRAD else ambient.Trace(sources)
    token, checks = ambient.state.set(state), ambient.checking.set(check_nan)
    try:
        yield
    finally:
        ambient.checking.reset(checks)
        ambient.state.reset(token)


def line() -> Line | None:
    """The user's line that runs."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and messages.is_inside(frame):
        frame = frame.f_back
    if frame is None:
        return None
    text = messages.expression(frame.f_code, frame.f_lasti, frame.f_lineno)
    file = frame.f_code.co_filename
    return Line(frame.f_lineno, text or linecache.getline(file, frame.f_lineno).strip(), file)


def finite(value: Any) -> bool:
    """Whether no NaN and no infinity is among the values."""
    return bool(np.all(np.isfinite(value)))


def check_forward(name: str, inputs: Sequence[Any], value: Any, source: Any) -> None:
    """Raise where finite operands gave something that is not."""
    if not finite(value) and all(map(finite, inputs)):
        raise AnomalyError(
            f"{name} gave {_shown(value)} of finite operands {', '.join(map(_shown, inputs))}{_at(source)}. {CURE}"
        )


def checked(name: str, inputs: Sequence[Any], value: Any) -> None:
    """As `check_forward`, of a value that is not recorded."""
    check_forward(name, inputs, value, line())


def check_backward(name: str, g: Any, inputs: Sequence[Any], parts: Sequence[Any], source: Any) -> None:
    """Raise where a finite upstream gave a contribution that is not."""
    for i, part in enumerate(parts):
        if part is not None and finite(g) and not finite(part):
            raise AnomalyError(
                f"the gradient of {name} with respect to operand {i} is {_shown(part)}: upstream {_shown(g)}, operands "
                f"{', '.join(map(_shown, inputs))}{_at(source)}. {CURE}"
            )


def check_tangent(name: str, tangent: Any, inputs: Sequence[Any], moves: Sequence[Any]) -> None:
    """Raise where finite operands and tangents gave a tangent that is not."""
    if not finite(tangent) and all(map(finite, (*inputs, *moves))):
        raise AnomalyError(
            f"the tangent of {name} is {_shown(tangent)}: operands {', '.join(map(_shown, inputs))}, tangents "
            f"{', '.join(map(_shown, moves))}{_at(line())}. {CURE}"
        )


def _at(source: Any) -> str:
    return f' in "{source.text}" (line {source.line})' if source is not None else ""


def _shown(value: Any) -> str:
    array = np.asarray(value)
    if array.ndim == 0:
        return f"{array[()]:.6g}"
    bad = array[~np.isfinite(array)]
    if bad.size:
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        return f"{bad.flat[0]} at {list(where)} of shape {array.shape} ({bad.size} of {array.size} not finite)"
    if array.size == 0:
        return f"an empty array of shape {array.shape}"
    return f"shape {array.shape} in [{array.min():.6g}, {array.max():.6g}]"
