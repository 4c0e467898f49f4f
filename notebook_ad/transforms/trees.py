"""Nested lists, tuples and dicts of arrays: taken apart into leaves and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any


def leaves(tree: Any) -> list[Any]:
    """The leaves in order; dicts by sorted keys, None has none (as in JAX)."""
    if tree is None:
        return []
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in leaves(tree[key])]
    if isinstance(tree, list | tuple):
        return [leaf for item in tree for leaf in leaves(item)]
    return [tree]


def rebuild(tree: Any, values: Sequence[Any]) -> Any:
    """A tree of the same structure with other leaves.

    Raises:
        ValueError: their number is another.
    """
    count = len(leaves(tree))
    if len(values) != count:
        raise ValueError(f"{len(values)} values for a structure of {count} leaves")
    return _rebuilt(tree, iter(values))


def _rebuilt(tree: Any, source: Iterator[Any]) -> Any:
    if tree is None:
        return None
    if isinstance(tree, dict):
        made = {key: _rebuilt(tree[key], source) for key in sorted(tree)}
        return type(tree)((key, made[key]) for key in tree)
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(_rebuilt(item, source) for item in tree))
    if isinstance(tree, list | tuple):
        return type(tree)(_rebuilt(item, source) for item in tree)
    return next(source)


def map_leaves(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """`function` of the leaves of one tree, or of several of the same structure."""
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
