"""Methods of LiftedArray: NumPy's own on the plain memory, recorded; writes through `memory`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.arguments import lifted_in, nodes, strip
from notebook_ad.lifted.discrete import changed, discrete_of, discretes
from notebook_ad.lifted.foreign import asked
from notebook_ad.lifted.guards import decided, read, taken
from notebook_ad.lifted.held import hold
from notebook_ad.lifted.in_place import GradientLost, changing
from notebook_ad.lifted.memory import Memory, raw_base, same_elements
from notebook_ad.lifted.numpy_calls import function_protocol, numpy_call, ufunc_protocol
from notebook_ad.lifted.record import finish, fresh, node, session_of, step, traced, viewed
from notebook_ad.lifted.recorders import order_in_memory
from notebook_ad.lifted.session import active
from notebook_ad.lifted.values import LIFTED, LiftedArray
from notebook_ad.lifted.where import call_at, caller
from notebook_ad.tensor.library import complex as complex_parts
from notebook_ad.tensor.library.axes import ravel, reshape

f = taping.functions
SAME_AS = {
    name: getattr(np, name)
    for name in (
        "sum", "mean", "max", "min", "prod", "cumsum", "var", "std", "squeeze", "swapaxes", "clip", "dot", "repeat",
        "take", "diagonal", "trace", "ravel", "argmax", "argmin", "argsort", "any", "all", "nonzero", "searchsorted",
        "cumprod", "round", "choose",
    )
}  # fmt: skip
SORTING: dict[str, Any] = {"sort": np.sort, "partition": np.partition}
IN_PLACE = ("sort", "partition", "put", "setfield", "byteswap")


def bind() -> None:
    """Give LiftedArray its methods."""
    cls: Any = LiftedArray
    cls.__array_ufunc__ = ufunc_protocol
    cls.__array_function__ = function_protocol
    cls.__getitem__, cls.__setitem__, cls.__iter__ = _getitem, _setitem, _iterate
    for name, function in SAME_AS.items():
        setattr(cls, name, _same_as(name, function))
    for name in ("add", "sub", "mul", "matmul", "truediv", "pow"):
        setattr(cls, f"__{name}__", _operator(name))
    cls.compress = _compress
    cls.reshape, cls.transpose = _reshape, _transpose
    cls.flatten = lambda self, order="C": _recorded(
        self, "flatten", (order,), lambda t: f.index(ravel(t, order_in_memory(self, order)), ...)
    )
    cls.copy = lambda self, order="C": _recorded(self, "copy", (order,), lambda t: f.index(t, ...))
    cls.__copy__ = lambda self: self.copy(order="K")
    cls.__deepcopy__ = lambda self, _memo: self.copy(order="K")
    cls.astype, cls.view, cls.item, cls.tolist = _astype, _view, _item, _tolist
    cls.T = property(lambda self: _recorded_value(self, self._plain.T, f.transpose))
    cls.mT = property(lambda self: _recorded_value(self, self._plain.mT, lambda t: _swap_last(t)))
    cls.real, cls.imag = property(_real, _set_real), property(_imag, _set_imag)
    cls.flat = property(_Flat, lambda self, value: _Flat(self).__setitem__(slice(None), value))
    cls.conj = cls.conjugate = lambda self: np.conjugate(self) if self.dtype.kind == "c" else self.copy()
    cls.base = property(_base)
    cls.data = property(_data)
    cls.fill = lambda self, value: self.__setitem__(..., value)
    for name in IN_PLACE:
        setattr(cls, name, _in_place(name))
    cls.resize = _resize
    cls.__repr__ = lambda self: _as_text(self, repr(self._plain))
    cls.__str__ = lambda self: _as_text(self, str(self._plain))
    cls.__format__ = lambda self, spec: _as_text(self, format(self._plain, spec))
    for name in ("float", "int", "complex"):
        setattr(cls, f"__{name}__", _conversion(name))
    cls.__bool__ = _truth
    cls.__contains__ = _contains
    cls.__index__ = lambda self: _looked_at(self, self._plain.__index__())


def _operator(name: str) -> Callable[[LiftedArray, Any], Any]:
    native = getattr(np.ndarray, f"__{name}__")

    def method(self: LiftedArray, other: Any) -> Any:
        result = native(self, other)
        return result if result is not NotImplemented else asked(name, self, other, result)

    method.__name__ = f"__{name}__"
    return method


def _getitem(self: LiftedArray, key: Any) -> Any:
    stripped = strip(key)
    value = self._plain
    result = value[stripped]
    if stripped is key:
        return _recorded_value(self, result, lambda t: f.index(t, key), "indexing")
    session = session_of([self]) or active()
    lifted = lifted_in(key, [])
    direct = [v for v in (key if type(key) is tuple else (key,)) if type(v) in LIFTED]  # NumPy reads a list by itself
    known = discretes(direct) if session is not None else []
    taken(session, [v for v in lifted if not any(v is k for k in known)], "an index")
    if session is None or not known:
        return _recorded_value(self, result, lambda t: f.index(t, stripped), "indexing")
    session.decisions.recorded_by(known)

    def record() -> Any:
        t = node(self)
        return f.index(t if isinstance(t, taping.Tensor) else taping.constant(np.array(value)), _rows_in(key))

    return finish(result, [self, *known], record, "indexing", session, lambda: _indexed(key, known))


def _rows_in(key: Any) -> Any:
    """An index with the rows of what stands in it itself, not in a list, and is discrete; plain values for the rest."""
    if type(key) is tuple:
        return tuple(map(_rows_in, key))
    if type(key) in LIFTED:
        found = discrete_of(key)
        return key._plain if found is None else found
    return strip(key)


def _indexed(key: Any, known: list[Any]) -> Callable[..., Any]:
    """Indexing as a function of the array and of what is discrete in the key."""
    at = {id(v): i for i, v in enumerate(known)}

    def filled(part: Any, values: Any) -> Any:
        if type(part) is tuple:
            return tuple(filled(p, values) for p in part)
        return values[at[id(part)]] if id(part) in at else strip(part)

    return lambda x, *values: np.asarray(x)[filled(key, values)]


def _setitem(self: LiftedArray, key: Any, value: Any) -> None:
    stripped, assigned = strip(key), strip(value)
    target = self._plain
    lifted = lifted_in(value, [])
    session = session_of([*lifted, self]) or active()
    sources: list[Any] = []
    if session is not None and session.here():
        sources = [t for t in map(node, lifted) if isinstance(t, taping.Tensor) and type(t) is not taping.Discrete]
    taken(session, lifted_in(key, []), "an index")
    if target.dtype.kind not in "fc":
        taken(session, lifted, "an element")
    else:
        read(session, lifted, "an element")
    changed(self)
    if session is None or not (sources or Memory.is_traced(self, session)):
        call_at(caller(), target.__setitem__, (stripped, assigned), {})
        return
    if same_elements(value, target[stripped]):
        return  # the second half of `x[key] += v`: the view has been changed already
    memory = Memory.attach(self, session)
    memory.prepare()
    recorded = nodes(value) if sources else None
    call_at(caller(), target.__setitem__, (stripped, assigned), {})
    places = np.asarray(np.arange(target.size).reshape(target.shape)[stripped])
    if target.dtype.kind not in "fc" or recorded is None:
        recorded = np.array(target[stripped])
    memory.write(target, recorded, places)


def _iterate(self: LiftedArray) -> Iterator[Any]:
    iter(self._plain)  # raises for a 0-d array, as NumPy does
    return (self[i] for i in range(len(self)))


def _recorded_value(self: LiftedArray, result: Any, record: Callable[[Any], Any], label: str = "") -> Any:
    """A result of NumPy's, recorded by `record(tensor of self)`."""
    session = session_of([self])
    if session is None:
        return viewed(fresh(result), [self])
    return finish(result, [self], lambda: record(node(self)), label, session)


def _recorded(self: LiftedArray, name: str, args: tuple[Any, ...], record: Callable[[Any], Any]) -> Any:
    """A method of NumPy's, recorded by `record(tensor of self)`."""
    read(session_of([self]), lifted_in(args, []), name)
    return _recorded_value(self, call_at(caller(), getattr(self._plain, name), strip(args), {}), record, name)


def _same_as(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: LiftedArray, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("out") is not None:
            return numpy_call(function, (self, *args), kwargs)
        return numpy_call(function, (self, *args), kwargs, plain_call=getattr(self._plain, name), label=f"{name}()")

    method.__name__ = name
    return method


def _reshape(self: LiftedArray, *shape: Any, **kwargs: Any) -> Any:
    read(session_of([self]), lifted_in(shape, []), "a shape")
    result = self._plain.reshape(*strip(shape), **kwargs)
    order = order_in_memory(self, kwargs.get("order", "C"))
    return _recorded_value(self, result, lambda t: reshape(t, result.shape, order), "reshape")


def _transpose(self: LiftedArray, *axes: Any) -> Any:
    read(session_of([self]), lifted_in(axes, []), "axes")
    axes = strip(axes)
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
    return _recorded_value(self, self._plain.transpose(*axes), lambda t: f.transpose(t, order), "transpose")


def _compress(self: LiftedArray, condition: Any, axis: Any = None, **kwargs: Any) -> Any:
    return numpy_call(np.compress, (condition, self, axis), kwargs)


def _real(self: LiftedArray) -> Any:
    return self if self.dtype.kind != "c" else _recorded_value(self, self._plain.real, complex_parts.real, "real")


def _set_real(self: LiftedArray, value: Any) -> None:
    self[...] = value if self.dtype.kind != "c" else value + 1j * self.imag


def _imag(self: LiftedArray) -> Any:
    imag = self._plain.imag
    return imag if self.dtype.kind != "c" else _recorded_value(self, imag, complex_parts.imag, "imag")


def _set_imag(self: LiftedArray, value: Any) -> None:
    if self.dtype.kind != "c":
        self._plain.imag = value  # raises, as NumPy does
    self[...] = self.real + 1j * value


def _swap_last(t: Any) -> Any:
    order = list(range(len(t.shape)))
    return f.transpose(t, [*order[:-2], order[-1], order[-2]])


def _astype(self: LiftedArray, dtype: Any, *args: Any, **kwargs: Any) -> Any:
    result = call_at(caller(), self._plain.astype, (dtype, *args), kwargs)
    if result.dtype.kind not in "fc":
        return step(result, [self], "astype() to integers", lambda: lambda x: np.asarray(x).astype(dtype))
    return _recorded_value(self, result, lambda t: f.index(taping.of_dtype(t, result.dtype), ...), "astype")


def _view(self: LiftedArray, *args: Any, **kwargs: Any) -> Any:
    result = self._plain.view(*args, **kwargs)
    if type(result) is not np.ndarray or result.dtype != self.dtype:
        return _looked_at(self, result)
    return _recorded_value(self, result, lambda t: t, "view")


def _item(self: LiftedArray, *args: Any) -> Any:
    stripped = strip(args)
    read(session_of([self]), lifted_in(args, []), "an index")
    result = self._plain.item(*stripped)
    key = (
        (np.unravel_index(stripped[0] if stripped else 0, self.shape) if len(stripped) < 2 else stripped)
        if self.ndim
        else ...
    )
    return _recorded_value(self, result, lambda t: f.index(t, key), "item")


def _tolist(self: LiftedArray) -> Any:
    if session_of([self]) is None or self.dtype.kind not in "fc":
        read(session_of([self]), [self], "tolist()")
        return self._plain.tolist()
    return [part.tolist() if self.ndim > 1 else part.item() for part in self] if self.ndim else self.item()


def _base(self: LiftedArray) -> Any:
    """What `base` would be without us: the array that this is a view of, None for one that owns its memory."""
    if self._shown is not None:
        return self._shown
    base = raw_base(self)
    return raw_base(base) if same_elements(self, base) and type(base) is np.ndarray else base


def _data(self: LiftedArray) -> memoryview:
    """The memory itself, from which numbers come without their graph."""
    view = self._plain.data
    read(session_of([self]), [self], "its memory")
    if traced(self):
        hold(view, self._link)
    return view


def _in_place(name: str) -> Callable[..., Any]:
    def method(self: LiftedArray, *args: Any, **kwargs: Any) -> Any:
        change = getattr(self._plain, name)
        if name == "byteswap" and not (args and args[0]) and not kwargs.get("inplace"):
            return change(*args, **kwargs)
        lifted = lifted_in([args, kwargs], [self])
        session = session_of(lifted)
        stripped, named = strip(args), strip(kwargs)
        if session is None:
            return call_at(caller(), change, stripped, named)
        if name == "put":
            return numpy_call(np.put, (self, *args), kwargs)
        if name in SORTING and self.dtype.kind in "fc" and isinstance(node(self), taping.Tensor):
            self[...] = numpy_call(SORTING[name], (self, *args), kwargs)
            return None
        return changing(self, lambda: call_at(caller(), change, stripped, named), lifted, session, change)

    method.__name__ = name
    return method


def _resize(_self: LiftedArray, *_shape: Any, **_kwargs: Any) -> None:
    raise GradientLost(
        f"line {caller().f_lineno}: resize() in place cannot be followed in a %%backprop cell; "
        "use x = np.resize(x, shape)"
    )


def _conversion(name: str) -> Callable[..., Any]:
    def convert(self: LiftedArray) -> Any:
        session = session_of([self])
        taken(session, [self], f"{name}()")
        if session is not None and name != "int" and isinstance(t := node(self), taping.Tensor) and t.requires_grad:
            session.note("cut", f"{name}() of an array keeps only its value", t)
        return getattr(self._plain, f"__{name}__")()

    return convert


def _looked_at(self: LiftedArray, result: Any) -> Any:
    taken(session_of([self]), [self], "its value")
    return result


def _as_text(self: LiftedArray, result: str) -> str:
    session = session_of([self])
    if session is not None and not session.decisions.is_shown():
        taken(session, [self], "a text")
    return result


def _truth(self: LiftedArray) -> bool:
    result = bool(self._plain)
    decided(session_of([self]), np.any, [self], result, "bool()")
    return result


def _contains(self: LiftedArray, value: Any) -> bool:
    result = strip(value) in self._plain
    session = session_of([self, *lifted_in(value, [])])
    taken(session, [self, *lifted_in(value, [])], "in")
    return result


class _Flat:
    """`x.flat`: the elements in C order."""

    def __init__(self, array: LiftedArray) -> None:
        self._array = array

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(self._array.size))

    def __len__(self) -> int:
        return self._array.size

    def __getitem__(self, key: Any) -> Any:
        taken(session_of([self._array]), lifted_in(key, []), "an index")
        places = np.arange(self._array.size)[strip(key)]
        return self._array[np.unravel_index(places, self._array.shape)]

    def __setitem__(self, key: Any, value: Any) -> None:
        taken(session_of([self._array]), lifted_in(key, []), "an index")
        places = np.arange(self._array.size)[strip(key)]
        where = np.unravel_index(places, self._array.shape)
        values = strip(value)
        if np.ndim(values) and np.size(values) != np.size(places):
            taken(session_of(lifted_in(value, [])), lifted_in(value, []), "elements")
            changed(self._array)
            self._array._plain.flat[strip(key)] = values
            return
        self._array[where] = value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self._array._plain.reshape(-1), dtype)
