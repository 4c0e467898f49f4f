"""Objects of libraries with operators of their own in Python (sparse matrices, data frames), which take values only."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from notebook_ad.lifted import cuts
from notebook_ad.lifted.session import active
from notebook_ad.lifted.where import call_at, caller, owner_of

_KNOWN: dict[type, bool] = {}


def is_foreign(value: Any) -> bool:
    """Whether a library's type has operators of its own, in Python, that may take the values of a lifted operand."""
    kind = type(value)
    found = _KNOWN.get(kind)
    if found is None:
        method = getattr(kind, "__matmul__", None) or getattr(kind, "__mul__", None)
        found = _KNOWN[kind] = type(method) is FunctionType and owner_of(method.__code__) == "library"
    return found


def asked(name: str, x: Any, other: Any, result: Any) -> Any:
    """What `x ⊙ other` gives where x itself gave `result`: a foreign right operand is asked here, and noted if it cuts."""
    if result is not NotImplemented or not is_foreign(other) or (session := active()) is None:
        return result
    method = getattr(other, f"__r{name}__", None)
    if method is None:
        return result
    before = session.recorded, session.cuts
    result = call_at(caller(), method, (x,), {})
    if result is not NotImplemented:
        cuts.examine(session, method, (x,), {}, result, before)
    return result
