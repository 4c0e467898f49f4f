"""Error messages that name the variables, their shapes and the user's line, and one cure."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from types import CodeType, FrameType

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor.ambient import source
from notebook_ad.tensor.tensor import Tensor

_INSIDE = {__name__.split(".")[0], "numpy", "scipy", "contextlib"}  # whose frames are not the user's


def broadcast(primitive: Primitive, operands: Sequence[Tensor]) -> ShapeError | None:
    """The error for shapes that do not broadcast; None where they do (the failure was another)."""
    shapes = [t.shape for t in operands]
    for lengths in zip_longest(*(reversed(s) for s in shapes), fillvalue=1):
        sizes = {n for n in lengths if n != 1}
        if len(sizes) > 1:
            named = " and ".join(map(label, operands))
            return ShapeError(
                f"{primitive.name}: {named} do not broadcast{place()}: "
                f"sizes {' and '.join(map(str, sorted(sizes)))} differ; lengths must be equal, or 1, from the last axis on"
            )
    return None


@contextmanager
def named(function: str, *operands: Tensor) -> Iterator[None]:
    """Say of NumPy's complaint about shapes or indices which function, variables and line it is about."""
    try:
        yield
    except (ValueError, IndexError) as error:  # AxisError is both
        raise complaint(function, operands, error) from None


def complaint(function: str, operands: Sequence[Tensor], error: Exception) -> Exception:
    """NumPy's complaint with the function, variables and line that it is about."""
    text = f"{function} of {' and '.join(map(label, operands))}{place()}: {error}"
    known: tuple[type[Exception], ...] = (IndexError, np.linalg.LinAlgError)
    kind = next((kind for kind in known if isinstance(error, kind)), ShapeError)
    return kind(text)


def inner_sizes(x: Tensor, y: Tensor) -> ShapeError:
    """The error of a matrix product whose inner sizes differ."""
    a, b = x.shape[-1], y.shape[-2] if y.ndim > 1 else y.shape[0]
    cure = ""
    if y.ndim > 1 and y.shape[-1] == a:
        cure = f"; did you mean {y.name or 'the second'} transposed (.T)?"
    return ShapeError(f"{label(x)} @ {label(y)}: inner sizes {a} and {b} differ{place()}{cure}")


def label(t: Tensor) -> str:
    """A tensor's name and shape, as in `x (2, 3)`."""
    return f"{t.name} {t.shape}" if t.name else str(t.shape)


def place() -> str:
    """The user's expression and line, as in ` in "h = x + w" (line 3)`; empty where it cannot be known."""
    if (noted := source()) is not None:  # in a replay nobody's code is on the stack
        return f' in "{noted.text}" (line {noted.line})'
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_inside(frame):
        frame = frame.f_back
    if frame is None:
        return ""
    text = expression(frame.f_code, frame.f_lasti, frame.f_lineno)
    return f' in "{text}" (line {frame.f_lineno})' if text else f" (line {frame.f_lineno})"


def argument() -> str | None:
    """The plain name that the function which asks was given as its first argument: `loss` in `ad.show(loss)`.

    None where another expression was given, and where the call is ours.
    """
    frame = sys._getframe(2)
    if is_inside(frame):
        return None
    start, end, first, last = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    if start is None or end is None or first is None or last is None:
        return None
    lines = [linecache.getline(frame.f_code.co_filename, line).encode() for line in range(start, end + 1)]
    lines[-1] = lines[-1][:last]
    lines[0] = lines[0][first:]
    try:
        call = ast.parse(b"".join(lines).decode(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(call, ast.Call):
        return None
    given = (*call.args, *(keyword.value for keyword in call.keywords))[:1]
    name = given[0].id if given and isinstance(given[0], ast.Name) else ""
    return None if not name or name.startswith("_") else name


def is_inside(frame: FrameType) -> bool:
    """Whether a frame is ours or NumPy's, not the user's."""
    return str(frame.f_globals.get("__name__", "")).split(".")[0] in _INSIDE


def expression(code: CodeType, lasti: int, line: int) -> str:
    """The source text of the very sub-expression that runs, or the whole line."""
    text = linecache.getline(code.co_filename, line)
    start, end, first, last = list(code.co_positions())[lasti // 2]
    if start == end == line and first is not None and last is not None:
        return text.encode()[first:last].decode(errors="replace")
    return text.strip()
