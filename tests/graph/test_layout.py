import json
import shutil
import subprocess
import threading
import types

import pytest

from notebook_ad.graph import graphviz, layout
from notebook_ad.graph.graphviz import LayoutUnavailable
from notebook_ad.graph.layout import Link, Size

BOX, CIRCLE = Size(60, 46), Size(60, 70, 41)


@pytest.fixture(autouse=True)
def _no_remembered_layout():
    layout._place.cache_clear()


def test_users_stand_to_the_right_of_their_operands():
    found = layout.place([BOX, CIRCLE, BOX], [Link(0, 1, 40), Link(1, 2, 40)])
    xs = [x for x, _ in found.centres]
    assert xs == sorted(xs)
    assert all(0 < x < found.width and 0 < y < found.height for x, y in found.centres)


def test_edges_end_on_the_outline_of_boxes_and_circles():
    found = layout.place([BOX, CIRCLE], [Link(0, 1, 40)])
    (x0, _), (x1, y1) = found.centres
    (start_x, _), (end_x, end_y) = found.curves[0][0], found.curves[0][-1]
    assert start_x - x0 == pytest.approx(30, abs=0.3)
    assert ((end_x - x1) ** 2 + (end_y - y1) ** 2) ** 0.5 == pytest.approx(20.5, abs=0.3)


def test_parallel_edges_have_curves_and_labels_of_their_own():
    found = layout.place([BOX, CIRCLE], [Link(0, 1, 40), Link(0, 1, 40)])
    assert found.curves[0] != found.curves[1]
    assert found.labels[0] != found.labels[1]


def test_large_graphs_are_laid_out_without_labels_and_still_have_places_for_them():
    count = layout.UNLABELLED + 1
    links = [Link(i, i + 1, 40) for i in range(count - 1)]
    assert "label=" not in layout._source([BOX] * count, links, labelled=False).split("n0 [")[1]
    found = layout.place([BOX] * count, links)
    assert all(label is not None for label in found.labels)


def test_a_graph_beyond_the_limit_is_not_laid_out():
    with pytest.raises(LayoutUnavailable, match=r"2,001 nodes is too large"):
        layout.place([BOX] * 2001, [])


def test_graphviz_gets_no_text_of_the_users():
    source = layout._source([BOX, CIRCLE], [Link(0, 1, 40)], labelled=True)
    assert set(source.split('label="')[2].split('"')[0].replace("\\n", "")) == {"x"}


def test_a_layout_that_takes_too_long_is_given_up_and_the_next_one_works(monkeypatch):
    monkeypatch.setattr(graphviz, "DEADLINE", 0.05)
    links = [Link(i, i + 1, 40) for i in range(299)] + [Link(0, i, 40) for i in range(2, 300)]
    source = layout._source([BOX] * 300, links, labelled=True)
    with pytest.raises(LayoutUnavailable, match="took more than"):
        graphviz.run(source)
    monkeypatch.undo()
    assert json.loads(graphviz.run("digraph { a -> b }"))["objects"]


def test_threads_may_lay_out_at_the_same_time():
    results = []
    work = [threading.Thread(target=lambda: results.append(graphviz.run("digraph { a -> b }"))) for _ in range(4)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(set(results)) == 1
    assert len(results) == 4


def test_the_compiled_module_is_kept_and_a_broken_one_is_replaced(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTEBOOK_AD_CACHE", str(tmp_path))
    monkeypatch.setattr(graphviz, "_session", None)
    graphviz.run("digraph { a }")
    (kept,) = (tmp_path / "notebook_ad").glob("graphviz-*.bin")
    kept.write_bytes(b"cut short")
    monkeypatch.setattr(graphviz, "_session", None)
    assert graphviz.run("digraph { a }")
    assert kept.stat().st_size > 100_000
    assert [p.name for p in kept.parent.iterdir()] == [kept.name]


def test_a_home_that_cannot_be_written_to_does_no_harm(monkeypatch):
    monkeypatch.setattr(graphviz, "_cache_folder", lambda: graphviz.pathlib.Path("/proc/none"))
    monkeypatch.setattr(graphviz, "_session", None)
    assert graphviz.run("digraph { a }")


def _without_package(monkeypatch):
    def broken():
        raise ImportError("no wheel")

    monkeypatch.setattr(graphviz, "_session", None)
    monkeypatch.setattr(graphviz, "_Session", broken)


def test_without_the_package_the_machines_dot_is_used(monkeypatch):
    _without_package(monkeypatch)
    answers = types.SimpleNamespace(stdout='{"bb": "0,0,1,1"}')
    monkeypatch.setattr(subprocess, "run", lambda command, **_: answers if str(command[0]) == "dot" else None)
    assert graphviz.run("digraph { a }") == answers.stdout


def test_without_any_graphviz_the_error_says_why(monkeypatch):
    _without_package(monkeypatch)
    monkeypatch.setenv("PATH", "")
    assert shutil.which("dot") is None
    with pytest.raises(LayoutUnavailable, match=r"no Graphviz could be run .ImportError: no wheel"):
        graphviz.run("digraph { a }")
    graphviz.warm_up()
