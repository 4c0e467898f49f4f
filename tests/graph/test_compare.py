"""Two runs of one graph, and the parameters that get no gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.graph import Graph
from notebook_ad.lifted.run import Cell
from notebook_ad.lifted.run import run as run_cell


def run(a: float, w: float, v: Any = (1.0, 2.0)) -> Graph:
    x, y, z = (ad.tensor(np.array(u) if np.ndim(u) else u, name=n) for u, n in ((a, "a"), (w, "w"), (v, "v")))
    loss = ad.sum(z * x) * y
    loss.name = "L"
    return ad.graph(loss)


def test_differences_of_values_gradients_and_edges_absolute_and_relative() -> None:
    found = ad.compare(run(2.0, 3.0), run(2.0, 5.0))
    changes = {(c.kind, c.name): c for c in found.changes}
    loss = changes["value", "L"]  # 3·2·3 = 18, 3·2·5 = 30
    assert (loss.first, loss.second, loss.absolute, loss.relative) == (18.0, 30.0, 12.0, pytest.approx(0.4))
    grad = changes["gradient", "v"]  # a·w: 6, 10
    assert (grad.absolute, grad.relative) == (4.0, pytest.approx(0.4))
    assert changes["gradient", "w"].absolute == 0
    assert changes["contribution", "v·a → a"].second == 15.0
    assert found.changes[0].relative == max(c.relative for c in found.changes)


def test_the_table_lists_the_largest_and_equal_runs_say_so() -> None:
    assert repr(ad.compare(run(2.0, 3.0), run(2.0, 3.0))) == "the two runs are equal in every value and gradient"
    text = repr(ad.compare(run(2.0, 3.0), run(2.0, 5.0)))
    assert "where" in text.split("\n")[0]
    assert any(line.split() == ["value", "L", "18", "30", "12", "40", "%"] for line in text.split("\n"))


def test_the_picture_has_differences_for_numbers() -> None:
    found = ad.compare(run(2.0, 3.0), run(2.0, 5.0))
    assert found.graph.node("L").value == 12.0
    assert found.graph.grad("a") == 6.0
    bundle = found._repr_mimebundle_()
    assert "<svg" in bundle["text/html"]
    assert bundle["text/plain"] == repr(found)


def test_what_is_not_finite_is_compared_too() -> None:
    first, second = (ad.graph(ad.log(ad.tensor(v, name="x"))) for v in (0.0, 1.0))
    assert ad.compare(first, first).different == ()
    assert ad.compare(first, second).different[0].relative != 0


def test_graphs_of_another_form_name_the_first_difference() -> None:
    a = ad.tensor(1.0, name="a")
    with pytest.raises(ValueError, match=r"operation of node 2 .*: × and \+"):
        ad.compare(ad.graph(a * 2.0), ad.graph(a + 2.0))
    with pytest.raises(ValueError, match=r"shape of node 0 .*: \(2,\) and \(3,\)"):
        ad.compare(run(1.0, 1.0), run(1.0, 1.0, (1.0, 2.0, 3.0)))
    with pytest.raises(ValueError, match="2 and 3 nodes; only the second has node 2"):
        ad.compare(ad.graph(ad.tanh(a)), ad.graph(ad.tanh(ad.tanh(a))))


def test_unused_lists_the_leaves_without_a_gradient_and_why() -> None:
    g = ad.graph(ad.tensor(1.0, name="a") * 2.0)
    assert g.unused() == []
    told = Graph(g.nodes, g.edges, g.output, g.steps, unused_leaves=(("n", "cut at line 3: int(n)"),))
    assert told.unused() == [("n", "cut at line 3: int(n)")]
    assert repr(told.why("n")) == "n has no gradient\n  cut at line 3: int(n)"


def test_of_a_run_with_and_one_without_a_cut_the_cut_is_named_with_its_line_and_a_cure() -> None:
    cells = ("w = 2.0\nL = w * w", "w = 2.0\nL = w * round(w, 2)", "w = 2.0\nL = w * float(f'{w:.2f}')")
    whole, rounded, written = (run_cell(Cell(cell), {"__name__": "__main__"}).graph for cell in cells)
    assert whole is not None
    for cut, text in ((rounded, "round(w, 2)"), (written, "float(f'{w:.2f}')")):
        assert cut is not None
        with pytest.raises(ValueError, match="differ in form") as raised:
            ad.compare(whole, cut)
        assert f"the second is cut at line 2, {text}: what stands before it is not in that graph" in str(raised.value)
        assert str(raised.value).endswith("compare what both have: first.grad(name) and second.grad(name)")
        with pytest.raises(ValueError, match="the first is cut at line 2"):
            ad.compare(cut, whole)
