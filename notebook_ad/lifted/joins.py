"""`np.r_[…]` and `np.c_[…]`, which read their parts in C."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.arguments import lifted_in, nodes, strip
from notebook_ad.lifted.record import finish, session_of
from notebook_ad.lifted.where import call_at, caller

f = taping.functions


class Join:
    """Stands in for one of them where an element is read."""

    __slots__ = ("_join",)

    def __init__(self, join: Any) -> None:
        self._join = join

    def __getattr__(self, name: str) -> Any:
        return getattr(self._join, name)

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        lifted = lifted_in(list(parts), [])
        stripped = tuple(map(strip, parts)) if isinstance(key, tuple) else strip(key)
        result = call_at(caller(), self._join.__getitem__, (stripped,), {})
        if not lifted:
            return result
        known = not any(isinstance(p, str | slice) for p in parts)
        record = (lambda: self._record(parts)) if known else None
        return finish(result, lifted, record, "np.r_" if self._join is np.r_ else "np.c_", session_of(lifted))

    def _record(self, parts: tuple[Any, ...]) -> Any:
        width = 1 if self._join is np.r_ else 2
        shapes = [(-1,) + (1,) * (width - 1) if np.ndim(strip(p)) < width else np.shape(strip(p)) for p in parts]
        given = [nodes(p) for p in parts]
        return f.concatenate(
            [
                f.reshape(t if isinstance(t, taping.Tensor) else taping.constant(t), s)
                for t, s in zip(given, shapes, strict=True)
            ],
            axis=width - 1,
        )


JOINS: dict[int, Join] = {id(join): Join(join) for join in (np.r_, np.c_)}
