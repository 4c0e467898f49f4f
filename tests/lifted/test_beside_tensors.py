"""Plain values of a cell beside tensors, in any order: both keep their gradients, and nothing is called a cut."""

from __future__ import annotations

import numpy as np
import pytest
from plain_cells import run_lifted

import notebook_ad as ad

C = np.array([3.0, 4.0])


def gradient(source: str, requires_grad: bool = False) -> object:
    given = {"np": np, "ad": ad, "c": ad.tensor(C, requires_grad=requires_grad)}
    graph = run_lifted(source, given=given).graph
    assert graph.cuts == ()
    return graph.grad("w")


@pytest.mark.parametrize("requires_grad", [False, True])
@pytest.mark.parametrize(
    ("formula", "expected"),
    [("np.sum(w * c)", C), ("np.sum(c * w)", C), ("(w * c).sum()", C), ("np.sum(np.multiply(w, c))", C), ("w @ c", C),
     ("c @ w", C), ("np.dot(w, c)", C), ("np.sum(w + c)", np.ones(2)), ("np.sum(c - w)", -np.ones(2)),
     ("np.sum(np.stack([w, c])[0] * 2.0)", 2 * np.ones(2)), ("np.sum(np.maximum(w, c))", np.zeros(2)),
     ("np.sum(w / c)", 1 / C), ("np.sum(np.where([False, True], w, c))", np.array([0.0, 1.0]))],
)  # fmt: skip
def test_an_array_keeps_its_gradient(formula: str, expected: np.ndarray, requires_grad: bool) -> None:
    found = gradient(f"w = np.array([2.5, 1.0])\nL = {formula}\n", requires_grad)
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("number", ["2.5", "np.float64(2.5)", "2"])
@pytest.mark.parametrize("formula", ["np.sum(w * c)", "np.sum(c * w)", "(w + c).sum() * 3.5", "np.sum(c - -w * 3.5)"])
def test_a_number_keeps_its_gradient(number: str, formula: str) -> None:
    assert gradient(f"w = {number}\nL = {formula}\n") == 7.0


def test_a_tensor_made_in_the_cell_by_an_activation_is_no_cut() -> None:
    graph = run_lifted("w, v = 1.0, 2.0\nh = ad.relu(w * 2)\nL = v * h\n", given={"ad": ad}).graph
    assert (graph.cuts, graph.grad("w"), graph.grad("v")) == ((), 4.0, 2.0)


@pytest.mark.parametrize(("value", "expected"), [("2.5", 2.5), ("np.array([2.5, 1.0])", [2.5, 1.0])])
def test_stop_gradient_stops_at_plain_values_too_and_the_cut_is_shown(value: str, expected: object) -> None:
    source = f"w = {value}\nL = np.sum(w * ad.stop_gradient(w))\n"
    graph = run_lifted(source, given={"np": np, "ad": ad}).graph
    np.testing.assert_allclose(graph.grad("w"), expected)
    assert [cut.text for cut in graph.cuts] == ["ad.stop_gradient(w)"]


def test_a_constant_array_keeps_its_name_beside_a_tensor() -> None:
    ran = run_lifted(
        "import numpy as np\nimport notebook_ad as ad\ny = np.array([0, 3])\nx = np.array([2.0, -1.0])\n"
        "h = ad.relu(x * 2)\nL = np.mean((h - y) ** 2)"
    )
    graph = ran.outcome.graph
    assert [n.name for n in graph.nodes if n.kind == "constant" and n.shape] == ["y"]
    assert graph.expression(graph.output) == "mean((h − y)²)"
