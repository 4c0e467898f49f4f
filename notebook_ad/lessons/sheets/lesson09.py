"""What lesson 09 asks: a multilayer perceptron trains."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

PREDICT = Exercise(
    key="09.predict",
    ask="replace each None by the gradient that you expect for this parameter.",
    hints=(
        "∂L/∂out = 4 is upstream of everything. out = v1·h1 + v2·h2 + c: v1 gets 4 × h1, and h1 gets 4 × v1.",
        "h1 gets 4 × 2 = 8, h2 gets 4 × (−1) = −4. Both inputs of ReLU are positive: it hands them on unchanged.",
        "z1 = w1·x + b1: w1 gets 8 × x, b1 gets 8 × 1. The same for the second unit, with −4.",
    ),
    solution=(
        "v1: 4 × 3 = 12. v2: 4 × 5 = 20. c: 4 × 1 = 4. w1: 4 × 2 × 1 × 2 = 16. b1: 4 × 2 × 1 = 8. "
        "w2: 4 × (−1) × 1 × 2 = −8. b2: 4 × (−1) × 1 = −4."
    ),
)
STEP = Exercise(
    key="09.step",
    ask="replace each None by the value after one step of SGD with lr = 0.01.",
    hints=(
        "new value = old value − lr × gradient.",
        "v1 was 2 and has the gradient 12: 2 − 0.01 × 12.",
        "A negative gradient raises the value: w2 was 2 and has the gradient −8: 2 + 0.08.",
    ),
    solution="v1: 2 − 0.12 = 1.88. w2: 2 + 0.08 = 2.08. c: 1 − 0.04 = 0.96.",
)
BATCH = Exercise(
    key="09.batch",
    ask="replace each None by the gradient of the mean loss of the two examples.",
    hints=(
        "Each example has its own gradient. The loss is the mean of the two losses, so each gets the factor 1/2.",
        "The second example has h1 = 1, h2 = 1, out = 2, u = 2 − 3 = −1. So its own ∂L/∂out is −2.",
        "Its own gradients: v1 −2 × 1, c −2, w1 −2 × 2 × 1 × 0. Take the mean with 12, 4 and 16.",
    ),
    solution="v1: (12 − 2) / 2 = 5. c: (4 − 2) / 2 = 1. w1: (16 + 0) / 2 = 8.",
)
FIND_ERROR = Exercise(
    key="09.error",
    ask="set repair to the number of the repair that mends the loop.",
    hints=(
        "Look at the second step. What does backward() do with a gradient that is already there?",
        "Lesson 02: backward() adds to .grad. Nothing in the loop ever takes the old gradients away.",
        "They must be gone before backward() adds the new ones, and still be there when step() reads them.",
    ),
    solution=(
        "optimizer.zero_grad() before loss.backward(). Without it step k moves along the sum of the gradients of all "
        "k steps."
    ),
)
EXERCISE_1 = Exercise(
    key="09.1",
    ask="replace each None by a number: forward, backward, then the two updated weights.",
    hints=(
        "Forward: z = w·x + b, h = ReLU(z), out = v·h, u = out − y. Then ∂L/∂out = 2u.",
        "z = 5 is positive, so ReLU has the slope 1. dv = ∂L/∂out × h, and dw = ∂L/∂out × v × 1 × x.",
        "∂L/∂out = 2 × (10 − 12) = −4. Update: new = old − 0.01 × gradient.",
    ),
    solution=(
        "h = 2·3 − 1 = 5, out = 2·5 = 10. dv = −4 × 5 = −20, dw = −4 × 2 × 1 × 3 = −24, db = −4 × 2 × 1 = −8. "
        "new_v = 2 + 0.2 = 2.2, new_w = 2 + 0.24 = 2.24."
    ),
)
EXERCISE_2 = Exercise(
    key="09.2",
    ask='write the formula as text in w, x, b, v, c, y, for example "2*v*x + c".',
    hints=(
        "Name the steps: z = w·x + b, h = z (the unit is on), out = v·h + c, u = out − y, L = u².",
        "∂L/∂out = 2u. Then × v to reach h, × 1 through ReLU, × x to reach w.",
        "Multiply: 2u · v · x, and write u = v·(w·x + b) + c − y out.",
    ),
    solution="∂L/∂w = 2·(v·(w·x + b) + c − y)·v·x, in Python: 2*(v*(w*x + b) + c - y)*v*x.",
)
EXERCISE_3 = Exercise(
    key="09.3",
    ask="let train(model, loss_fn, optimizer, X, y, steps) return the list of the losses, one for each step.",
    hints=(
        "Five lines in a loop over range(steps): zero_grad, loss = …, append, backward, step.",
        "The loss is loss_fn(model(X), y). Append loss.item(), the number, before the step changes the model.",
        "The order is: optimizer.zero_grad(), then loss.backward(), then optimizer.step(). return comes after the loop.",
    ),
    solution=(
        "One way to write it:\n"
        "    def train(model, loss_fn, optimizer, X, y, steps):\n"
        "        losses = []\n"
        "        for _ in range(steps):\n"
        "            optimizer.zero_grad()\n"
        "            loss = loss_fn(model(X), y)\n"
        "            loss.backward()\n"
        "            optimizer.step()\n"
        "            losses.append(loss.item())\n"
        "        return losses"
    ),
)

SHEET = Sheet((PREDICT, STEP, BATCH, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
