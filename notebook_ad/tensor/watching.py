"""Hooks on gradients, and the gradients of intermediates that `retain_grad` asks for."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Meta, Tensor, constant, describe, meta_of, plain

Hook = Callable[[Tensor], Tensor | None]


@dataclass(slots=True, eq=False)
class Watch:
    """What wants to see a tensor's gradient: hooks by key, and whether it is kept in `.grad`."""

    hooks: dict[int, Hook] = field(default_factory=dict)
    retain: bool = False


class Handle:
    """What `register_hook` gives: `remove()` takes the hook away. Also a context manager, as PyTorch's."""

    _keys = itertools.count()

    def __init__(self, hooks: dict[int, Hook], hook: Hook) -> None:
        self._hooks, self._key = hooks, next(self._keys)
        hooks[self._key] = hook

    def remove(self) -> None:
        """Take the hook away; nothing happens where it is gone already."""
        self._hooks.pop(self._key, None)

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


def register_hook(self: Tensor, hook: Hook) -> Handle:
    """Call `hook(gradient)` whenever a backward has this tensor's gradient; what it returns replaces it. As PyTorch's.

    Raises:
        RuntimeError: the tensor requires no gradient.
    """
    return Handle(_watch(self, "register_hook").hooks, hook)


def retain_grad(self: Tensor) -> None:
    """Have backward fill `.grad` of this intermediate too. As PyTorch's; nothing changes for a leaf.

    Raises:
        RuntimeError: the tensor requires no gradient.
    """
    if not self.is_leaf or not self.requires_grad:
        _watch(self, "retain_grad").retain = True


def _watch(t: Tensor, what: str) -> Watch:
    if not t.requires_grad:
        raise RuntimeError(f"{what} on {describe(t)}, which does not require a gradient{place()}")
    meta = meta_of(t)
    watch: Watch | None = meta.watch
    if watch is None:
        meta.watch = watch = Watch()
        if t._segment is not None and not meta.leaf:
            segment, row = t._segment.imports.get(t._id, (t._segment, t._id))
            segment.hook(row, lambda gradient: seen(meta, gradient))
    return watch


def seen(meta: Meta, gradient: Any) -> Any:
    """Show a complete gradient (a number, an array, or a tensor) to who watches; gives the one to go on with."""
    watch = meta.watch
    if watch is None:
        return gradient
    given = isinstance(gradient, Tensor)
    now = gradient if given else constant(np.array(gradient) if isinstance(gradient, np.ndarray) else gradient)
    for hook in list(watch.hooks.values()):
        if (found := hook(now)) is not None:
            now = _like(found, now)
    if watch.retain and not meta.leaf:
        accumulate(meta, now if given else now._value)
    return now if given else now._value


def _like(found: Any, old: Tensor) -> Tensor:
    t = found if isinstance(found, Tensor) else constant(found)
    if t.shape != old.shape:
        raise ValueError(f"a hook returned a gradient of shape {t.shape}; it must have {old.shape}, or be None")
    return t if t.dtype == old.dtype or t.requires_grad else constant(plain(np.asarray(t._value, old.dtype)))


def accumulate(meta: Meta, contribution: Any) -> None:
    """Add to `.grad`: never in place, as others may hold the old one."""
    if meta.grad is None:
        meta.grad = contribution
    elif isinstance(contribution, Tensor) or (isinstance(meta.grad, Tensor) and meta.grad.requires_grad):
        meta.grad = _tensor(meta.grad) + _tensor(contribution)
    else:
        before = meta.grad._value if isinstance(meta.grad, Tensor) else meta.grad
        with np.errstate(all="ignore"):
            meta.grad = before + contribution


def _tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else constant(value)
