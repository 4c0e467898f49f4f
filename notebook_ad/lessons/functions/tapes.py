"""A learner's own backward sweep over a tape, compared with the right one and with the usual wrong ones."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from notebook_ad.graph.numbers import short
from notebook_ad.graph.reading import UnreadableError, close, number
from notebook_ad.lessons.exercises.feedback import Mark, once

Tape = Sequence[tuple[str, Sequence[tuple[str, float]]]]

_TAPES: tuple[tuple[str, Tape, str], ...] = (
    (
        "y = x0·x1 + x1²",
        [("p", [("x0", 2.0), ("x1", 1.0)]), ("q", [("x1", 4.0)]), ("y", [("p", 1.0), ("q", 1.0)])],
        "y",
    ),
    ("y = (a + a)·b", [("s", [("a", 1.0), ("a", 1.0)]), ("y", [("s", 5.0), ("b", 6.0)])], "y"),
    ("y = x − x", [("y", [("x", 1.0), ("x", -1.0)])], "y"),
    ("y = u², with an unused v", [("u", [("x", 3.0)]), ("v", [("x", 8.0)]), ("y", [("u", 6.0)])], "y"),
    ("twelve doublings", [(f"h{i + 1}", [(f"h{i}", 1.0), (f"h{i}", 1.0)]) for i in range(12)], "h12"),
)


def marks(answer: object) -> list[Mark]:
    """One mark for each tape on which a learner's function `sweep(tape, output)` is tried.

    Args:
        answer: the function; None, or a function that returns None, is not answered yet.
    """
    if answer is None:
        return [Mark(title, "open") for title, _, _ in _TAPES]
    return once([_swept(answer, *case) for case in _TAPES])


def reference_sweep(
    tape: Tape, output: str, *, backward: bool = True, adds: bool = True, chains: bool = True, seed: float = 1.0
) -> dict[str, float]:
    """The sweep that lesson 02 asks for; each switch turned off makes one of its usual slips.

    Args:
        tape: (result, [(operand, local derivative), …]) in the order of the forward pass.
        output: the name to differentiate.
        backward: go from the last result to the first.
        adds: add contributions instead of keeping the last one.
        chains: multiply by the upstream gradient.
        seed: gradient of the output.
    """
    grads = {output: seed}
    for result, operands in reversed(tape) if backward else tape:
        upstream = grads.get(result, 0.0) if chains else 1.0
        for operand, local in operands:
            grads[operand] = (grads.get(operand, 0.0) if adds else 0.0) + upstream * local
    return grads


_WRONG_SWEEPS: tuple[tuple[str, Callable[[Tape, str], dict[str, float]]], ...] = (
    ("a contribution overwrites the one before: use += instead of =", functools.partial(reference_sweep, adds=False)),
    ("everything is 0: the output needs the seed 1 before the loop", functools.partial(reference_sweep, seed=0.0)),
    ("the upstream gradient is forgotten: add upstream × local", functools.partial(reference_sweep, chains=False)),
    ("the tape is read forwards: go through reversed(tape)", functools.partial(reference_sweep, backward=False)),
)


def _swept(answer: object, title: str, tape: Tape, output: str) -> Mark:
    if not callable(answer):
        return Mark("your sweep", "wrong", "hand over the function itself, without calling it")
    right = reference_sweep(tape, output)
    try:
        found = answer([(result, list(operands)) for result, operands in tape], output)
        if found is None:
            return Mark(title, "open")
        wrong = _first_difference(found, right)
        if wrong is None:
            return Mark(title, "right")
        slip = next((words for words, sweep in _WRONG_SWEEPS if _agrees(found, sweep(tape, output), right)), "")
        return Mark(title, "wrong", wrong + (f"; {slip}" if slip else ""))
    except UnreadableError as error:
        return Mark(title, "wrong", str(error))
    except Exception as error:  # whatever the learner's code raises is the answer to show
        return Mark(title, "wrong", f"your function raised {type(error).__name__}: {error}{_missing(error, right)}")


def _first_difference(found: object, right: dict[str, float]) -> str | None:
    if not isinstance(found, dict):
        raise UnreadableError(f"return a dict of gradients, not {type(found).__name__}")
    for name, value in right.items():
        if name not in found and value == 0.0:
            continue
        if name not in found:
            return f"no gradient for {name}"
        if not close(number(found[name]), value):
            return f"{name} gets {short(number(found[name]))} instead of {short(value)}"
    return None


def _agrees(found: dict[str, Any], slip: dict[str, float], right: dict[str, float]) -> bool:
    return all(close(number(found.get(name, 0.0)), slip.get(name, 0.0)) for name in right)


def _missing(error: Exception, right: dict[str, float]) -> str:
    if isinstance(error, KeyError) and error.args and error.args[0] in {*right, "v"}:
        return "; a name without a gradient so far counts as 0: grads.get(name, 0.0)"
    return ""
