"""Tensors that no gradient passes, and that are on the tape all the same: masks, indices, signs, counts.

While an operation is traced, what it decides by a recorded value is a row: a constant to every sweep, which knows what it
was computed from (`Segment.facts`), so that a replay computes it again. What is computed from such tensors alone is such a
tensor; an operation that takes one together with a differentiable operand, as an operand or as an index, reads the row.
Whoever reads the value in any other way (`bool(t)`, `t.tolist()`, code that knows nothing of these rows) takes it off the
tape, and that is noted as a guard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from notebook_ad.engine.guards import Guard
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.segment import Segment
from notebook_ad.tensor.ambient import Trace, no_grad, quiet_source, state, writable
from notebook_ad.tensor.guards import placed
from notebook_ad.tensor.known import stand_in
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.making import tensor
from notebook_ad.tensor.record import enter, wants_record
from notebook_ad.tensor.tensor import Tensor, make, plain

LIMIT = 20_000  # rows of a trace; beyond, values are noted as guards

Static = dict[str, Any]


class Discrete(Level):
    """A value that no gradient passes, recorded as a row; the lowest of the levels.

    Attributes:
        known: the value, for those who keep to the row; place: the row, None once the tensor was given another value.
    """

    __slots__ = ("known", "place", "was_taken")
    known: Any
    place: tuple[Segment, int] | None
    was_taken: bool

    @property
    def _value(self) -> Any:
        self.take()
        return self.known

    @_value.setter
    def _value(self, value: Any) -> None:
        self.take()
        self.known, self.place = value, None

    def take(self) -> None:
        """Note that the value went on by itself."""
        if self.place is None or self.was_taken:
            return
        segment, row = self.place
        self.was_taken = True
        segment.guards.append(Guard(np.asarray, (row,), (None,), self.known, "its value", quiet_source()))

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return np.shape(self.known)

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's dtype of the value."""
        return np.asarray(self.known).dtype

    @property  # type: ignore[misc]
    def requires_grad(self) -> bool:
        """False."""
        return False

    @property
    def is_leaf(self) -> bool:
        """True, as of any tensor without a gradient."""
        return True

    def __repr__(self) -> str:
        return repr(make(self.known))

    def __bool__(self) -> bool:
        truth = bool(self.known)
        note(_truth, (self,), truth, "bool()")
        return truth

    def detach(self) -> Tensor:
        """The tensor itself: it has no gradient."""
        return self

    def interpret(self, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
        """The primitive on the values, as a row of its own; recorded as ever where an operand has a gradient."""
        keys: list[Discrete] = []
        frame = _framed(static, keys)
        if wants_record(operands) is None:
            found = fact(partial(_done, primitive, frame, len(operands)), [*operands, *keys], primitive.name)
            return found if isinstance(found, Tensor) else make(plain(found))
        given = [stand_in(t) if isinstance(t, Discrete) else t for t in operands]
        made = _perform(primitive, given, _filled(frame, [k.known for k in keys]))
        if keys and made._segment is not None:
            note_static(made, frame, keys)
            if "key" in static:
                picked = partial(_picked, frame["key"], operands[0].shape)
                note_form(picked, keys, picked(*(k.known for k in keys)))
        return made

    def decide(self, function: Callable[..., Any], operands: Sequence[Any]) -> Any:
        """Another fact, of this one."""
        return fact(function, operands, getattr(function, "__name__", "a function of values"))

    def pull(
        self, outputs: Sequence[Tensor], cotangents: Sequence[Tensor], wanted: Sequence[Tensor]
    ) -> list[Tensor | None]:
        """Reverse mode, to which this is a constant."""
        from notebook_ad.tensor.reverse import pull  # which meets these tensors as operands

        outs, seeds = ([stand_in(t) if isinstance(t, Discrete) else t for t in ts] for ts in (outputs, cotangents))
        return pull(outs, seeds, wanted)

    def leaves(self) -> list[Any]:
        """None."""
        return []

    def alias(self) -> Tensor:
        """A new variable of the same value."""
        return tensor(self._value, requires_grad=True)

    def wrapped(self) -> tuple[Tensor, ...]:
        """Nothing."""
        return ()


def fact(function: Callable[..., Any], operands: Sequence[Any], text: str, outcome: Any = None) -> Any:
    """What a function of the values gives that has no derivative: an array as a discrete tensor; a Python value is a guard.

    Args:
        function: of arrays, for the operands' values; operands: tensors, or values that never change.
        outcome: what it gave, where that is known.
    """
    if outcome is None:
        values = [t.known if isinstance(t, Discrete) else t._value if isinstance(t, Tensor) else t for t in operands]
        with np.errstate(all="ignore"):
            outcome = function(*[np.float64(v) if type(v) is float else v for v in values])
    now = state.get()
    array = isinstance(outcome, np.ndarray | np.generic) or type(outcome) is float
    if array and type(now) is Trace and now.facts < LIMIT:
        now.facts += 1
        return _recorded(function, operands, outcome, text)
    note(function, operands, outcome, text)
    return make(plain(outcome)) if array else outcome


def _truth(value: Any) -> bool:
    return bool(value)


def is_followed(operands: Sequence[Any]) -> bool:
    """Whether a function of these operands gives rows: in a trace, of recorded tensors."""
    return type(state.get()) is Trace and any(isinstance(t, Tensor) and t.requires_grad for t in operands)


def _recorded(function: Callable[..., Any], operands: Sequence[Any], outcome: Any, text: str) -> Discrete:
    segment = writable()
    assert segment is not None
    rows, values = placed(operands, segment)
    made = Guard(function, rows, values, outcome, text, quiet_source(), form=True)
    if np.ndim(outcome) or any(isinstance(t, Tensor) and t.requires_grad for t in operands):
        segment.guards.append(made)  # also what pictures draw as a cut
    value = plain(outcome)
    if type(value) is not float and any(value is t or np.may_share_memory(value, t) for t in _arrays(operands)):
        value = value.copy()
    row = enter(make(value), segment)
    segment.facts[row] = made
    return discrete(value, (segment, row))


def discrete(value: Any, place: tuple[Segment, int] | None) -> Discrete:
    """The tensor of a row."""
    made = Discrete.__new__(Discrete)
    made.level, made.known, made.place, made.was_taken = 0, value, place, False
    made._segment, made._id, made._meta = None, -1, None
    return made


def note(function: Callable[..., Any], operands: Sequence[Any], outcome: Any, text: str, form: bool = False) -> None:
    """Note that a function of facts, and of other values, gave this outcome (`form`: one of this shape)."""
    segment = next((t.place[0] for t in operands if isinstance(t, Discrete) and t.place is not None), None)
    segment = segment or wants_record([t for t in operands if isinstance(t, Tensor)])
    if segment is not None:
        rows, values = placed(operands, segment)
        segment.guards.append(Guard(function, rows, values, outcome, text, quiet_source(), form=form))


def note_form(function: Callable[..., Any], operands: Sequence[Any], outcome: Any) -> None:
    """Note the shape that facts gave."""
    note(function, operands, outcome, "a shape", form=True)


def note_static(made: Tensor, frame: Static, keys: Sequence[Discrete]) -> None:
    """Note which facts a recorded operation has among its static parts, which stand in `frame` by their number."""
    segment = made._segment
    assert segment is not None
    rows, values = placed(keys, segment)
    changing = {name: part for name, part in frame.items() if _has_slot(part)}
    segment.facts[made._id] = Guard(partial(_static, changing), rows, values, None, "an index")


def take_static(segment: Segment, row: int) -> None:
    """Note that static parts of a row which are facts went on as they are."""
    made = segment.facts[row]
    if isinstance(made, Guard):
        for at in made.rows:
            if at is not None:
                wide = segment.wide_at(at)
                value = segment.values[at] if wide is None else wide.value
                segment.guards.append(Guard(np.asarray, (at,), (None,), value, made.text, None))


def _static(frame: Static, *values: Any) -> Static:
    filled: Static = _filled(frame, values)
    return filled


def _done(primitive: Primitive, frame: Static, count: int, *values: Any) -> Any:
    """A primitive on arrays."""
    with no_grad():
        given = [make(plain(v)) for v in values[:count]]
        return np.asarray(_perform(primitive, given, _filled(frame, values[count:]))._value)


def _picked(key: Any, shape: tuple[int, ...], *values: Any) -> Any:
    return np.broadcast_to(0, shape)[_filled(key, values)]


def _perform(primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    from notebook_ad.tensor.perform import perform  # which knows all operations, of which comparisons are one

    return perform(primitive, operands, static)


def _arrays(operands: Sequence[Any]) -> list[np.ndarray]:
    held = (t.known if isinstance(t, Discrete) else t._value if isinstance(t, Tensor) else t for t in operands)
    return [v for v in held if isinstance(v, np.ndarray)]


class _Slot(int):
    """Where a fact stands in the static parts of an operation."""


def _framed(value: Any, keys: list[Discrete]) -> Any:
    if isinstance(value, Discrete):
        keys.append(value)
        return _Slot(len(keys) - 1)
    if type(value) in (tuple, list):
        return type(value)(_framed(v, keys) for v in value)
    return {k: _framed(v, keys) for k, v in value.items()} if type(value) is dict else value


def _filled(value: Any, values: Sequence[Any]) -> Any:
    if type(value) is _Slot:
        given = np.asarray(values[value])
        return given[()] if given.ndim == 0 and given.dtype.kind == "i" else given  # one integer is one element
    if type(value) in (tuple, list):
        return type(value)(_filled(v, values) for v in value)
    return {k: _filled(v, values) for k, v in value.items()} if type(value) is dict else value


def _has_slot(value: Any) -> bool:
    if type(value) in (tuple, list):
        return any(map(_has_slot, value))
    return type(value) is _Slot
