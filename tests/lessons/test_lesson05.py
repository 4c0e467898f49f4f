"""Checks of lesson 05: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import lesson_checks as checks
import numpy as np

from notebook_ad.lessons import lesson05 as lesson
from notebook_ad.lessons.functions.descent import reference_descend

RIGHT = {"w": 3.2, "b": 4.1, "loss": 0.25, "w_grad": -2}
RIGHT_MODIFIED = {"w": 3.8, "b": 4.4, "loss": 1, "w_after_two": 3}
RIGHT_1 = {"loss": 16, "gradient": -16, "change": 0.8, "new_w": 1.8, "new_loss": 5.76}


def with_arrays(gradient, w, lr, steps):
    w = np.array(w)
    for _ in range(steps):
        w = w - lr * np.array(gradient(w.tolist()))
    return w


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_modified, RIGHT_MODIFIED),
        (lesson.find_error, 3),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "w - lr*2*(w*x - y)*x"),
        (lesson.exercise_2, "w - 2*lr*w*x**2 + 2*lr*x*y"),
        (lesson.exercise_2, lambda w, x, y, lr: w + 2 * lr * x * (y - w * x)),
        (lesson.exercise_3, reference_descend),
        (lesson.exercise_3, with_arrays),
    ]
)


def test_solution_that_is_shown_for_the_loop_passes():
    assert lesson.exercise_3(checks.shown(lesson.EXERCISE_3, "descend"))


test_unsolved_stub_shows_the_task_and_the_first_hint = checks.stub_shows_the_task(
    [
        (lesson.predict, dict.fromkeys(RIGHT)),
        (lesson.predict_modified, dict.fromkeys(RIGHT_MODIFIED)),
        (lesson.find_error, None),
        (lesson.exercise_1, dict.fromkeys(RIGHT_1)),
        (lesson.exercise_2, None),
        (lesson.exercise_3, lambda *_: None),
    ]
)


test_usual_slip_is_named = checks.slips_are_named(
    [
        (lesson.predict, RIGHT, "loss", 1, "that is the loss before the step"),
        (lesson.predict, RIGHT, "w", 2.8, "that goes uphill"),
        (lesson.predict, RIGHT, "w", 7, "the gradient is not the step"),
        (lesson.predict, RIGHT, "b", 0.1, "that is the change of b"),
        (lesson.predict, RIGHT, "loss", 2.25, "that goes uphill"),
        (lesson.predict, RIGHT, "loss", 0.36, "b moves, too"),
        (lesson.predict, RIGHT, "loss", 0.81, "w moves, too"),
        (lesson.predict, RIGHT, "w_grad", -4, "after a step it is stale"),
        (lesson.predict, RIGHT, "w_grad", 2, "the sign is turned around"),
        (lesson.predict_modified, RIGHT_MODIFIED, "w", 2.2, "that goes uphill"),
        (lesson.predict_modified, RIGHT_MODIFIED, "loss", 0, "past the minimum"),
        (lesson.predict_modified, RIGHT_MODIFIED, "w_after_two", 4.6, "stale"),
        (lesson.predict_modified, RIGHT_MODIFIED, "w_after_two", -0.2, "that goes uphill"),
        (lesson.exercise_1, RIGHT_1, "gradient", 16, "the sign is turned around"),
        (lesson.exercise_1, RIGHT_1, "gradient", -8, "the factor 2 is missing"),
        (lesson.exercise_1, RIGHT_1, "change", -0.8, "that goes uphill"),
        (lesson.exercise_1, RIGHT_1, "new_w", 17, "the gradient is not the step"),
        (lesson.exercise_1, RIGHT_1, "new_loss", 31.36, "that goes uphill"),
    ]
)


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("w + lr*2*(w*x - y)*x", "that goes uphill"),
        ("w - 2*(w*x - y)*x", "the learning rate is forgotten"),
        ("w - lr*(w*x - y)*x", "the factor 2 is missing"),
        ("w - lr*2*(w*x - y)", "the inner derivative x is missing"),
        ("2*(w*x - y)*x", "that is the gradient"),
        ("-lr*2*(w*x - y)*x", "add it to w"),
    ],
)


test_usual_slip_in_the_loop_is_named_once = checks.feedback_says_once(
    lesson.exercise_3,
    [
        ({"downhill": False}, "uphill: subtract the gradient"),
        ({"scaled": False}, "the learning rate is forgotten"),
        ({"fresh": False}, "the gradient is stale"),
        ({"together": False}, "the whole gradient first, then the update"),
    ],
    reference_descend,
)


test_loop_that_is_wrong_otherwise_is_told_why = checks.feedback_says(
    lesson.exercise_3,
    [
        (lambda g, w, lr, n: reference_descend(g, w, lr, n + 1), "one step too many"),
        (lambda g, w, lr, n: reference_descend(g, w, lr, max(n - 1, 0)), "one step is missing"),
        (lambda g, w, lr, n: g(reference_descend(g, w, lr, n)), "return the weights"),
        (lambda g, w, lr, n: g(w)[5], "your function raised IndexError"),
        (lambda g, w, lr, n: w[0], "it gives 1 number instead of 2"),
        (lambda g, w, lr, n: [float("nan"), 0.0], "is not a number to compare"),
        ([1.0], "hand over the function itself"),
    ],
)


test_line_that_is_right_is_defended = checks.first_mark_says(
    lesson.find_error, [(2, "the other operand"), (4, "ask which w2"), (6, "nothing after it")]
)
