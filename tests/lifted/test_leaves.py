"""Leaves are decided by value."""

from __future__ import annotations

import numpy as np
import pytest
from plain_cells import chosen, run_lifted

from notebook_ad.graph.graph import Graph
from notebook_ad.widgets.state import State


def leaves(graph: Graph) -> list[str | None]:
    return [n.name for n in graph.leaves]


def grads(source: str, given: dict[str, object] | None = None, **options: object) -> dict[str, object]:
    graph = run_lifted(source, given, **options).graph
    return {str(n.name): n.grad for n in graph.leaves}


def test_textbook_cell_has_the_nodes_edges_and_steps_of_the_textbook() -> None:
    graph = run_lifted("a, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2\n").graph
    assert {n.name: n.grad for n in graph.leaves} == {"a": -6.0, "w": -4.0, "b": -2.0, "y_true": 2.0}
    assert [n.glyph for n in graph.nodes if n.kind == "op"] == ["×", "+", "−", "x²"]
    assert len(graph.edges) == 7
    assert [s.phase for s in graph.steps].count("forward") == 4
    assert len(graph.steps) == 12
    assert graph.node("L").id == graph.output


@pytest.mark.parametrize(
    ("binding", "names"),
    [
        ("a = -3", ["a"]),
        ("a = 1/3", ["a"]),
        ("a: float = 2", ["a"]),
        ("a = np.float64(2.5)", ["a"]),
        ("a = np.float32(2.5)", ["a"]),
        ("a = np.array([1.0, 2.0])", ["a"]),
        ("a = np.random.default_rng(0).normal(size=2)", ["a"]),
        ("(a, *_), c = (2.0, 3.0), 4.0", ["a"]),
        ("*a, b = 1.0, 2.0, 3.0; a = a[1]", ["a[1]"]),
        ("for a in [2.0]: pass", ["a"]),
        ("if (a := 2.0) > 1: pass", ["a"]),
        ("from contextlib import nullcontext\nwith nullcontext(2.0) as a: pass", ["a"]),
        ("a = True", []),
        ("a = np.array([1, 2])", []),
        ("a = np.array([True, False])", []),
        ("a = np.array([1.0, 2.0], dtype=object)", []),
        ("def f():\n    return 2.0\na = f()", ["a"]),
    ],
)
def test_a_name_bound_to_a_number_or_float_array_is_a_leaf(binding: str, names: list[str]) -> None:
    ran = run_lifted(f"import numpy as np\nk = 2.0\n{binding}\nL = np.sum(a * k) * 1.5 + k\n")
    assert [n for n in leaves(ran.graph) if n != "k"] == names


def test_numbers_in_containers_are_leaves_named_by_their_path() -> None:
    source = "p = [2.0, (3.0, {'w': 4.0})]\nL = p[0] * p[1][0] * p[1][1]['w']\n"
    assert grads(source) == {"p[0]": 12.0, "p[1][0]": 8.0, "p[1][1]['w']": 6.0}


def test_a_namedtuple_stays_one_and_its_numbers_are_leaves() -> None:
    source = "from collections import namedtuple\nP = namedtuple('P', 'w b')\np = P(2.0, 3.0)\nL = p.w * p.b\n"
    ran = run_lifted(source)
    assert leaves(ran.graph) == ["p[0]", "p[1]"]
    assert ran.namespace["p"]._fields == ("w", "b")


def test_what_the_cell_reads_from_the_notebook_is_a_leaf() -> None:
    given = {"w": 3.0, "x": np.array([1.0, 2.0]), "params": {"b": 1.0}, "n": 4, "other": 5.0}
    assert set(grads("L = (w * x).sum() + params['b'] * n\n", given)) == {"w", "x", "params['b']", "n"}
    assert type(given["other"]) is float


def test_names_read_inside_a_function_of_the_cell_are_leaves() -> None:
    assert grads("def f(x):\n    return w * x\na = 2.0\nL = f(a)\n", {"w": 3.0}) == {"w": 2.0, "a": 3.0}


def test_an_array_of_the_notebook_stays_the_same_memory() -> None:
    x = np.array([1.0, 2.0])
    alias = x
    ran = run_lifted("x[0] = 5.0\nL = (x ** 2).sum()\n", {"x": x})
    assert alias[0] == 5.0
    assert np.shares_memory(ran.namespace["x"], alias)


def test_writing_a_constant_ends_the_gradient_of_what_was_there() -> None:
    ran = run_lifted("import numpy as np\nx = np.array([1.0, 2.0])\nx[0] = 5.0\nL = (x ** 2).sum()\n")
    np.testing.assert_array_equal(ran.graph.grad("x"), [0.0, 4.0])


@pytest.mark.parametrize(
    "use", ["w ** n", "w * 2 ** n", "xs[n] * w", "sum(range(n)) * w", "w * len([0] * n)", "np.zeros(n).sum() + w",
            "np.sum(x, axis=n - 2) * w", "np.random.default_rng(n).random() * w", "x.reshape(n, 1).sum() * w"],
)  # fmt: skip
def test_an_integer_used_as_exponent_index_count_shape_axis_or_seed_is_no_leaf(use: str) -> None:
    ran = run_lifted(f"import numpy as np\nn, w = 2, 1.5\nxs = [1.0, 2.0, 3.0]\nx = np.ones(2)\nL = {use} + 2 * w\n")
    assert "n" not in leaves(ran.graph)
    assert not any("n" in note.removeprefix("not used").split(", ") for note in ran.graph.notes)


def test_an_integer_used_as_a_factor_is_a_leaf() -> None:
    assert grads("n, w = 2, 1.5\nL = n * w\n") == {"n": 1.5, "w": 2.0}


def test_wrt_limits_the_leaves() -> None:
    source = "a, w, b = 2.0, 3.0, 4.0\np = [5.0, 6.0]\nL = a * w + b + p[0] * p[1]\n"
    assert grads(source, choice=chosen(wrt="a,p[1]")) == {"a": 3.0, "p[1]": 5.0}
    assert set(grads(source, choice=chosen(wrt="p"))) == {"p[0]", "p[1]"}


def test_const_excludes_leaves() -> None:
    source = "lr, w = 0.1, 3.0\nx = [1.0, 2.0]\nL = lr * w * x[0]\n"
    assert grads(source, choice=chosen(const="lr,x")) == {"w": 0.1}


def test_an_excluded_array_can_still_be_written_to() -> None:
    source = "import numpy as np\nout = np.zeros(2)\nw = 3.0\nout[0] = w * 2\nL = out.sum()\n"
    assert grads(source, choice=chosen(const="out")) == {"w": 2.0}


def test_versions_of_a_name_read_primed_and_the_last_one_bare() -> None:
    graph = run_lifted("x = 2.0\nx = x * 3\nx = x + 1\nL = x ** 2\n").graph
    assert [n.name for n in graph.nodes if n.name and n.name.startswith("x")] == ["x′", "x″", "x"]
    assert graph.grad("x") == 14.0


def test_many_versions_are_counted() -> None:
    graph = run_lifted("w = 0.5\nh = 1.0\nfor _ in range(6):\n    h = w * h\nL = h * 2\n").graph
    assert [n.name for n in graph.nodes if n.name and n.name.startswith("h")] == [
        "h′", "h″", "h‴", "h⁽⁴⁾", "h⁽⁵⁾", "h⁽⁶⁾", "h",
    ]  # fmt: skip


def test_a_name_bound_again_afterwards_does_not_take_the_leafs_name() -> None:
    assert grads("w = 3.0\nL = w ** 2\nw = 0.5\n") == {"w": 6.0}


def test_lifting_counts_one_leaf_for_two_names_of_one_array() -> None:
    ran = run_lifted("import numpy as np\na = b = np.array([1.0, 2.0])\nL = (a * b).sum()\n")
    assert leaves(ran.graph) == ["a"]
    assert ran.namespace["a"] is ran.namespace["b"]


def test_a_cell_can_be_run_again_and_again() -> None:
    source = "L = (w - 1) ** 2\n"
    namespace = {"w": 3.0}
    for _ in range(3):
        ran = run_lifted(source, namespace)
        namespace = {"w": ran.namespace["w"]}
        assert ran.graph.grad("w") == 4.0
        assert namespace["w"].grad == 4.0  # type: ignore[attr-defined]


def test_accumulate_adds_to_what_the_names_hold_and_marks_it() -> None:
    first = run_lifted("L = w ** 2\n", {"w": 3.0})
    second = run_lifted("L = w ** 2\n", {"w": first.namespace["w"]}, accumulate=True)
    assert second.graph.node("w").accumulated == 6.0
    assert second.namespace["w"].grad == 12.0


def test_accumulate_adds_for_names_that_the_cell_binds_anew() -> None:
    source = "w = 3.0\nx = [1.0]\nL = w ** 2 * x[0]\n"
    first = run_lifted(source)
    second = run_lifted(source, {k: first.namespace[k] for k in ("w", "x")}, accumulate=True)
    assert second.namespace["w"].grad == 12.0
    assert second.namespace["x"][0].grad == 18.0


def test_the_gradient_of_the_previous_run_can_be_used() -> None:
    first = run_lifted("L = w ** 2\n", {"w": 3.0})
    second = run_lifted("w = w - 0.5 * w.grad\nL = w ** 2 + w\n", {"w": first.namespace["w"]})
    assert second.namespace["w"] == 0.0
    assert second.graph.grad("w") == 1.0


def test_a_leaf_keeps_its_name_where_another_is_given_to_the_same_number() -> None:
    ran = run_lifted("import numpy as np\na = 2.0\nb = np.float64(a)\nL = b * 3\n")
    assert ran.graph.grad("a") == 3.0
    assert ran.namespace["b"].grad == 3.0


def test_of_two_names_of_one_list_the_cell_sees_the_one_that_it_reads_first() -> None:
    values = [2.0, 3.0]
    ran = run_lifted("L = lst[0] * alias[1]\n", {"lst": values, "alias": values})
    assert [n.name for n in ran.graph.leaves] == ["lst[0]", "lst[1]"]


def test_a_name_for_the_value_of_another_finds_its_gradient() -> None:
    ran = run_lifted("import numpy as np\na, w = 2.0, 3.0\nb = np.float64(a)\nc = b\nd = float(b)\nL = b * w + c * d\n")
    assert [ran.graph.grad(name) for name in "abcd"] == [7.0] * 4
    assert ran.namespace["b"].grad == 7.0
    assert [n.name for n in ran.graph.leaves] == ["a", "w"]
    with pytest.raises(KeyError, match="no value named 'e'"):
        ran.graph.grad("e")


def test_a_name_bound_again_is_no_name_of_what_it_was() -> None:
    ran = run_lifted("a, w = 2.0, 3.0\nb = a\nb = w * w\nL = a * b\n")
    assert (ran.graph.grad("a"), ran.graph.grad("b")) == (9.0, 2.0)


def test_the_names_of_elements_drawn_in_a_frame_are_found() -> None:
    ran = run_lifted("import numpy as np\nx = np.array([1.0, 2.0])\na = x[0]\nb = a\nL = a * x[1]\n")
    assert State(ran.graph).shown.grad("b") == 2.0
