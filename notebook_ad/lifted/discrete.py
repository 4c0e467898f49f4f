"""Arrays and NumPy numbers that no gradient passes and that are rows of the tape: masks, indices, signs, counts.

Their links hold a discrete tensor (`tensor/discrete.py`). What is computed from one by a rule reads its row; whatever takes
the values in another way notes them (`guards.taken`), as does what gives a Python number or truth.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from notebook_ad.lifted.session import Session, active
from notebook_ad.lifted.values import LiftedArray, LiftedFloat32, LiftedFloat64, LiftedInt64
from notebook_ad.tensor.ambient import Trace, state
from notebook_ad.tensor.discrete import Discrete, fact

KINDS = (LiftedArray, LiftedInt64, LiftedFloat64, LiftedFloat32)
DTYPES = frozenset(map(np.dtype, (bool, np.int64, np.float64, np.float32)))  # those that the tape holds as they are


def discrete_of(value: Any) -> Discrete | None:
    """The row of a lifted value that no gradient passes; None where it has none, or was overwritten since."""
    if type(value) not in KINDS or (link := value._link).fact is None or link.session is None:
        return None
    found: Discrete = link.fact
    if type(value) is not LiftedArray:
        return found
    plain = value._plain
    memory = value._store
    if memory is not None and memory.changes != link.changes:
        forget(value)
        return None
    if not np.array_equal(found.known, plain, equal_nan=plain.dtype.kind == "f"):
        link.session.decisions.sure = False  # nobody knows what was written
        forget(value)
        return None
    return found


def forget(value: Any) -> None:
    """From here on a value is what it is now: what it was made from is noted as it was."""
    found, value._link.fact = value._link.fact, None
    if found is not None:
        found.take()


def changed(array: Any) -> None:
    """The memory of an array is written to: what looks at it is no row any more."""
    if type(array) is not LiftedArray or (session := active()) is None:
        return
    from notebook_ad.lifted.memory import root_of

    memory = array._store if array._store is not None else session.stores.get(id(root_of(array)))
    if memory is not None:
        memory.changes += 1
        for link in memory.facts:
            if link.fact is not None:
                link.fact.take()
                link.fact = None
        memory.facts.clear()


def discretes(values: list[Any]) -> list[Any]:
    """Those of some lifted values that are rows without a gradient."""
    return [v for v in values if discrete_of(v) is not None]


def follow(
    wrapped: Any,
    recorded: Any,
    operands: list[Any],
    again: Callable[[], Callable[..., Any]] | None,
    label: str,
    session: Session,
) -> bool:
    """Give a result that no gradient passes its row, or its rows; False where it can have none.

    Args:
        recorded: what the rule made of the operands; again: makes the plain function of the operands.
    """
    if type(recorded) is Discrete and type(wrapped) in KINDS and _agrees(recorded, wrapped._plain):
        _tie(wrapped, recorded)
        return True
    parts = list(wrapped) if type(wrapped) in (tuple, list) else [wrapped]
    if again is None or type(state.get()) is not Trace or not session.here() or not all(map(_can_be, parts)):
        return False
    from notebook_ad.lifted.record import node

    function, given = again(), [node(v) for v in operands]
    for i, part in enumerate(parts):
        outcome = np.array(part._plain) if type(part) is LiftedArray else part._plain
        made = fact(function if parts[0] is wrapped else partial(_part, function, i), given, label, outcome)
        if type(made) is Discrete:
            _tie(part, made)
    return True


def _agrees(t: Discrete, plain: Any) -> bool:
    same = t.dtype == plain.dtype and plain.dtype in DTYPES and t.shape == np.shape(plain)
    return same and np.array_equal(t.known, plain, equal_nan=plain.dtype.kind == "f")


def _can_be(value: Any) -> bool:
    return type(value) in KINDS and value.dtype in DTYPES and value._link.session is not None


def _tie(value: Any, t: Discrete) -> None:
    link = value._link
    link.fact = t
    if type(value) is LiftedArray and value._store is not None:
        link.changes = value._store.changes
        value._store.facts.append(link)


def _part(function: Callable[..., Any], i: int, *values: Any) -> Any:
    return function(*values)[i]
