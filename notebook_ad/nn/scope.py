"""Every call of a module is a scope of the picture: the rows recorded meanwhile carry its path."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from notebook_ad.nn.naming import name_parameters, path_in
from notebook_ad.tensor.ambient import Scope, Trace, state

if TYPE_CHECKING:
    from notebook_ad.nn.module import Module


def traced() -> bool:
    """Whether a picture is being recorded."""
    return type(state.get()) is Trace


def in_scope(module: Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`forward` as a scope, where a picture is being recorded; else `forward`."""
    now = state.get()
    if not isinstance(now, Trace):
        return forward(*args, **kwargs)
    outer = now.scope
    if outer is None:
        name_parameters(module)  # by their paths from the outermost module: a part may have been changed since
    now.scope = Scope(path_of(module, outer), type(module).__name__, module, outer)
    try:
        return forward(*args, **kwargs)
    finally:
        now.scope = outer


def path_of(module: Module, outer: Scope | None) -> str:
    """The module's path from the outermost one that is being called; empty for that one itself."""
    if outer is None:
        return ""
    within = path_in(outer.owner, module) or type(module).__name__
    return f"{outer.path}.{within}" if outer.path else within
