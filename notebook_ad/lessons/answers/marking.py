"""Comparing an answer with what is right: one mark for each blank, with the slip named where it is a known one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.numbers import short
from notebook_ad.graph.reading import UnreadableError, close, number
from notebook_ad.graph.slips import Slip, of_gradient, recognised, scalar
from notebook_ad.lessons.exercises.feedback import Mark

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
