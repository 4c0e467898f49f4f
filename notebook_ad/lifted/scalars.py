"""Operators of the lifted numbers: the base type's own result, recorded."""

from __future__ import annotations

import dis
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.lifted import steps, taping
from notebook_ad.lifted.foreign import asked
from notebook_ad.lifted.guards import attempted, decided, read, taken, whole
from notebook_ad.lifted.held import hold
from notebook_ad.lifted.numpy_calls import function_protocol, numpy_call, ufunc_protocol
from notebook_ad.lifted.record import finish, node, session_of, tie
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import (
    COMPLEX,
    LIFTED,
    LIFTED_SCALARS,
    PLAIN_TYPES,
    SCALARS,
    LiftedInt,
    LiftedInt64,
    plain,
)
from notebook_ad.lifted.where import call_at, caller, owner_of
from notebook_ad.tensor.library import complex as complex_parts

BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "divmod")
COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
UFUNCS = dict(
    zip(COMPARISONS, (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal), strict=True)
)
SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**"}
RAISING = {"truediv", "floordiv", "mod", "divmod", "pow"}  # on some of Python's numbers
BITS = ("and", "or", "xor", "lshift", "rshift")
PYTHON = (int, float, bool)
PARTS = {"real": complex_parts.real, "imag": complex_parts.imag}


def function_of(name: str) -> Callable[[Any, Any], Any]:
    """The function of an operator's name."""
    return divmod if name == "divmod" else getattr(operator, name)


def bind() -> None:
    """Give the lifted numbers their operators."""
    for lifted_type in LIFTED_SCALARS:
        base = PLAIN_TYPES[lifted_type]
        cls: Any = lifted_type
        for name in BINARY:
            if not hasattr(base, f"__{name}__"):  # of complex numbers
                continue
            setattr(cls, f"__{name}__", _forward(base, name))
            setattr(cls, f"__r{name}__", _reflected(base, name))
        for name, symbol in COMPARISONS.items():
            setattr(cls, f"__{name}__", _comparison(base, name, symbol))
        cls.__hash__ = _looked_at(base, "__hash__", "hash()")
        cls.__bool__ = _truth
        cls.__neg__ = _unary(operator.neg)
        cls.__abs__ = _unary(operator.abs)
        cls.__pos__ = lambda self: self
        for name in ("__round__", "__trunc__", "__floor__", "__ceil__"):
            if hasattr(base, name):
                setattr(cls, name, _step(base, name, name.strip("_") + "()"))
        if hasattr(base, "__float__"):
            cls.__float__ = lambda self: _convert(self, float)
            cls.__int__ = _looked_at(base, "__int__", "int()")
        cls.__repr__ = lambda self: as_text(self, repr(self._plain))
        cls.__str__ = lambda self: as_text(self, str(self._plain))
        cls.__format__ = _formatted
        cls.__copy__ = lambda self: self
        cls.__deepcopy__ = lambda self, memo: self
        if base in COMPLEX:
            cls.__complex__ = lambda self: _convert(self, complex)
            cls.real, cls.imag = (property(_part(name, rule)) for name, rule in PARTS.items())
            cls.conjugate = _conjugate
        else:
            cls.real = property(lambda self: self)
            cls.conjugate = lambda self: self
        cls.__array_ufunc__ = ufunc_protocol
        cls.__array_function__ = function_protocol
    for cls, base in ((LiftedInt, int), (LiftedInt64, np.int64)):
        for name in BITS:
            setattr(cls, f"__{name}__", _looked_at(base, f"__{name}__", name))
            setattr(cls, f"__r{name}__", _looked_at(base, f"__r{name}__", name))
        cls.__invert__ = _looked_at(base, "__invert__", "~")
    LiftedInt64.__index__ = _looked_at(np.int64, "__index__", "an integer")
    cls = LiftedInt
    cls.numerator = property(lambda self: self)
    for cls in LIFTED_SCALARS:
        if issubclass(cls, np.generic):
            _bind_numpy(cls)


def _bind_numpy(cls: Any) -> None:
    """The methods that a NumPy scalar shares with arrays."""
    for name in (
        "sum",
        "mean",
        "max",
        "min",
        "prod",
        "squeeze",
        "ravel",
        "clip",
        "dot",
        "round",
        "var",
        "std",
        "repeat",
    ):
        setattr(cls, name, _array_method(name, getattr(np, name)))
    cls.item = _item
    cls.tolist = _item
    cls.astype = _astype
    cls.reshape = lambda self, *shape, **kwargs: numpy_call(
        np.reshape, (self, shape[0] if len(shape) == 1 else shape), kwargs
    )
    cls.T = property(lambda self: self)
    cls.conj = cls.conjugate
    cls.copy = lambda self: self
    cls.flatten = lambda self, order="C": numpy_call(np.reshape, (self, -1), {})


def _array_method(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return numpy_call(function, (self, *args), kwargs, plain_call=getattr(self._plain, name), label=f"{name}()")

    method.__name__ = name
    return method


def _part(name: str, rule: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def part(self: Any) -> Any:
        return finish(getattr(self._plain, name), [self], lambda: rule(node(self)), name, session_of([self]))

    return part


def _conjugate(self: Any) -> Any:
    return finish(
        self._plain.conjugate(), [self], lambda: complex_parts.conj(node(self)), "conjugate()", session_of([self])
    )


def _item(self: Any, *args: Any) -> Any:
    return finish(
        self._plain.item(*map(plain, args)), [self], lambda: _as_python(node(self)), "item()", session_of([self])
    )


def _as_python(t: Any) -> Any:
    return taping.of_dtype(t, np.dtype(np.complex128 if t.dtype.kind == "c" else np.float64))


def _astype(self: Any, dtype: Any, *args: Any, **kwargs: Any) -> Any:
    result = self._plain.astype(dtype, *args, **kwargs)
    return finish(result, [self], lambda: taping.of_dtype(node(self), result.dtype), "astype", session_of([self]))


def _is_number(value: Any) -> bool:
    kind = type(value)
    return kind in PYTHON or kind is complex or kind in LIFTED_SCALARS or isinstance(value, np.generic)


def _forward(base: type, name: str) -> Callable[..., Any]:
    native = getattr(base, f"__{name}__")
    function = function_of(name)

    def method(self: Any, other: Any, *modulus: Any) -> Any:
        if isinstance(other, taping.Tensor):
            return NotImplemented  # its reflected operator records both
        if modulus or not _is_number(other):
            result = native(self._plain if isinstance(other, list | tuple | str) else self, other, *modulus)
            if result is not NotImplemented or not isinstance(other, np.ndarray):  # which records it
                taken(self._link.session, [self], name)
            return asked(name, self, other, result)
        return binary(function, name, self, other)

    method.__name__ = f"__{name}__"
    return method


def _reflected(base: type, name: str) -> Callable[..., Any]:
    native = getattr(base, f"__r{name}__")
    function = function_of(name)

    def method(self: Any, other: Any, *modulus: Any) -> Any:
        if modulus or not _is_number(other):
            taken(self._link.session, [self], name)
            return native(self, other, *modulus)
        return binary(function, name, other, self)

    method.__name__ = f"__r{name}__"
    return method


def binary(function: Callable[[Any, Any], Any], name: str, x: Any, y: Any) -> Any:
    """An operator on two numbers, one of them lifted at least."""
    a, b = plain(x), plain(y)
    python = type(a) in PYTHON and type(b) in PYTHON  # which never warn
    session = session_of((x, y))
    try:
        result = function(a, b) if python else call_at(caller(), function, (a, b), {})
    except ArithmeticError:  # which the cell may catch
        taken(session, (x, y), name)
        raise
    if session is None or (name == "pow" and type(result) is complex and LiftedInt in (type(x), type(y))):
        taken(session, (x, y), name)
        return result
    if python and name in RAISING:
        attempted(session, function, (x, y), SYMBOLS.get(name, name), (x, y) if name == "pow" else (y,))
    if name == "divmod":
        record = lambda: (operator.floordiv(node(x), node(y)), operator.mod(node(x), node(y)))  # noqa: E731
    elif name == "pow" and type(y) is LiftedInt:
        taken(session, (y,), "an exponent")  # an integer exponent is a constant
        y = b
        record = lambda: _cast(function(_alike(x, result), b), result)  # noqa: E731
        return finish(result, [x] if type(x) in LIFTED else [], record, "**", session)
    else:
        record = lambda: _cast(function(_alike(x, result), _alike(y, result)), result)  # noqa: E731
    return finish(result, [v for v in (x, y) if type(v) in LIFTED], record, SYMBOLS.get(name, name), session)


def _alike(x: Any, result: Any) -> Any:
    """An operand's node in the result's float type: beside a float32 a Python number is weak, in NumPy 1 the float32 is."""
    t = node(x)
    real = isinstance(result, np.floating) and isinstance(t, taping.Tensor) and t.dtype in taping.FLOATS
    return taping.of_dtype(t, result.dtype) if real else t


def _cast(t: Any, result: Any) -> Any:
    """A recorded number in the result's float type."""
    return taping.of_dtype(t, result.dtype) if isinstance(result, np.inexact) and isinstance(t, taping.Tensor) else t


def _unary(function: Callable[[Any], Any]) -> Callable[..., Any]:
    def method(self: Any) -> Any:
        return finish(
            function(self._plain), [self], lambda: function(node(self)), function.__name__, session_of([self])
        )

    method.__name__ = f"__{function.__name__}__"
    return method


def _comparison(base: type, name: str, symbol: str) -> Callable[..., Any]:
    native = getattr(base, f"__{name}__")

    def method(self: Any, other: Any) -> Any:
        session: Session | None = self._link.session
        if isinstance(other, np.ndarray) and issubclass(base, np.generic):  # which would compare by itself
            return numpy_call(UFUNCS[name], (self, other), {})
        result = native(self._plain if type(other) in LIFTED_SCALARS else self, plain(other))
        if session is not None and self._link.traced:
            note_comparison(session, self, other, symbol)
        if (
            result is not NotImplemented
            and (session := session or session_of([other])) is not None
            and _is_number(other)
        ):
            decided(session, getattr(operator, name), (self, other), result, symbol)
        return result

    method.__name__ = f"__{name}__"
    return method


def note_comparison(session: Session, value: Any, other: Any, symbol: str) -> None:
    """Note what a branch may hang on, so that a gradient lost by the branch can be explained."""
    frame = caller()
    if owner_of(frame.f_code) == "user":
        session.note(
            "compare", f"{value._link.name or value._plain!r} {symbol} {plain(other)!r}", value._link, id(frame)
        )


def _looked_at(base: type, name: str, text: str) -> Callable[..., Any]:
    """A method that gives something else than a number on the tape."""
    native = getattr(base, name)

    def method(self: Any, *args: Any) -> Any:
        taken(self._link.session, (self, *args), text)
        return native(self._plain, *map(plain, args))

    method.__name__ = name
    return method


def _truth(self: Any) -> bool:
    result = bool(self._plain)
    decided(self._link.session, np.not_equal, (self, 0), result, "bool()")
    return result


def _step(base: type, name: str, text: str) -> Callable[..., Any]:
    """Rounding: a step function, so that what comes out depends on nothing."""

    def method(self: Any, *args: Any) -> Any:
        result = getattr(self._plain, name)(*map(plain, args))
        session: Session | None = self._link.session
        taken(session, args, text)
        if session is None or not self._link.traced:
            read(session, [self], text)
            return result
        if type(self) is LiftedInt and result == self._plain:
            whole(session, self, text)
            return self
        digits = tuple(map(plain, args))
        decided(session, lambda x: getattr(base(x), name)(*digits), (self,), result, text)
        said = f"{text} is a step function, its derivative is 0"
        session.note("step", said, self._link)
        return steps.gave(constant(result, session), said, self._link, session)

    method.__name__ = name
    return method


def as_text(value: Any, result: str) -> str:
    """A number as text: print it by all means, but what is read from the text has lost its graph."""
    session: Session | None = value._link.session
    if session is None or not value._link.traced:
        if session is not None and not session.decisions.is_shown():
            read(session, [value], "a text")
        return result
    if type(value) is not LiftedInt:
        hold(result, value._link)
    if not session.decisions.is_shown():
        taken(session, [value], "a text")
    return result


def _formatted(self: Any, spec: str) -> str:
    """`format(x, spec)`; a format may be one of integers."""
    result = as_text(self, format(self._plain, spec))
    if spec and type(self) is LiftedInt:
        attempted(self._link.session, lambda x: format(x, spec), (self,), "format()", (self,))
    return result


def constant(result: Any, session: Session) -> Any:
    """A number that came from a traced one by a step function or a cut: no leaf, and no gradient."""
    return tie(result, None, session) if type(result) in SCALARS else result


def _convert(self: Any, kind: type) -> Any:
    """`float(x)` from code that the hooks do not reach: the plain value, and a note where the user's code asked for it."""
    session: Session | None = self._link.session
    read(session, [self], f"{kind.__name__}()")
    if session is not None and self._link.traced:
        if not session.decisions.is_shown():
            taken(session, [self], f"{kind.__name__}()")
        frame = caller()
        if owner_of(frame.f_code) == "user" and _is_call(frame):
            session.note("cut", f"{kind.__name__}() keeps only the value", self._link)
    return kind(self._plain)


def _is_call(frame: Any) -> bool:
    """Whether a frame stands at a call (and not, for instance, at the formatting of a string)."""
    name: str = dis.opname[frame.f_code.co_code[frame.f_lasti]]
    return name.startswith(("CALL", "PRECALL"))
