"""Nested lists, tuples and dicts of arrays: taken apart into leaves and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

NODES = (list, tuple, dict)


def leaves(tree: Any) -> list[Any]:
    """The leaves in order; dicts by sorted keys, None has none (as in JAX)."""
    found: list[Any] = []
    _collect(tree, found)
    return found


def _collect(tree: Any, found: list[Any]) -> None:
    if not isinstance(tree, NODES):
        if tree is not None:
            found.append(tree)
    elif isinstance(tree, dict):
        for key in sorted(tree):
            _collect(tree[key], found)
    else:
        for item in tree:
            _collect(item, found)


def rebuild(tree: Any, values: Sequence[Any]) -> Any:
    """A tree of the same structure with other leaves.

    Raises:
        ValueError: their number is another.
    """
    source = iter(values)
    try:
        built = _rebuilt(tree, source)
    except StopIteration:
        raise _other_number(tree, values) from None
    if next(source, source) is not source:
        raise _other_number(tree, values)
    return built


def _other_number(tree: Any, values: Sequence[Any]) -> ValueError:
    return ValueError(f"{len(values)} values for a structure of {len(leaves(tree))} leaves")


def _rebuilt(tree: Any, source: Iterator[Any]) -> Any:
    if not isinstance(tree, NODES):
        return None if tree is None else next(source)
    if isinstance(tree, dict):
        made = {key: _rebuilt(tree[key], source) for key in sorted(tree)}
        return type(tree)((key, made[key]) for key in tree)
    items = [_rebuilt(item, source) for item in tree]
    return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)


def map_leaves(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """`function` of the leaves of one tree, or of several of the same structure."""
    if not others and not isinstance(tree, NODES):
        return None if tree is None else function(tree)
    columns = [leaves(t) for t in (tree, *others)]
    return rebuild(tree, [function(*row) for row in zip(*columns, strict=True)])


def same_structure(a: Any, b: Any) -> bool:
    """Whether two trees differ in their leaves only."""
    return bool(shape_of(a) == shape_of(b))


def shape_of(tree: Any) -> Any:
    """The structure without its leaves, for comparison."""
    if tree is None:
        return None
    if isinstance(tree, dict):
        return {key: shape_of(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree), [shape_of(item) for item in tree]
    return "leaf"
