"""`float(x)`, `int(x)`, `complex(x)`, `type(x)` and `np.float64(x)` of lifted values."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

from notebook_ad.lifted import cuts, readings, steps, taping
from notebook_ad.lifted.arguments import dressed, lifted_in, strip
from notebook_ad.lifted.guards import decided, read, whole
from notebook_ad.lifted.held import HELD, link_of
from notebook_ad.lifted.record import finish, node, session_of, tie
from notebook_ad.lifted.session import active
from notebook_ad.lifted.values import PLAIN_TYPES, LiftedArray, LiftedFloat, LiftedInt, is_live, plain
from notebook_ad.lifted.where import call_at, caller, owner_of


def as_float(value: Any = 0.0, /) -> Any:
    """`float(x)` with the graph kept."""
    if not is_live(value):
        return _plain_float(value)
    if type(value) is LiftedArray:
        return value.item() if value.size == 1 else float(value)
    result = float(plain(value))
    if type(result) is type(plain(value)):
        return value
    return finish(
        result, [value], lambda: taping.of_dtype(node(value), np.dtype(np.float64)), "float()", session_of([value])
    )


def _plain_float(value: Any) -> Any:
    """`float(x)` of something that is not lifted: an object of the user's may give a lifted number."""
    method = getattr(type(value), "__float__", None)
    if type(method) is FunctionType and owner_of(method.__code__) == "user":
        given = method(value)
        return (
            given
            if type(given) is LiftedFloat
            else float(type(type(value).__name__, (), {"__float__": lambda _: given})())
        )
    result = float(value)
    return readings.taken(value, result, "float()") if id(value) in HELD else result


def as_int(value: Any = 0, /, *base: Any, **kwargs: Any) -> Any:
    """`int(x)`: a step function."""
    result = int(plain(value), *base, **kwargs)
    if not is_live(value) or not value._link.traced:
        read(active(), [value], "int()")
        if id(value) in HELD and (session := active()) is not None:
            cuts.note(session, "int()", link_of(value))
        return result
    session = value._link.session
    if type(value) is LiftedInt:
        whole(session, value, "int()")
        return value
    decided(session, np.trunc, [value], result, "int()")
    said = "int() is a step function, its derivative is 0"
    session.note("step", said, value._link)
    return steps.gave(tie(result, None, session), said, value._link, session)


def as_complex(*args: Any, **kwargs: Any) -> Any:
    """`complex(x)`, `complex(re, im)` with the graph kept."""
    result = complex(*strip(args), **strip(kwargs))
    lifted = lifted_in(kwargs, lifted_in(args, []))
    if args and id(args[0]) in HELD:
        return readings.taken(args[0], result, "complex()")

    def record() -> Any:
        parts = dict(zip(("real", "imag"), args, strict=False)) | kwargs
        return complex_of(*(node(parts[name]) if name in parts else 0.0 for name in ("real", "imag")))

    return finish(result, lifted, record, "complex()", session_of(lifted))


def complex_of(real: Any, imag: Any) -> Any:
    """real + i imag, of which one is a tensor at least."""
    t = 1j * imag + real
    return taping.of_dtype(t, np.dtype(np.complex128))


def type_of(*args: Any, **kwargs: Any) -> Any:
    """`type(x)` says what it would say without us."""
    if len(args) == 1 and not kwargs:
        if is_live(args[0]) and type(args[0]) is LiftedInt:
            whole(args[0]._link.session, args[0], "type()")
        return PLAIN_TYPES.get(type(args[0]), type(args[0]))
    return type(*args, **kwargs)


def numpy_scalar(kind: Any) -> Callable[..., Any]:
    """`np.float64(x)` with the graph kept."""

    def convert(*args: Any) -> Any:
        if len(args) != 1 or not is_live(args[0]):
            result = call_at(caller(), kind, strip(args), {})
            return readings.taken(args[0], result, f"np.{kind.__name__}()") if args and id(args[0]) in HELD else result
        value = args[0]
        result = kind(plain(value))
        dtype = np.dtype(kind)
        return finish(result, [value], lambda: taping.of_dtype(node(value), dtype), kind.__name__, session_of([value]))

    return dressed(convert, kind)
