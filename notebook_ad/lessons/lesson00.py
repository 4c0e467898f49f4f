"""Checks of lesson 00: slopes. The ten questions are in `sheets.questions00`, the slope function in `functions.slopes`."""

from __future__ import annotations

from notebook_ad.graph.slips import Slip
from notebook_ad.lessons.answers import marking, points, quiz
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions import slopes
from notebook_ad.lessons.sheets import questions00
from notebook_ad.lessons.sheets.lesson00 import (
    EXERCISE_1,
    EXERCISE_2,
    EXERCISE_3,
    FIND_ERROR,
    MODIFIED,
    PREDICT,
    QUESTIONS,
    SHEET,
)

_POINTS_2 = ({"U": 12.0, "R": 3.0}, {"U": -5.0, "R": 0.7}, {"U": 2.3, "R": 11.0})

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check the predicted slopes of d = v·t + v²/(2a) at v = 20, t = 1, a = 8."""
    return exercise.judge(PREDICT, marking.blanks(predicted, _distance(20.0, 1.0, 8.0)))


def predict_modified(predicted: object) -> Feedback:
    """Check the predicted slopes of the same d on a wet road, at v = 20, t = 1, a = 4."""
    before, now = _distance(20.0, 1.0, 8.0), _distance(20.0, 1.0, 4.0)
    words = {"v": "that is the slope at a = 8, and by chance also d divided by v", "a": "that is the slope at a = 8"}
    for name, said in words.items():
        now[name][1].insert(0, Slip(before[name][0], said))
    return exercise.judge(MODIFIED, marking.blanks(predicted, now))


def find_error(wrong_line: object) -> Feedback:
    """Check which of the printed statements does not hold."""
    why_not = {
        1: "it holds: a straight line has the same slope everywhere",
        2: "it holds: from the left the slope at 0 is 0, from the right it is 1",
        4: "it holds: a step is flat wherever it does not jump",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "statement", 3, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check values, quotient and partial derivatives of f = x²·y at x = 3, y = 2."""
    ratio = "that is f divided by the input, not a slope"
    expected = {
        "f": (18.0, [Slip(36.0, "only x is squared, not the product"), Slip(12.0, "x² is 3·3, not 2·3")]),
        "moved": (
            18.1202,
            [Slip(18.01, "h is added to x, before x is squared"), Slip(18.18, "y stays 2: move x alone")],
        ),
        "quotient": (
            12.02,
            [
                Slip(0.1202, "that is the change of f alone: divide it by h = 0.01"),
                Slip(12.0, "that is what it tends to; with h = 0.01 it is still a little larger"),
                Slip(1202.0, "divide by h once: 0.1202 / 0.01"),
            ],
        ),
        "df_dx": (
            12.0,
            [
                Slip(12.02, "that is still the quotient with h = 0.01; let h go to 0"),
                Slip(6.0, "the other factor is forgotten: y = 2 is a constant, and a constant factor stays"),
                Slip(18.0, "that is the value of f itself, not a slope"),
                Slip(9.0, "that is ∂f/∂y"),
            ],
        ),
        "df_dy": (
            9.0,
            [
                Slip(12.0, "that is ∂f/∂x"),
                Slip(6.0, "y moves here, and x² = 9 is the constant factor: it is not differentiated"),
                Slip(3.0, "the constant factor is x², not x"),
                Slip(18.0, f"{ratio}, and the value of f itself"),
            ],
        ),
    }
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for ∂P/∂R of P = U²/R; any equivalent form is right."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        u, r = point["U"], point["R"]
        slips = [
            Slip(u**2 / r**2, "the size is right, the sign is turned around: the slope of 1/R is −1/R²"),
            Slip(2 * u / r, "that is ∂P/∂U: here R moves, and U is fixed"),
            Slip(-2 * u / r**2, "U is fixed, so U² is a constant factor: do not differentiate it too"),
            Slip(-1 / r**2, "the constant factor U² is forgotten"),
            Slip(-(u**2) / r, "the slope of 1/R is −1/R²: R is squared"),
            Slip(u**2 / r, "that is P itself, not a slope"),
            Slip(u**2, "R stands below the line: the slope of 1/R is −1/R², not 1"),
        ]
        return -(u**2) / r**2, slips

    return exercise.judge(EXERCISE_2, points.formula(answer, "∂P/∂R", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function slope(f, x), on six functions whose slopes are known."""
    return exercise.judge(EXERCISE_3, slopes.marks(answer))


def questions(answers: object) -> Feedback:
    """Check the answers to the ten questions."""
    return exercise.judge(QUESTIONS, quiz.marks(answers, questions00.ASKED))


def _distance(v: float, t: float, a: float) -> dict[str, tuple[float, list[Slip]]]:
    """The slopes of d = v·t + v²/(2a), each with its slips."""
    d = v * t + v**2 / (2 * a)
    right = {"v": t + v / a, "t": v, "a": -(v**2) / (2 * a**2)}
    value = Slip(d, "that is d itself, not a slope")
    slips = {
        "v": [
            Slip(t, "v stands in two terms: v²/(2a) is forgotten"),
            Slip(v / a, "v stands in two terms: v·t is forgotten"),
            Slip(t + v / (2 * a), "that is d divided by v. The slope of v² is 2v, not v"),
            Slip(t + 2 * v / a, "2v/(2a) is v/a: the 2 below the line is forgotten"),
            Slip(t * v / a, "the slopes of the two terms are multiplied; they must be added"),
        ],
        "t": [
            Slip(t, "that is t itself. One second more costs v metres: t is multiplied by v"),
            Slip(0.0, "t stands in v·t, so it does move d"),
        ],
        "a": [
            Slip(-right["a"], "the size is right, the sign is turned around: harder braking makes d smaller"),
            Slip(2 * right["a"], "the factor 1/2 is forgotten"),
            Slip(-1 / a**2, "the constant factor v²/2 is forgotten"),
            Slip(v**2 / (2 * a), "that is the value of the term v²/(2a)"),
            Slip(v**2 / 2, "a stands below the line: the slope of 1/a is −1/a², not 1"),
            Slip(-(v**2) / (2 * a), "the slope of 1/a is −1/a²: a is squared"),
        ],
    }
    others = {
        name: [Slip(g, f"that is the slope for {one}") for one, g in right.items() if one != name] for name in right
    }
    signs = {name: Slip(-g, "the size is right, the sign is turned around") for name, g in right.items()}
    return {name: (right[name], [*slips[name], signs[name], value, *others[name]]) for name in right}
