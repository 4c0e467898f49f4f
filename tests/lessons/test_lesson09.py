"""Checks of lesson 09: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import lesson_checks as checks

from notebook_ad.lessons import lesson09 as lesson
from notebook_ad.lessons.functions.training_loops import reference

RIGHT = {"v1": 12, "v2": 20, "c": 4, "w1": 16, "b1": 8, "w2": -8, "b2": -4}
RIGHT_STEP = {"v1": 1.88, "w2": 2.08, "c": 0.96}
RIGHT_BATCH = {"v1": 5, "c": 1, "w1": 8}
RIGHT_1 = {"h": 5, "out": 10, "dv": -20, "dw": -24, "db": -8, "new_v": 2.2, "new_w": 2.24}


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_step, RIGHT_STEP),
        (lesson.predict_batch, RIGHT_BATCH),
        (lesson.find_error, 2),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "2*(v*(w*x + b) + c - y)*v*x"),
        (lesson.exercise_2, "2*v**2*x*(w*x + b) - 2*v*x*(y - c)"),
        (lesson.exercise_2, lambda w, x, b, v, c, y: 2 * v * x * (v * (w * x + b) + c - y)),
        (lesson.exercise_3, reference),
    ]
)


def test_loop_that_is_shown_as_the_solution_passes():
    assert lesson.exercise_3(checks.shown(lesson.EXERCISE_3, "train"))


def test_loop_may_keep_tensors_and_clear_the_gradients_at_the_end_of_a_turn():
    def train(model, loss_fn, optimizer, X, y, steps):  # noqa: N803 - as in the lesson
        losses = []
        while len(losses) < steps:
            losses.append(loss_fn(model(X), y))
            losses[-1].backward()
            optimizer.step()
            model.zero_grad()
        return tuple(losses)

    assert lesson.exercise_3(train)


test_unsolved_stub_shows_the_task_and_the_first_hint = checks.stub_shows_the_task(
    [
        (lesson.predict, dict.fromkeys(RIGHT)),
        (lesson.predict_step, dict.fromkeys(RIGHT_STEP)),
        (lesson.predict_batch, dict.fromkeys(RIGHT_BATCH)),
        (lesson.find_error, None),
        (lesson.exercise_1, dict.fromkeys(RIGHT_1)),
        (lesson.exercise_2, None),
        (lesson.exercise_3, None),
        (lesson.exercise_3, lambda *_: None),
    ]
)


test_usual_slip_is_named = checks.slips_are_named(
    [
        (lesson.predict, RIGHT, "v1", 8, "the other operand"),
        (lesson.predict, RIGHT, "v1", 3, "the upstream gradient is forgotten"),
        (lesson.predict, RIGHT, "v2", 4, "the upstream gradient alone"),
        (lesson.predict, RIGHT, "w1", 8, "the local derivative of w1·x is the other operand, x = 2"),
        (lesson.predict, RIGHT, "w2", 8, "the sign is turned around"),
        (lesson.predict, RIGHT, "c", 2, "the factor 2 is missing"),
        (lesson.predict_step, RIGHT_STEP, "v1", 2.12, "that goes uphill"),
        (lesson.predict_step, RIGHT_STEP, "v1", -10, "lr is forgotten"),
        (lesson.predict_step, RIGHT_STEP, "v1", 0.12, "subtract it from the old value"),
        (lesson.predict_step, RIGHT_STEP, "w2", 1.92, "that goes uphill"),
        (lesson.predict_step, RIGHT_STEP, "c", 4, "the gradient, not the new value"),
        (lesson.predict_batch, RIGHT_BATCH, "v1", 10, "that is the sum"),
        (lesson.predict_batch, RIGHT_BATCH, "v1", 12, "the first example alone"),
        (lesson.predict_batch, RIGHT_BATCH, "c", 3, "its guess is too low"),
        (lesson.predict_batch, RIGHT_BATCH, "c", -2, "the second example alone"),
        (lesson.exercise_1, RIGHT_1, "h", 6, "the bias b = −1 is missing"),
        (lesson.exercise_1, RIGHT_1, "dw", -8, "the chain stops too early"),
        (lesson.exercise_1, RIGHT_1, "dv", 5, "the upstream gradient is forgotten"),
        (lesson.exercise_1, RIGHT_1, "db", 8, "the sign is turned around"),
        (lesson.exercise_1, RIGHT_1, "new_v", 1.8, "that goes uphill"),
        (lesson.exercise_1, RIGHT_1, "new_w", 26, "lr is forgotten"),
    ]
)


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("2*(v*(w*x + b) + c - y)*x", "the factor v is missing"),
        ("2*(v*(w*x + b) + c - y)*v", "that is ∂L/∂b"),
        ("(v*(w*x + b) + c - y)*v*x", "the factor 2 is missing"),
        ("2*(y - v*(w*x + b) - c)*v*x", "the sign is turned around"),
        ("v*x", "the upstream gradient ∂L/∂out = 2u is forgotten"),
        ("2*h", "'h' is not a name of this exercise"),
    ],
)


test_usual_slip_in_the_loop_is_named_once = checks.feedback_says_once(
    lesson.exercise_3,
    [
        ({"zero": "never"}, "zero_grad() is missing before backward()"),
        ({"zero": "between"}, "zero_grad() stands between the two"),
        ({"moves": False}, "backward() or step() is missing"),
        ({"late": True}, "these are the losses after each step"),
    ],
    reference,
)


def stopping_early(model, loss_fn, optimizer, X, y, steps):  # noqa: N803 - as in the lesson
    return reference(model, loss_fn, optimizer, X, y, steps - 1)


test_loop_that_cannot_be_checked_is_told_why = checks.feedback_says(
    lesson.exercise_3,
    [
        (stopping_early, "it returns 4 losses for 5 steps"),
        (lambda *_: 3.0, "return a list with the loss of each step"),
        (lambda *_: {}["x"], "your function raised KeyError"),
        (lambda *_: ["low"] * 5, "'low' is not a name"),
        ([1.0, 2.0], "hand over the function itself"),
    ],
)


def test_loop_without_its_last_update_is_found_by_the_loss_that_the_model_is_left_with():
    def train(model, loss_fn, optimizer, X, y, steps):  # noqa: N803 - as in the lesson
        losses = reference(model, loss_fn, optimizer, X, y, steps - 1)
        return [*losses, loss_fn(model(X), y)]

    assert "the loss after the last step is" in lesson.exercise_3(train).marks[0].note


test_repair_that_does_not_mend_it_is_told_why = checks.first_mark_says(
    lesson.find_error, [(1, "hides it for a while"), (3, "throws the new gradient away"), (4, "order"), (9, "choose")]
)


def test_hints_and_solutions_are_given_by_number():
    assert "hint 1 of 3" in repr(lesson.hint(1))
    assert "2*(v*(w*x + b) + c - y)*v*x" in repr(lesson.solution(2))
