"""What lesson 03 asks: three ways to differentiate."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="03.predict",
    ask="replace each None by a number: two differences with h = 0.05, two local slopes, their product.",
    hints=(
        "The differences need only the table. The slopes need only the rule 4 − 8·(what goes into the step).",
        "Forward: (z(0.25) − z(0.20)) / 0.05. Central: (z(0.25) − z(0.15)) / 0.10, since the two points are 2h apart.",
        "The first step is at x = 0.2, so 4 − 1.6. The second is at y = 0.64, so 4 − 5.12. Along a path, multiply.",
    ),
    solution=(
        "forward: (0.75 − 0.9216) / 0.05 = −3.432. central: (0.75 − 0.9996) / 0.1 = −2.496. "
        "slopes: 4 − 1.6 = 2.4 and 4 − 5.12 = −1.12. automatic: 2.4 × (−1.12) = −2.688."
    ),
)
MODIFIED = Exercise(
    key="03.modified",
    ask="replace each None by a number: the slopes of three steps from x = 0.3, and their product.",
    hints=(
        "Forward first: x = 0.3, then 4·0.3·0.7, and so on. Each step has its own input.",
        "The inputs of the three steps are 0.3, 0.84 and 0.5376. The slope of a step is 4 − 8·input.",
        "Slopes: 1.6, −2.72 and −0.3008. Multiply all three.",
    ),
    solution="1.6 × (−2.72) × (−0.3008) = 1.309.",
)
FIND_ERROR = Exercise(
    key="03.error",
    ask="set wrong_line to the number of the line that does not do what it should.",
    hints=(
        "The formula of the central difference is right. Which number in it is not what the author meant?",
        "Ask for the value of each name in turn. How large is h?",
        "1 / 1e-10 is ten thousand million, 1e10. The two points are then far away on both sides.",
    ),
    solution=(
        "Line 3: 1 / 1e-10 is 1e10. The step was meant to be 1e-10, and even that is too small for a central "
        "difference: 6e-6 leaves a smaller error."
    ),
)
EXERCISE_1 = Exercise(
    key="03.1",
    ask="replace each None by a number: two differences, the exact slope, and two numbers of runs.",
    hints=(
        "2.1³ = 9.261, 2³ = 8 and 1.9³ = 6.859. The exact slope of x³ is 3x².",
        "The forward difference divides by h = 0.1, the central one by 2h = 0.2.",
        "Runs for 100 inputs: forward takes one run for each input and one at the point itself; central takes two each.",
    ),
    solution=(
        "forward: 1.261 / 0.1 = 12.61. central: 2.402 / 0.2 = 12.01. exact: 3 × 4 = 12. "
        "runs: 100 + 1 = 101, and 2 × 100 = 200."
    ),
)
EXERCISE_2 = Exercise(
    key="03.2",
    ask='write the formula as text in x and h, for example "3*x - h".',
    hints=(
        "Write (x + h)³ out: x³ + 3x²h + 3xh² + h³.",
        "Subtract x³ and divide by h: that is the forward difference. Then subtract the exact slope 3x².",
        "The difference is 3x² + 3xh + h². What is left over after 3x²?",
    ),
    solution="The error is 3xh + h², in Python: 3*x*h + h**2. It shrinks with h, not with h².",
)
EXERCISE_3 = Exercise(
    key="03.3",
    ask="let numeric_gradient(f, x) return a list with the slope of f for each element of the list x.",
    hints=(
        "For each i: make a copy of x with x[i] + h, another with x[i] − h, and call f on both.",
        "Only element i moves. The slope is (up − down) / (2 * h), with h = 6e-6 or so.",
        "x[:i] + [x[i] + h] + x[i + 1:] is such a copy. Collect one slope for each i in a list.",
    ),
    solution=(
        "One way to write it:\n"
        "    def numeric_gradient(f, x):\n"
        "        h = 6e-6\n"
        "        slopes = []\n"
        "        for i in range(len(x)):\n"
        "            up = f(x[:i] + [x[i] + h] + x[i + 1:])\n"
        "            down = f(x[:i] + [x[i] - h] + x[i + 1:])\n"
        "            slopes.append((up - down) / (2 * h))\n"
        "        return slopes"
    ),
)

SHEET = Sheet((PREDICT, MODIFIED, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
