"""Checks of lesson 06: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import json

import lesson_checks as checks
import numpy as np

import notebook_ad.lessons as bundled
from notebook_ad.lessons import lesson06 as lesson

RIGHT = {"dq": 9, "dp": 21, "dx": 135}
RIGHT_SQRT = {"local": 0.125, "through_root": 2, "direct": 4, "dx": 6}
RIGHT_1 = {"local_s": 3, "local_b": 5, "ds": 3, "da": 3, "db": 8}


def order(output):
    found, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for operand in value.operands:
                visit(operand)
            found.append(value)

    visit(output)
    return found[::-1]


def by_counting_users(output):
    users, waiting = {output: 0}, [output]
    while waiting:
        for operand in waiting.pop().operands:
            if operand not in users:
                waiting.append(operand)
            users[operand] = users.get(operand, 0) + 1
    found, ready = [], [output]
    while ready:
        found.append(ready.pop(0))
        for operand in found[-1].operands:
            users[operand] -= 1
            if not users[operand]:
                ready.append(operand)
    return tuple(found)


def depth_first(output):
    found = []

    def visit(value):
        if value not in found:
            found.append(value)
            for operand in value.operands:
                visit(operand)

    visit(output)
    return found


def breadth_first(output):
    found, waiting = [], [output]
    while waiting:
        value = waiting.pop(0)
        if value not in found:
            found.append(value)
            waiting += value.operands
    return found


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_sqrt, {**RIGHT_SQRT, "local": "1/8"}),
        (lesson.find_error, 4),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "a/sqrt(a**2 + b**2)"),
        (lesson.exercise_2, "2*a / (2*(a**2 + b**2)**0.5)"),
        (lesson.exercise_2, lambda a, b: a / np.hypot(a, b)),
        (lesson.exercise_3, order),
        (lesson.exercise_3, by_counting_users),
    ]
)


def test_solution_that_is_shown_passes():
    assert lesson.exercise_3(checks.shown(lesson.EXERCISE_3, "order"))


test_unsolved_stub_shows_the_task_and_the_first_hint = checks.stub_shows_the_task(
    [
        (lesson.predict, dict.fromkeys(RIGHT)),
        (lesson.predict_sqrt, dict.fromkeys(RIGHT_SQRT)),
        (lesson.find_error, None),
        (lesson.exercise_1, dict.fromkeys(RIGHT_1)),
        (lesson.exercise_2, None),
        (lesson.exercise_3, lambda _: None),
        (lesson.exercise_3, None),
    ]
)


test_usual_slip_is_named = checks.slips_are_named(
    [
        (lesson.predict, RIGHT, "dq", 12, "that is q itself"),
        (lesson.predict, RIGHT, "dp", 12, "a path is forgotten"),
        (lesson.predict, RIGHT, "dp", 108, "multiplied; they must be added"),
        (lesson.predict, RIGHT, "dp", 10.5, "averaged; they must be added"),
        (lesson.predict, RIGHT, "dx", 27, "that is one of five paths"),
        (lesson.predict, RIGHT, "dx", 81, "before p was complete"),
        (lesson.predict, RIGHT, "dx", 189, "handed on twice, first with 9"),
        (lesson.predict, RIGHT, "dx", 126, "the path through + is forgotten"),
        (lesson.predict_sqrt, RIGHT_SQRT, "local", 0.25, "the 2 is missing"),
        (lesson.predict_sqrt, RIGHT_SQRT, "local", 4, "the value of the root, not its derivative"),
        (lesson.predict_sqrt, RIGHT_SQRT, "through_root", 0.125, "the upstream gradient is forgotten"),
        (lesson.predict_sqrt, RIGHT_SQRT, "direct", 16, "the other operand"),
        (lesson.predict_sqrt, RIGHT_SQRT, "dx", 4, "a path is forgotten"),
        (lesson.exercise_1, RIGHT_1, "local_s", 5, "the other operand, b"),
        (lesson.exercise_1, RIGHT_1, "da", 1, "the upstream gradient is forgotten"),
        (lesson.exercise_1, RIGHT_1, "db", 5, "a path is forgotten"),
        (lesson.exercise_1, RIGHT_1, "db", 3, "+= instead of ="),
        (lesson.exercise_1, RIGHT_1, "db", 15, "multiplied; they must be added"),
    ]
)


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("1/(2*sqrt(a**2 + b**2))", "the chain stops too early"),
        ("2*a/sqrt(a**2 + b**2)", "the 2 of the root is missing"),
        ("a/(2*sqrt(a**2 + b**2))", "the 2 of the square is missing"),
        ("b/sqrt(a**2 + b**2)", "with respect to b"),
        ("sqrt(a**2 + b**2)", "that is z itself"),
        ("-a/sqrt(a**2 + b**2)", "sign is turned around"),
    ],
)


test_usual_slip_in_the_order_is_named = checks.feedback_says(
    lesson.exercise_3,
    [
        (depth_first, "it would be handed on before its gradient is complete"),
        (breadth_first, "it would be handed on before its gradient is complete"),
        (lambda output: order(output)[::-1], "the order of the forward pass, operands first"),
        (lambda output: order(output)[:-1], "x is missing"),
        (lambda output: [*order(output), order(output)[-1]], "x stands there 2 times"),
        (lambda output: "y", "return a list of the values themselves"),
        (lambda output: output.inputs, "your function raised AttributeError"),
        ([1, 2], "hand over the function itself"),
    ],
)


test_line_that_is_right_is_defended = checks.first_mark_says(
    lesson.find_error, [(2, "the value of exp"), (3, "out.grad is complete"), (9, "choose one of")]
)


def test_tape_of_the_lesson_has_forty_lines():
    cells = json.loads(bundled.find("06").file.read_text("utf-8"))["cells"]
    built = ["".join(cell["source"]) for cell in cells if cell["id"].startswith("tape-")]
    assert sum(bool(line.strip()) for source in built for line in source.split("\n")) == 40
