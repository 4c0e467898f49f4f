"""What lesson 05 asks: gradient descent is not backpropagation."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="05.predict",
    ask="replace each None by a number: the new w and b, the loss there, and the gradient of w there.",
    hints=(
        "The update: subtract 0.05 times the gradient. The gradients are −4 and −2.",
        "Minus times minus is plus: w grows by 0.05 × 4, b by 0.05 × 2. Then run the forward pass at the new point.",
        "w = 3.2, b = 4.1, so u = 2 × 3.2 + 4.1 − 11 = −0.5. The gradient of w is 2·u·x.",
    ),
    solution="w: 3 + 0.2 = 3.2. b: 4 + 0.1 = 4.1. u = −0.5, so the loss is 0.25 and the gradient of w is 2 × (−0.5) × 2 = −2.",
)
MODIFIED = Exercise(
    key="05.modified",
    ask="replace each None by a number: w, b and the loss after one step with 0.2, and w after two.",
    hints=(
        "Now w grows by 0.2 × 4 and b by 0.2 × 2.",
        "w = 3.8, b = 4.4, so u = 7.6 + 4.4 − 11 = 1. On which side of the minimum is that?",
        "At the new point the gradients are 2·u·x = 4 and 2·u = 2. Take the second step from there.",
    ),
    solution="w: 3.8, b: 4.4, u = +1, loss 1. The gradients are now +4 and +2, so the second step goes back to w = 3.",
)
FIND_ERROR = Exercise(
    key="05.error",
    ask="set wrong_line to the number of the line that stands in the wrong place.",
    hints=(
        "Each line is right on its own. Which value does a later line read that an earlier line has changed?",
        "Line 4 is a local derivative times an upstream gradient. At which weights was the forward pass done?",
        "hidden_grad needs the w2 of the forward pass. Line 3 has changed it by then.",
    ),
    solution="Line 3 updates w2 while line 4 still needs the old w2. Move it to the end, beside line 6.",
)
EXERCISE_1 = Exercise(
    key="05.1",
    ask="replace each None by a number: the loss, its gradient, the change of w, the new w, the new loss.",
    hints=(
        "At w = 1 the bracket is 2 − 6 = −4. The gradient is 2 × bracket × 2.",
        "change = −0.05 × gradient. A negative gradient gives a positive change.",
        "The new w is 1.8. There the bracket is 3.6 − 6 = −2.4.",
    ),
    solution="Loss 16, gradient 2 × (−4) × 2 = −16, change 0.8, new w 1.8, new loss (−2.4)² = 5.76.",
)
EXERCISE_2 = Exercise(
    key="05.2",
    ask='write the formula as text in w, x, y, lr, for example "w - lr*x".',
    hints=(
        "First the gradient of (w·x − y)² with respect to w. Lesson 01, exercise 2.",
        "It is 2·(w·x − y)·x. The update subtracts lr times that.",
        "The new weight is the old w, minus lr · 2 · (w·x − y) · x.",
    ),
    solution="w − lr·2·(w·x − y)·x, in Python: w - lr*2*(w*x - y)*x.",
)
EXERCISE_3 = Exercise(
    key="05.3",
    ask="let descend(gradient, w, lr, steps) return the list of weights after the last step.",
    hints=(
        "In each step: first grads = gradient(w), the whole list. Then one new number for each weight.",
        "The new list is [wi - lr * gi for wi, gi in zip(w, grads)].",
        "Repeat it with for _ in range(steps), and return w after the loop.",
    ),
    solution=(
        "One way to write it:\n"
        "    def descend(gradient, w, lr, steps):\n"
        "        for _ in range(steps):\n"
        "            grads = gradient(w)\n"
        "            w = [wi - lr * gi for wi, gi in zip(w, grads)]\n"
        "        return w"
    ),
)

SHEET = Sheet((PREDICT, MODIFIED, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
