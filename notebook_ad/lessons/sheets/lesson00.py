"""What lesson 00 asks: slopes."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet
from notebook_ad.lessons.sheets import questions00

PREDICT = Exercise(
    key="00.predict",
    ask="replace each None by the slope that you expect: how many metres more for one unit more.",
    hints=(
        "Take one input at a time. Treat the other two as fixed numbers, as 3 is in 3·x.",
        "t stands only in v·t, where it is multiplied by v. v stands in both terms. a stands only in v²/(2a).",
        "For v: t + 2v/(2a). For t: v. For a: v²/2 is a constant factor, and the slope of 1/a is −1/a².",
    ),
    solution="v: t + v/a = 1 + 20/8 = 3.5. t: v = 20. a: −v²/(2a²) = −400/128 = −3.125.",
)
MODIFIED = Exercise(
    key="00.modified",
    ask="replace each None by the slope at v = 20, t = 1, a = 4.",
    hints=(
        "The formulas of the three slopes stay; only a is another number. Which of them contain a?",
        "v: t + v/a. t: v. a: −v²/(2a²).",
        "v: 1 + 20/4. t: 20. a: −400/(2·16).",
    ),
    solution="v: 1 + 20/4 = 6. t: 20, as before. a: −400/32 = −12.5, four times as steep: a is squared.",
)
FIND_ERROR = Exercise(
    key="00.error",
    ask="set wrong_line to the number of the statement that does not hold.",
    hints=(
        "Ask of each function: is there a point where the slope from the left and the slope from the right differ?",
        "A function may have a slope that is nearly 0 and still have a slope everywhere.",
        "The cell above printed the slope of the sigmoid at five points. Was there one without a slope?",
    ),
    solution=(
        "Statement 3. The sigmoid is smooth: its slope is s·(1 − s), everywhere. Far out it is small, but it is there. "
        "A small slope is not a missing one."
    ),
)
EXERCISE_1 = Exercise(
    key="00.1",
    ask="replace each None by a number: two values, their difference quotient, then the two partial derivatives.",
    hints=(
        "f is 3²·2. Then move x alone: 3.01²·2. The quotient is (second − first) / 0.01.",
        "For ∂f/∂x, y is a constant factor: the slope of x² times y. For ∂f/∂y, x² is the constant factor.",
        "∂f/∂x = 2x·y = 2·3·2. ∂f/∂y = x² = 3².",
    ),
    solution="f = 18, moved = 9.0601·2 = 18.1202, quotient = 0.1202/0.01 = 12.02. ∂f/∂x = 2x·y = 12, ∂f/∂y = x² = 9.",
)
EXERCISE_2 = Exercise(
    key="00.2",
    ask='write the formula as text in U and R, for example "U*R".',
    hints=(
        "Only R moves. So U² is a constant factor, and P = U² · (1/R).",
        "The slope of 1/R is −1/R².",
        "Multiply: the constant factor U² times −1/R².",
    ),
    solution="∂P/∂R = −U²/R², in Python: -U**2 / R**2. More resistance, less power: the minus is needed.",
)
EXERCISE_3 = Exercise(
    key="00.3",
    ask="let slope(f, x) return the slope of f at x.",
    hints=(
        "Call f at two points near x, one a little above and one a little below.",
        "Take h = 1e-5. The two points are x + h and x − h, so they are 2h apart.",
        "Return the difference of the two values, divided by 2h.",
    ),
    solution=(
        "One way to write it:\n    def slope(f, x):\n        h = 1e-5\n        return (f(x + h) - f(x - h)) / (2 * h)"
    ),
)
QUESTIONS = Exercise(
    key="00.questions",
    ask="replace each None by a number, or by the letter of an answer in quotes.",
    hints=(
        "Wherever two numbers change: slope = change of the output / change of the input.",
        "A partial derivative: the other inputs are constants. The product rule is not needed, nor the chain rule.",
        "Several small changes at once: multiply each slope by its change, then add.",
    ),
    solution=questions00.SOLUTION,
)

SHEET = Sheet((PREDICT, MODIFIED, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3, QUESTIONS))
