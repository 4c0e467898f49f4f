"""Checks of lesson 00: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import lesson_checks as checks
import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.lessons import lesson00 as lesson
from notebook_ad.lessons.sheets.questions00 import ASKED

RIGHT = {"v": 3.5, "t": 20, "a": -3.125}
RIGHT_MODIFIED = {"v": 6, "t": 20, "a": -12.5}
RIGHT_1 = {"f": 18, "moved": 18.1202, "quotient": 12.02, "df_dx": 12, "df_dy": 9}
RIGHT_QUESTIONS = {name: question.right for name, question in ASKED.items()}


def slope(f, x):
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_modified, RIGHT_MODIFIED),
        (lesson.find_error, 3),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "-U**2 / R**2"),
        (lesson.exercise_3, slope),
        (lesson.questions, RIGHT_QUESTIONS),
    ]
)


test_unsolved_stub_shows_the_task_and_the_first_hint_however_often_it_is_run = checks.stub_shows_the_task(
    [
        (lesson.predict, dict.fromkeys(RIGHT)),
        (lesson.predict_modified, dict.fromkeys(RIGHT)),
        (lesson.find_error, None),
        (lesson.exercise_1, dict.fromkeys(RIGHT_1)),
        (lesson.exercise_2, None),
        (lesson.exercise_3, lambda f, x: None),
        (lesson.exercise_3, None),
        (lesson.questions, dict.fromkeys(RIGHT_QUESTIONS)),
    ]
)


def distance(v, t, a):
    return v * t + v**2 / (2 * a)


@pytest.mark.parametrize(
    ("a", "check", "right"), [(8.0, lesson.predict, RIGHT), (4.0, lesson.predict_modified, RIGHT_MODIFIED)]
)
def test_the_right_slopes_are_those_of_the_engine_and_of_central_differences(a, check, right):
    at = (20.0, 1.0, a)
    assert ad.grad(distance, argnums=(0, 1, 2))(*at) == pytest.approx(tuple(right.values()))
    for i, name in enumerate(right):
        moved = slope(lambda x, i=i: distance(*(x if j == i else at[j] for j in range(3))), at[i])
        assert moved == pytest.approx(right[name], rel=1e-6)
    assert check(right)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("v", 1, "v²/(2a) is forgotten"),
        ("v", 5, "v·t is forgotten"),
        ("v", 3.5, "that is the slope at a = 8, and by chance also d divided by v"),
        ("a", -3.125, "that is the slope at a = 8"),
        ("v", 11, "the 2 below the line is forgotten"),
        ("v", 70, "that is d itself"),
        ("v", 20, "that is the slope for t"),
        ("v", -6, "the sign is turned around"),
        ("t", 1, "that is t itself"),
        ("t", 0, "t stands in v·t"),
        ("a", 12.5, "harder braking makes d smaller"),
        ("a", -25, "the factor 1/2 is forgotten"),
        ("a", 200, "the slope of 1/a is −1/a², not 1"),
        ("a", -50, "a is squared"),
        ("a", -0.0625, "the constant factor v²/2 is forgotten"),
    ],
)
def test_usual_slip_in_a_prediction_is_named(name, answer, words):
    feedback = lesson.predict_modified({**RIGHT_MODIFIED, name: answer})
    assert not feedback
    (wrong,) = (mark for mark in feedback.marks if mark.state == "wrong")
    assert words in wrong.note
    assert wrong.label.startswith(f"{name} = ")


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("f", 36, "only x is squared"),
        ("moved", 18.01, "before x is squared"),
        ("quotient", 0.1202, "divide it by h"),
        ("quotient", 12, "what it tends to"),
        ("df_dx", 12.02, "let h go to 0"),
        ("df_dx", 6, "a constant factor stays"),
        ("df_dx", 9, "that is ∂f/∂y"),
        ("df_dy", 6, "it is not differentiated"),
        ("df_dy", 12, "that is ∂f/∂x"),
        ("df_dy", 18, "not a slope"),
    ],
)
def test_usual_slip_in_the_gaps_is_named(name, answer, words):
    (wrong,) = (mark for mark in lesson.exercise_1({**RIGHT_1, name: answer}).marks if mark.state == "wrong")
    assert words in wrong.note


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("U**2 / R**2", "the sign is turned around"),
        ("2*U/R", "that is ∂P/∂U"),
        ("-2*U/R**2", "do not differentiate it too"),
        ("-1/R**2", "the constant factor U² is forgotten"),
        ("-U**2/R", "R is squared"),
        ("U**2/R", "that is P itself"),
        ("U**2", "R stands below the line"),
        ("U^2", "a power is written w**2"),
        ("u**2", "'u' is not a name of this exercise; its names: U, R"),
    ],
)


@pytest.mark.parametrize("formula", ["-(U/R)**2", "−U²/R/R", "-U*U*R**-2", lambda U, R: -((U / R) ** 2)])  # noqa: N803
def test_any_form_that_is_equal_is_right(formula):
    assert lesson.exercise_2(formula)


@pytest.mark.parametrize(
    "function",
    [
        lambda f, x: (f(x + 1e-6) - f(x)) / 1e-6,
        lambda f, x: f(x + 1e-20j).imag / 1e-20,
        lambda f, x: ad.grad(f)(x),
        lambda f, x: np.array(slope(f, x)),
        lambda f, x: (8 * (f(x + 0.01) - f(x - 0.01)) - (f(x + 0.02) - f(x - 0.02))) / 0.12,
    ],
)
def test_any_function_that_gives_the_slope_is_right(function):
    assert lesson.exercise_3(function)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / 1e-5, "divide by 2h"),
        (lambda f, x: (f(x) - f(x + 1e-6)) / 1e-6, "above minus below"),
        (lambda f, x: f(x + 1e-6) - f(x), "divide it by the change of x"),
        (lambda f, x: f(x + 0.1) - f(x), "divide it by the change of x"),
        (lambda f, x: (f(x + 0.1) - f(x)) / 0.1, "take a smaller h"),
        (lambda f, x: (f(x + 1e-20) - f(x)) / 1e-20, "h is too small"),
        (lambda f, x: f(x), "that is f(x) itself"),
        (lambda f, x: f(x) / x, "that is f(x) / x"),
        (lambda f, x: 1e-6 / (f(x + 1e-6) - f(x)), "upside down"),
        (lambda f, x: 1 / 0, "your function raised ZeroDivisionError"),
        (lambda f: f, "your function raised TypeError"),
        (lambda f, x: "much", "return a number, not text"),
        (3.0, "hand over the function itself"),
    ],
)
def test_usual_slip_in_the_function_is_named_once(function, words):
    feedback = lesson.exercise_3(function)
    assert not feedback
    assert words in repr(feedback).replace("\n  ", " ")
    assert sum(words in mark.note for mark in feedback.marks) == 1 or "raised" in words or "text" in words


test_statement_that_holds_is_defended = checks.first_mark_says(
    lesson.find_error,
    [(1, "same slope everywhere"), (2, "from the right it is 1"), (4, "flat"), (7, "choose one of 1, 2, 3, 4")],
)


def test_there_are_ten_questions_with_the_right_numbers():
    assert len(ASKED) == 10
    f, g = (lambda x, y: x * y + y), (lambda x: x**3)
    assert RIGHT_QUESTIONS["q1"] == pytest.approx(0.6 / 0.2)
    assert (RIGHT_QUESTIONS["q3"], RIGHT_QUESTIONS["q4"]) == pytest.approx(ad.grad(f, argnums=(0, 1))(2.0, 5.0))
    assert RIGHT_QUESTIONS["q6"] == ad.grad(abs)(-3.0)
    assert RIGHT_QUESTIONS["q8"] == pytest.approx(20 * -0.1 + 3.5 * 0.4)
    assert RIGHT_QUESTIONS["q9"] == pytest.approx((g(2.2) - g(1.8)) / 0.4)


@pytest.mark.parametrize(("name", "answer"), [(n, wrong) for n, question in ASKED.items() for wrong in question.wrong])
def test_every_known_wrong_answer_to_a_question_has_its_words(name, answer):
    (wrong,) = (mark for mark in lesson.questions({**RIGHT_QUESTIONS, name: answer}).marks if mark.state == "wrong")
    assert wrong.note == ASKED[name].wrong[answer]


test_answer_that_cannot_be_read_is_told_how_to_answer = checks.feedback_says(
    lesson.questions,
    [
        (["b"], "they must be a dict with the keys q1 to q10"),
        ({"q11": 1}, "there are the questions q1 to q10"),
        ({"q2": "x"}, "answer with a letter: a, b, c"),
        ({"q2": 2}, "answer with a letter: a, b, c"),
        ({"q1": "three"}, "not a name of this exercise"),
    ],
)


def test_letters_may_be_written_in_any_way():
    assert lesson.questions({**RIGHT_QUESTIONS, "q2": " (B) ", "q10": "C"})


def test_hints_and_solutions_can_be_asked_for():
    assert "hint 1 of 3" in repr(lesson.hint(3))
    assert "(f(x + h) - f(x - h)) / (2 * h)" in repr(lesson.solution(3))
    lesson.reset()
    assert repr(lesson.hint(3)).count("hint") == 1
