"""NumPy calls that write to an array they are given: `out=`, `np.put`, `np.add.at`. What was written gets a new node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.arguments import is_in, lifted_in, nodes, strip
from notebook_ad.lifted.discrete import changed
from notebook_ad.lifted.guards import read, taken
from notebook_ad.lifted.memory import Memory
from notebook_ad.lifted.numpy_functions import name_of
from notebook_ad.lifted.record import node, session_of
from notebook_ad.lifted.recorders import recorder
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import LiftedArray
from notebook_ad.lifted.where import call_at, caller
from notebook_ad.tensor.library import placing

AT = {
    np.add: "add", np.subtract: "subtract", np.multiply: "multiply", np.divide: "divide", np.power: "power",
    np.maximum: "max", np.minimum: "min",
}  # fmt: skip


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


def at_places(bound: Any, ufunc: np.ufunc, inputs: Any, label: str) -> Any:
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
