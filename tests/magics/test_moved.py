"""Leaves of a cell's live view are moved: the replay, the cell run again, and what must not happen in the notebook."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.magics import show
from notebook_ad.widgets import commands, display
from notebook_ad.widgets.commands import Redrawn, answer
from notebook_ad.widgets.state import State


@pytest.fixture
def view(notebook, monkeypatch: pytest.MonkeyPatch):
    """Runs cells; gives the state of the view that the last one opened."""
    opened: list[State] = []
    monkeypatch.setattr(display, "show", lambda what, state=None, **_: opened.append(state))

    def run(*cells: str) -> State:
        for cell in cells:
            result = notebook.cell(cell)
            assert result.success, result.error_in_exec
        return opened[-1]

    run.notebook = notebook  # type: ignore[attr-defined]
    return run


def drag(state: State, name: str, value: float, index: int | None = None) -> dict[str, Any]:
    leaf = str(state.first.node(name).id)
    return answer(state, {"do": "drag", "seq": 1, "leaf": leaf, "index": index, "value": value})


BRANCH = "%%backprop\nw = 3.0\nx = 2.0\nif x > 1:\n    L = x * w\nelse:\n    L = x ** 2 - w\nprint(L)"


def test_across_a_branch_the_cell_runs_again_and_nobody_notices(view) -> None:
    state = view(BRANCH)
    book, before = view.notebook, dict(view.notebook.names)
    last, states = ad.last_graph(), (random.getstate(), np.random.get_state()[1].copy())
    book.displays.clear()
    assert drag(state, "w", 4.0)["frame"]["texts"]["nout.v"] == "8"
    with pytest.raises(Redrawn) as redrawn:
        drag(state, "x", 0.5)
    assert redrawn.value.picture["frame"]["texts"]["nout.v"] == "−3.75"
    assert state.shown.grad("x") == 1.0
    assert {k: id(v) for k, v in book.names.items()} == {k: id(v) for k, v in before.items()}
    assert (book.names["x"], book.names["x"].grad, book.names["w"].grad) == (2.0, 3.0, 2.0)
    assert ad.last_graph() is last
    assert book.displays == []
    assert states[0] == random.getstate()
    assert (states[1] == np.random.get_state()[1]).all()
    with pytest.raises(Redrawn):
        answer(state, {"do": "reset"})
    assert state.shown.nodes[state.shown.output].value == 6.0
    assert drag(state, "x", 3.0)["frame"]["texts"]["nout.v"] == "9"


def test_a_cell_that_appends_and_writes_a_file_does_so_once(view, tmp_path) -> None:
    path = tmp_path / "log"
    state = view(
        "log = []",
        f"%%backprop\nx = 2.0\nlog.append(x)\nwith open({str(path)!r}, 'a') as file:\n    _ = file.write('once')\n"
        "L = x * 2 if x > 1 else x * 3",
    )
    reply = drag(state, "x", 0.5)
    assert reply["frame"]["stale"]
    assert reply["rerun"]
    assert "line 2: it changes log" in reply["frame"]["note"]
    assert (view.notebook.names["log"], path.read_text()) == ([2.0], "once")
    with pytest.raises(Redrawn):
        answer(state, {"do": "rerun"})
    assert state.shown.nodes[state.shown.output].value == 1.5
    assert view.notebook.names["log"] == [2.0]  # in a copy of its variables


def test_functions_of_the_notebook_see_the_moved_values(view) -> None:
    state = view(
        "w = 2.0\nparams = {'b': [1.0, 2.0]}\ndef f(t):\n    return t * w + params['b'][1] if t > 0 else t - w",
        "%%backprop\nL = f(x := 3.0) * params['b'][0]",
    )
    drag(state, "w", 5.0)
    drag(state, "params['b'][0]", 10.0)
    with pytest.raises(Redrawn):
        drag(state, "x", -1.0)
    assert state.shown.nodes[state.shown.output].value == -60.0
    assert view.notebook.names["params"] == {"b": [1.0, 2.0]}
    assert view.notebook.names["params"]["b"][0].grad == 8.0
    assert view.notebook.names["w"] == 2.0


def test_a_cell_that_binds_anew_what_it_reads_starts_from_what_it_read(view) -> None:
    state = view("w = 2.0", "%%backprop --wrt w,x\nx = 1.0\nw = w * 3\nL = w * x if x > 0 else w - x")
    assert view.notebook.names["w"] == 6.0
    with pytest.raises(Redrawn):
        drag(state, "x", -1.0)
    assert state.shown.nodes[state.shown.output].value == 7.0
    view("w = 100.0")
    drag(state, "x", -2.0)
    assert state.shown.nodes[state.shown.output].value == 8.0


def test_the_same_form_is_no_new_picture(view) -> None:
    state = view("%%backprop\nx = 2.5\nL = x * int(x)")
    with pytest.raises(Redrawn):  # the constant has another value
        drag(state, "x", 3.5)
    state = view("%%backprop\nx = 2.5\nw = 1.0\nkey = f'{x:.3f}'\nL = x * w")
    assert drag(state, "x", 3.5)["frame"]["texts"]["nout.v"] == "3.5"
    assert not state.broken


def test_arrays_lists_and_options_are_those_of_the_first_run(view) -> None:
    state = view(
        "import numpy as np\nX = np.array([1.0, -2.0])\nys = [1.0, 2.0]",
        "%%backprop total --const ys --seed 2\ntotal = (X[X > 0] * ys[1]).sum()\nother = X.sum()",
    )
    assert (state.shown.grad("X") == [4.0, 0.0]).all()
    with pytest.raises(Redrawn):
        drag(state, "X", 5.0, index=1)
    assert (state.shown.grad("X") == [4.0, 4.0]).all()
    assert state.shown.seed == 2
    assert view.notebook.names["X"].tolist() == [1.0, -2.0]
    assert view.notebook.names["X"].grad.tolist() == [4.0, 0.0]


def test_an_integer_stays_one_where_it_can(view) -> None:
    state = view("%%backprop\nn = 3\nw = 2.0\nL = sum(w * n for _ in range(n))")
    with pytest.raises(Redrawn):
        drag(state, "n", 4.0)
    assert state.shown.nodes[state.shown.output].value == 32.0
    reply = drag(state, "n", 4.5)
    assert "here the cell raises TypeError" in reply["text"]


def test_the_loop_of_a_cell_takes_more_steps(view) -> None:
    state = view("%%backprop\nx = 1.0\ns = x\nwhile s < 10:\n    s = s * 2\nL = s")
    with pytest.raises(Redrawn):
        drag(state, "x", 0.3)
    assert state.shown.grad("x") == 64.0


def test_without_a_decision_nothing_is_looked_through(view, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "effects", lambda *_: pytest.fail("asked"))
    state = view("%%backprop\na, w = 2, 3\nL = (a * w + 4 - 11) ** 2")
    assert state.rerun is state.risky is None
    assert commands.shown(state)["rerun"] is False


@pytest.mark.parametrize("x", ["[1.0, 2.0]", "np.array([1.0, 2.0])", "ad.tensor([1.0, 2.0], name='x')"])
def test_a_list_an_array_and_a_tensor_are_drawn_alike(view, x: str) -> None:
    state = view(
        "import numpy as np, notebook_ad as ad",
        f"%%backprop L\nx = {x}\nL = x[0] * x[1] + x[1] ** 2 if x[0] < 3 else x[0] * x[1]",
    )
    texts = commands.shown(state)["frame"]["texts"]
    first, second = (state.shown.node(f"x[{i}]").id for i in (0, 1))
    assert texts[f"n{second}.s"] == "Σ 1 + 4 = 5"
    assert [frame.name for frame in state.shown.frames] == ["x"]
    assert set(state.shown.frames[0].nodes) == {first, second}
    if "tensor" not in x:
        with pytest.raises(Redrawn):
            drag(state, "x[0]", 4.0)
        assert state.shown.grad("x[0]") == 2.0
        drag(state, "x[1]", 7.0)
        assert state.shown.nodes[state.shown.output].value == 28.0
        assert [float(v) for v in view.notebook.names["x"]] == [1.0, 2.0]
