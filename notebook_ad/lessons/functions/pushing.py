"""A learner's own forward sweep over a tape, compared with the right one and with the usual wrong ones."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from notebook_ad.lessons.functions.tries import Case, Task

Tape = Sequence[tuple[str, Sequence[tuple[str, float]]]]


def reference_push(
    tape: Tape, seeds: Mapping[str, float], *, forward: bool = True, adds: bool = True, chains: bool = True
) -> dict[str, float]:
    """The sweep that lesson 04 asks for; each switch turned off makes one of its usual slips.

    Args:
        tape: (result, [(operand, local derivative), …]) in the order of the forward pass.
        seeds: tangents of the inputs; what is missing has the tangent 0.
        forward: go from the first result to the last.
        adds: add the contributions of the operands instead of keeping the last one.
        chains: multiply by the operand's tangent.
    """
    tangents = dict(seeds)
    for result, operands in tape if forward else reversed(tape):
        tangents[result] = 0.0
        for operand, local in operands:
            contribution = local * (tangents.get(operand, 0.0) if chains else 1.0)
            tangents[result] = contribution + (tangents[result] if adds else 0.0)
    return tangents


def _results(tape: Tape, seeds: Mapping[str, float]) -> dict[str, float]:
    """What is asked of the learner: the inputs' own tangents may be in the dict or not."""
    tangents = reference_push(tape, seeds)
    return {result: tangents[result] for result, _ in tape}


def _unseeded(tape: Tape, seeds: Mapping[str, float]) -> dict[str, float]:
    return dict.fromkeys(reference_push(tape, seeds), 0.0)


_LESSON: Tape = [
    ("p", [("a", 5.0), ("b", 2.0)]),
    ("s", [("p", 1.0), ("c", 1.0)]),
    ("y", [("s", 2.0), ("a", 13.0)]),
    ("z", [("p", 3.0), ("c", 10.0)]),
]

TASK = Task(
    reference=_results,
    cases=(
        Case("the lesson's tape, seeded at a", (_LESSON, {"a": 1.0})),
        Case("the same in the direction (1, 0, −1)", (_LESSON, {"a": 1.0, "b": 0.0, "c": -1.0})),
        Case("y = (u + u)·v", ([("s", [("u", 1.0), ("u", 1.0)]), ("y", [("s", 5.0), ("v", 6.0)])], {"u": 1.0, "v": 2.0})),
        Case("y = x − x", ([("y", [("x", 1.0), ("x", -1.0)])], {"x": 3.0})),
        Case("twelve doublings", ([(f"h{i + 1}", [(f"h{i}", 1.0), (f"h{i}", 1.0)]) for i in range(12)], {"h0": 1.0})),
    ),
    slips=(
        ("everything is 0: start with tangents = dict(seeds)", _unseeded),
        ("add up the contributions of all operands: += instead of =", functools.partial(reference_push, adds=False)),
        ("the tangent of the operand is forgotten: local × tangent", functools.partial(reference_push, chains=False)),
        ("the tape is read backwards: a tangent flows forward", functools.partial(reference_push, forward=False)),
    ),
)  # fmt: skip
