"""Functions that read numbers in C, where a lifted value would go unseen: what stands in for each during a run."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from notebook_ad.lifted import chosen, cuts, readings
from notebook_ad.lifted.arguments import dressed, lifted_in, strip
from notebook_ad.lifted.conversions import as_complex, as_float, as_int, numpy_scalar, type_of
from notebook_ad.lifted.left import ARITHMETIC, added, by_operator, divided, power
from notebook_ad.lifted.math_calls import MATH, added_up, in_math
from notebook_ad.lifted.numpy_calls import numpy_call
from notebook_ad.lifted.object_arrays import made
from notebook_ad.lifted.per_element import from_iterable
from notebook_ad.lifted.record import finish, node, session_of
from notebook_ad.lifted.session import active
from notebook_ad.lifted.statistics_calls import STATISTICS
from notebook_ad.lifted.values import LIFTED, LiftedArray, is_live
from notebook_ad.lifted.where import call_at, caller


def total(iterable: Iterable[Any], /, start: Any = 0) -> Any:
    """The builtin `sum`."""
    items = list(readings.each(iterable))
    lifted = [v for v in (*items, start) if type(v) in LIFTED]
    session = session_of(lifted)
    if session is None:
        return call_at(caller(), sum, (items, start), {})
    if all(_is_summable(v) for v in items):
        result = call_at(caller(), sum, (strip(items), strip(start)), {})
        return finish(result, lifted, lambda: added_up([node(v) for v in items], node(start)), "sum", session)
    result = start
    for v in items:
        result = added(result, v)
    return result


def _is_summable(value: Any) -> bool:
    kind = type(value)
    return kind in LIFTED or kind in (int, float, bool, np.ndarray) or isinstance(value, np.generic)


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

    return dressed(choose, function)


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

    return dressed(make, function)


def is_live_in(value: Any) -> bool:
    """Whether a run that is going on lifted something in a value."""
    return any(map(is_live, lifted_in(value, [])))


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
