"""Leaves are decided by value: what becomes of a number, a float array or a container when a name is bound to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.lifted import constants, tensors
from notebook_ad.lifted.link import CONSTANT, Link
from notebook_ad.lifted.memory import Memory, raw_base, same_elements, tensor_of
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.taping import Tensor
from notebook_ad.lifted.values import (
    LEAF_TYPES,
    LIFTED,
    LIFTED_SCALARS,
    LiftedArray,
    is_float_array,
    lifted_array,
    lifted_scalar,
)

DEPTH = 8  # of nested containers
UNLIFTED = {"In", "Out", "_", "__", "___"}  # IPython's own


def bind(session: Session, name: str, position: tuple[int, int]) -> None:
    """Lift what a name was just bound to."""
    if name not in session.namespace:
        return
    session.bound[name] = position
    value = session.namespace[name]
    lifted = lift(session, value, name)
    if lifted is not value:
        session.namespace[name] = lifted


def read(session: Session, names: Iterable[str]) -> None:
    """Lift what the cell reads from the notebook, before it runs; what has two names gets the first of them."""
    for name in names:
        if name not in session.namespace or name in UNLIFTED:
            continue
        value = session.namespace[name]
        known = type(value) in LEAF_TYPES or type(value) in LIFTED
        if known or isinstance(value, np.ndarray | list | tuple | dict | Tensor):
            lifted = lift(session, value, name)
            if lifted is not value:
                session.namespace[name] = lifted


def lift(session: Session, value: Any, name: str, depth: int = DEPTH) -> Any:
    """The value as a leaf of this name; a container with its numbers lifted; anything else as it is."""
    kind = type(value)
    if kind in LEAF_TYPES:
        if not session.accepts(name):
            return value
        link, value = session.leaf(name, value)
        return _noted(session, name, lifted_scalar(value, link))
    if kind in LIFTED_SCALARS:
        return _lifted_again(session, value, name)
    if is_float_array(value):
        return _array(session, value, name)
    if depth and (kind is list or kind is dict or _is_tuple(value)):
        return _container(session, value, name, depth)
    if isinstance(value, Tensor):
        tensors.bound(session, value, name)
    if kind is np.ndarray and value.dtype.kind in "iu":
        constants.note(session, name, value)
    return value


def _noted(session: Session, name: str, value: Any) -> Any:
    session.version(name, value._link)
    return value


def named(session: Session, name: str, link: Link) -> None:
    """Give a node the first name that it is bound to."""
    if link.name is None:
        link.name = name
        if link.tensor is not None and link.tensor.name is None:
            link.tensor.name = name
    session.version(name, link)


def _lifted_again(session: Session, value: Any, name: str) -> Any:
    link: Link = value._link
    if link.session is session and not link.given:
        named(session, name, link)
        return value
    if not session.accepts(name):
        return value
    fresh, plain = session.leaf(name, value._plain, link.grad)
    fresh.instead = link.instead
    return _noted(session, name, lifted_scalar(plain, fresh))


def _array(session: Session, value: Any, name: str) -> Any:
    if type(value) is LiftedArray:
        tensor_of(value)  # a view of memory that a traced value was written to gets its node here
        if value._link.session is session:
            named(session, name, value._link)
            return value
        if session.accepts(name):
            link, given = session.leaf(name, value, value._link.grad)
            if given is not value and not _overwritten(value._plain, given):
                value = lifted_array(np.array(given), CONSTANT)
            value._link, value._store = link, None
            link.kind = np.ndarray
            Memory.attach(value, session, origin=True)
            return _noted(session, name, value)
        constants.note(session, name, value)
        return value
    known = session.rebuilt.get(id(value))
    if known is not None:
        return known[1]
    if session.accepts(name):
        link, given = session.leaf(name, value)
        fits = given is value or _overwritten(value, given)
        lifted = lifted_array(value if fits else np.array(given), link)
        Memory.attach(lifted, session, origin=True)
        session.version(name, lifted._link)
    else:
        lifted = lifted_array(value, CONSTANT)
        constants.note(session, name, lifted)
    session.rebuilt[id(value)] = (value, lifted)
    return lifted


def _overwritten(array: np.ndarray, given: Any) -> bool:
    """Whether an array could be given other contents."""
    if array.flags.writeable:
        array[...] = given
    return array.flags.writeable


def _is_tuple(value: Any) -> bool:
    return type(value) is tuple or (isinstance(value, tuple) and hasattr(value, "_make") and hasattr(value, "_fields"))


def _container(session: Session, value: Any, name: str, depth: int) -> Any:
    """Lists and dicts are changed in place, so that they stay the same; tuples are made anew where they must be."""
    if (known := session.rebuilt.get(id(value))) is not None:
        return known[1]
    if isinstance(value, dict):
        for key in list(value):
            lifted = lift(session, value[key], f"{name}[{key!r}]", depth - 1)
            if lifted is not value[key]:
                value[key] = lifted
        return value
    items = [lift(session, v, f"{name}[{i}]", depth - 1) for i, v in enumerate(value)]
    if all(a is b for a, b in zip(items, value, strict=True)):
        return value
    if isinstance(value, list):
        value[:] = items
        return value
    rebuilt = type(value)._make(items) if hasattr(value, "_make") else tuple(items)
    session.rebuilt[id(value)] = (value, rebuilt)
    session.rebuilt[id(rebuilt)] = (rebuilt, rebuilt)
    return rebuilt


def settle(value: Any, seen: dict[int, tuple[Any, Any]]) -> Any:
    """The plain value again, as if it had never been lifted (`--plain`); containers are changed in place.

    `seen` has what has been settled, by identity, with what it became.
    """
    kind = type(value)
    if kind in LIFTED_SCALARS:
        return value._plain
    if id(value) in seen:
        return seen[id(value)][1]
    seen[id(value)] = value, value
    if kind is LiftedArray:
        base = raw_base(value)
        whole = type(base) is np.ndarray and same_elements(value, base)
        settled = base if whole else value._plain
        if settled.flags.writeable != value.flags.writeable:
            settled.flags.writeable = value.flags.writeable
        seen[id(value)] = value, settled
        return settled
    if kind is np.ndarray and value.dtype.kind == "O" and value.flags.writeable:
        for place, v in np.ndenumerate(value):
            value[place] = settle(v, seen)
    elif kind is list:
        value[:] = [settle(v, seen) for v in value]
    elif kind is dict:
        value.update({k: settle(v, seen) for k, v in value.items()})
    elif _is_tuple(value):
        items = [settle(v, seen) for v in value]
        if any(a is not b for a, b in zip(items, value, strict=True)):
            rebuilt = type(value)._make(items) if hasattr(value, "_make") else tuple(items)
            seen[id(value)] = value, rebuilt
            return rebuilt
    elif isinstance(getattr(value, "__dict__", None), dict) and not isinstance(value, type) and not callable(value):
        for key, v in list(vars(value).items()):
            if type(v) in LIFTED or type(v) in (list, dict, tuple):
                vars(value)[key] = settle(v, seen)
    return value
