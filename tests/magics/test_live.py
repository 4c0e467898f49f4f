"""`%%backprop --live`."""

import types

import pytest

from notebook_ad.widgets import commands, display, registry


class View:
    def __init__(self, state, **traits):
        self.picture, self.state, self.comm, self.sent = commands.picture(state), state, object(), []
        self.__dict__ |= traits

    def send(self, message):
        self.sent.append(message)

    def freeze(self):
        pass

    def close(self):
        self.comm = None


@pytest.fixture
def views(notebook, monkeypatch):
    """The notebook's kernel is one with a front-end; gives its views."""
    made = []
    kernel = types.SimpleNamespace(get_parent=lambda: {"header": {"msg_id": "m"}, "metadata": {"cellId": "c"}})
    monkeypatch.setattr(display, "_shell", lambda: types.SimpleNamespace(kernel=kernel))

    def view(**traits):
        made.append(View(**traits))
        return made[-1]

    monkeypatch.setattr("notebook_ad.widgets.view.GraphView", view)
    yield made
    registry.close_all()


LOOP = """%%backprop --live
import notebook_ad as ad
w, rate = ad.tensor(3.0), 0.1
for step in range(5):
    error = w * 2.0 - 1.0
    loss = error ** 2
    loss.backward()
    with ad.no_grad():
        w -= rate * w.grad
    w.grad = None
loss
"""


def test_a_loop_with_a_backward_is_followed_and_its_numbers_stay_plain(notebook, views):
    result = notebook.cell(LOOP)
    assert [m["what"] for m in views[0].sent][-1] == "done"
    assert views[0].sent[-1]["step"] == 5
    assert result.result is notebook.names["loss"]
    assert type(notebook.names["rate"]) is float
    assert len(views) == 1
    assert "after 5 steps\nloss = " in notebook.text
    assert "output:" not in notebook.text


def test_the_cells_code_stands_beside_the_graph_with_the_places_in_it(notebook, views):
    notebook.cell(LOOP)
    picture = views[0].picture
    assert picture["code"][4] == "    loss = error ** 2"
    assert [step["source"] for step in picture["steps"]][:3] == [[4, 12, 4, 19], [4, 12, 4, 25], [5, 11, 5, 21]]
    assert [leaf["name"] for leaf in picture["leaves"]] == ["w"]


def test_a_plain_cell_shows_its_ordinary_picture(notebook, views):
    notebook.cell("%%backprop --live\na, w = 2.0, 3.0\nL = a * w")
    assert "output: L = 6" in notebook.text
    assert len(views) == 1
    assert views[0].sent == []


def test_a_loop_that_raises_shows_its_last_step_and_the_error(notebook, views):
    result = notebook.cell(LOOP.replace("    w.grad = None", "    w.grad = None\n    1 / (step - 2)"))
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    assert "after 3 steps, stopped by ZeroDivisionError" in notebook.text


def test_without_a_front_end_the_cell_runs_as_ever(notebook):
    assert notebook.cell(LOOP).success
    assert "loss = " in notebook.text


def test_a_block_within_a_cell_leaves_the_cells_own_recording_alone(notebook, views):
    block = "with ad.live():\n    (ad.tensor(1.0) * 2.0).backward()"
    assert notebook.cell(f"%%backprop\nimport notebook_ad as ad\na = 2.0\n{block}\nL = a * a").success
    node = notebook.cell("ad.last_graph()").result.node("L")
    assert node.source.line == 5
