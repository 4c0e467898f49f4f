"""Which value is differentiated, and what is said when there is none."""

from __future__ import annotations

import pytest
from plain_cells import Ran, run_lifted


def output(source: str, **options: object) -> tuple[str, str]:
    ran = run_lifted(source, **options)
    assert ran.error is None, ran.error
    assert ran.outcome is not None
    assert ran.outcome.output is not None, ran.outcome.problem
    return ran.outcome.output.name, ran.outcome.output.how


def problem(ran: Ran) -> str:
    assert ran.outcome is not None
    assert ran.outcome.graph is None
    return str(ran.outcome.problem)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 2.0\nL = x * 2\nL ** 2\n", ("L ** 2", "the last expression")),
        ("x = 2.0\nL = x * 2\nL\n", ("L", "the last expression")),
        ("x = 2.0\nL = x * 2\nprint(L)\n", ("L", "the name bound last")),
        ("x = 2.0\nL = x * 2\nx\n", ("L", "the name bound last")),
        ("x = 2.0\nL = x * 2\nlr = 0.1\nname = 'n'\n", ("L", "the name bound last")),
        ("x = 2.0\nif x > 5:\n    M = x * 3\nelse:\n    L = x * 2\n", ("L", "the name bound last")),
        ("x = 2.0\nif x < 5:\n    M = x * 3\nelse:\n    L = x * 2\n", ("M", "the name bound last")),
        (
            "x = 2.0\nfor i in range(3):\n    y = x * i\n    if i == 0:\n        z = x * 5\n",
            ("z", "the name bound last"),
        ),
        ("x = 2.0\nL = x * 2\n[L, x]\n", ("L", "the name bound last")),
    ],
)
def test_the_output_is_the_last_expression_or_the_name_bound_last_by_text(
    source: str, expected: tuple[str, str]
) -> None:
    assert output(source) == expected


def test_the_output_can_be_named() -> None:
    assert output("x = 2.0\nh = x * 3\nL = h ** 2\n", output="h") == ("h", "asked for")


def test_an_element_of_a_container_can_be_the_output() -> None:
    assert output("x = 2.0\nlosses = [x * 2, x * 3]\nL = x\n", output="losses[1]") == ("losses[1]", "asked for")


def test_a_seed_scales_the_gradients() -> None:
    ran = run_lifted("x = 2.0\nL = x ** 2\n", seed=5)
    assert ran.graph.grad("x") == 20.0
    assert ran.graph.seed == 5.0


def test_a_non_scalar_output_takes_a_seed() -> None:
    ran = run_lifted("import numpy as np\nx = np.array([1.0, 2.0])\ny = x ** 2\n", seed=[1.0, 0.0])
    assert list(ran.graph.grad("x")) == [2.0, 0.0]  # type: ignore[arg-type]


def test_a_non_scalar_output_without_a_seed_asks_for_a_reduction_or_a_seed() -> None:
    ran = run_lifted("import numpy as np\nx = np.array([1.0, 2.0])\ny = x ** 2\n")
    assert problem(ran) == "y has shape (2,): reduce it to a number (for example y.sum()) or give --seed"
    assert list(ran.namespace["y"]) == [1.0, 4.0]


def test_a_seed_of_a_wrong_shape_is_refused() -> None:
    ran = run_lifted("import numpy as np\nx = np.array([1.0, 2.0])\ny = x ** 2\n", seed=[1.0, 0.0, 2.0])
    assert problem(ran) == "--seed [1.0, 0.0, 2.0] has shape (3,), but y has shape (2,): give a seed of that shape"
    assert list(ran.namespace["y"]) == [1.0, 4.0]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("s = 'text'\n", "nothing to differentiate: the cell computes nothing from a number or a float array"),
        ("x = 2.0\ny = int(x)\n", "nothing to differentiate: y depends on no leaf (leaves: x)"),
        ("x = 2.0\n", "nothing to differentiate: x depends on no leaf"),
        ("L = 2 * 3\n", "nothing to differentiate: L depends on no leaf"),
    ],
)
def test_a_cell_with_nothing_to_differentiate_says_so(source: str, message: str) -> None:
    assert problem(run_lifted(source)).startswith(message)


def test_an_asked_output_that_depends_on_no_leaf_is_named() -> None:
    assert problem(run_lifted("x = 2.0\nk = int(x)\nL = x * 2\n", output="k")) == (
        "k depends on no leaf: nothing was computed from one to get it"
    )
    assert problem(run_lifted("x = 2.0\nk = 3\nL = x * 2\n", output="k")).startswith("k is a leaf itself")


def test_a_function_without_a_rule_raises_and_names_the_line_only_if_a_gradient_has_to_pass() -> None:
    harmless = run_lifted("import math\nx = 0.5\ng = math.remainder(x, 2)\nL = x * 2\n")
    assert harmless.graph.grad("x") == 2.0
    ran = run_lifted("import math\nx = 0.5\nL = math.remainder(x, 2) * 2\n")
    assert type(ran.error).__name__ == "NoDerivative"
    assert "math.remainder" in str(ran.error)
    assert "line 3" in str(ran.error)
    assert ran.namespace["L"] == 1.0


def test_a_library_function_that_computes_in_c_raises_rather_than_cut_the_graph() -> None:
    ran = run_lifted("import statistics\nxs = [1.0, 2.0]\nL = statistics.correlation(xs, [1.0, 3.0])\n")
    assert "statistics.correlation" in str(ran.error)


def test_writing_a_traced_value_to_a_plain_array_raises_with_the_line_and_the_cure() -> None:
    ran = run_lifted("import numpy as np\ndef f(w, a):\n    b = a * 1\n    b[0] = w\n    return b.sum()\nw = 2.0\nL = f(w, k.a)\n",
                     {"k": __import__("types").SimpleNamespace(a=__import__("numpy").zeros(2))})  # fmt: skip
    assert type(ran.error).__name__ == "GradientLost"
    assert "line 4" in str(ran.error)
    assert "np.zeros" in str(ran.error)


def test_resizing_in_place_raises_with_the_cure() -> None:
    ran = run_lifted("import numpy as np\nx = np.ones(2)\nx.resize(4)\n")
    assert "line 3" in str(ran.error)
    assert "np.resize" in str(ran.error)


def test_a_cell_that_sweeps_its_own_tensors_still_gets_its_graph() -> None:
    ran = run_lifted(
        "import notebook_ad as ad\nw = ad.tensor([0.0, 0.0], name='w')\nloss = ad.mean((w - 1.0) ** 2)\nloss.backward()\n"
    )
    assert ran.error is None
    assert ran.outcome is not None
    assert ran.outcome.graph is not None, ran.outcome.problem
    assert ran.outcome.graph.grad("w").tolist() == [-1.0, -1.0]
