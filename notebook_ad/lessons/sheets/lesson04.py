"""What lesson 04 asks: forward mode and reverse mode."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="04.predict",
    ask="replace each None by a number: four tangents, then two numbers of sweeps.",
    hints=(
        "Go from left to right. A tangent is the sum over the operands: local derivative × tangent of the operand.",
        "p = a·b: the local derivative for a is b = 5, and b does not move. s = p + c: only p moves.",
        "y = s·a: both move, so 2 × (tangent of s) + 13 × (tangent of a). z = p·c: only p moves, 3 × (tangent of p).",
    ),
    solution=(
        "p: 5 × 1 = 5. s: 1 × 5 = 5. y: 2 × 5 + 13 × 1 = 23. z: 3 × 5 = 15. "
        "A forward sweep answers for one input, so 3 sweeps; a reverse sweep for one output, so 2."
    ),
)
MODIFIED = Exercise(
    key="04.modified",
    ask="replace each None by the tangent in the direction (1, 0, −1).",
    hints=(
        "Now two inputs move at once: a with the tangent 1, and c with −1. b stands still.",
        "p = a·b: 5 × 1 + 2 × 0. s = p + c: the tangent of p, plus −1.",
        "y = s·a: 2 × 4 + 13 × 1. z = p·c: 3 × 5 + 10 × (−1).",
    ),
    solution="p: 5. s: 5 − 1 = 4. y: 2 × 4 + 13 × 1 = 21, which is 23 − 2. z: 3 × 5 + 10 × (−1) = 5, which is 15 − 10.",
)
FIND_ERROR = Exercise(
    key="04.error",
    ask="set wrong_line to the number of the sentence that does not hold.",
    hints=(
        "Ask of each sentence: where does the sweep start, and what has it got at its end?",
        "A forward sweep starts with one seeded input. Which columns, or which rows, of the Jacobian does it fill?",
        "Seeded at a, your forward sweep gave 23 for y and 15 for z: two outputs, one input.",
    ),
    solution="Sentence 2 is turned around: one forward sweep gives the derivatives of all outputs for one input.",
)
EXERCISE_1 = Exercise(
    key="04.1",
    ask="replace each None by a number: three tangents, then four gradients.",
    hints=(
        "Values first: p = 6, q = 9, r = 54. Forward, only y has a tangent: 1.",
        "p = x·y: 2 × 1. q = p + y: both operands move. r = p·q: 9 × (tangent of p) + 6 × (tangent of q).",
        "Backward: q gets 1 × 6. p gets 1 × 9 from r, and 6 × 1 from q. y is used twice: in p and in q.",
    ),
    solution=(
        "Tangents: p: 2, q: 2 + 1 = 3, r: 9 × 2 + 6 × 3 = 36. Gradients: q: 6, p: 9 + 6 = 15, x: 15 × 3 = 45, "
        "y: 15 × 2 + 6 × 1 = 36. The tangent of r and the gradient of y are the same derivative, ∂r/∂y."
    ),
)
EXERCISE_2 = Exercise(
    key="04.2",
    ask='write the formula as text in x, y, dx, dy, for example "dx*y + dy".',
    hints=(
        "A quotient has two operands, so the tangent has two terms: one with dx, one with dy.",
        "The local derivatives of x / y are 1/y with respect to x, and −x/y² with respect to y.",
        "Multiply each local derivative by the tangent of its operand, and add.",
    ),
    solution="dz = dx/y − x·dy/y², in Python: dx/y - x*dy/y**2.",
)
EXERCISE_3 = Exercise(
    key="04.3",
    ask="let push(tape, seeds) return a dict with the tangent of every name.",
    hints=(
        "Start with tangents = dict(seeds). Go through the tape from the first entry to the last.",
        "The tangent of a result is the sum over its operands: local × tangents.get(operand, 0.0).",
        "An input that is not seeded has the tangent 0. Add up all operands before you store the sum.",
    ),
    solution=(
        "One way to write it:\n"
        "    def push(tape, seeds):\n"
        "        tangents = dict(seeds)\n"
        "        for result, operands in tape:\n"
        "            tangents[result] = 0.0\n"
        "            for operand, local in operands:\n"
        "                tangents[result] += local * tangents.get(operand, 0.0)\n"
        "        return tangents"
    ),
)

SHEET = Sheet((PREDICT, MODIFIED, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
