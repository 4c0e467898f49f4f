"""Leaves of a cell's live view are moved: the replay, the cell run again, and what must not happen in the notebook."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph import numbers
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
    assert "at these values the cell raises TypeError at line 3" in reply["frame"]["note"]
    assert reply["frame"]["texts"]["nout.v"] == "—"
    assert drag(state, "n", 4.0)["frame"]["texts"]["nout.v"] == "32"


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


@pytest.mark.parametrize(
    ("work", "moved", "error"),
    [
        ("c = 1 / (a - 1)", 1.0, ZeroDivisionError),
        ("c = w // (a - 1) + a", 1.0, ZeroDivisionError),
        ("c = w % (a - 1) + a", 1.0, ZeroDivisionError),
        ("c = a ** -2", 0.0, ZeroDivisionError),
        ("c = a ** 2", 1e200, OverflowError),
        ("c = math.exp(a)", 1e4, OverflowError),
        ("c = math.log(a)", 0.0, ValueError),
        ("c = math.sqrt(a)", -1.0, ValueError),
        ("c = math.pow(a, 0.5)", -1.0, ValueError),
        ("c = a * len([x for x in (1, 2) if math.acos(a / 4) > 0])", 9.0, ValueError),
        ("c = operator.truediv(w, a)", 0.0, ZeroDivisionError),
    ],
)  # fmt: skip
def test_where_the_code_raises_no_number_is_shown_from_there_on(view, work: str, moved: float, error: type) -> None:
    source = f"a, w = 2.0, 3.0\nb = a * w\n{work}\nL = c * b"
    state = view("import math, operator", f"%%backprop L\n{source}")
    reply = drag(state, "a", moved)
    with pytest.raises(error) as raised:
        exec(source.replace("2.0", repr(moved), 1), dict(view.notebook.names))
    note = f"at these values the cell raises {error.__name__} at line 3 ({raised.value})"
    assert reply["frame"]["note"] == note
    assert reply["frame"]["stale"]
    texts, graph = reply["frame"]["texts"], state.shown
    assert texts["nout.v"] == texts["nout.g"] == "—"
    a, b = graph.node("a").id, graph.node("b").id
    assert texts[f"n{a}.v"] == numbers.short(moved)
    assert texts[f"e{graph.users(b)[0].id}.v"] == numbers.short(3 * moved)  # what was computed before
    assert all(text in ("—", "◂ —") for slot, text in texts.items() if slot.endswith(".g"))
    assert [row["cells"][2:] for row in reply["frame"]["table"]["rows"]] == [["—", "", ""]] * 2
    shown = str([texts, answer(state, {"do": "walk"})["steps"]])
    assert not any(word in shown for word in ("nan", "inf", "∞"))
    assert answer(state, {"do": "why", "node": str(a)}) == {"what": "problem", "text": note, "seq": None}
    fine = drag(state, "a", 3.0)["frame"]
    assert (fine["note"], fine["stale"]) == ("", False)


def test_numpys_and_tensors_numbers_stay_infinite_as_in_the_code(view) -> None:
    state = view("import numpy as np", "%%backprop\na = np.float64(2.0)\nL = 1 / a")
    with np.errstate(all="ignore"):
        reply = drag(state, "a", 0.0)
    assert reply["frame"]["note"] == ""
    assert reply["frame"]["texts"]["nout.v"] == "∞"
    state = view("import notebook_ad as ad", "%%backprop L\na = ad.tensor(2.0, name='a')\nL = 1 / a")
    assert drag(state, "a", 0.0)["frame"]["texts"]["nout.v"] == "∞"


def test_what_the_code_catches_is_followed(view) -> None:
    state = view("%%backprop\na, b = 2.0, 3.0\ntry:\n    L = 1 / a\nexcept ZeroDivisionError:\n    L = a + b")
    with pytest.raises(Redrawn) as redrawn:
        drag(state, "a", 0.0)
    assert redrawn.value.picture["frame"]["texts"]["nout.v"] == "3"
    state = view(
        "log = []", "%%backprop\na = 2.0\nlog.append(a)\ntry:\n    L = 1 / a\nexcept ZeroDivisionError:\n    L = a * 2"
    )
    reply = drag(state, "a", 0.0)
    assert reply["rerun"]
    assert reply["frame"]["note"].endswith("at line 4 (float division by zero), unless the code catches it")
    assert reply["frame"]["texts"]["nout.v"] == "—"


def test_a_branch_before_the_operation_that_would_raise_is_taken(view) -> None:
    state = view("%%backprop\na, b = 2.0, 3.0\nL = 1 / a if a != 0 else b * 2")
    with pytest.raises(Redrawn) as redrawn:
        drag(state, "a", 0.0)
    assert redrawn.value.picture["frame"]["texts"]["nout.v"] == "6"


def test_a_loop_after_the_operation_that_raises_is_not_reached(view) -> None:
    state = view("%%backprop\na = 2.0\nr = 1 / a\ns = a\nwhile s < 10:\n    s = s * 2\nL = s * r")
    assert "raises ZeroDivisionError at line 2" in drag(state, "a", 0.0)["frame"]["note"]  # else the loop would not end


WITHOUT_A_REPLAY = [
    "a = {a}\nt = brentq(lambda v: v * v - a, 0, 20)\nL = t * a",
    "a = {a}\nt = quad(lambda v: a * v, 0, 1)[0]\nL = t * a",
    "a = {a}\nt = solve_ivp(lambda t, y: -a * y, (0, 1), [1.0]).y[0, -1]\nL = t * a",
    "a = {a}\nt = minimize(lambda v: ((v - a) ** 2).sum(), [0.0]).x[0]\nL = t * a",
    "a = {a}\nb = bytearray(16)\nx = np.frombuffer(b)\nx[0] = a\nL = x.sum() * a",
]


@pytest.mark.parametrize("cell", WITHOUT_A_REPLAY)
def test_where_there_is_no_replay_the_code_follows_if_nobody_can_notice(view, cell: str) -> None:
    imports = (
        "import numpy as np\nfrom scipy.optimize import brentq, minimize\nfrom scipy.integrate import quad, solve_ivp"
    )
    state = view(imports, "%%backprop L\n" + cell.format(a=2.0))
    assert state.replay is None
    assert [leaf["name"] for leaf in commands.picture(state)["leaves"]][:1] == ["a"]
    before = {k: id(v) for k, v in view.notebook.names.items()}
    for a in (5.0, 7.5):
        frame = moved_by(state, "a", a)
        plain = dict(view.notebook.names)
        exec(cell.format(a=a), plain)
        assert state.shown.nodes[state.shown.output].value == pytest.approx(float(plain["L"]), rel=1e-12)
        assert frame["texts"][f"n{state.shown.node('a').id}.v"] == numbers.short(a)
    assert {k: id(v) for k, v in view.notebook.names.items()} == before
    with pytest.raises(Redrawn) as home:
        answer(state, {"do": "reset"})
    assert home.value.picture["frame"]["texts"][f"n{state.shown.node('a').id}.v"] == "2"


def test_where_the_code_alone_could_follow_and_raises_the_view_says_so(view) -> None:
    cell = "%%backprop L\na = 2.0\nt = brentq(lambda v: v * v - a, 0, 5)\nL = t * a"
    state = view("from scipy.optimize import brentq", cell)
    frame = drag(state, "a", 100.0)["frame"]
    assert frame["note"].startswith("at these values the cell raises ValueError at line 2 (f(a) and f(b) must have")
    assert frame["texts"]["nout.v"] == "—"
    assert frame["texts"][f"n{state.shown.node('a').id}.v"] == "100"
    assert moved_by(state, "a", 4.0)["texts"][f"n{state.shown.node('a').id}.v"] == "4"


def test_where_the_code_may_do_more_than_compute_the_view_says_why_nothing_can_be_moved(view) -> None:
    setup = "from scipy.optimize import brentq\nlog = []"
    state = view(setup, "%%backprop L\na = 2.0\nlog.append(a)\nt = brentq(lambda v: v * v - a, 0, 5)\nL = t * a")
    picture = commands.picture(state)
    assert picture["leaves"] == []
    assert "the leaves cannot be moved" in picture["frame"]["note"]
    assert "line 2: it changes log" in picture["frame"]["note"]
    reply = drag(state, "a", 4.0)
    assert (reply["what"], "line 2: it changes log" in reply["text"]) == ("problem", True)


def test_a_tensor_that_the_cell_makes_is_not_moved_by_running_it_again(view) -> None:
    cell = "%%backprop L\na = ad.tensor(2.0, name='a')\nw = 3.0\nL = a * w if a > 1 else a + w"
    state = view("import notebook_ad as ad", cell)
    reply = drag(state, "a", 0.5)
    assert reply["what"] == "problem"
    assert "a cannot be moved here" in reply["text"]


def moved_by(state: State, name: str, value: float) -> dict[str, Any]:
    """The frame after a drag, drawn anew or not."""
    try:
        frame: dict[str, Any] = drag(state, name, value)["frame"]
    except Redrawn as redrawn:
        frame = redrawn.picture["frame"]
    return frame


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ('w = 2.0\nh = float(f"{w:.2f}")*1+2\nh = w*h-3\nh = w*h+1', {"w": "✂ 13.00 as recorded, cut at line 2", "h′": "✓ 4.000"}),
        ("w = 2.0\nh = round(w, 2)*1+2\nh = w*h-3\nh = w*h+1", {"w": "✂ 13.00 as recorded, cut at line 2"}),
        ("x = np.array([1.5, 2.5])\nL = (x * int(x[0])).sum()", {"x": "✂ all 2 as recorded, cut at line 2"}),
        ("x = np.array([1.5, 2.5])\nL = x[1] * x[0] * int(x[0])",
         {"x[0]": "✂ 2.500 as recorded, cut at line 2", "x[1]": "✓ 1.500"}),
        ("w, b = 2.0, 3.0\nif w > 1:\n    L = w * w * b\ntext = f'{w:.2f}'\nprint(round(L, 2))", {"w": "✓ 12.00", "b": "✓ 4.000"}),
        ("a, w, b = 2.0, 3.0, 5.0\nL = (a*w + b - 11) ** 2", {"a": "✓ 0", "w": "✓ 0", "b": "✓ 0"}),
    ],
)  # fmt: skip
def test_past_a_cut_the_central_difference_confirms_only_what_was_recorded(
    view, cell: str, texts: dict[str, str]
) -> None:
    view.notebook.cell("import numpy as np")
    state = view(f"%%backprop\n{cell}")
    assert {state.shown.nodes[k].name: text for k, text in state.checks(patient=True).items()} == texts


def test_what_raises_on_moved_values_is_told_with_the_line_of_the_cell(view) -> None:
    state = view(
        "%%backprop\nimport numpy as np\nx, y = np.array([0.0, 1.0]), np.array([1.0, 2.0])\nL = np.polyfit(x, y, 1)[0]"
    )
    reply = drag(state, "x", 0.0, 1)
    assert reply["what"] == "problem"
    assert reply["text"].startswith("LinAlgError")
    assert 'in "np.polyfit(x, y, 1)" (line 3)' in reply["text"]
