"""Functions that read numbers in C, where a lifted value would go unseen: what stands in for each during a run."""

from __future__ import annotations

import importlib
import math
import operator
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

import numpy as np

from notebook_ad.lifted import chosen, cuts, readings, steps, taping
from notebook_ad.lifted.arguments import lifted_in, nodes, strip
from notebook_ad.lifted.foreign import is_foreign
from notebook_ad.lifted.guards import attempted, call_on, decided, read, taken, whole
from notebook_ad.lifted.held import HELD, link_of
from notebook_ad.lifted.numpy_calls import numpy_call
from notebook_ad.lifted.object_arrays import made
from notebook_ad.lifted.per_element import from_iterable
from notebook_ad.lifted.record import finish, node, session_of, tie
from notebook_ad.lifted.scalars import binary, note_comparison
from notebook_ad.lifted.session import active
from notebook_ad.lifted.statistics_calls import STATISTICS
from notebook_ad.lifted.values import (
    LIFTED,
    LIFTED_SCALARS,
    PLAIN_TYPES,
    LiftedArray,
    LiftedFloat,
    LiftedInt,
    is_live,
    plain,
)
from notebook_ad.lifted.where import call_at, caller, owner_of
from notebook_ad.tensor.library import ufuncs
from notebook_ad.tensor.library.linalg_norms import norm

f = taping.functions


def _product(values: Any, start: Any = 1) -> Any:
    result = start
    for v in values:
        result = v if result is start and type(start) is int and start == 1 else result * v
    return result


def _total(values: Any, start: Any = 0) -> Any:
    """One addition after another, the first operand being the first value where the start is 0."""
    result = start
    for i, v in enumerate(values):
        result = v if i == 0 and type(start) is int and start == 0 else result + v
    return result


def _length(*values: Any) -> Any:
    return ufuncs.hypot(*values) if len(values) == 2 else norm(f.stack(values))


def _special(name: str) -> Callable[[Any], Any]:
    """A function of `ad.scipy.special`, which is loaded when it is needed."""
    return lambda x: getattr(importlib.import_module("notebook_ad.scipy.special"), name)(x)


MATH: dict[Callable[..., Any], Callable[..., Any] | None] = {
    math.sin: f.sin, math.cos: f.cos, math.tan: f.tan, math.tanh: f.tanh, math.exp: f.exp, math.sqrt: f.sqrt,
    math.log: lambda x, base=None: f.log(x) if base is None else f.log(x) / f.log(base),
    math.log2: ufuncs.log2, math.log10: ufuncs.log10, math.log1p: ufuncs.log1p, math.expm1: ufuncs.expm1,
    math.sinh: ufuncs.sinh, math.cosh: ufuncs.cosh,
    math.pow: lambda x, y: x**y, math.fabs: f.abs, math.hypot: _length,
    math.dist: lambda p, q: norm(p - q),
    math.fsum: _total, math.prod: lambda values, start=1: _product(values, start),
    math.degrees: ufuncs.rad2deg, math.radians: ufuncs.deg2rad, math.fmod: ufuncs.fmod, math.copysign: ufuncs.copysign,
    math.asin: ufuncs.arcsin, math.acos: ufuncs.arccos, math.atan: ufuncs.arctan, math.atan2: ufuncs.arctan2,
    math.asinh: ufuncs.arcsinh, math.acosh: ufuncs.arccosh, math.atanh: ufuncs.arctanh, math.ldexp: ufuncs.ldexp,
    math.modf: ufuncs.modf, math.erf: _special("erf"), math.erfc: _special("erfc"), math.gamma: _special("gamma"),
    math.lgamma: _special("gammaln"), math.remainder: None, math.frexp: None, math.nextafter: None,
}  # fmt: skip
_NEWER: dict[str, Callable[..., Any]] = {  # than Python 3.10
    "cbrt": ufuncs.cbrt,
    "exp2": ufuncs.exp2,
    "sumprod": lambda p, q: f.sum(p * q),
}
for _name, _rule in _NEWER.items():
    if hasattr(math, _name):
        MATH[getattr(math, _name)] = _rule
SAFE = {math.tanh, math.atan, math.atan2, math.fabs, math.copysign, math.degrees, math.radians, math.erf, math.erfc}
LISTS = (math.fsum, math.prod)
VECTORS = (math.dist, getattr(math, "sumprod", None))


def in_math(function: Callable[..., Any], rule: Callable[..., Any] | None) -> Callable[..., Any]:
    """A function of `math` that records."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if function in LISTS and args:
            args = (list(args[0]), *args[1:])
        lifted = lifted_in(kwargs, lifted_in(args, []))
        session = session_of(lifted)
        try:
            result = function(*strip(args), **strip(kwargs))
        except (ArithmeticError, ValueError):  # which the cell may catch
            taken(session, lifted, function.__name__)
            raise
        if not lifted:
            return result
        if function not in SAFE:
            attempted(session, call_on(function, args, kwargs, lifted), lifted, f"math.{function.__name__}", lifted)
        taken(session, [a for i, a in enumerate(args) if _exponent(function, i, a)], "an exponent")

        def record() -> Any:
            assert rule is not None
            as_list = function in LISTS
            parts = [nodes(a, as_list) if not _exponent(function, i, a) else plain(a) for i, a in enumerate(args)]
            if function in VECTORS:
                parts = [p if isinstance(p, taping.Tensor) else np.asarray(p, float) for p in parts]
            return rule(*parts, **{k: nodes(v) for k, v in kwargs.items()})

        operands = [v for i, a in enumerate(args) if not _exponent(function, i, a) for v in lifted_in(a, [])]
        return finish(result, operands, record if rule else None, f"math.{function.__name__}", session)

    return _dressed(call, function)


def _exponent(function: Any, position: int, value: Any) -> bool:
    return position == 1 and type(value) is LiftedInt and function in (math.pow, math.ldexp)


def _dressed(call: Callable[..., Any], function: Any) -> Callable[..., Any]:
    call.__name__ = getattr(function, "__name__", "function")
    call.__doc__ = getattr(function, "__doc__", None)
    return call


def total(iterable: Iterable[Any], /, start: Any = 0) -> Any:
    """The builtin `sum`."""
    items = list(readings.each(iterable))
    lifted = [v for v in (*items, start) if type(v) in LIFTED]
    session = session_of(lifted)
    if session is None:
        return call_at(caller(), sum, (items, start), {})
    if all(_is_summable(v) for v in items):
        result = call_at(caller(), sum, (strip(items), strip(start)), {})
        return finish(result, lifted, lambda: _total([node(v) for v in items], node(start)), "sum", session)
    result = start
    for v in items:
        result = added(result, v)
    return result


def _is_summable(value: Any) -> bool:
    kind = type(value)
    return kind in LIFTED or kind in (int, float, bool, np.ndarray) or isinstance(value, np.generic)


def added(x: Any, y: Any) -> Any:
    """X + y, with y asked too where x is a plain number."""
    return binary(operator.add, "add", x, y) if type(y) in LIFTED_SCALARS and swallows(x) else x + y


def swallows(x: Any) -> bool:
    """Whether the operators of a plain left operand take a lifted one without asking it."""
    return type(x) in (float, bool, complex) or (isinstance(x, np.generic) and type(x) not in LIFTED)


class Left:
    """A plain number on the left of an operator, which lets a lifted right operand record; or what holds values only."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _left_operator(name: str) -> Callable[[Left, Any], Any]:
    function = getattr(operator, name)
    method = name.strip("_")

    def apply(self: Left, other: Any) -> Any:
        strange = is_foreign(self.value)
        if type(other) in LIFTED_SCALARS and method in ARITHMETIC and not strange:
            return binary(function, method, self.value, other)
        if type(other) in LIFTED_SCALARS:
            taken(active(), [other], method)
        session = active()
        before = (session.recorded, session.cuts) if session is not None else (0, 0)
        result = call_at(caller(), function, (self.value, other), {})
        if session is not None and strange and id(self.value) not in HELD:
            cuts.examine(session, getattr(self.value, f"__{method}__", function), (other,), {}, result, before)
        return (
            readings.taken(self.value, result, f"a result of {type(self.value).__name__}")
            if id(self.value) in HELD
            else result
        )

    return apply


ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")


def _left_comparison(name: str) -> Callable[[Left, Any], Any]:
    function = getattr(operator, name)

    def compare(self: Left, other: Any) -> Any:
        result = call_at(caller(), function, (self.value, plain(other) if type(other) in LIFTED_SCALARS else other), {})
        if type(other) in LIFTED_SCALARS and is_live(other):
            note_comparison(other._link.session, other, self.value, REVERSED[name])
            decided(other._link.session, function, (self.value, other), result, REVERSED[name])
        return result

    return compare


REVERSED = {"lt": ">", "le": ">=", "gt": "<", "ge": "<=", "eq": "==", "ne": "!="}
for _name in REVERSED:
    setattr(Left, f"__{_name}__", _left_comparison(_name))
for _operator in (*ARITHMETIC, "matmul", "lshift", "rshift", "and_", "or_", "xor"):
    setattr(Left, f"__{_operator.strip('_')}__", _left_operator(_operator))


def left(value: Any) -> Any:
    """The hook around a left operand."""
    return Left(value) if swallows(value) or id(value) in HELD or is_foreign(value) else value


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

    return _dressed(convert, kind)


def chooser(function: Any) -> Callable[..., Any]:
    """`max` and `min` give one of their arguments; where it is a constant, that is noted."""

    def choose(*args: Any, **kwargs: Any) -> Any:
        result = function(*map(readings.each, args), **kwargs)
        if type(result) not in LIFTED:
            given = args[0] if len(args) == 1 and type(args[0]) in (list, tuple) else args
            for value in given:
                if is_live(value) and value._link.traced:
                    session = value._link.session
                    said = chosen.constant(function.__name__, given, value, result, session)
                    session.note("constant", said, value._link)
        return result

    return _dressed(choose, function)


def array_maker(function: Callable[..., Any]) -> Callable[..., Any]:
    """`np.array` and its kin, which NumPy's protocols do not cover."""

    def make(*args: Any, **kwargs: Any) -> Any:
        if not args:
            return function(**kwargs)
        session = active()
        before = (session.recorded, session.cuts) if session is not None else (0, 0)
        result = numpy_call(function, args, kwargs)
        if type(result) is np.ndarray and result.dtype.kind == "O" and is_live_in(args[0]):
            return made(function, args, kwargs, result)
        if session is not None:
            cuts.examine(session, function, args, kwargs, result, before)
        return result

    return _dressed(make, function)


def is_live_in(value: Any) -> bool:
    """Whether a run that is going on lifted something in a value."""
    return any(map(is_live, lifted_in(value, [])))


def power(x: Any, y: Any, *modulus: Any, **kwargs: Any) -> Any:
    """The builtin `pow`."""
    return pow(x, y, *modulus, **kwargs) if modulus or kwargs else left(x) ** y


def divided(x: Any, y: Any, /) -> Any:
    """The builtin `divmod`."""
    return binary(divmod, "divmod", x, y) if type(y) in LIFTED_SCALARS and swallows(x) else divmod(x, y)


def by_operator(function: Any, name: str) -> Callable[..., Any]:
    """A function of `operator`."""

    def apply(x: Any, y: Any, /) -> Any:
        return binary(function, name, x, y) if type(y) in LIFTED_SCALARS and swallows(x) else function(x, y)

    return _dressed(apply, function)


def enumerated(a: Any) -> Any:
    """np.ndenumerate, which would read the memory behind a lifted array."""
    return ((i, a[i]) for i in np.ndindex(a.shape)) if type(a) is LiftedArray else np.ndenumerate(a)


STAND_INS: dict[Any, Callable[..., Any]] = {
    **{function: in_math(function, rule) for function, rule in MATH.items()},
    **{getattr(operator, name): by_operator(getattr(operator, name), name) for name in ARITHMETIC},
    **{function: array_maker(function) for function in (
        np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.full, np.linspace,
    )},
    **{kind: numpy_scalar(kind) for kind in (np.float64, np.float32)},
    np.fromiter: from_iterable, **STATISTICS,
    sum: total, float: as_float, int: as_int, complex: as_complex, type: type_of, max: chooser(max), min: chooser(min),
    pow: power, divmod: divided, np.ndenumerate: enumerated,
}  # fmt: skip


def stand_in(function: Any) -> Any:
    """What stands in for a function during a run; None for most."""
    try:
        return STAND_INS.get(function)
    except TypeError:
        return None
