"""Checks of lesson 09: a multilayer perceptron trains."""

from __future__ import annotations

from collections.abc import Sequence

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.slips import Slip, of_gradient, scalar
from notebook_ad.lessons import exercise, marking, training_loops
from notebook_ad.lessons.exercise import Exercise
from notebook_ad.lessons.feedback import Feedback
from notebook_ad.lessons.traced import traced
from notebook_ad.tensor.tensor import Tensor

PARAMETERS = {"w1": 1.0, "b1": 1.0, "w2": 2.0, "b2": 1.0, "v1": 2.0, "v2": -1.0, "c": 1.0}

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
EXERCISES = (EXERCISE_1, EXERCISE_2, EXERCISE_3)

_POINTS_2 = ({"w": 2.0, "x": 3.0, "b": 1.0, "v": -1.5, "c": 5.0, "y": 4.0},
             {"w": 0.5, "x": -2.0, "b": 3.0, "v": 0.7, "c": -1.0, "y": 2.5},
             {"w": -1.0, "x": 0.4, "b": 2.0, "v": 3.0, "c": 0.2, "y": -6.0})  # fmt: skip


def predict(predicted: object) -> Feedback:
    """Check the gradients of the seven parameters of the network with two hidden units, at x = 2, y = 0."""
    graph = _network(2.0, 0.0)
    return exercise.judge(PREDICT, marking.gradients(predicted, graph, PARAMETERS))


def predict_step(predicted: object) -> Feedback:
    """Check three parameters after one step of SGD with lr = 0.01."""
    graph = _network(2.0, 0.0)
    expected = {name: _updated(PARAMETERS[name], scalar(graph.grad(name)), 0.01) for name in ("v1", "w2", "c")}
    return exercise.judge(STEP, marking.blanks(predicted, expected))


def predict_batch(predicted: object) -> Feedback:
    """Check three gradients of the mean loss of the examples (2, 0) and (0, 3)."""
    first, second = _network(2.0, 0.0), _network(0.0, 3.0)
    expected: dict[str, tuple[float, Sequence[Slip]]] = {}
    for name in ("v1", "c", "w1"):
        one, other = scalar(first.grad(name)), scalar(second.grad(name))
        slips = [
            Slip(one, "that is the gradient of the first example alone: a path is forgotten"),
            Slip(other, "that is the gradient of the second example alone: a path is forgotten"),
            Slip(one + other, "that is the sum; the loss is the mean of the two, so divide by 2"),
            Slip((one - other) / 2, "mind the sign of the second example: its guess is too low, so u = −1"),
            Slip(one / 2, "the second example is missing: a path is forgotten"),
        ]
        expected[name] = ((one + other) / 2, slips)
    return exercise.judge(BATCH, marking.blanks(predicted, expected))


def find_error(repair: object) -> Feedback:
    """Check which repair mends the loop without zero_grad."""
    why_not = {
        1: "a smaller step hides it for a while; the gradients still add up from step to step",
        3: "between backward() and step() it throws the new gradient away: step() then changes nothing",
        4: "the order of backward() and step() was right; the old gradients would still be there",
    }
    return exercise.judge(FIND_ERROR, marking.choice(repair, "repair", 2, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check forward, backward and update of one hidden unit at x = 3, w = 2, b = −1, v = 2, y = 12."""
    values = {"w": 2, "b": -1, "v": 2, "x": 3, "y": 12}
    graph = traced(lambda w, b, v, x, y: (v * (w * x + b).relu() - y) ** 2, values, "L")
    expected: dict[str, tuple[float, Sequence[Slip]]] = {
        "h": (5.0, [Slip(6.0, "the bias b = −1 is missing"), Slip(7.0, "b is −1: mind its sign")]),
        "out": (10.0, [Slip(7.0, "out is a product: v·h")]),
    }
    expected |= {f"d{name}": (scalar(graph.grad(name)), of_gradient(graph, name)) for name in ("v", "w", "b")}
    expected |= {f"new_{name}": _updated(2.0, scalar(graph.grad(name)), 0.01) for name in ("v", "w")}
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for ∂L/∂w of L = (v·ReLU(w·x + b) + c − y)² where the unit is on."""

    def truth(point: marking.Point) -> tuple[float, list[Slip]]:
        graph = traced(lambda w, x, b, v, c, y: (v * (w * x + b).relu() + c - y) ** 2, point, "L")
        u = point["v"] * (point["w"] * point["x"] + point["b"]) + point["c"] - point["y"]
        special = [
            Slip(2 * u * point["x"], "the factor v is missing: the chain goes through v·h"),
            Slip(point["v"] * point["x"], "the upstream gradient ∂L/∂out = 2u is forgotten"),
            Slip(2 * u * point["v"], "that is ∂L/∂b: the local derivative of w·x with respect to w is x"),
        ]
        return scalar(graph.grad("w")), [*special, *of_gradient(graph, "w")]

    return exercise.judge(EXERCISE_2, marking.formula(answer, "∂L/∂w", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function train(model, loss_fn, optimizer, X, y, steps) that returns the losses, on three models."""
    return exercise.judge(EXERCISE_3, training_loops.marks(answer))


def hint(number: int) -> Feedback:
    """The next hint of an exercise (1, 2 or 3), without giving an answer."""
    return exercise.hint(exercise.pick(EXERCISES, number))


def solution(number: int) -> Feedback:
    """The solution of an exercise (1, 2 or 3)."""
    return exercise.solution(exercise.pick(EXERCISES, number))


def reset() -> None:
    """Forget all answers of this lesson: hints start again with the first."""
    exercise.reset(PREDICT, STEP, BATCH, FIND_ERROR, *EXERCISES)


def _network(x: float, y: float) -> Graph:
    def loss(
        w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, v1: Tensor, v2: Tensor, c: Tensor, x: Tensor, y: Tensor
    ) -> Tensor:
        out: Tensor = v1 * (w1 * x + b1).relu() + v2 * (w2 * x + b2).relu() + c
        return (out - y) ** 2

    return traced(loss, {**PARAMETERS, "x": x, "y": y}, "L")


def _updated(value: float, gradient: float, lr: float) -> tuple[float, list[Slip]]:
    slips = [
        Slip(value + lr * gradient, "that goes uphill: the step is minus lr × gradient"),
        Slip(value - gradient, "lr is forgotten"),
        Slip(gradient, "that is the gradient, not the new value"),
        Slip(lr * gradient, "that is the size of the step; subtract it from the old value"),
        Slip(-lr * gradient, "that is the step; add it to the old value"),
        Slip(value, "that is the old value: the step is missing"),
    ]
    return value - lr * gradient, slips
