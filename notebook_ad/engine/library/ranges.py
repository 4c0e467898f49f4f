"""Evenly spaced numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import host


def _linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    spaced = np.linspace(start, stop, num, endpoint, axis=axis)
    return spaced.astype(np.result_type(start, stop), copy=False)


def _along(num: int, endpoint: bool, axis: int, g: Any) -> Any:
    """How much of `stop` is in each number, along the axis of the result."""
    part = np.arange(num) / max(num - 1 if endpoint else num, 1)
    shape = [1] * np.ndim(g)
    shape[axis] = num
    return part.astype(g.dtype).reshape(shape)


def _start_rule(g: Any, z: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    return np.sum(g * (1 - _along(num, endpoint, axis, g)), axis=axis)


def _stop_rule(g: Any, z: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    return np.sum(g * _along(num, endpoint, axis, g), axis=axis)


linspace = host("linspace", "linspace", _linspace, (_start_rule, _stop_rule), rule="Σ upstream × share of the end")
