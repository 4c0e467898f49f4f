"""Sorting, and a copy in which some elements are set or added to."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import host
from notebook_ad.engine.rules import primal


def _unsorted(g: Any, z: Any, x: Any, axis: int, **static: Any) -> Any:
    """Each sorted element's gradient returns to where it came from; equal elements keep their order (a stable sort)."""
    back = np.argsort(np.argsort(primal(x), axis=axis, kind="stable"), axis=axis)
    return np.take_along_axis(g, back, axis)


sort = host(
    "sort",
    "sort",
    lambda x, axis: np.sort(x, axis),
    (_unsorted,),
    linear="no",
    rule="the upstream, back in the order of the operand",
)


def _unpartitioned(g: Any, z: Any, x: Any, axis: int, **static: Any) -> Any:
    """Operand and result hold the same elements: the one of rank r here is the one of rank r there."""
    ranks = np.argsort(np.argsort(primal(x), axis=axis, kind="stable"), axis=axis)
    places = np.take_along_axis(np.argsort(primal(z), axis=axis, kind="stable"), ranks, axis)
    return np.take_along_axis(g, places, axis)


partition = host(
    "partition",
    "partition",
    lambda x, kth, axis: np.partition(x, kth, axis),
    (_unpartitioned,),
    rule="the upstream, back in the order of the operand",
)


def plain_key(key: Any) -> Any:
    """An index without tensors: integers and masks as arrays, copied, as the caller may still change his."""
    if isinstance(key, tuple):
        return tuple(map(plain_key, key))
    if isinstance(key, list) and not key:
        return np.array(key, np.intp)
    return np.array(key) if hasattr(key, "__array__") or isinstance(key, list) else key


def _set(x: np.ndarray, value: np.ndarray, key: Any) -> np.ndarray:
    key, result = plain_key(key), np.array(x)
    result[key] = np.broadcast_to(value, np.shape(result[key]))
    return result


def _kept(g: Any, z: Any, x: Any, value: Any, key: Any) -> Any:
    keep = np.ones(np.shape(x), bool)
    keep[plain_key(key)] = False
    return np.where(keep, g, np.zeros_like(g))


def _placed(g: Any, z: Any, x: Any, value: Any, key: Any) -> Any:
    """The upstream at the places set; of several values for one place only the last has a gradient."""
    key = plain_key(key)
    owner = np.empty(np.shape(x), np.int64)
    writers = np.arange(owner[key].size).reshape(owner[key].shape)
    owner[key] = writers
    last, picked = owner[key] == writers, np.reshape(g, np.shape(x))[key]
    return picked if np.all(last) else np.where(last, picked, np.zeros_like(picked))


set_at = host(
    "set_at", "[ ]=", _set, (_kept, _placed), rule="the upstream: at the places set to the values, else to the array"
)


def _add(x: np.ndarray, value: np.ndarray, key: Any) -> np.ndarray:
    key, result = plain_key(key), np.array(x)
    np.add.at(result, key, np.broadcast_to(value, np.shape(result[key])))
    return result


add_at = host(
    "add_at",
    "[ ]+=",
    _add,
    (lambda g, z, x, value, key: g, lambda g, z, x, value, key: np.reshape(g, np.shape(x))[plain_key(key)]),
    rule="the upstream, and at the places added to that of the values",
)
