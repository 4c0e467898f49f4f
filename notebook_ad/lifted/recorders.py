"""How a NumPy function is done on the tape: by its rule, with the operands of the call."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.lifted import constants, taping
from notebook_ad.lifted.arguments import nodes
from notebook_ad.lifted.numpy_functions import LISTS, NESTED, OPERANDS, ORDERED, is_operand
from notebook_ad.lifted.values import LiftedInt, plain


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
