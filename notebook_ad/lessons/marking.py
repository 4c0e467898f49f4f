"""Comparing an answer with what is right: one mark for each blank, with the slip named where it is a known one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.numbers import short
from notebook_ad.graph.reading import UnreadableError, called, close, evaluate, number
from notebook_ad.graph.slips import Slip, of_gradient, recognised, scalar
from notebook_ad.lessons.feedback import Mark

Point = Mapping[str, float]
Expected = Mapping[str, tuple[float, Sequence[Slip]]]


def blanks(answer: object, expected: Expected) -> list[Mark]:
    """Marks for a dict of blanks.

    Args:
        answer: `{"a": −6, "w": None}`; None is a blank not yet filled in.
        expected: for each blank the right number and the slips that are known for it.
    """
    if not isinstance(answer, Mapping):
        return [Mark("the answer", "wrong", f"it must be a dict with the keys {', '.join(expected)}")]
    marks = [_blank(name, answer.get(name), right, slips) for name, (right, slips) in expected.items()]
    return marks + [_unknown(name, expected) for name in answer if name not in expected]


def gradients(answer: object, graph: Graph, names: Iterable[str]) -> list[Mark]:
    """Marks for a dict of predicted gradients, checked against a graph that has them all."""
    return blanks(answer, {name: (scalar(graph.grad(name)), of_gradient(graph, name)) for name in names})


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


def choice(answer: object, label: str, right: int, why_not: Mapping[int, str]) -> list[Mark]:
    """One mark for the number of a line.

    Args:
        answer: the number; None is not answered yet.
        label: what was asked for.
        right: the right number.
        why_not: for each wrong number, why that line holds.
    """
    if answer is None:
        return [Mark(label, "open")]
    try:
        chosen = number(answer)
    except UnreadableError as error:
        return [Mark(label, "wrong", str(error))]
    if chosen == right:
        return [Mark(f"{label} {right}", "right")]
    listed = ", ".join(str(one) for one in sorted([right, *why_not]))
    return [Mark(f"{label} {short(chosen)}", "wrong", why_not.get(int(chosen), f"choose one of {listed}"))]


def _blank(name: str, answer: object, right: float, slips: Sequence[Slip]) -> Mark:
    if answer is None:
        return Mark(name, "open")
    try:
        found = number(answer)
    except UnreadableError as error:
        return Mark(name, "wrong", str(error))
    label = f"{name} = {short(found)}"
    return Mark(label, "right") if close(found, right) else Mark(label, "wrong", recognised(found, right, slips))


def _unknown(name: object, expected: Expected) -> Mark:
    near = difflib.get_close_matches(str(name), expected, n=1, cutoff=0.0)
    return Mark(str(name), "wrong", f"no such blank; did you mean {near[0]!r}?")


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
