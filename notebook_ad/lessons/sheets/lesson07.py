"""What lesson 07 asks: one neuron, active, inactive and dead."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="07.predict",
    ask="replace each None: z and y from the forward pass, then the gradients at x = 2.",
    hints=(
        "Forward: z = w·x + b, then y = max(0, z). Is z above or below 0?",
        "z = −1. There the ReLU is flat: move z a little, and y stays 0. So its local derivative is 0.",
        "dz = 5 × 0. The product and the sum multiply what comes from there, and 0 times anything is 0.",
    ),
    solution="z = 3·2 − 7 = −1 and y = 0. dz = 5 × 0 = 0, so dw = 0 × 2 = 0, dx = 0 × 3 = 0 and db = 0 × 1 = 0.",
)
MODIFIED = Exercise(
    key="07.modified",
    ask="replace each None: z and y from the forward pass, then the gradients at x = 4.",
    hints=(
        "Forward first: z = 3·4 − 7. Is it above 0 now?",
        "z = 5. There the ReLU has the slope 1, so dz = 5 × 1.",
        "dw = dz × x, dx = dz × w, db = dz × 1.",
    ),
    solution="z = 5 and y = 5. dz = 5 × 1 = 5, dw = 5 × 4 = 20, dx = 5 × 3 = 15, db = 5.",
)
LEAKY = Exercise(
    key="07.leaky",
    ask="replace each None by the output and the gradients of the leaky neuron at x = 2.",
    hints=(
        "z is −1 as before. Below 0 the leaky ReLU gives 0.1·z.",
        "Its local derivative there is 0.1. So dz = 5 × 0.1.",
        "dz = 0.5. Then dw = dz × x, dx = dz × w, db = dz × 1.",
    ),
    solution="y = 0.1 × (−1) = −0.1. dz = 5 × 0.1 = 0.5, dw = 0.5 × 2 = 1, dx = 0.5 × 3 = 1.5, db = 0.5.",
)
FIND_ERROR = Exercise(
    key="07.error",
    ask="set wrong_line to the number of the line that does not hold.",
    hints=(
        "Walk back from L and count the factors. Each operation gives one local derivative.",
        "The derivative of the sigmoid is y·(1 − y). In which line does it belong, and where does it stand again?",
        "dz is the gradient of z already. From z to w there is only the product w·x.",
    ),
    solution=(
        "Line 5 multiplies by the activation's derivative a second time. It is in dz already: dw = dz * x. "
        "The path from L to w passes the sigmoid once."
    ),
)
EXERCISE_1 = Exercise(
    key="07.1",
    ask="replace each None by a number: two forward values, then four gradients.",
    hints=(
        "z = w·x + b with (−4)·(−2) = 8. Then y = max(0, z).",
        "z = 3 is above 0, so dz = −2 × 1.",
        "dw = dz × x = −2 × (−2), dx = dz × w = −2 × (−4), db = dz.",
    ),
    solution="z = 8 − 5 = 3, y = 3. dz = −2, dw = −2 × (−2) = 4, dx = −2 × (−4) = 8, db = −2.",
)
EXERCISE_2 = Exercise(
    key="07.2",
    ask='write the formula as text in w, x, b, t, for example "2*tanh(w*x)".',
    hints=(
        "Name the steps: z = w·x + b, y = tanh(z), L = (y − t)². Go back one step at a time.",
        "dy = 2·(y − t). The local derivative of tanh is 1 − y². So dz = dy · (1 − y²).",
        "dw = dz · x. Write y out again as tanh(w*x + b).",
    ),
    solution="∂L/∂w = 2·(y − t)·(1 − y²)·x with y = tanh(w·x + b), in Python: "
    "2*(tanh(w*x + b) - t)*(1 - tanh(w*x + b)**2)*x.",
)
EXERCISE_3 = Exercise(
    key="07.3",
    ask="let neuron_backward(xs, w, b, slope, gs) return dw and db, as a dict or in this order.",
    hints=(
        "Start with dw, db = 0, 0 and loop over the examples: for x, g in zip(xs, gs).",
        "For each example z = w * x + b. Its local derivative is 1 if z > 0 else slope, so dz = g * that.",
        "Each example adds its share: dw += dz * x and db += dz.",
    ),
    solution=(
        "One way to write it:\n"
        "    def neuron_backward(xs, w, b, slope, gs):\n"
        "        dw, db = 0, 0\n"
        "        for x, g in zip(xs, gs):\n"
        "            z = w * x + b\n"
        "            dz = g * (1 if z > 0 else slope)\n"
        "            dw += dz * x\n"
        "            db += dz\n"
        "        return dict(dw=dw, db=db)"
    ),
)

SHEET = Sheet((PREDICT, MODIFIED, LEAKY, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
