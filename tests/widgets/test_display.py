"""What `show` puts into an output, in a shell that only writes it down."""

import types

import pytest

import notebook_ad as ad
from notebook_ad.graph import html, layout, table
from notebook_ad.widgets import commands, display, registry
from notebook_ad.widgets.state import State
from notebook_ad.widgets.view import GraphView


@pytest.fixture
def loss():
    a, w = ad.tensor(2.0, requires_grad=True, name="a"), ad.tensor(3.0, requires_grad=True, name="w")
    result = a * w
    result.name = "L"
    return result


class Kernel:
    """A kernel that runs cell `cell` by message `message`."""

    def __init__(self):
        self.cell, self.message = "c1", "m1"

    def get_parent(self):
        return {"header": {"msg_id": self.message}, "metadata": {"cellId": self.cell}}


class View:
    """In the place of a live view."""

    def __init__(self, **traits):
        self.closed = self.frozen = False
        self.__dict__ |= traits

    def close(self):
        self.closed = True

    def freeze(self):
        self.frozen = True


@pytest.fixture
def notebook(monkeypatch):
    """A notebook's shell: `outputs` and `views` hold what was shown."""
    outputs, views = [], []
    shell = types.SimpleNamespace(kernel=Kernel(), outputs=outputs, views=views)

    def view(state, **traits):
        views.append(View(picture=commands.picture(state), **traits))
        return views[-1]

    monkeypatch.setattr(display, "_shell", lambda: shell)
    monkeypatch.setattr(display, "_publish", outputs.append)
    monkeypatch.setattr("notebook_ad.widgets.view.GraphView", view)
    layout._place.cache_clear()
    yield shell
    registry.close_all()


def test_an_output_holds_a_picture_and_a_table_and_no_reference_to_a_widget(notebook, loss):
    display.show(loss, header="output: L")
    (data,) = notebook.outputs
    assert sorted(data) == ["text/html", "text/plain"]
    assert data["text/plain"] == "output: L\n" + table.text(ad.graph(loss))
    assert "output: L" in data["text/html"]


def test_the_live_view_looks_for_the_fragment_of_its_output(notebook, loss):
    display.show(ad.graph(loss))
    assert f'data-nad="{notebook.views[0].ident}"' in notebook.outputs[0]["text/html"]


def test_idents_count_up_and_tell_pictures_apart(notebook, loss):
    display.show(loss)
    display.show(loss)
    display.show(loss * 2.0)
    (first, same), (second, again), (_, other) = (v.ident.split("-") for v in notebook.views)
    assert int(second) == int(first) + 1
    assert same == again != other


def test_outside_a_notebook_the_table_is_printed(monkeypatch, capsys, loss):
    monkeypatch.setattr(display, "_shell", lambda: None)
    display.show(loss)
    assert capsys.readouterr().out == table.text(ad.graph(loss)) + "\n"


def test_a_picture_that_fails_leaves_the_table_and_a_line_that_says_so(notebook, loss, monkeypatch):
    monkeypatch.setattr(html, "static_html", lambda *_: 1 / 0)
    display.show(loss)
    (data,) = notebook.outputs
    assert data["text/plain"].endswith("\n(no picture: ZeroDivisionError: division by zero)")
    assert notebook.views == []


def test_a_live_view_that_fails_leaves_the_static_picture(notebook, loss, monkeypatch):
    monkeypatch.setattr(commands, "drawing", lambda *_: 1 / 0)
    display.show(loss)
    picture, note = notebook.outputs
    assert "text/html" in picture
    assert note == {"text/plain": "(no live view: ZeroDivisionError: division by zero)"}


def test_a_graph_too_large_to_draw_shows_its_table_and_opens_no_view(notebook, loss, monkeypatch):
    monkeypatch.setattr(layout, "LIMIT", 1)
    display.show(loss)
    (data,) = notebook.outputs
    assert "too large to draw" in data["text/html"]
    assert notebook.views == []


def test_running_a_cell_again_closes_its_views_and_no_others(notebook, loss):
    display.show(loss)
    display.show(loss)
    notebook.kernel.cell, notebook.kernel.message = "c2", "m2"
    display.show(loss)
    notebook.kernel.cell, notebook.kernel.message = "c1", "m3"
    display.show(loss)
    assert [v.closed for v in notebook.views] == [True, True, False, False]


def test_only_so_many_views_stay_open_and_the_oldest_close_first(notebook, loss, monkeypatch):
    monkeypatch.setattr(registry, "LIMIT", 2)
    for i in range(4):
        notebook.kernel.cell = notebook.kernel.message = f"c{i}"
        display.show(loss)
    assert [v.closed for v in notebook.views] == [True, True, False, False]


def test_beyond_twenty_views_the_oldest_let_go_of_what_stands_behind_them(notebook, loss):
    for cell in range(registry.MOVABLE + 2):
        notebook.kernel.cell, notebook.kernel.message = f"c{cell}", f"m{cell}"
        display.show(loss)
    assert [view.frozen for view in notebook.views] == [True, True] + [False] * registry.MOVABLE
    assert not any(view.closed for view in notebook.views)


def test_a_frozen_view_still_answers_but_its_leaves_stay_put(loss):
    view = GraphView(State(*display.taken(loss)), ident="1")
    said = []
    view.send = said.append
    view.freeze()
    view._hear(view, {"do": "drag", "seq": 1, "leaf": "0", "index": None, "value": 3.0}, [])
    view._hear(view, {"do": "walk", "seq": 2}, [])
    assert [message["what"] for message in said] == ["problem", "walk"]
    view.close()
    view._hear(view, {"do": "walk", "seq": 3}, [])
    assert len(said) == 2
