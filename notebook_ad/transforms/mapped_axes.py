"""Which axes vmap goes along: in_axes and out_axes as trees like arguments and results, and what their errors name."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor.messages import place

Axes = int | None | Sequence[Any] | dict[str, Any]


class Spot(NamedTuple):
    """A leaf of an argument or result: its name for messages, and the axis of its examples (None: shared by all)."""

    name: str
    leaf: Any
    axis: int | None

    def __str__(self) -> str:
        return f"{self.name} of shape {np.shape(self.leaf)}"


def of_arguments(fun: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], in_axes: Axes) -> list[Spot]:
    """The leaves of all arguments in order. Keywords are along axis 0, as in JAX; those without axes are shared.

    Raises:
        TypeError: in_axes holds something else than integers and None.
        ValueError: it is no tree like the arguments.
        ShapeError: an argument lacks the axis.
    """
    if not isinstance(in_axes, int | tuple | list | None) and not hasattr(in_axes, "__index__"):
        raise TypeError(
            f"vmap: in_axes is an int, None or a tuple with one for each argument, not {in_axes!r}{place()}"
        )
    axes = list(in_axes) if isinstance(in_axes, tuple | list) else [in_axes] * len(args)
    if len(axes) != len(args):
        raise ValueError(f"vmap: in_axes has {len(axes)} entries for {len(args)} arguments{place()}")
    spots: list[Spot] = []
    for name, arg, axis in zip(_names(fun, args), args, axes, strict=True):
        spots += spread(arg, axis, f"argument {name}", "in_axes")
    for key in sorted(kwargs):
        for spot in spread(kwargs[key], None, f"argument {key}", "in_axes"):
            spots.append(spot._replace(axis=0 if _dimensions(spot.leaf) else None))
    return [_checked(spot, "in_axes", _dimensions(spot.leaf)) for spot in spots]


def _dimensions(leaf: Any) -> int:
    return 0 if isinstance(leaf, str | bytes) else int(getattr(leaf, "ndim", 0))


def _names(fun: Callable[..., Any], args: Sequence[Any]) -> list[str]:
    """The function's names for its positional arguments; numbers where it has none."""
    try:
        parameters = list(inspect.signature(fun).parameters.values())
    except (TypeError, ValueError):
        return [str(i) for i in range(len(args))]
    names: list[str] = []
    for p in parameters:
        if p.kind is p.VAR_POSITIONAL:
            names += [f"{p.name}[{i}]" for i in range(len(args) - len(names))]
        elif p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            names.append(p.name)
    return [names[i] if i < len(names) else str(i) for i in range(len(args))]


def spread(tree: Any, axes: Any, name: str, what: str) -> list[Spot]:
    """An axis for each leaf of a tree, from an axis for all or a tree of axes like it, or like its upper part."""
    if axes is None or (hasattr(axes, "__index__") and not isinstance(axes, bool)):
        return [Spot(path, leaf, None if axes is None else operator.index(axes)) for path, leaf in _paths(tree, name)]
    if not isinstance(axes, dict | list | tuple):
        raise TypeError(f"vmap: {what} holds integers and None, not {axes!r} for {name}{place()}")
    if not _alike(tree, axes):
        raise ValueError(f"vmap: {what} {axes!r} is no tree like {name}, which is {_form(tree)}{place()}")
    return [spot for key, item in _items(tree) for spot in spread(item, axes[key], f"{name}[{key!r}]", what)]


def _alike(tree: Any, axes: Any) -> bool:
    if isinstance(axes, dict):
        return isinstance(tree, dict) and tree.keys() == axes.keys()
    return isinstance(tree, list | tuple) and len(tree) == len(axes)


def _items(tree: Any) -> list[tuple[Any, Any]]:
    return [(key, tree[key]) for key in sorted(tree)] if isinstance(tree, dict) else list(enumerate(tree))


def _paths(tree: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(tree, dict | list | tuple):
        for key, item in _items(tree):
            yield from _paths(item, f"{name}[{key!r}]")
    elif tree is not None:
        yield name, tree


def _form(tree: Any) -> str:
    if isinstance(tree, dict):
        return f"a dict with {', '.join(map(repr, sorted(tree))) or 'nothing'}"
    if isinstance(tree, list | tuple):
        return f"a {type(tree).__name__} of {len(tree)}"
    return f"an array of shape {np.shape(tree)}" if hasattr(tree, "shape") else f"a {type(tree).__name__}"


def _checked(spot: Spot, what: str, ndim: int) -> Spot:
    if spot.axis is None:
        return spot
    if not -ndim <= spot.axis < ndim:
        raise ShapeError(
            f"vmap: {spot} has no axis {spot.axis}{place()}; change {what}, "
            + (
                "or pass None for what all examples share"
                if what == "in_axes"
                else "which counts the examples' axis too"
            )
        )
    return spot._replace(axis=spot.axis % ndim)


def size_of(spots: Sequence[Spot], axis_size: int | None) -> int:
    """How many examples there are.

    Raises:
        ShapeError: the arguments hold different numbers of them, or none.
    """
    along = [spot for spot in spots if spot.axis is not None]
    sizes = {int(np.shape(spot.leaf)[spot.axis]) for spot in along if spot.axis is not None}
    if axis_size is not None:
        sizes.add(operator.index(axis_size))
    if not sizes:
        raise ShapeError(
            f"vmap: the arguments hold no examples{place()}: in_axes names no axis; give one, or axis_size"
        )
    if len(sizes) > 1:
        told = [] if axis_size is None else [f"axis_size is {axis_size}"]
        told += [
            f"{spot} has {np.shape(spot.leaf)[spot.axis]} along axis {spot.axis}"
            for spot in along
            if spot.axis is not None
        ]
        counts = " and ".join(map(str, sorted(sizes)))
        raise ShapeError(
            f"vmap: the arguments hold {counts} examples{place()}: {', '.join(told)}; they must hold equally many"
        )
    return sizes.pop()


def of_results(result: Any, out_axes: Axes, ndims: Sequence[int]) -> list[Spot]:
    """The leaves of the result in order, each with the axis where its examples go.

    Args:
        ndims: number of axes of each leaf of one example.

    Raises:
        ValueError: out_axes is no tree like the result.
        ShapeError: a leaf has no such axis.
    """
    spots = spread(result, out_axes, "the result", "out_axes")
    return [_checked(spot, "out_axes", ndim + 1) for spot, ndim in zip(spots, ndims, strict=True)]
