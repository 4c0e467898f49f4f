"""What lesson 01 asks: the computation graph and the chain rule."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="01.predict",
    ask="replace each None by the gradient that you expect for this leaf.",
    hints=(
        "Walk back from L. On each edge multiply two numbers: upstream gradient × local derivative.",
        "The upstream gradient is −2 at the result of −, and + hands it on unchanged: −2 at the result of ×, too.",
        "Local derivatives: u − v has 1 and −1, u + v has 1 and 1. In a·w they are w = 3 for a, and a = 2 for w.",
    ),
    solution="a: −2 × 3 = −6. w: −2 × 2 = −4. b: −2 × 1 = −2. y_true: −2 × (−1) = 2.",
)
MODIFIED = Exercise(
    key="01.modified",
    ask="replace each None by the gradient at a = 5, w = 3, b = 7, y_true = 19.",
    hints=(
        "Forward first: a·w, then a·w + b, then a·w + b − y_true, then L.",
        "Forward: 15, 22, 3, 9. The derivative of u² is 2u, so the upstream gradient at the result of − is 2 × 3 = 6.",
        "6 flows back through − and + to the result of ×. There a gets 6 × w, and w gets 6 × a.",
    ),
    solution="a: 6 × 3 = 18. w: 6 × 5 = 30. b: 6 × 1 = 6. y_true: 6 × (−1) = −6.",
)
FIND_ERROR = Exercise(
    key="01.error",
    ask="set wrong_line to the number of the line that does not hold.",
    hints=(
        "Three of the four lines are right. Read each one as 'derivative of … with respect to …'.",
        "In a chain ∂L/∂w = ∂L/∂z · ∂z/∂w the two z's meet. Check that the inner names match in each line.",
        "∂x/∂w asks how x changes with w. But x is a leaf: nothing computes it, and w does not move it.",
    ),
    solution=(
        "In line 4 the upstream gradient must be that of the op's result, and the local derivative that of the same "
        "result: ∂L/∂w = ∂L/∂z · ∂z/∂w = 2(z − y) · x."
    ),
)
EXERCISE_1 = Exercise(
    key="01.1",
    ask="replace each None by a number: two forward values, then four gradients.",
    hints=(
        "Forward: q = x + y, then f = q·z. Backward starts at f with the seed 1.",
        "f = q·z is a product: the gradient of q is 1 × z, and that of z is 1 × q.",
        "q = x + y is a sum: the local derivatives are 1 and 1, so x and y both get the gradient of q.",
    ),
    solution="q = −2 + 5 = 3, f = 3 × (−4) = −12. dq = 1 × (−4) = −4, dz = 1 × 3 = 3, dx = dy = −4 × 1 = −4.",
)
EXERCISE_2 = Exercise(
    key="01.2",
    ask='write the formula as text, for example "2*w + x".',
    hints=(
        "Name the steps: p = w·x, u = p + b − y, L = u². Go back one step at a time.",
        "The gradient of u is 2u. Through − and + it comes unchanged to p.",
        "p = w·x, so the local derivative of p with respect to w is x. Multiply: 2u · x, and write u out again.",
    ),
    solution="∂L/∂w = 2·(w·x + b − y)·x, in Python: 2*(w*x + b - y)*x.",
)
EXERCISE_3 = Exercise(
    key="01.3",
    ask="let backward(a, b, c, d) return the four gradients, as a dict or in the order a, b, c, d.",
    hints=(
        "Forward first, with a name for each step: p = a·b, n = p − c, z = n / d. Then go back from z with the seed 1.",
        "z = n / d has the local derivatives 1/d with respect to n, and −n/d² with respect to d.",
        "With dn = 1/d: the subtraction hands dn to p, and −dn to c. The product gives a: dn·b, and b: dn·a.",
    ),
    solution=(
        "One way to write it:\n"
        "    def backward(a, b, c, d):\n"
        "        n = a * b - c                                          # forward\n"
        "        dn, dd = 1 / d, -n / d**2                              # z = n / d, seed 1\n"
        "        return dict(a=dn * b, b=dn * a, c=-dn, d=dd)           # upstream × local"
    ),
)

SHEET = Sheet((PREDICT, MODIFIED, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
