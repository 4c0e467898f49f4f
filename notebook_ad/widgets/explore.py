"""`ad.explore(f, a=(-3, 3))`: the graph of a function, whose arguments are dragged."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.replay import Replay
from notebook_ad.graph.snapshot import graph_and_places
from notebook_ad.lifted.nearest import nearest
from notebook_ad.tensor.ambient import trace
from notebook_ad.tensor.making import tensor
from notebook_ad.tensor.tensor import Tensor, describe
from notebook_ad.widgets import display
from notebook_ad.widgets.drawing import Range
from notebook_ad.widgets.listing import Listing, listing
from notebook_ad.widgets.ranges import is_number, start_and_range
from notebook_ad.widgets.state import State
from notebook_ad.widgets.unused import with_unused


def explore(f: Callable[..., Any], /, **ranges: Any) -> None:
    """Show the graph of `f` with a slider for each argument; the numbers follow, and where `f` branches, the graph too.

    >>> explore(lambda a, b: a * b + a, a=(0, 3), b=2.0)  # outside a notebook: the table
    output = 4.5
    leaf  value  ∂output/∂leaf
    a     1.5    3
    b     2      1.5

    Args:
        f: takes tensors, gives a number that depends on them. It is called again when a branch in it falls otherwise.
        ranges: of each argument: `(low, high)`, `(low, high, step)`, a number to start at, or an array, whose elements
            are picked. Arguments with a number as their default may be left out.

    Raises:
        TypeError: an argument is missing or unknown, or its range is none; `f` gives no number.
    """
    if not callable(f):
        raise TypeError(f"explore: {f!r} is no function; give one, as in ad.explore(f, a=(-3, 3))")
    signature = inspect.signature(f)
    given = _given(f, signature, ranges)
    known = {name: start_and_range(name, x, _default(signature, name)) for name, x in given.items()}
    starts = {name: start for name, (start, _) in known.items()}
    sliders: dict[str, Range] = {name: slider for name, (_, slider) in known.items()}
    function = Explored(f, signature, starts)
    graph, replay = function.run()
    display.show(graph, state=State(graph, replay, rerun=function.again, ranges=sliders))


class Explored:
    """A function and where its arguments start."""

    def __init__(self, f: Callable[..., Any], signature: inspect.Signature, starts: dict[str, Any]) -> None:
        self.f, self.signature, self.starts = f, signature, starts
        self.listing: Listing = listing(f)

    def again(self, moved: Mapping[str, Any]) -> tuple[Graph, Replay | None]:
        """Call it on moved values.

        Raises:
            RuntimeError: it raises there, or gives no number.
        """
        try:
            return self.run(moved)
        except Exception as problem:
            text = problem if isinstance(problem, Refused) else f"{type(problem).__name__}: {problem}"
            raise RuntimeError(f"{text}. Move back, or press reset") from problem

    def run(self, moved: Mapping[str, Any] = MappingProxyType({})) -> tuple[Graph, Replay | None]:
        """Its graph, with what calculates it again."""
        with trace(self.listing.place):
            leaves = {name: tensor(moved.get(name, start), name=name) for name, start in self.starts.items()}
            result = self._call(leaves)
            if result.name is None and (name := getattr(self.f, "__name__", "")).isidentifier():
                result.name = name
            graph, ids = graph_and_places(result, None, self.listing.text, (), {})
            return with_unused(result, graph, ids, leaves)

    def _call(self, leaves: dict[str, Tensor]) -> Tensor:
        bound = self.signature.bind_partial()
        for name, leaf in leaves.items():
            if name in self.signature.parameters:
                bound.arguments[name] = leaf
            else:
                bound.arguments.setdefault(_keywords(self.signature), {})[name] = leaf
        try:
            result = self.f(*bound.args, **bound.kwargs)
        except Exception as error:
            error.add_note(f"ad.explore called {_call(self.f, leaves)}; give ranges in which it works")
            raise
        if not isinstance(result, Tensor) or not result.requires_grad:
            what = "a tensor" if isinstance(result, Tensor) else f"{type(result).__name__} {result!r:.40}"
            raise Refused(
                f"{_call(self.f, leaves)} gives {what} that depends on none of its arguments: return a number computed from "
                "them by operators, NumPy or notebook_ad (math and float() cut the graph)"
            )
        if result.size != 1:
            raise Refused(
                f"{_call(self.f, leaves)} gives {describe(result)}: return one number, for example its .sum()"
            )
        return result


class Refused(TypeError):
    """The function gives nothing that can be shown."""


def _call(f: Any, leaves: Mapping[str, Tensor]) -> str:
    values = ", ".join(f"{name}=…" if leaf.shape else f"{name}={leaf.item():g}" for name, leaf in leaves.items())
    return f"{getattr(f, '__name__', 'f')}({values})"


def _given(f: Any, signature: inspect.Signature, ranges: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of each argument: its range, else its default."""
    name = getattr(f, "__name__", "f")
    parameters = {p.name: p for p in signature.parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    if not _keywords(signature):
        for unknown in ranges.keys() - parameters.keys():
            raise TypeError(f"explore: {name} has no argument {unknown!r}; {nearest(unknown, parameters)}")
    given = {}
    for p in parameters.values():
        if p.name in ranges:
            given[p.name] = ranges[p.name]
        elif is_number(p.default):
            given[p.name] = p.default
        elif p.default is p.empty:
            raise TypeError(f"explore: what is {p.name}? Give its range, as in ad.explore({name}, {p.name}=(-3, 3))")
    given |= {key: x for key, x in ranges.items() if key not in given}
    if not given:
        raise TypeError(f"explore: {name} has no argument to move; give a function of one or more numbers")
    return given


def _keywords(signature: inspect.Signature) -> str:
    return next((p.name for p in signature.parameters.values() if p.kind is p.VAR_KEYWORD), "")


def _default(signature: inspect.Signature, name: str) -> Any:
    return signature.parameters[name].default if name in signature.parameters else None
