"""What lesson 06 asks: a tape in forty lines."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="06.predict",
    ask="replace each None by the gradient of q, p and x.",
    hints=(
        "Start at y = q·p: dq is the other operand, p. And p gets q from there, but p is used once more.",
        "p is used by × and by +. Through × it gets 12, through + it gets dq × 1. Add the two before you go on to x.",
        "dp = 12 + 9 = 21. x gets 21 × 3 twice, as both operands of x·x, and 9 through +.",
    ),
    solution="dq = p = 9. dp = 12 + 9 = 21. dx = 21·3 + 21·3 + 9 = 135. Indeed y = x⁴ + x³, and 4·27 + 3·9 = 135.",
)
SQRT = Exercise(
    key="06.sqrt",
    ask="replace each None: the local derivative of the root, the two contributions to x, and their sum.",
    hints=(
        "The root r = √x is x to the power 1/2. So its derivative is (1/2)·x to the power −1/2, which is 1 / (2·√x).",
        "At x = 16 that is 1 / (2·4). The upstream gradient of the root is the other operand of ×, x = 16.",
        "Through the root: 16 × 0.125. Directly: 1 × 4. Then add.",
    ),
    solution="The local derivative is 1 / (2·4) = 0.125. Through the root: 16 × 0.125 = 2. Directly: 4. Sum: 6.",
)
FIND_ERROR = Exercise(
    key="06.error",
    ask="set wrong_line to the number of the line that loses a part of the gradient.",
    hints=(
        "The value and the derivative are right: the derivative of exp(x) is exp(x), which is out.data.",
        "Think of y = exp(x)·x. x is used twice. What stands in self.grad when this function runs?",
        "Compare with the line of the tape that adds: operand.grad += value.grad * local.",
    ),
    solution="Line 4 overwrites what x has got from its other uses. It must add: self.grad += out.data * out.grad.",
)
EXERCISE_1 = Exercise(
    key="06.1",
    ask="replace each None by a number: the two local derivatives of ×, then the gradients.",
    hints=(
        "Row 3 is y = s·b. Its local derivatives are the other operands.",
        "The sweep visits row 3 first: s gets 1 × b = 3, and b gets 1 × s = 5.",
        "Then row 2, s = a + b: a and b each get ds × 1 = 3. b has 5 already, so it becomes 8.",
    ),
    solution="Local derivatives: 3 for s, 5 for b. ds = 1 × 3 = 3. da = 3 × 1 = 3. db = 1 × 5 + 3 × 1 = 8.",
)
EXERCISE_2 = Exercise(
    key="06.2",
    ask='write the local derivative of z with respect to a as text in a and b, for example "2*a/b".',
    hints=(
        "z is the root of n = a² + b². First the root, then the inside.",
        "The derivative of the root of n is 1/(2·√n). The derivative of n with respect to a is 2a.",
        "Multiply: 2a / (2·√n). The 2 cancels. Write n out again.",
    ),
    solution="∂z/∂a = a / √(a² + b²), which is a / z, in Python: a/sqrt(a**2 + b**2).",
)
EXERCISE_3 = Exercise(
    key="06.3",
    ask="let order(output) return a list of all values, each before its own operands.",
    hints=(
        "A value may come only when all its users are in the list. Walking down from the output does not know that.",
        "Turn it around: first visit the operands of a value, then append the value itself. That is the forward order.",
        "Keep a set of the values that you have seen, so that each is appended once. At the end reverse the list.",
    ),
    solution=(
        "One way to write it:\n"
        "    def order(output):\n"
        "        found, seen = [], set()\n"
        "        def visit(value):\n"
        "            if value not in seen:\n"
        "                seen.add(value)\n"
        "                for operand in value.operands:\n"
        "                    visit(operand)\n"
        "                found.append(value)\n"
        "        visit(output)\n"
        "        return found[::-1]"
    ),
)

SHEET = Sheet((PREDICT, SQRT, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
