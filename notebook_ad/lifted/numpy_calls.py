"""NumPy functions on lifted values: NumPy computes on the plain ones, the rule of the same function records."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterable
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.lifted import constants, taping
from notebook_ad.lifted.discrete import changed, discretes
from notebook_ad.lifted.guards import attempted, call_on, read, taken
from notebook_ad.lifted.memory import Memory
from notebook_ad.lifted.object_arrays import as_objects, computes_objects, is_of_objects
from notebook_ad.lifted.record import finish, fresh, node, session_of, step, traced, viewed
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import LIFTED, LiftedArray, LiftedInt, plain
from notebook_ad.lifted.where import call_at, caller, owner_of
from notebook_ad.tensor.dtypes import VALUE_BASED
from notebook_ad.tensor.library import placing
from notebook_ad.tensor.library.given import known

# Functions of several arrays given as one list; elsewhere a list stands for an array.
LISTS = {
    np.concatenate, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack, np.linalg.multi_dot, np.select, np.choose,
    np.lexsort, np.block,
}  # fmt: skip
NESTED = {np.block}  # in which such a list may hold others
# Functions in which an integer behind the first argument is an operand, not an axis, a shape or a count.
OPERANDS = {
    np.where, np.dot, np.clip, np.outer, np.inner, np.vdot, np.matmul, np.interp, np.average, np.append, np.kron, np.polyval,
    np.convolve, np.correlate, np.select, np.cross, np.quantile, np.percentile, np.gradient, np.geomspace,
    np.logspace, np.linalg.solve, np.nan_to_num, *known("trapezoid", "trapz"),
}  # fmt: skip
# Elsewhere only as the first one; here at these places, or nowhere.
INTEGER_OPERANDS: dict[Any, tuple[int, ...]] = {
    np.linspace: (0, 1),
    np.full: (1,),
    np.full_like: (1,),
    np.zeros: (),
    np.ones: (),
    np.empty: (),
    np.eye: (),
    np.identity: (),
    np.arange: (),
    np.tri: (),
    np.indices: (),
}
# What depends on the shapes of the operands only, and what is constant wherever it has a derivative.
SHAPES = {np.zeros_like, np.ones_like, np.empty_like}
SHAPES |= {getattr(np, "core" if VALUE_BASED else "_core").umath._ones_like}  # some versions of NumPy ask it for x ** 0
STEPS = {np.sign, np.floor, np.ceil, np.rint, np.trunc, np.round, np.fix, np.heaviside}
# What raises for some values: no weight, a zero, not finite.
RAISING = {np.average, np.geomspace, np.poly, np.polyfit, np.roots}
# What makes an array of other things.
MAKING = {np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.full, np.linspace}
ORDERED = {np.ravel: 1, np.reshape: 2}  # where their `order` stands
REDUCTIONS: dict[Any, Any] = {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min}

RUNNING: dict[Any, Any] = {np.add: np.cumsum, np.multiply: np.cumprod}


def strip(value: Any) -> Any:
    """The same with plain values, in lists, tuples and dicts too; what holds nothing lifted stays itself."""
    kind = type(value)
    if kind in LIFTED:
        return value._plain
    if kind is list or kind is tuple:
        stripped = [strip(v) for v in value]
        return value if all(a is b for a, b in zip(stripped, value, strict=True)) else kind(stripped)
    if kind is dict:
        return {k: strip(v) for k, v in value.items()}
    if kind is slice:
        return slice(plain(value.start), plain(value.stop), plain(value.step))
    return value


def _quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function without its warnings, for a replay that asks whether it raises."""

    @functools.wraps(function)
    def asked(*args: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*args)

    return asked


def lifted_in(value: Any, found: list[Any]) -> list[Any]:
    """All lifted values in arguments, nested lists, tuples and dicts included."""
    kind = type(value)
    if kind in LIFTED:
        found.append(value)
    elif kind is list or kind is tuple:
        for v in value:
            lifted_in(v, found)
    elif kind is dict:
        for v in value.values():
            lifted_in(v, found)
    elif kind is np.ndarray and is_of_objects(value):
        for v in value.flat:
            lifted_in(v, found)
    return found


def nodes(value: Any, as_list: bool = False, nested: bool = False) -> Any:
    """Arguments as the tape sees them: a list with something traced in it becomes one tensor.

    Args:
        as_list: it becomes a list of them; `nested`: and so do the lists in it.
    """
    kind = type(value)
    if kind in LIFTED:
        return node(value)
    if kind is list or kind is tuple:
        inside = lifted_in(value, [])
        if not any(map(traced, inside)):
            return [nodes(v, nested, nested) for v in value] if discretes(inside) else strip(value)
        return (
            [nodes(v, nested, nested) for v in value] if as_list else taping.functions.stack([nodes(v) for v in value])
        )
    if kind is np.ndarray and is_of_objects(value) and any(traced(v) for v in lifted_in(value, [])):
        return nodes(value.tolist())
    return strip(value)


def numpy_call(function: Callable[..., Any], args: Any, kwargs: Any, plain_call: Any = None, label: str = "") -> Any:
    """Call a NumPy function with lifted values among its arguments.

    Args:
        plain_call: what to call instead of `function` on the plain values (a bound method); its first argument is left out.
    """
    if _beside_tensors(args) or _beside_tensors(kwargs.values()):
        return call_at(caller(), function, _entered(args), {name: _entered(value) for name, value in kwargs.items()})
    lifted = lifted_in(kwargs, lifted_in(args, []))
    session = session_of(lifted)
    out = kwargs.get("out")
    if session is not None and out is None and function not in MAKING and computes_objects(function, args):
        return call_at(caller(), function, [as_objects(v, function) for v in args], kwargs)
    given = len(lifted)
    args = tuple(valued(v, lifted) for v in args)
    plain_args, plain_kwargs = strip(args), strip(kwargs)
    if session is not None and function in placing.VALUES and args and isinstance(args[0], np.ndarray):
        return placed(function, args, kwargs, lifted, session)
    if session is not None and out is not None:
        return into(out, function, args, kwargs, lifted, session)
    try:
        result = call_at(caller(), plain_call or function, plain_args[1:] if plain_call else plain_args, plain_kwargs)
    except ValueError as error:
        if session is not None:
            explain_shapes(error, recorder(function, args, kwargs))
        raise
    session = session or session_of(lifted[given:])
    if function in SHAPES:
        return fresh(result)
    if function in RAISING or name_of(function).startswith("np.linalg."):  # a singular matrix
        asked = call_on(function, args, kwargs, lifted)
        attempted(session, _quiet(asked) if function in RAISING else asked, lifted, name_of(function), lifted)
    pure = len(lifted) == given and not any(map(callable, args))
    if function in STEPS:
        return step(result, lifted, name_of(function), lambda: call_on(function, args, kwargs, lifted))
    for value, stripped in zip(args, plain_args, strict=True):
        if result is stripped and type(value) in LIFTED:
            return value
    if out is not None and (target := out[0] if isinstance(out, tuple) else out) is not None:
        return target if np.ndim(result) or isinstance(result, np.ndarray) else result
    if session is None:
        return viewed(fresh(result), lifted)
    if type(result) is np.ndarray and result.dtype.kind == "O":
        taken(session, lifted, name_of(function))
        return result
    operands = lifted_in(
        kwargs, [v for i, a in enumerate(args) for v in lifted_in(a, []) if is_operand(function, i, v)]
    )
    operands += lifted[given:]
    taken(session, [v for v in lifted if not is_in(v, operands)], name_of(function))
    taken(session, [v for v in lifted_in(kwargs, []) if type(v) is LiftedInt], name_of(function))
    record = recorder(function, args, kwargs)
    again = (lambda: call_on(function, args, kwargs, operands)) if pure else None
    return finish(result, operands, record, label or name_of(function), session, again)


def _beside_tensors(values: Iterable[Any]) -> bool:
    """Whether a tensor of the user's is among the arguments, or in a list of them: the call is its own then."""
    return any(isinstance(v, taping.Tensor) or (type(v) in (list, tuple) and _beside_tensors(v)) for v in values)


def _entered(value: Any) -> Any:
    """Arguments with the tensors of traced values in their places, lists kept."""
    if type(value) in (list, tuple):
        return type(value)(map(_entered, value))
    return node(value) if type(value) in LIFTED else value


def is_in(value: Any, values: list[Any]) -> bool:
    """Whether a value itself is among others."""
    return any(value is v for v in values)


def valued(function: Any, lifted: list[Any]) -> Any:
    """A function of the user's that NumPy calls gives it plain values; what they were computed from joins `lifted`."""
    code = getattr(function, "__code__", None) if type(function) in (FunctionType, MethodType) else None
    if code is None or owner_of(code) == "library":
        return function

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        lifted_in(result, lifted)
        return strip(result)

    return call


def explain_shapes(error: ValueError, record: Callable[[], Any] | None) -> None:
    """Add to NumPy's error what the rule says of it: the variables, their shapes, the line."""
    if record is None:
        return
    try:
        record()
    except ShapeError as named:
        error.add_note(str(named))
    except Exception:  # the rule has nothing to say
        return


def is_operand(function: Any, position: int, value: Any) -> bool:
    """Whether a lifted argument takes part in the computation; integers often are exponents, axes, shapes, counts."""
    if type(value) is not LiftedInt:
        return True
    if function in (np.power, np.float_power):
        return position == 0
    if isinstance(function, np.ufunc):
        return position not in getattr(taping.rule(function), "constants", ())
    if function in OPERANDS:
        return True
    return position in INTEGER_OPERANDS.get(function, (0,))


def recorder(function: Callable[..., Any], args: Any, kwargs: Any) -> Callable[[], Any] | None:
    """What carries out a NumPy function on the tape; None where it has no rule."""
    rule = taping.rule(function)
    if rule is None or any(isinstance(v, FunctionType | MethodType) for v in args):  # which would be called twice
        return None
    as_list, nested = function in LISTS, function in NESTED

    args, kwargs = in_order(function, args, kwargs)
    shown = isinstance(function, np.ufunc) or function in OPERANDS

    def record() -> Any:
        parts = [nodes(v, as_list, nested) if is_operand(function, i, v) else plain(v) for i, v in enumerate(args)]
        parts = list(map(constants.named, args, parts)) if shown else parts
        named = {k: plain(v) if type(v) is LiftedInt else nodes(v) for k, v in kwargs.items() if not _default(k, v)}
        return rule(*parts, **named)

    return record


def in_order(function: Any, args: Any, kwargs: Any) -> tuple[Any, Any]:
    """The arguments with an order that depends on the memory (A, K) as what it is: tensors have no layout."""
    at = ORDERED.get(function, len(args))
    given = args[at] if at < len(args) else kwargs.get("order", "C")
    if function not in ORDERED or given not in ("A", "K") or not isinstance(args[0], np.ndarray):
        return args, kwargs
    order = order_in_memory(args[0], given)
    if at < len(args):
        return (*args[:at], order, *args[at + 1 :]), kwargs
    return args, {**kwargs, "order": order}


def order_in_memory(array: np.ndarray, order: str) -> str:
    """What the order A or K comes to for this array; of one that lies in neither order a name that is refused."""
    flags = plain(array).flags
    if order in ("A", "K") and (flags.c_contiguous or flags.f_contiguous or order == "A"):
        return "F" if flags.f_contiguous and not flags.c_contiguous else "C"
    return order if order in ("C", "F") else "that of the memory"


def _default(key: str, value: Any) -> bool:
    """Whether a keyword says no more than its absence."""
    if value is None or value is np._NoValue:
        return key != "axis"
    return (key == "where" and value is True) or key in ("out", "casting", "subok", "dtype", "copy", "like")


def name_of(function: Any) -> str:
    """How a message calls a function."""
    name = getattr(function, "__name__", None) or type(function).__name__
    module = getattr(function, "__module__", None) or ""
    if isinstance(function, np.ufunc) and getattr(np, name, None) is function:
        return f"np.{name}"
    if module.split(".")[0] == "numpy":
        return f"np{module[5:]}.{name}"
    return f"{module}.{name}" if module not in ("", "builtins", "__main__") else name


def into(out: Any, function: Callable[..., Any], args: Any, kwargs: Any, lifted: list[Any], session: Session) -> Any:
    """A call with `out=`: NumPy writes the plain memory, and the arrays written to get new nodes."""
    outputs = out if isinstance(out, tuple) else (out,)
    record = recorder(function, args, {k: v for k, v in kwargs.items() if k != "out"})
    inputs = lifted_in([args, {k: v for k, v in kwargs.items() if k != "out"}], [])
    read(session, inputs, name_of(function))
    sources = [t for t in map(node, inputs) if isinstance(t, taping.Tensor) and type(t) is not taping.Discrete]
    for target in outputs:
        check_target(target, sources, session)
        changed(target)
    arrays = [v for v in outputs if type(v) is LiftedArray]
    memories = [Memory.attach(v, session) for v in arrays]
    follow = bool(sources) or any(m.traced for m in memories)
    recorded: Any = None
    if follow:
        for memory in memories:
            memory.prepare()
        if record is not None and sources and kwargs.get("where", True) is True and len(outputs) == 1:
            try:
                with np.errstate(all="ignore"):
                    recorded = record()
            except Exception as error:
                session.failures.append((name_of(function), error))
    result = call_at(caller(), function, strip(args), strip(kwargs))
    for array, memory in zip(arrays, memories, strict=True):
        if not follow:
            continue
        value: Any = array._plain
        if sources:
            value = settled(recorded, value, sources, name_of(function), session)
        memory.write(array._plain, value)
    if sources and any(type(v) is not LiftedArray or v.dtype.kind not in "fc" for v in outputs):
        taken(session, inputs, name_of(function))
    return (
        out[0] if isinstance(out, tuple) and len(out) == 1 else out if isinstance(out, tuple | np.ndarray) else result
    )


def settled(recorded: Any, value: np.ndarray, sources: list[Any], label: str, session: Session) -> Any:
    """The node of what was written: the recorded one where it agrees, constants for integers, else an opaque one."""
    if value.dtype not in taping.SMOOTH:
        return value
    if isinstance(recorded, taping.Tensor):
        if recorded.shape != value.shape:
            recorded = taping.functions.broadcast_to(recorded, value.shape)
        recorded = taping.of_dtype(recorded, value.dtype)
        if (agreed := taping.settled(recorded, value)) is not None:
            return agreed
        session.failures.append((label, ValueError("the rule disagrees with what was written")))
    return taping.opaque(value.copy(), sources, label)


def check_target(target: Any, sources: list[Any], session: Session) -> None:
    """Refuse to write a traced value to an array that is not followed.

    Raises:
        GradientLost: it is a plain float array.
    """
    if type(target) is np.ndarray and target.dtype.kind in "fc" and any(t.requires_grad for t in sources):
        raise lost(session)


def lost(session: Session) -> GradientLost:
    """The error for a write that would cut the graph silently."""
    place = session.sources()
    where = f'"{place.text.splitlines()[0]}" (line {place.line})' if place is not None else "here"
    return GradientLost(
        f"{where} writes a traced value to a plain array, where its gradient would be lost. "
        "Make the array in the cell with np.zeros, np.empty, np.array or the like, or bind it to a name outside functions"
    )


class GradientLost(RuntimeError):
    """What the cell does cannot be recorded, and would have cut the graph silently."""


def changing(target: np.ndarray, change: Callable[[], Any], lifted: list[Any], session: Session, function: Any) -> Any:
    """A call that changes an array in place by no rule that we know: what it changed becomes opaque."""
    read(session, lifted, name_of(function))
    sources = [t for t in map(node, lifted) if isinstance(t, taping.Tensor) and type(t) is not taping.Discrete]
    check_target(target, sources, session)
    changed(target)
    if type(target) is not LiftedArray or not sources:
        taken(session, lifted, name_of(function))
        return change()
    memory = Memory.attach(target, session)
    memory.prepare()
    before = target._plain.copy()
    result = change()
    if not np.array_equal(before, target._plain, equal_nan=target.dtype.kind in "fc"):
        memory.write(target._plain, taping.opaque(target._plain.copy(), sources, name_of(function)))
    else:
        taken(session, lifted, name_of(function))
    return result


def ufunc_protocol(self: Any, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """`__array_ufunc__` of the lifted types."""
    if method == "__call__":
        return numpy_call(ufunc, inputs, kwargs)
    bound = getattr(ufunc, method)
    label = f"{name_of(ufunc)}.{method}"
    if method == "at":
        return _at(bound, ufunc, inputs, label)
    lifted = lifted_in(kwargs, lifted_in(inputs, []))
    session = session_of(lifted)
    if session is not None and kwargs.get("out") is not None and kwargs["out"] != (None,):
        return into(kwargs["out"], bound, inputs, kwargs, lifted, session)
    result = call_at(caller(), bound, strip(inputs), strip(kwargs))
    if session is None:
        return viewed(fresh(result), lifted)
    record = None
    if method == "reduce" and ufunc in REDUCTIONS:
        record = recorder(REDUCTIONS[ufunc], inputs, {"axis": 0, **kwargs} if len(inputs) < 2 else kwargs)
    elif method == "accumulate" and ufunc in RUNNING:
        record = recorder(RUNNING[ufunc], inputs, {"axis": 0, **kwargs})
    elif method == "outer" and (rule := taping.rule(ufunc)) is not None:
        a, b = inputs
        shape = np.shape(strip(a)) + (1,) * np.ndim(strip(b))
        record = lambda: rule(taping.functions.reshape(nodes(a), shape), nodes(b))  # noqa: E731
    return finish(result, lifted, record, label, session)


def placed(function: Callable[..., Any], args: Any, kwargs: Any, lifted: list[Any], session: Session) -> None:
    """`np.copyto`, `np.put` and the like: values written to places of an array."""
    target, values = args[0], placing.values_in(function, args, kwargs)
    given = lifted_in(values, [])
    taken(session, [v for v in lifted if v is not target and not is_in(v, given)], name_of(function))
    sources = [t for t in map(node, given) if isinstance(t, taping.Tensor)]
    check_target(target, sources, session)
    followed = type(target) is LiftedArray and target.dtype.kind in "fc"
    if not followed or not (sources or Memory.is_traced(target, session)):
        taken(session, given, name_of(function))
        call_at(caller(), function, strip(args), strip(kwargs))
        return
    memory = Memory.attach(target, session)
    memory.prepare()
    recorded = nodes(values)
    call_at(caller(), function, strip(args), strip(kwargs))
    shape = np.shape(strip(values))
    at, which = placing.places(function, target.shape, shape, strip(args), strip(kwargs))
    new: Any = target._plain.reshape(-1)[at]
    if isinstance(recorded, taping.Tensor):
        new = taping.functions.index(taping.functions.reshape(recorded, -1), which)
    memory.write(target._plain, new, at)


AT = {
    np.add: "add", np.subtract: "subtract", np.multiply: "multiply", np.divide: "divide", np.power: "power",
    np.maximum: "max", np.minimum: "min",
}  # fmt: skip


def _at(bound: Any, ufunc: np.ufunc, inputs: Any, label: str) -> Any:
    """`np.add.at(x, i, v)`: unbuffered, in place."""
    target = inputs[0]
    lifted = lifted_in(inputs, [])
    session = session_of(lifted)
    if session is None:
        return call_at(caller(), bound, strip(inputs), {})

    def change() -> Any:
        return call_at(caller(), bound, strip(inputs), {})

    if ufunc not in AT or len(inputs) < 3 or type(target) is not LiftedArray or target.dtype not in taping.SMOOTH:
        return changing(target, change, lifted, session, bound)
    taken(session, lifted_in(inputs[1], []), label)
    memory = Memory.attach(target, session)
    memory.prepare()
    before, values = node(target), nodes(inputs[2])
    recorded = taping.elements(before, strip(inputs[1]), AT[ufunc], values)
    change()
    sources = [t for t in (before, values) if isinstance(t, taping.Tensor)]
    memory.write(target._plain, settled(recorded, target._plain, sources, label, session))
    return None


def function_protocol(self: Any, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """`__array_function__` of the lifted types."""
    return numpy_call(func, args, kwargs)
