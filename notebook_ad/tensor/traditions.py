"""Methods that NumPy and PyTorch both have: NumPy's meaning, unless the call is written in PyTorch's way.

PyTorch's way is one of its keywords (`dim=`, `keepdim=`, `unbiased=` …), or arguments that NumPy's method cannot take
(`x.sum(0, True)`, `x.transpose(0, 1)`). docs/differences.md lists what is written alike and means two things.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from notebook_ad.tensor.messages import place

Method = Callable[..., Any]
KEYWORDS = frozenset(
    {
        "dim",
        "keepdim",
        "unbiased",
        "descending",
        "dim0",
        "dim1",
        "dim2",
        "start_dim",
        "end_dim",
        "as_tuple",
        "other",
        "k",
    }
)
ALIASES = {"axis": "dim", "keepdims": "keepdim"}  # NumPy's keywords, which PyTorch takes too


def either(numpy: Method, torch: Method, written: Callable[..., bool] | None = None) -> Method:
    """A method of both traditions.

    Args:
        written: whether positional arguments are PyTorch's.
    """
    name = torch.__name__

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if (kwargs and not KEYWORDS.isdisjoint(kwargs)) or (args and written is not None and written(*args)):
            return torch(self, *args, **with_dims(name, kwargs))
        return numpy(self, *args, **kwargs)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"As NumPy's `{name}`; with PyTorch's keywords as PyTorch's: {torch.__doc__}"
    return method


def torch_only(torch: Method) -> Method:
    """A method that PyTorch alone has; `axis` and `keepdims` are understood as `dim` and `keepdim`."""

    @functools.wraps(torch)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return torch(self, *args, **(with_dims(torch.__name__, kwargs) if kwargs else kwargs))

    return method


def with_dims(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Keywords under PyTorch's names.

    Raises:
        TypeError: one is given under both.
    """
    for theirs, ours in ALIASES.items():
        if theirs in given:
            if ours in given:
                raise TypeError(f"{name}: {theirs} and {ours} are one argument{place()}; give one of them")
            given[ours] = given.pop(theirs)
    return given


def second_is_bool(*args: Any) -> bool:
    """`x.sum(0, True)`: NumPy's second argument is a dtype or an array."""
    return len(args) > 1 and type(args[1]) is bool


def any_is_bool(*args: Any) -> bool:
    """`x.var(False)`, `x.var(0, True)`."""
    return any(type(a) is bool for a in args[:2])
