"""What lesson 12 asks: vanishing and exploding gradients."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="12.predict",
    ask="replace each None by the gradient that you expect for this weight.",
    hints=(
        "Each weight gets the upstream gradient at its σ, times σ' = 0.25, times its other operand h = 0.5.",
        "Upstream at h4 is 1. From one h back to the one before it shrinks by w × 0.25 = 0.5.",
        "Upstream at h4, h3, h2, h1: 1, 0.5, 0.25, 0.125. Multiply each by 0.25 × 0.5 = 0.125.",
    ),
    solution="w4: 1 × 0.125 = 0.125. w3: 0.5 × 0.125 = 0.0625. w2: 0.25 × 0.125 = 0.03125. w1: 0.125² = 0.015625.",
)
MODIFIED = Exercise(
    key="12.modified",
    ask="replace each None by the gradient at w = 8, b = −4.",
    hints=(
        "8 × 0.5 − 4 = 0, so every h is 0.5 again, and every σ' is 0.25.",
        "From one h back to the one before, the gradient is now multiplied by 8 × 0.25 = 2.",
        "Upstream at h4, h3, h2, h1: 1, 2, 4, 8. Multiply each by 0.25 × 0.5 = 0.125.",
    ),
    solution="w4: 1 × 0.125 = 0.125. w3: 2 × 0.125 = 0.25. w2: 4 × 0.125 = 0.5. w1: 8 × 0.125 = 1.",
)
FIND_ERROR = Exercise(
    key="12.error",
    ask="set wrong_line to the number of the line that stands in the wrong place.",
    hints=(
        "Every line is right on its own. Ask for each which gradients exist when it runs, and who reads them afterwards.",
        "The optimiser reads the gradients in step(). Which line changes them when nobody reads them any more?",
        "What line 5 has clipped, line 2 of the next turn throws away.",
    ),
    solution=(
        "Line 5 clips after the step: the weights have already moved along the gradient as it was. "
        "The order is backward, clip, step."
    ),
)
EXERCISE_1 = Exercise(
    key="12.1",
    ask="replace each None by a number.",
    hints=(
        "One layer multiplies by w × 0.25; five layers by its fifth power. The factor is 1 where w × 0.25 = 1.",
        "Xavier: √(2 / (n_in + n_out)). He: √(2 / n_in). The norm of [6, −8] is √(36 + 64).",
        "By norm: both elements × 5/10. By value: each element on its own, cut at −5 and 5.",
    ),
    solution=(
        "factor 2 × 0.25 = 0.5, five layers 0.5⁵ = 0.03125, kept with w = 4. Xavier √(2/200) = 0.1, He √(2/50) = 0.2. "
        "Norm 10; by norm 3 and −4; by value 5 and −5."
    ),
)
EXERCISE_2 = Exercise(
    key="12.2",
    ask='write the formula as text in n and a, for example "sqrt(2/n) * a".',
    hints=(
        "The mean of h² must be turned into a number times the variance of z. Half of the z are positive: h = z.",
        "The other half have h = a·z, so h² = a²·z². The mean of h² is (1 + a²)/2 times the variance of z.",
        "n · std² · (1 + a²)/2 = 1. Solve for std.",
    ),
    solution="std = √(2 / (n·(1 + a²))), in Python: sqrt(2/(n*(1 + a**2))). With a = 0 it is He's, with a = 1 it is √(1/n).",
)
EXERCISE_3 = Exercise(
    key="12.3",
    ask="let clip(grads, max_norm) return the list of clipped arrays.",
    hints=(
        "One norm for all arrays together: the square root of the sum of all squares, over every element of every array.",
        "Only where that norm is larger than max_norm is anything changed. A norm of 0 must not be divided by.",
        "The factor is max_norm / norm, the same for every array.",
    ),
    solution=(
        "One way to write it:\n"
        "    def clip(grads, max_norm):\n"
        "        norm = math.sqrt(sum(np.sum(g**2) for g in grads))\n"
        "        factor = max_norm / norm if norm > max_norm else 1.0\n"
        "        return [factor * g for g in grads]"
    ),
)

SHEET = Sheet((PREDICT, MODIFIED, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
