"""Views' states to ask things of, and a notebook that writes down what is displayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from watched_loops import View, notebook

import notebook_ad as ad
from notebook_ad.widgets import display, live, registry
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


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A notebook of `watched_loops`, in which views only write down what they are sent."""
    made = notebook()

    def view(**traits: Any) -> View:
        made.views.append(View(**traits))
        return made.views[-1]

    monkeypatch.setattr(display, "_shell", lambda: made)
    monkeypatch.setattr(display, "_publish", made.outputs.append)
    monkeypatch.setattr("notebook_ad.widgets.view.GraphView", view)
    monkeypatch.setattr(live, "clock", made.clock)
    yield made
    registry.close_all()


@pytest.fixture
def view(book: SimpleNamespace) -> Callable[[], View]:
    """The view of the last block."""
    return lambda: book.views[-1]
