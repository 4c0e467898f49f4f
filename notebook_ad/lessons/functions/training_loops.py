"""Checks of a training loop that a learner writes: its losses, and the model that it leaves behind."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad import nn, optim
from notebook_ad.graph.reading import UnreadableError, number
from notebook_ad.lessons.exercises.feedback import Mark
from notebook_ad.lessons.functions.tries import Case, Task

STEPS = 5

Train = Callable[..., Any]


def marks(answer: object) -> list[Mark]:
    """One mark for each network on which a learner's function `train(model, loss_fn, optimizer, X, y, steps)` is tried.

    Args:
        answer: the function, which returns its losses; None, or a function that returns None, is not answered yet.
    """
    return _TASK.marks(functools.partial(_with_last_loss, answer) if callable(answer) else answer)


def reference(
    model: Any,
    loss_fn: Any,
    optimizer: Any,
    X: Any,  # noqa: N803 - as in the lesson
    y: Any,
    steps: int,
    *,
    zero: str = "before",
    moves: bool = True,
    late: bool = False,
) -> list[float]:
    """The loop that lesson 09 asks for; each switch turned makes one of its usual slips.

    Args:
        model, loss_fn, optimizer, X, y, steps: as in the exercise.
        zero: "before" the backward, "between" it and the step, or "never".
        moves: call the optimizer's step.
        late: append the loss after the step instead of before it.
    """
    losses = []
    for _ in range(steps):
        if zero == "before":
            optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        if zero == "between":
            optimizer.zero_grad()
        if moves:
            optimizer.step()
        losses.append(loss_fn(model(X), y).item() if late else loss.item())
    return losses


_WRONG: tuple[tuple[str, Train], ...] = (
    ("the gradients of all steps add up: zero_grad() is missing before backward()",
     functools.partial(reference, zero="never")),
    ("the loss never changes: backward() or step() is missing, or zero_grad() stands between the two",
     functools.partial(reference, moves=False)),
    ("these are the losses after each step: take the loss from which backward() starts",
     functools.partial(reference, late=True)),
)  # fmt: skip


def _with_last_loss(train: Train, model: Any, loss_fn: Any, optimizer: Any, X: Any, y: Any, steps: int) -> Any:  # noqa: N803
    """What the function returns, and the loss of the model that it leaves behind."""
    found = train(model, loss_fn, optimizer, X, y, steps)
    if found is None:
        return None
    try:
        losses = list(found)
    except TypeError:
        raise UnreadableError("return a list with the loss of each step, after the loop") from None
    if len(losses) != steps:
        raise UnreadableError(f"it returns {len(losses)} losses for {steps} steps: append one in each turn of the loop")
    return [*map(number, losses), loss_fn(model(X), y).item()]


def _linear() -> tuple[Any, ...]:
    model = nn.Sequential(nn.Linear(1, 1))
    model.load_state_dict({"0.weight": np.array([[3.0]]), "0.bias": np.array([-1.0])})
    X = np.array([[1.0], [2.0], [-1.0]])  # noqa: N806
    return model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.05), X, np.array([[1.0], [0.0], [2.0]]), STEPS


def _hidden(activation: Any) -> Any:
    model = nn.Sequential(nn.Linear(2, 3), activation, nn.Linear(3, 2))
    weights = {"0.weight": [[0.5, -1.0], [1.5, 0.3], [-0.7, 0.8]], "0.bias": [0.1, 0.2, 0.3],
               "2.weight": [[1.0, -0.5, 0.4], [0.2, 0.6, -1.2]], "2.bias": [0.0, 0.5]}  # fmt: skip
    model.load_state_dict({name: np.array(value) for name, value in weights.items()})
    return model


def _regression() -> tuple[Any, ...]:
    model = _hidden(nn.ReLU())
    X, y = np.array([[1.0, 2.0], [0.5, -1.0], [-2.0, 0.3]]), np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]])  # noqa: N806
    return model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1), X, y, STEPS


def _classification() -> tuple[Any, ...]:
    model = _hidden(nn.Tanh())
    X = np.array([[1.0, 2.0], [0.5, -1.0], [-2.0, 0.3]])  # noqa: N806
    return model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.3), X, np.array([0, 1, 1]), STEPS


_TASK = Task(
    reference=functools.partial(_with_last_loss, reference),
    cases=(
        Case("a linear layer with MSE", _linear),
        Case("a hidden layer with ReLU and MSE", _regression),
        Case("a hidden layer with tanh and cross-entropy", _classification),
    ),
    slips=tuple((words, functools.partial(_with_last_loss, train)) for words, train in _WRONG),
    names=(*(f"the loss of step {step + 1}" for step in range(STEPS)), "the loss after the last step"),
)
