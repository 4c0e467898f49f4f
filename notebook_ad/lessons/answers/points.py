"""Comparing a formula or a function of the reader with the truth at several points, however it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.numbers import short
from notebook_ad.graph.reading import UnreadableError, called, close, evaluate, number
from notebook_ad.graph.slips import Slip, of_gradient, recognised, scalar
from notebook_ad.lessons.exercises.feedback import Mark

Point = Mapping[str, float]


def formula(
    answer: object, label: str, points: Sequence[Point], truth: Callable[[Point], tuple[float, Sequence[Slip]]]
) -> list[Mark]:
    """One mark for a formula, right when it agrees with the truth at every point, however it is written.

    Args:
        answer: text or a function, see `reading.evaluate`; None is not answered yet.
        label: what was asked for.
        points: where to compare; enough of them, and general enough, to tell formulas apart.
        truth: the right value at a point, with the slips known there.
    """
    if answer is None:
        return [Mark(label, "open")]
    for point in points:
        right, slips = truth(point)
        try:
            found = evaluate(answer, point)
        except UnreadableError as error:
            return [Mark(label, "wrong", str(error))]
        if not close(found, right):
            return [Mark(label, "wrong", _at(point, found, right, recognised(found, right, slips)))]
    return [Mark(label, "right")]


def backward_function(
    answer: object,
    output: str,
    names: Sequence[str],
    points: Sequence[Point],
    graph: Callable[[Point], Graph],
    extra: Callable[[Point], Mapping[str, list[Slip]]],
) -> list[Mark]:
    """One mark for each gradient that a learner's function returns, compared with the engine's at every point.

    Args:
        answer: a function of the leaves that returns their gradients as a dict or in order; None, or a function that
            returns None, is not answered yet.
        output: what is differentiated.
        names: the leaves in order.
        points: where to call it.
        graph: the graph of the same computation at a point.
        extra: further slips at a point, by leaf, that come before those found from the graph.
    """
    labels = {name: f"∂{output}/∂{name}" for name in names}
    marks = {name: Mark(labels[name], "right") for name in names}
    for point in points:
        try:
            found = None if answer is None else _returned(called(_function(answer), point), names)
        except UnreadableError as error:
            return [Mark("your function", "wrong", str(error))]
        if found is None:
            return [Mark(label, "open") for label in labels.values()]
        here, special = graph(point), extra(point)
        for name in names:
            if marks[name].state == "right":
                slips = [*special.get(name, ()), *of_gradient(here, name)]
                marks[name] = _gradient_at(point, labels[name], found[name], scalar(here.grad(name)), slips)
    return list(marks.values())


def _gradient_at(point: Point, label: str, answer: object, right: float, slips: Sequence[Slip]) -> Mark:
    if answer is None:
        return Mark(label, "open")
    try:
        found = number(answer)
    except UnreadableError as error:
        return Mark(label, "wrong", str(error))
    if close(found, right):
        return Mark(label, "right")
    return Mark(label, "wrong", _at(point, found, right, recognised(found, right, slips)))


def _at(point: Point, found: float, right: float, slip: str) -> str:
    where = ", ".join(f"{name} = {short(value)}" for name, value in point.items())
    return f"at {where} it gives {short(found)} instead of {short(right)}" + (f"; {slip}" if slip else "")


def _function(answer: object) -> Callable[..., Any]:
    if not callable(answer):
        raise UnreadableError("hand over the function itself, without calling it")
    return answer


def _returned(result: object, names: Sequence[str]) -> dict[str, object] | None:
    if result is None:
        return None
    if isinstance(result, Mapping):
        if missing := [name for name in names if name not in result]:
            raise UnreadableError(f"the returned dict has no {', '.join(missing)}")
        return {name: result[name] for name in names}
    if isinstance(result, Sequence) and not isinstance(result, str) and len(result) == len(names):
        return dict(zip(names, result, strict=True))
    raise UnreadableError(f"return a dict with the keys {', '.join(names)}, or as many numbers in this order")
