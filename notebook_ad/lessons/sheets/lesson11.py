"""What lesson 11 asks: losses, softmax and cross-entropy."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="11.predict",
    ask="replace each None by the gradient that you expect for this score.",
    hints=(
        "Only p1 has an upstream gradient: −1/p1 = −4. Multiply it by the local derivatives of p1, one for each score.",
        "The local derivatives of p1 stand in the middle row of the table: −2/64, 12/64, −10/64.",
        "z0: −4 × (−2/64). z1: −4 × 12/64. z2: −4 × (−10/64).",
    ),
    solution="z0: −4 × (−2/64) = 0.125. z1: −4 × 12/64 = −0.75. z2: −4 × (−10/64) = 0.625.",
)
MODIFIED = Exercise(
    key="11.modified",
    ask="replace each None by the gradient when class 2 is the true one.",
    hints=(
        "The probabilities are the same as before: 1/8, 2/8, 5/8. Only y has moved.",
        "y is now 0, 0, 1. The gradient is p − y, score by score.",
        "z0: 1/8 − 0. z1: 2/8 − 0. z2: 5/8 − 1.",
    ),
    solution="z0: 1/8 = 0.125. z1: 2/8 = 0.25. z2: 5/8 − 1 = −3/8 = −0.375.",
)
FIND_ERROR = Exercise(
    key="11.error",
    ask="set wrong_line to the number of the line that does not hold.",
    hints=(
        "Four of the five lines are right. Ask for each derivative which results move when one score moves.",
        "One score moves every probability, because all of them share the sum e.sum().",
        "Which line knows only how p[i] moves with its own z[i]? Compare it with the table of nine numbers.",
    ),
    solution=(
        "Line 4 keeps the diagonal of the Jacobian and puts 0 everywhere else. Right is "
        "J = np.diag(p) - np.outer(p, p), which has −p[i]·p[j] off the diagonal."
    ),
)
EXERCISE_1 = Exercise(
    key="11.1",
    ask="replace each None by a number: three probabilities, two entries of the Jacobian, three gradients.",
    hints=(
        "Probabilities: each e^z over the sum of all three, 1 + 3 + 6 = 10.",
        "Jacobian: ∂p2/∂z2 = p2·(1 − p2), and ∂p1/∂z2 = −p1·p2.",
        "Gradients: p − y, and y is 0, 0, 1.",
    ),
    solution=(
        "p = 0.1, 0.3, 0.6. ∂p2/∂z2 = 0.6 × 0.4 = 0.24. ∂p1/∂z2 = −0.3 × 0.6 = −0.18. dz = 0.1, 0.3, 0.6 − 1 = −0.4."
    ),
)
EXERCISE_2 = Exercise(
    key="11.2",
    ask='write the formula as text in s and t, for example "exp(s) - t".',
    hints=(
        "Two terms, two paths from s. The second one is easy: −t·s has the derivative −t.",
        "ln(u) has the derivative 1/u, and u = 1 + e^s has the derivative e^s.",
        "Together: e^s / (1 + e^s) − t. The first part is the sigmoid of s.",
    ),
    solution=(
        "∂L/∂s = e^s/(1 + e^s) − t = σ(s) − t, in Python: 1/(1 + exp(-s)) - t. It is p − y once more, for two classes."
    ),
)
EXERCISE_3 = Exercise(
    key="11.3",
    ask="let cross_entropy(z, true) return the loss and the list of gradients.",
    hints=(
        "Subtract m = max(z) from every score first. That changes no probability, and no exponential overflows.",
        "The loss is m + ln Σ e^(z − m) − z[true]. Do not take the logarithm of a probability: it may have become 0.",
        "The gradient of score j is p[j], minus 1 for the true class.",
    ),
    solution=(
        "One way to write it:\n"
        "    def cross_entropy(z, true):\n"
        "        m = max(z)\n"
        "        e = [math.exp(score - m) for score in z]\n"
        "        loss = m + math.log(sum(e)) - z[true]\n"
        "        return loss, [e[j] / sum(e) - (j == true) for j in range(len(z))]"
    ),
)

SHEET = Sheet((PREDICT, MODIFIED, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
