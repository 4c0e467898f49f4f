"""vmap's rules for functions without a derivative: comparisons, argmax, searches, counts; each on all examples at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.facts import decided
from notebook_ad.tensor.library import counting, searching, signals, trimming, ufuncs
from notebook_ad.tensor.pytorch import choosing, reductions, running
from notebook_ad.tensor.tensor import Tensor, constant
from notebook_ad.transforms.batching_rules.axes import shifted
from notebook_ad.transforms.batching_rules.examples import Examples, Static

Function = Callable[..., Any]
Decision = Callable[[Examples, Function, Sequence[Any], Static], Any]  # None: on each example


def ask(function: Function, operands: Sequence[Any], static: Static) -> Any:
    """The function of tensors of lower levels."""
    name = getattr(function, "__name__", "a function of values")
    return tensor_of(decided(partial(function, **static) if static else function, operands, name))


def tensor_of(outcome: Any) -> Tensor:
    """A decision as a tensor."""
    return outcome if isinstance(outcome, Tensor) else constant(outcome)


def _of_elements(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    return ask(function, of.aligned(operands), static)


def _decimals(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    """Of the first operand; any other is an option."""
    return ask(function, [of.own(operands[0]), *operands[1:]], static)


def _over(names: Sequence[str], default: Any) -> Decision:
    """A function along axes, whose arguments after the array are these; no axis is all elements."""

    def rule(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
        x, *options = operands
        if len(options) > len(names):
            return None
        given = {"axis": default, **static, **dict(zip(names, options, strict=False))}
        held, axis = of.own(x), given["axis"]
        if axis is None:
            kept = given.pop("keepdims", False)
            flat = shaping.reshape(held, (of.count, x.size))
            found = ask(function, [flat], {**given, "axis": 1})
            return shaping.reshape(found, (of.count, *(1,) * x.ndim)) if kept is True else found
        return ask(function, [held], {**given, "axis": shifted(axis, x.ndim)})

    return rule


def _lexsort(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    ndim = operands[0].ndim
    return ask(function, list(map(of.whole, operands)), {"axis": shifted(static["axis"], ndim)})


def _searchsorted(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    """Where the sorted arrays differ: how many elements come before (NaN after all others)."""
    a, v = map(tensor_of, operands)
    if not of.is_own(a):
        return ask(function, [a, of.own(v)], static)
    line, held = of.padded(a, v.ndim + 1, (*(1,) * v.ndim, a.size)), of.padded(v, v.ndim + 1, (*v.shape, 1))
    left = static["side"] == "left"
    before = (line < held) | (np.isnan(held) & ~np.isnan(line)) if left else (line <= held) | np.isnan(held)
    return np.sum(before, axis=-1)


def _digitize(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    """Between edges that fall the count is of those above."""
    x, bins = map(tensor_of, operands)
    if not of.is_own(bins):
        return ask(function, [of.own(x), bins], static)
    held, line = of.padded(x, x.ndim + 1, (*x.shape, 1)), of.padded(bins, x.ndim + 1, (*(1,) * x.ndim, bins.size))
    rising = line[..., :1] <= line[..., -1:]
    up, down = (line < held, line >= held) if static["right"] else (line <= held, line > held)
    return np.sum(np.where(rising, up, down), axis=-1).astype("int64")


def _isin(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    x, among = map(tensor_of, operands)
    if not of.is_own(among):
        return ask(function, [of.own(x), among], static)
    held = of.padded(x, x.ndim + 1, (*x.shape, 1))
    found = np.any(held == of.padded(among, x.ndim + 1, (*(1,) * x.ndim, among.size)), axis=-1)
    return ~found if static["invert"] else found


def _bins(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    a, edges = operands
    return None if of.is_own(edges) else ask(function, [of.own(a), edges], static)


def _bincount(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    """The numbers of each example moved to a range of its own; their largest decides how many counts there are."""
    x = of.whole(tensor_of(operands[0]))
    if type(x) is not Tensor or not x.size:
        return None
    largest = np.max(x._value, axis=1) + 1
    lengths = np.maximum(largest, static["minlength"])
    if np.min(x._value) < 0 or np.any(lengths != lengths[0]):
        return None
    length = int(lengths[0])
    apart = x + np.arange(of.count)[:, None] * length
    return shaping.reshape(ask(function, [shaping.reshape(apart, -1)], {"minlength": of.count * length}), (-1, length))


def _same(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    """One truth for each example."""
    x, y = map(tensor_of, operands[:2])
    if len(operands) > 2 or (static.get("equal_nan") and function is not np.allclose):
        return None
    if function is np.array_equal and x.shape != y.shape:
        return constant(np.zeros(of.count, bool))
    try:
        np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        return constant(np.zeros(of.count, bool)) if function is np.array_equiv else None
    near = ask(np.isclose if function is np.allclose else np.equal, of.aligned([x, y]), static)
    return np.all(near, axis=tuple(range(1, near.ndim)))


def _rank(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    several = any(np.ndim(static.get(key, 0)) for key in ("tol", "rtol"))
    return None if operands[0].ndim < 2 or several else ask(function, [of.own(operands[0])], static)


OF_AXES = ("axis", "out", "keepdims")
DECISIONS: dict[Function, Decision] = {
    **dict.fromkeys((np.isclose, np.asarray, trimming.along_one, trimming.in_flat, ufuncs.exponent_of), _of_elements),
    signals.turns_of: _over((), None),
    **dict.fromkeys(
        (np.round, np.around, np.fix, np.isreal, np.iscomplex, np.isneginf, np.isposinf, np.signbit), _decimals
    ),
    **dict.fromkeys(
        (np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.all, np.any, np.count_nonzero), _over(OF_AXES, None)
    ),
    np.argsort: _over(("axis", "kind"), -1),
    **dict.fromkeys(
        (reductions.middle, running._last_record, choosing._order, searching._argpartition), _over((), None)
    ),
    **dict.fromkeys((np.allclose, np.array_equal, np.array_equiv), _same),
    searching._lexsort: _lexsort, searching._searchsorted: _searchsorted, searching._digitize: _digitize,
    searching._isin: _isin, counting.bins_of: _bins, counting.bincounts: _bincount, np.linalg.matrix_rank: _rank,
}  # fmt: skip


def all_at_once(of: Examples, function: Function, operands: Sequence[Any], static: Static) -> Any:
    """What the function says of all examples, along the first axis; None where it has to be asked of each."""
    if isinstance(function, np.ufunc) and not static:
        return function(*of.aligned(operands))
    rule = DECISIONS.get(function)
    return None if rule is None else rule(of, function, operands, static)
