"""Functions that call the user's once per element: what it is given and what it gives keep their graph."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.arguments import lifted_in, nodes, strip
from notebook_ad.lifted.guards import read
from notebook_ad.lifted.record import finish, fresh, node, session_of, traced
from notebook_ad.lifted.session import active
from notebook_ad.lifted.values import LiftedArray
from notebook_ad.lifted.where import call_at, caller

f = taping.functions


def vectorized(function: np.vectorize) -> Callable[..., Any]:
    """A call of what `np.vectorize` made."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if not hasattr(function, "pyfunc") or not callable(function.pyfunc):  # np.vectorize(otypes=…) as a decorator
            return function(*args, **kwargs)
        given, plain_args = list(args), strip(args)
        read(active(), lifted_in([args, kwargs], []), "np.vectorize")
        simple = not kwargs and function.signature is None and not function.excluded and _in_order(plain_args)
        shape = np.broadcast_shapes(*map(np.shape, plain_args)) if simple and plain_args else ()
        size = int(np.prod(shape))
        probes = int(function.otypes is None and not function.cache)
        gave: list[Any] = []
        taker: Any = copy.copy(function)
        arrays = [np.broadcast_to(_index_of(v), shape).reshape(-1) for v in plain_args] if simple else []

        def once(*elements: Any, **named: Any) -> Any:
            place = len(gave) - probes if len(gave) >= probes else 0
            if simple and size and place < size:
                elements = tuple(_element(v, int(a[place]), e) for v, a, e in zip(given, arrays, elements, strict=True))
            result = function.pyfunc(*elements, **named)
            gave.append(result)
            return strip(result)

        taker.pyfunc, taker._ufunc = once, {}
        result = call_at(caller(), taker, plain_args, strip(kwargs))
        outputs = gave[-size:] if size else []
        read(active(), lifted_in(gave, []), "np.vectorize")
        lifted = [v for v in [*lifted_in(args, []), *lifted_in(outputs, [])] if traced(v)]
        if not lifted:
            return fresh(result)
        if type(result) is np.ndarray and result.dtype.hasobject and len(outputs) == result.size:
            return _objects(outputs, result)
        known = simple and len(gave) == size + probes and size > 0
        record = (lambda: _stacked(outputs, shape, isinstance(result, tuple))) if known else None
        operands = lifted_in(outputs, []) if known else lifted
        return finish(result, operands, record, "np.vectorize", session_of(lifted) or active())

    return call


def _stacked(outputs: list[Any], shape: tuple[int, ...], several: bool) -> Any:
    columns = zip(*outputs, strict=True) if several else [outputs]
    results = [f.reshape(f.stack([node(v) for v in column]), shape) for column in columns]
    return results if several else results[0]


def _objects(outputs: list[Any], result: np.ndarray) -> np.ndarray:
    again = np.empty(result.size, object)
    for i, v in enumerate(outputs):
        again[i] = v
    return again.reshape(result.shape)


def _in_order(args: Any) -> bool:
    """Whether NumPy goes through the operands in C order."""
    return all(not isinstance(v, np.ndarray) or v.ndim < 2 or v.flags.c_contiguous for v in args)


def _index_of(value: Any) -> np.ndarray:
    """The places of an operand's elements, counted in C order."""
    shape = np.shape(value)
    return np.arange(int(np.prod(shape))).reshape(shape)


def _element(operand: Any, place: int, given: Any) -> Any:
    """The lifted element that NumPy gave the plain value of, in the same type."""
    while type(operand) in (list, tuple):
        width = int(np.prod(np.shape(strip(operand[0]))))
        operand, place = operand[place // width], place % width
    if type(operand) is LiftedArray:
        operand = operand.reshape(-1)[place] if traced(operand) else given
    if type(operand) is type(given) or not traced(operand):
        return given
    value = operand.item() if type(given) is float and isinstance(operand, np.generic) else operand
    if type(given) is np.float64 and type(strip(operand)) is float:
        value = finish(np.float64(strip(operand)), [operand], lambda: node(operand), "float64", session_of([operand]))
    return value if type(strip(value)) is type(given) and strip(value) == given else given


def from_iterable(iterable: Any, dtype: Any, count: int = -1, **kwargs: Any) -> Any:
    """np.fromiter."""
    items = list(iterable if count < 0 else itertools.islice(iterable, count))
    read(active(), lifted_in(items, []), "np.fromiter")
    result = call_at(caller(), np.fromiter, (strip(items), dtype, count), kwargs)
    lifted = [v for v in lifted_in(items, []) if traced(v)]
    if not lifted:
        return fresh(result)
    return finish(result, lifted, lambda: nodes(items), "np.fromiter", session_of(lifted))
