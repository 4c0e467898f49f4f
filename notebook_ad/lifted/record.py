"""One operation of a cell: the plain result by the plain function, then the same function on the tape, then both as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from numbers import Number
from typing import Any

import numpy as np

from notebook_ad.lifted import steps, taping
from notebook_ad.lifted.discrete import discrete_of, discretes, follow
from notebook_ad.lifted.guards import decided, taken
from notebook_ad.lifted.instead import marked
from notebook_ad.lifted.link import Link
from notebook_ad.lifted.memory import Memory, root_of, tensor_of
from notebook_ad.lifted.session import Session, active
from notebook_ad.lifted.values import (
    COMPLEX,
    LIFTED,
    SCALARS,
    LiftedArray,
    LiftedInt,
    lifted_array,
    lifted_scalar,
)

EXACT = 2**53  # integers up to here are exact in float64, which the tape computes in
Recorder = Callable[..., Any] | None
Again = Callable[[], Callable[..., Any]] | None


def node(value: Any) -> Any:
    """What the tape sees of an operand: its tensor, or its plain value where no gradient can reach it.

    A leaf gets onto the tape here, on its first use.
    """
    kind = type(value)
    if kind is LiftedArray:
        found = tensor_of(value)
        if isinstance(found, taping.Tensor) or value._link.fact is None or (row := discrete_of(value)) is None:
            return found
        return row
    if kind not in LIFTED:
        return value
    link = value._link
    if link.session is None:
        return value._plain
    if link.fact is not None:
        return link.fact
    if link.tensor is None:
        if link.given:
            return link.instead.tensor
        if not link.leaf or (kind is LiftedInt and abs(value._plain) > EXACT):
            return value._plain
        link.tensor = taping.leaf(float(value._plain) if kind is LiftedInt else value._plain, link.name)
    return link.tensor


def traced(value: Any) -> bool:
    """Whether a gradient could reach a value."""
    if type(value) is LiftedArray:
        return isinstance(tensor_of(value), taping.Tensor)
    return type(value) in LIFTED and value._link.traced


def session_of(values: Iterable[Any]) -> Session | None:
    """The run that the values belong to; None where none of them is recorded now."""
    for value in values:
        if type(value) in LIFTED:
            session: Session | None = value._link.session
            if session is None and type(value) is LiftedArray and isinstance(tensor_of(value), taping.Tensor):
                session = value._link.session
            if session is not None:
                return session
    return None


def finish(
    result: Any,
    operands: list[Any],
    recorder: Recorder,
    label: str,
    session: Session | None,
    again: Again = None,
) -> Any:
    """The result as a lifted value, tied to the tape.

    Args:
        result: what the plain function gave.
        operands: the lifted values that it was computed from.
        recorder: carries out the same on the tape and gives a tensor (or a list of them); None where there is no rule.
        label: names the operation in messages.
        session: the run; None outside one.
        again: makes the plain function of the operands, for a result that does not get onto the tape.
    """
    if type(result) in LIFTED:
        return result
    if session is None:
        return viewed(fresh(result), operands)
    if not _wrappable(result):
        left(result, operands, label, session, again)
        if isinstance(result, Number | np.inexact) and not isinstance(result, int | np.integer):
            _cut(session, type(result).__name__, operands)
        return result
    if not session.here():
        return result
    if not _is_integer(result):
        _note_beyond(session, operands)
    inputs = [t for t in map(node, operands) if isinstance(t, taping.Tensor) and t.requires_grad]
    if not inputs and (known := discretes(operands)):
        found = _by_rule(recorder, label, session) if type(result) not in (int, float) else None
        wrapped = _tie_all(result, None, session)
        if not follow(wrapped, found, operands, again, label, session):
            taken(session, known, label)
        return viewed(wrapped, operands)
    if not inputs:
        if any(type(v) in LIFTED and v._link.session is not None and not v._link.given for v in operands):
            wrapped = _tie_all(result, None, session)  # computed from what no gradient reaches
            if session.has_steps:
                steps.passed_on(wrapped, operands)
            _mark_used(result, wrapped, operands)
            return viewed(wrapped, operands)
        given = next((v._link.instead for v in operands if type(v) in LIFTED and v._link.given), None)
        return viewed(fresh(result), operands) if given is None else marked(result, session, given)
    session.recorded += 1
    if session.has_steps:
        steps.used(operands, session)
    recorded: Any = None
    if not (_is_integer(result) and any(map(_is_floating, operands))):
        recorded = _by_rule(recorder, label, session)
    wrapped = _tie_all(result, recorded, session, inputs, label)
    if not _on_tape(wrapped) and not follow(wrapped, None, operands, again, label, session):
        left(result, operands, label, session, again)
        if type(wrapped) is LiftedInt:  # math.floor
            link = next((v._link for v in operands if traced(v)), None)
            steps.gave(wrapped, f"{label}() is a step function, its derivative is 0", link, session)
    _mark_used(result, wrapped, operands)
    return viewed(wrapped, operands)


def _by_rule(recorder: Recorder, label: str, session: Session) -> Any:
    if recorder is None:
        return None
    try:
        with np.errstate(all="ignore"):
            return recorder()
    except Exception as error:  # whatever a rule does, the cell goes on
        session.failures.append((label, error))
        return None


def left(result: Any, operands: list[Any], label: str, session: Session | None, again: Again) -> None:
    """Note what left the tape: what the operands were, or by `again` only that they gave this result."""
    if again is None:
        taken(session, operands, label)
    else:
        decided(session, again(), operands, np.array(result) if isinstance(result, np.ndarray) else result, label)


def _on_tape(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_on_tape, value))
    return type(value) in LIFTED and value._link.tensor is not None


def _is_integer(value: Any) -> bool:
    return type(value) in (int, np.int64) or (isinstance(value, np.ndarray) and value.dtype.kind in "iub")


def _note_beyond(session: Session, operands: list[Any]) -> None:
    """Note integers that are too large for the tape, where something differentiable uses them."""
    for value in operands:
        if type(value) is LiftedInt and abs(value._plain) > EXACT and (value._link.leaf or value._link.ancestors):
            link, bits = value._link, value._plain.bit_length()
            text = f" = {value._plain}" if bits < 100 else f" (of {bits} bits)"
            origin = next((n.name for n in (link, *link.ancestors) if n.leaf and n.name), "b")
            written = value._plain if link.leaf and bits < 100 else "…"
            session.note(
                "cut",
                f"{link.name or 'a number'}{text} is an integer beyond 2**53, which keeps no gradient; "
                f"write it as a float from the start: {origin} = float({written})",
                link,
            )


def _is_floating(value: Any) -> bool:
    """Whether an operand is no integer: what an integer is computed from then is a step function of it."""
    return type(value) is not LiftedInt and not _is_integer(getattr(value, "_plain", value))


def step(result: Any, operands: list[Any], label: str, again: Again = None) -> Any:
    """What a step function gave: it depends on nothing, but is no leaf either."""
    session = session_of(operands)
    if session is None or not _wrappable(result):
        left(result, operands, label, session, again)
        return fresh(result)
    for value in operands:
        if value._link.traced:
            session.note("step", f"{label} is a step function, its derivative is 0", value._link)
    wrapped = _tie_all(result, None, session)
    if not any(traced(v) or discrete_of(v) is not None for v in operands) or not follow(
        wrapped, None, operands, again, label, session
    ):
        left(result, operands, label, session, again)
    return wrapped


def viewed(result: Any, operands: list[Any]) -> Any:
    """Note in a lifted view which array it is a view of."""
    if type(result) is LiftedArray:
        root = root_of(result)
        for value in operands:
            if type(value) is LiftedArray and value is not result and root_of(value) is root:
                base = value.base
                result._shown = base if isinstance(base, np.ndarray) else value
                break
    elif isinstance(result, list | tuple):
        for part in result:
            viewed(part, operands)
    return result


def _cut(session: Session, kind: str, operands: list[Any]) -> None:
    for value in operands:
        if type(value) in LIFTED and value._link.traced:
            session.note("cut", f"a result of type {kind} keeps no gradient", value._link)


def _wrappable(result: Any) -> bool:
    if isinstance(result, tuple | list):
        return any(map(_wrappable, result))
    return type(result) in SCALARS or type(result) is np.ndarray or type(result) is LiftedArray


def _tie_all(result: Any, recorded: Any, session: Session, inputs: list[Any] | None = None, label: str = "") -> Any:
    if isinstance(result, tuple | list):
        parts = (
            recorded if isinstance(recorded, tuple | list) and len(recorded) == len(result) else [None] * len(result)
        )
        tied = [_tie_all(r, t, session, inputs, label) for r, t in zip(result, parts, strict=True)]
        return type(result)(*tied) if hasattr(result, "_fields") else type(result)(tied)
    return _tie(result, recorded, session, inputs, label)


def _tie(result: Any, recorded: Any, session: Session, inputs: list[Any] | None, label: str) -> Any:
    """One result with its node; with an opaque node where there is no rule, or where it disagrees with NumPy."""
    if type(result) not in SCALARS and type(result) is not np.ndarray:
        return result
    if type(result) is np.ndarray and result.dtype.kind not in "fiubc":
        return result
    if inputs is None:
        return tie(result, None, session)
    if type(result) in (int, np.int64) and abs(result) > EXACT:
        session.note("cut", "an integer beyond 2**53 keeps no gradient", guarded=True)
        return tie(result, None, session)
    if type(result) is np.ndarray and result.dtype.kind in "fc" and result.dtype not in taping.SMOOTH:
        session.note("cut", f"a result of type {result.dtype} keeps no gradient", guarded=True)
        return tie(result, None, session)
    if isinstance(recorded, taping.Tensor) and isinstance(result, np.ndarray | np.inexact):
        recorded = taping.of_dtype(recorded, result.dtype)
    if (agreed := taping.settled(recorded, result)) is not None:
        return tie(result, agreed if agreed.requires_grad else None, session)
    if type(result) in (int, np.int64) or (type(result) is np.ndarray and result.dtype.kind not in "fc"):
        return tie(result, None, session)
    if type(result) in COMPLEX or (type(result) is np.ndarray and result.dtype.kind == "c"):
        session.note("cut", f"a result of type {_type_name(result)} keeps no gradient", guarded=True)
        return result
    if isinstance(recorded, taping.Tensor):
        session.failures.append((label, ValueError(f"the rule gave {recorded.value!r}, not {result!r}")))
    return tie(result, taping.opaque(result, inputs, label), session)


def _type_name(value: Any) -> str:
    return str(value.dtype) if isinstance(value, np.ndarray) else type(value).__name__


def tie(result: Any, tensor: Any, session: Session) -> Any:
    """A plain value with a node of the tape (None: a constant that came from a traced value by a cut).

    A view of complex numbers as real ones becomes a copy that refuses writes: its places are no elements of that memory.
    """
    if type(result) is np.ndarray and root_of(result).dtype != result.dtype:
        result = result.copy()
        result.flags.writeable = False
    link = session.link(tensor)
    if type(result) is np.ndarray:
        array = lifted_array(result, link)
        Memory.attach(array, session)
        return array
    return lifted_scalar(result, link)


def fresh(result: Any) -> Any:
    """A result that depends on nothing traced. Inside a run an array can be written to, so it is followed from here."""
    if (
        type(result) is np.ndarray
        and active() is not None
        and result.dtype.kind in "fc"
        and root_of(result).dtype == result.dtype
    ):
        return result.view(LiftedArray)
    return result


def _mark_used(result: Any, wrapped: Any, operands: list[Any]) -> None:
    """Note which integer leaves a differentiable operation used, directly or through other integers."""
    integers = [v._link for v in operands if type(v) is LiftedInt]
    if not integers:
        return
    if type(result) is int:
        if type(wrapped) is LiftedInt:
            wrapped._link.ancestors = tuple(integers)
        return
    pending: list[Link] = integers
    while pending:
        link = pending.pop()
        if not link.used:
            link.used = True
            pending.extend(link.ancestors)


def bind() -> None:
    """Let the library's own functions (`ad.relu(a)`) find the place of a lifted value on the tape."""
    kinds: Any = LIFTED
    for kind in kinds:
        kind.__tensor__ = node
