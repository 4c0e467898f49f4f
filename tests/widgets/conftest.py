"""Views' states to ask things of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import notebook_ad as ad
from notebook_ad.widgets.display import taken
from notebook_ad.widgets.state import State


def _state(f: Callable[..., Any], **values: Any) -> State:
    leaves = {name: ad.tensor(value, name=name) for name, value in values.items()}
    output = f(*leaves.values())
    output.name = "L"
    graph, replay = taken(output)
    return State(graph, replay)


@pytest.fixture
def state() -> Callable[..., State]:
    """The state of a view on a function of named leaves."""
    return _state


@pytest.fixture
def textbook_state() -> State:
    """(a·w + b − y_true)² at 2, 3, 4, 11."""
    return _state(lambda a, w, b, y_true: (a * w + b - y_true) ** 2, a=2.0, w=3.0, b=4.0, y_true=11.0)
