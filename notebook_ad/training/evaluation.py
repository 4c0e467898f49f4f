"""Loss and metrics of a model on data, nothing recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from notebook_ad.data.batches import batches
from notebook_ad.tensor.ambient import no_grad
from notebook_ad.tensor.tensor import Tensor, constant

Metric = Callable[[Tensor, Tensor], Any]


def evaluate(
    model: Any, loss: Callable[[Any, Any], Any], data: Any, *, metrics: Any = None, batch_size: int = 32
) -> dict[str, float]:
    """Means over all rows of data, in eval mode.

    Args:
        model: what is called with the inputs of a batch.
        loss: `loss(output, target)`, a scalar.
        data: (X, y), or an iterable of batches (input, …, target).
        metrics: as `fit`'s.
        batch_size: rows at a time, where data are arrays.
    """
    means, named = Means(), named_metrics(metrics)
    with mode(model, False), no_grad():
        for batch in in_batches(data, batch_size, False, None):
            inputs, target = parted(batch)
            output = model(*inputs)
            means.add(measured(loss(output, target), output, target, named), rows_in(target))
    return means.now()


class Means:
    """Means of logs over batches of different sizes."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._rows = 0

    def add(self, logs: Mapping[str, float], rows: int) -> None:
        """The logs of a batch."""
        self._rows += rows
        for name, value in logs.items():
            self._sums[name] = self._sums.get(name, 0.0) + value * rows

    def now(self) -> dict[str, float]:
        """The means so far."""
        return {name: total / self._rows for name, total in self._sums.items()} if self._rows else {}


def measured(loss: Any, output: Any, target: Any, metrics: Mapping[str, Metric]) -> dict[str, float]:
    """Loss and metrics of a batch as numbers."""
    logs = {"loss": number(loss)}
    if metrics:
        with no_grad():
            plain = constant(output._value) if isinstance(output, Tensor) else output
            for name, metric in metrics.items():
                logs[name] = number(metric(plain, target))
    return logs


def number(value: Any) -> float:
    """A scalar as a float, without a word to the tape."""
    return float(np.asarray(value._value if isinstance(value, Tensor) else value))


def accuracy(output: Tensor, target: Tensor) -> float:
    """The part of rows whose largest score (of shape (rows, classes)) is that of the target class (rows,).

    Raises:
        ValueError: other shapes.
    """
    scores, classes = np.asarray(output._value), np.asarray(target._value)
    if scores.ndim != classes.ndim + 1:
        raise ValueError(
            f'metric "accuracy" needs scores (rows, classes) and classes (rows,), not {scores.shape} and {classes.shape}; '
            "give a function of your own: metrics={'name': f}"
        )
    axis = 1 if scores.ndim > 1 else 0
    return float(np.mean(scores.argmax(axis) == classes))


def named_metrics(metrics: Any) -> dict[str, Metric]:
    """Metrics by name.

    Raises:
        ValueError: a name is not known.
        TypeError: one is no function.
    """
    if metrics is None:
        return {}
    given: Iterable[tuple[Any, Any]]
    if isinstance(metrics, Mapping):
        given = metrics.items()
    else:
        items = [metrics] if isinstance(metrics, str) or callable(metrics) else list(metrics)
        given = [(item if isinstance(item, str) else getattr(item, "__name__", "metric"), item) for item in items]
    found: dict[str, Metric] = {}
    for name, metric in given:
        if isinstance(metric, str) and metric not in ("accuracy", "acc"):
            raise ValueError(
                f'metrics: {metric!r} is not known; there is "accuracy". Give a function of (output, target)'
            )
        if not isinstance(metric, str) and not callable(metric):
            raise TypeError(f"metrics: {name} is a {type(metric).__name__}, not a function of (output, target)")
        found[name] = accuracy if isinstance(metric, str) else metric
    return found


def in_batches(data: Any, batch_size: int, shuffle: bool, seed: int | None) -> Any:
    """Arrays (X, y) as batches; what gives batches already, as it is.

    Raises:
        TypeError: it can be passed over once only, or not at all.
    """
    if isinstance(data, tuple):
        X, *y = data  # noqa: N806
        return batches(X, tuple(y), batch_size, shuffle, seed)
    if isinstance(data, Iterator):
        raise TypeError("data is an iterator, which is used up after one epoch; give a DataLoader, a list, or (X, y)")
    if not hasattr(data, "__iter__"):
        raise TypeError(f"data is (X, y) or gives batches (input, …, target), not {type(data).__name__}")
    return data


def parted(batch: Any) -> tuple[list[Any], Any]:
    """The inputs and the target of a batch.

    Raises:
        TypeError: it is no tuple of at least two.
    """
    if not isinstance(batch, tuple | list) or len(batch) < 2:
        what = f"a tuple of {len(batch)}" if isinstance(batch, tuple | list) else type(batch).__name__
        raise TypeError(f"a batch is (input, …, target), not {what}; a collate_fn can make it so")
    *inputs, target = batch
    return inputs, target


def rows_in(target: Any) -> int:
    """How many rows a batch has."""
    shape = np.shape(target._value if isinstance(target, Tensor) else target)
    return int(shape[0]) if shape else 1


@contextmanager
def mode(model: Any, training: bool) -> Iterator[None]:
    """Inside, the model is in train or eval mode; afterwards as before. Functions have no mode."""
    if not hasattr(model, "train"):
        yield
        return
    before = model.training
    model.train(training)
    try:
        yield
    finally:
        model.train(before)
