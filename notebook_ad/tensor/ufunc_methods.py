"""A ufunc's methods and keywords on tensors: `np.add.reduce`, `np.multiply.outer`, `out=`, `where=`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.facts import decided
from notebook_ad.tensor.library import reductions, running
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place

Function = Callable[..., Any]
REDUCE: dict[Function, Function] = {
    np.add: reductions.sum,
    np.multiply: reductions.prod,
    np.maximum: reductions.max,
    np.minimum: reductions.min,
}
ACCUMULATE: dict[Function, Function] = {np.add: running.cumsum, np.multiply: running.cumprod}
FACTS: dict[Function, Function] = {np.logical_and: np.all, np.logical_or: np.any}
DEFAULTS: dict[str, Any] = {"where": True, "casting": "same_kind", "order": "K", "subok": True}  # else None
CURES = {
    "out": "values on the tape do not change; use the result, y = {name}(x)",
    "where": "choose afterwards, np.where(mask, {name}(x), other)",
    "dtype": "convert with astype(), before or after",
}


def keywords(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """The keywords that say something, without those that are as if left out.

    Raises:
        TypeError: there is an `out`: values on the tape do not change.
    """
    said = {k: v for k, v in given.items() if k in ("axis", "keepdims") or not _default(k, v)}
    if "out" in said:
        refuse(name, ["out"])
    return said


def _default(key: str, value: Any) -> bool:
    if key == "out":
        return value is None or (isinstance(value, tuple) and all(v is None for v in value))
    return value is DEFAULTS.get(key) or (key == "initial" and value is np._NoValue)


def refuse(name: str, keys: Sequence[str]) -> None:
    """Raise for keywords that a function of tensors does not take.

    Raises:
        TypeError: with the cure of the first.
    """
    cure = CURES.get(keys[0], "leave it out").format(name=name)
    raise TypeError(f"{name} of a tensor takes no {'=, '.join(keys)}={place()}; {cure}")


def method(ufunc: Any, name: str, inputs: Sequence[Any], given: dict[str, Any], function: Function | None) -> Any:
    """`ufunc.reduce`, `ufunc.accumulate` or `ufunc.outer`; `function` is what serves the ufunc itself.

    Raises:
        NoDerivative: there is no rule for it.
    """
    full = f"np.{ufunc.__name__}.{name}"
    said = keywords(full, given)
    if name == "reduce" and ufunc in REDUCE:
        return REDUCE[ufunc](inputs[0], **{"axis": 0, **said})
    if name == "reduce" and ufunc in FACTS:
        return decided(partial(FACTS[ufunc], **{"axis": 0, **said}), (tensor_of(inputs[0]),), full)
    if name == "accumulate" and ufunc in ACCUMULATE:
        return ACCUMULATE[ufunc](inputs[0], **{"axis": 0, **said})
    if name == "outer" and function is not None:
        if said:
            refuse(full, list(said))
        left, right = map(tensor_of, inputs)
        return function(f.reshape(left, (*left.shape, *(1,) * right.ndim)), right)
    raise NoDerivative(
        f"{full} has no derivative rule in notebook_ad{place()}. "
        "Write it with supported functions, or detach() the tensor if no gradient should pass"
    )
