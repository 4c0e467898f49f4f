"""What lesson 10 asks: activations."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="10.predict",
    ask="replace each None by the gradient that reaches z, where 8 arrives at the output.",
    hints=(
        "Multiply the upstream gradient 8 by the local derivative at z = −ln 3. So e^z is 1/3.",
        "σ = (1/3) / (1 + 1/3) = 1/4, and tanh = (1/3 − 3) / (1/3 + 3) = −0.8. z is negative.",
        "Local derivatives: σ(1 − σ) = 3/16, 1 − tanh² = 0.36, ReLU 0, leaky ReLU 0.1, softplus σ = 1/4.",
    ),
    solution=(
        "sigmoid: 8 × 3/16 = 1.5. tanh: 8 × 0.36 = 2.88. relu: 8 × 0 = 0. leaky: 8 × 0.1 = 0.8. softplus: 8 × 1/4 = 2."
    ),
)
CHAIN = Exercise(
    key="10.chain",
    ask="replace each None by the gradient in front of the last, the middle and the first sigmoid.",
    hints=(
        "At z = 0 the sigmoid is 1/2, so its local derivative is 1/2 × (1 − 1/2).",
        "Each sigmoid multiplies what arrives by 1/4. The subtraction hands it on unchanged.",
        "64 arrives at the last one: 64 × 1/4. Then × 1/4 again, and again.",
    ),
    solution="last: 64 / 4 = 16. middle: 16 / 4 = 4. first: 4 / 4 = 1.",
)
FIND_ERROR = Exercise(
    key="10.error",
    ask="set wrong_line to the number of the statement that does not hold.",
    hints=(
        "Differentiable at a point means: the difference quotient has a limit there. Ask this of each statement.",
        "A slope of 0, or nearly 0, is a slope. Only where left and right slope differ is there none.",
        "Compute σ(1 − σ) at z = 20. Is there a number?",
    ),
    solution=(
        "Statement 3. The sigmoid is differentiable everywhere, with σ′ = σ(1 − σ). Far out this is tiny, so learning "
        "stalls: it saturates. Tiny is not missing. ReLU is the one without a derivative, at the single point 0."
    ),
)
EXERCISE_1 = Exercise(
    key="10.1",
    ask="replace each None by a number: the local derivative of the sigmoid, then four gradients.",
    hints=(
        "L = (h − y)²: dh = 2·(h − y). The local derivative of the sigmoid needs nothing but its output h.",
        "slope = h·(1 − h) = 0.8 × 0.2. Then dz = dh × slope.",
        "z = w·x + b: dw = dz × x, db = dz × 1.",
    ),
    solution="dh = 2 × 0.8 = 1.6, slope = 0.16, dz = 1.6 × 0.16 = 0.256, dw = 0.256 × 3 = 0.768, db = 0.256.",
)
EXERCISE_2 = Exercise(
    key="10.2",
    ask='write the formula as text in z and s, where s = σ(z), for example "s + 2*z".',
    hints=(
        "SiLU is a product of z and s. z is used twice: directly, and inside s. Two paths.",
        "The direct path gives 1 × s. The other path gives z × the derivative of s.",
        "The derivative of s = σ(z) is s·(1 − s). Add the two paths.",
    ),
    solution="s + z·s·(1 − s), in Python: s + z*s*(1 - s).",
)
EXERCISE_3 = Exercise(
    key="10.3",
    ask="let units_off(Z) return two numbers: the share of inputs that are off, and how many units are off for all rows.",
    hints=(
        "off = Z <= 0 is an array of True and False. At exactly 0 the slope of ReLU is taken as 0, so that is off, too.",
        "The share is off.mean(). A unit is a column: it is off for all examples if the whole column is True.",
        "off.all(axis=0) has one entry for each unit. Sum it, and return both numbers.",
    ),
    solution=(
        "One way to write it:\n"
        "    def units_off(Z):\n"
        "        off = Z <= 0\n"
        "        return off.mean(), off.all(axis=0).sum()"
    ),
)

SHEET = Sheet((PREDICT, CHAIN, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
