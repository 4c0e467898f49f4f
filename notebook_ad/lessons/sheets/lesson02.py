"""What lesson 02 asks: many paths, one gradient."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="02.predict",
    ask="replace each None by a number: the two contributions to x1, then the two gradients.",
    hints=(
        "x0 has one path to y. x1 has two: one through ×, one through the square.",
        "The seed 1 comes unchanged through + to both its operands. Multiply by the local derivative of × or x1².",
        "Local derivatives: x0·x1 has x0 = 1 with respect to x1, and x1 = 2 with respect to x0. x1² has 2·x1 = 4.",
    ),
    solution="x0: 1 × 2 = 2. x1 through ×: 1 × 1 = 1. x1 through the square: 1 × 4 = 4. x1: 1 + 4 = 5.",
)
TWINS = Exercise(
    key="02.twins",
    ask="replace each None by the gradient of x at x = 3.",
    hints=(
        "In each of the three, x is both operands: two edges, two contributions.",
        "Local derivatives: u + v has 1 and 1, u − v has 1 and −1, u·v has v and u.",
        "Add the two: 1 + 1, 1 + (−1), 3 + 3.",
    ),
    solution="x + x: 1 + 1 = 2. x − x: 1 + (−1) = 0. x · x: 3 + 3 = 6, which is 2x.",
)
FIND_ERROR = Exercise(
    key="02.error",
    ask="set wrong_line to the number of the line that breaks the gradients.",
    hints=(
        "Each line may be right on its own. Ask when it runs, and what later turns of the loop still read.",
        "The local derivatives are computed from the forward values. Which line changes a value that is still needed?",
        "w is used in every step of the recurrence. Line 4 changes it while the sweep still needs the old w.",
    ),
    solution=(
        "Line 4 updates w inside the sweep. Finish the sweep first, then update once, with the whole sum: "
        "move line 4 out of the loop."
    ),
)
EXERCISE_1 = Exercise(
    key="02.1",
    ask="replace each None by a number: the two contributions to x, then their sum.",
    hints=(
        "x goes into × directly, and into + first. Two edges leave x.",
        "y = x·s with s = x + 3 = 7. The upstream gradient of × is 1, and that of + is 1 × x.",
        "Through ×: 1 × s. Through +: 4 × 1. Then add.",
    ),
    solution="Through ×: 1 × 7 = 7. Through +: 4 × 1 = 4. Sum: 11, which is 2x + 3.",
)
EXERCISE_2 = Exercise(
    key="02.2",
    ask='write the formula as text in w, h0, x1, x2, for example "w*h0 + x2".',
    hints=(
        "w is used twice: in the first step and in the second. Two paths, two contributions.",
        "The second step contributes h1. The first step contributes w·h0: upstream w, local derivative h0.",
        "Add h1 and w·h0, then write h1 = w·h0 + x1 out.",
    ),
    solution="∂h2/∂w = h1 + w·h0 = 2·w·h0 + x1, in Python: 2*w*h0 + x1.",
)
EXERCISE_3 = Exercise(
    key="02.3",
    ask="let sweep(tape, output) return a dict with the gradient of every name.",
    hints=(
        "Start with grads = {output: 1.0}. Go through reversed(tape), so that a result is complete before it is used.",
        "For each (operand, local) add upstream × local, where upstream = grads[result].",
        "Add, do not assign: grads[operand] = grads.get(operand, 0.0) + upstream * local.",
    ),
    solution=(
        "One way to write it:\n"
        "    def sweep(tape, output):\n"
        "        grads = {output: 1.0}\n"
        "        for result, operands in reversed(tape):\n"
        "            upstream = grads.get(result, 0.0)\n"
        "            for operand, local in operands:\n"
        "                grads[operand] = grads.get(operand, 0.0) + upstream * local\n"
        "        return grads"
    ),
)

SHEET = Sheet((PREDICT, TWINS, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
