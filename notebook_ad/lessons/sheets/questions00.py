"""The ten questions of lesson 00: each with its answer, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Mapping

from notebook_ad.graph.numbers import short
from notebook_ad.lessons.answers.quiz import Question

ASKED: Mapping[str, Question] = {
    "q1": Question(3.0, "0.6 / 0.2 = 3", {
        0.12: "divide, do not multiply", 0.6: "that is the change of f: divide it by the change of x",
        1 / 3: "it is upside down: change of f by change of x"}),
    "q2": Question("b", "∂ is read 'partial'", {
        "a": "∂L and ∂w are not two numbers to divide: the whole is one number, a slope",
        "c": "it is the other way round: L reacts, w is moved"}),
    "q3": Question(5.0, "x is multiplied by y = 5", {
        2.0: "that is x itself", 3.0: "that is ∂f/∂y", 6.0: "the term y has no x in it: its slope for x is 0",
        15.0: "that is the value of f"}),
    "q4": Question(3.0, "y stands in both terms: x + 1 = 3", {
        2.0: "y stands in both terms: the second one adds 1", 1.0: "y stands in both terms: the first one adds x",
        5.0: "that is ∂f/∂x", 15.0: "that is the value of f"}),
    "q5": Question("a", "f falls as x goes up", {
        "b": "the slope is negative: where x goes down, f goes up",
        "c": "a slope of −4 is not 0: a small move does change f"}),
    "q6": Question(-1.0, "left of 0 it is the line −x", {
        1.0: "that is the slope right of 0", 3.0: "that is the value of |x|", 0.0: "only at 0 itself there is a kink",
        -3.0: "that is x itself"}),
    "q7": Question(0.0, "it neither falls nor rises there", {
        1.0: "a slope of 1 rises: a step to the left would be lower"}),
    "q8": Question(-0.6, "20 · (−0.1) + 3.5 · 0.4 = −2 + 1.4 = −0.6", {
        0.6: "t falls: its part is −2, and the sum is negative", 3.4: "t falls: its part is −2, not +2",
        -2.0: "the part of v, 3.5 · 0.4, is forgotten", 1.4: "the part of t, 20 · (−0.1), is forgotten",
        -2.8: "the two parts are added, not multiplied", 23.5: "multiply each slope by its change first"}),
    "q9": Question(12.04, "(10.648 − 5.832) / 0.4 = 12.04", {
        24.08: "the two points are 0.4 apart: divide by 2h", 4.816: "that is the change of f: divide it by 0.4",
        -12.04: "above minus below", 12.0: "that is the slope itself; the central difference is a little off"}),
    "q10": Question("c", "the unit of d is divided by that of a", {
        "a": "that is the unit of d: divide by the unit of a", "b": "that is the unit of a"}),
}  # fmt: skip
SOLUTION = "\n".join(
    f"{name}: {question.right if isinstance(question.right, str) else short(question.right)}, as {question.why}"
    for name, question in ASKED.items()
)
