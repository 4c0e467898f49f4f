"""Checks of a function that counts the ReLU units of a layer that are off."""

from __future__ import annotations

import numpy as np

from notebook_ad.lessons.functions.tries import Case, Task

Counts = tuple[float, float]


def reference(Z: np.ndarray) -> Counts:  # noqa: N803 - as in the lesson
    """The share of inputs that are not above 0, and the number of columns in which no input is.

    Args:
        Z: the inputs of a layer of ReLU units, of shape (examples, units).
    """
    off = Z <= 0
    return float(off.mean()), float(off.all(axis=0).sum())


def _rows(Z: np.ndarray) -> Counts:  # noqa: N803
    return float((Z <= 0).mean()), float((Z <= 0).all(axis=1).sum())


def _any(Z: np.ndarray) -> Counts:  # noqa: N803
    return float((Z <= 0).mean()), float((Z <= 0).any(axis=0).sum())


def _strict(Z: np.ndarray) -> Counts:  # noqa: N803
    return float((Z < 0).mean()), float((Z < 0).all(axis=0).sum())


def _on(Z: np.ndarray) -> Counts:  # noqa: N803
    return float((Z > 0).mean()), float((Z > 0).all(axis=0).sum())


def _counted(Z: np.ndarray) -> Counts:  # noqa: N803
    return float((Z <= 0).sum()), float((Z <= 0).all(axis=0).sum())


def _swapped(Z: np.ndarray) -> Counts:  # noqa: N803
    return reference(Z)[::-1]


def _share(Z: np.ndarray) -> Counts:  # noqa: N803
    return float((Z <= 0).mean()), float((Z <= 0).all(axis=0).mean())


TASK = Task(
    reference=reference,
    cases=(
        Case(
            "three examples, four units",
            (np.array([[1.0, -2.0, 0.5, -1.0], [-3.0, -1.0, 2.0, -0.5], [0.2, -4, 1.5, 3]]),),
        ),
        Case("with inputs of exactly 0", (np.array([[0.0, 2.0, -1.0], [0.0, -1.0, 0.0]]),)),
        Case("every input on", (np.array([[0.5, 2.0], [1.0, 3.0]]),)),
        Case("a single example", (np.array([[-1.0, 2.0, -3.0, 0.5, -0.1]]),)),
    ),
    slips=(
        ("a unit is a column: take all() along axis 0, over the examples", _rows),
        ("these units are off for some example; asked are those that are off for all", _any),
        ("an input of exactly 0 is off, too: the libraries take the slope 0 there", _strict),
        ("these are the inputs and units that are on", _on),
        ("that is the number of inputs that are off; the share is their mean", _counted),
        ("the order is: first the share of inputs, then the number of units", _swapped),
        ("the second number is how many units, not their share", _share),
    ),
    names=("the share of inputs off", "the number of units off"),
)
