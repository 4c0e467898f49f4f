"""Functions that a cell calls and that are not its own: the graph is kept, or the cut is named."""

from __future__ import annotations

import math

import pytest
from plain_cells import run_lifted


def test_the_packages_own_functions_keep_the_graph_of_plain_numbers() -> None:
    ran = run_lifted("import notebook_ad as ad\na, b = 3.0, 2.0\nL = ad.exp(a) + ad.relu(a) * b\n")
    assert ran.namespace["a"].grad == pytest.approx(math.exp(3.0) + 2.0)
    assert ran.namespace["b"].grad == 3.0


def test_the_packages_own_functions_keep_the_graph_of_plain_arrays() -> None:
    ran = run_lifted("import numpy as np\nimport notebook_ad as ad\nx = np.ones(3)\nL = ad.relu(x * 2.0).sum()\n")
    assert list(ran.namespace["x"].grad) == [2.0, 2.0, 2.0]


def test_elements_that_ndenumerate_gives_belong_to_their_array() -> None:
    ran = run_lifted(
        "import numpy as np\nx = np.array([2.0, 1.0])\ns = 0.0\nfor i, v in np.ndenumerate(x):\n    s += v**2\n"
    )
    assert list(ran.namespace["x"].grad) == [4.0, 2.0]


def test_a_library_that_takes_only_the_values_of_a_function_is_named() -> None:
    source = "from scipy.integrate import quad\na = 2.0\nq = quad(lambda t: a * t, 0, 1)[0]\nL = q * 1.0 + a\n"
    ran = run_lifted(source)
    assert ran.outcome is not None
    assert any("cut at line 3" in n and "quad takes only the values of <lambda>" in n for n in ran.outcome.notes)
