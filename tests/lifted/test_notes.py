"""Notes: what was not used and why, where a gradient was cut, where a NaN came from."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from plain_cells import chosen, run_lifted


def notes(source: str) -> tuple[str, ...]:
    ran = run_lifted(source)
    assert ran.outcome is not None, ran.error
    return ran.outcome.notes


def test_unused_leaves_are_left_out_and_named_on_one_line() -> None:
    ran = run_lifted("a, b, lr = 2.0, 3.0, 0.1\nparams = [1.0, 2.0]\nL = a ** 2\n")
    assert [n.name for n in ran.graph.leaves] == ["a"]
    assert ran.graph.notes == ("not used: b, lr, params",)


def test_many_unused_leaves_are_counted() -> None:
    names = ", ".join(f"v{i}" for i in range(12))
    assert notes(f"{names} = {', '.join(['1.5'] * 12)}\nx = 2.0\nL = x * 2\n") == (
        "not used: v0, v1, v2, v3, v4, v5, v6, v7 and 4 more",
    )


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("    return v if v > 0 else 0", 2),
        ("    if v > 0:\n        return v\n    return 0", 4),
        ("    if v > 0:\n        return v\n    else:\n        return 0", 5),
    ],
)
def test_a_branch_that_returned_a_constant_is_named_when_a_leaf_loses_its_gradient_by_it(body: str, line: int) -> None:
    found = notes(f"def relu(v):\n{body}\nw, b = -2.0, 1.0\nL = relu(w) + b * 2\n")
    assert found == ("not used: w", f"line {line}: the branch returned the constant 0")


def test_a_branch_that_kept_the_gradient_is_not_named() -> None:
    assert notes("def relu(v):\n    return v if v > 0 else 0\nw, b = 2.0, 1.0\nL = relu(w) + b * 2\n") == ()


def test_max_that_returned_a_constant_is_named() -> None:
    assert notes("w, b = -2.0, 1.0\nL = max(0.0, w) + b * 2\n")[1] == (
        "line 2: max() returned the constant 0.0, because w is −2 (off); np.maximum(0.0, w) draws the 0"
    )


def test_rounding_is_named_when_a_leaf_loses_its_gradient_by_it() -> None:
    assert notes("w, b = 2.4, 1.0\nL = round(w) * b\n") == (
        "not used: w",
        "line 2: round() is a step function, its derivative is 0",
    )


def test_a_conversion_that_the_hooks_cannot_keep_is_noted_as_a_cut() -> None:
    found = notes("x = 2.0\nz = complex(str(x))\nL = z.real * x\n")
    assert found == ("cut at line 2: complex() keeps only the value (of x)",)


def test_what_another_thread_computes_is_plain_and_noted() -> None:
    source = (
        "import threading\nw, box = 2.0, []\nt = threading.Thread(target=lambda: box.append(w * 3))\n"
        "t.start(); t.join()\nL = box[0] + w\n"
    )
    ran = run_lifted(source)
    assert ran.namespace["L"] == 8.0
    assert ran.graph.notes == ("cut at line 3: a thread computed with it",)


def test_writing_to_an_array_that_an_earlier_object_holds_is_noted() -> None:
    holder = SimpleNamespace(v=np.zeros(2))
    ran = run_lifted("v = p.v\nw = 2.0\nv[0] = w\nL = v.sum() + p.v.sum()\n", {"p": holder})
    assert ran.namespace["L"] == 4.0
    assert ran.graph.notes[-1] == (
        "cut at line 3: the array written to is also held elsewhere, where it is not followed"
    )


def test_a_number_of_another_kind_is_noted_as_a_cut() -> None:
    found = notes("from decimal import Decimal\nw = 2.0\nd = Decimal(w)\nL = float(d) * w\n")
    assert found == ("cut at line 3: a result of type Decimal keeps no gradient (of w)",)


def test_an_array_that_a_library_shuffles_loses_its_gradient_with_an_error_not_silently() -> None:
    source = "import numpy as np\nx = np.arange(5.0)\nnp.random.default_rng(0).shuffle(x)\nL = x[0] * 2\n"
    assert "shuffle" in str(run_lifted(source).error)


def test_a_nan_is_traced_to_the_first_operation_that_made_it() -> None:
    found = notes(
        "import numpy as np\nx = np.float64(-1.0)\nwith np.errstate(all='ignore'):\n    y = np.log(x)\nL = y * 2 + x\n"
    )
    assert found[0] == "NaN in np.log(x) (line 4), computed from x = −1"


def test_an_infinity_in_an_array_names_the_element() -> None:
    found = notes(
        "import numpy as np\nx = np.array([1.0, 0.0])\nwith np.errstate(all='ignore'):\n    y = 1 / x\nL = y.sum()\n"
    )
    assert found[0] == "an infinity in 1 / x (line 4), computed from 1, x[1] = 0"


def test_an_infinite_gradient_of_finite_values_is_traced_to_its_edge() -> None:
    found = notes("import numpy as np\nx = np.float64(0.0)\nL = np.sqrt(x)\n")
    assert found == ("an infinity in the gradient, first on the edge L → x (line 3)",)


def test_the_graph_carries_the_notes() -> None:
    ran = run_lifted("a, b = 2.0, 3.0\nL = a * 2\n")
    assert ran.graph.notes == ("not used: b",)
    assert ran.graph.code.startswith("a, b = 2.0, 3.0")


def test_a_shape_error_names_the_variables_their_shapes_and_the_line() -> None:
    ran = run_lifted("import numpy as np\nx = np.ones((2, 3))\nw = np.ones(4)\nh = x @ w\n")
    assert type(ran.error) is ValueError
    (note,) = [n for n in ran.error.__notes__ if "differ" in n]
    assert note.startswith("x (2, 3) @ w (4,): inner sizes 3 and 4 differ")
    assert "line 4" in note


def test_operations_know_their_place_in_the_cell() -> None:
    graph = run_lifted("import math\nx = 0.5\ndef f(v):\n    return v * 2 + math.sin(v)\nL = f(x) ** 2\n").graph
    places = {(n.source.line, n.source.column, n.source.text) for n in graph.nodes if n.source is not None}
    assert places == {(4, 11, "v * 2"), (4, 19, "math.sin(v)"), (4, 11, "v * 2 + math.sin(v)"), (5, 4, "f(x) ** 2")}


def test_a_nan_in_a_constant_names_the_expression_that_it_stands_in() -> None:
    found = notes("x = 2.0\ny = float('nan') * x\nz = y + 1\n")
    assert found[0] == "NaN in a constant of float('nan') * x (line 2)"


@pytest.mark.parametrize("const", [True, False])
def test_a_nan_that_was_given_names_the_name_and_where_it_was_bound(const: bool) -> None:
    ran = run_lifted("c = float('nan')\nx = 2.0\ny = x * 3\nL = c * y\n", choice=chosen(const="c" if const else ""))
    name = "the constant c" if const else "c"
    assert ran.graph.notes[0] == f"NaN in {name} (line 1), used in c * y (line 4)"


def test_a_nan_of_an_earlier_cell_says_so() -> None:
    ran = run_lifted("x = 2.0\nL = c * x\n", {"c": float("nan")}, choice=chosen(const="c"))
    assert ran.graph.notes[0] == "NaN in the constant c (of an earlier cell), used in c * x (line 2)"


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("y = x[5, 0] * 2", 'x (2, 3) in "x[5, 0]" (line 3)'),
        ("y = x.reshape(4, 2)", 'x (2, 3) in "x.reshape(4, 2)" (line 3)'),
        ("y = [1.0][:0] and 1 or x[:, 7]", 'x (2, 3) in "x[:, 7]" (line 3)'),
        ("p = [1.0]; y = p[3] * 2", 'p (list of 1) in "p[3]" (line 3)'),
        ("y = (lambda v: v[9])(x)", 'v (2, 3) in "v[9]" (line 3)'),
    ],
)
def test_an_error_of_an_index_or_a_shape_names_the_variables_their_shapes_and_the_line(line: str, note: str) -> None:
    assert run_lifted(f"import numpy as np\nx = np.ones((2, 3))\n{line}\n").error.__notes__[0] == note  # type: ignore[union-attr]


def test_an_error_of_the_users_own_gets_no_note() -> None:
    ran = run_lifted("import numpy as np\nx = np.ones(2)\nraise ValueError('mine')\n")
    assert not getattr(ran.error, "__notes__", [])


@pytest.mark.parametrize(
    ("work", "name"),
    [
        ("round(w, 2) * 1", "round"),
        ("int(w) + 1", "int"),
        ("math.floor(w) * 2", "math.floor"),
        ("w.__trunc__()", "trunc"),
    ],
)
def test_what_a_step_function_gave_is_noted_as_a_cut_where_it_is_used_although_other_paths_exist(
    work: str, name: str
) -> None:
    found = notes(f"import math\nw = 2.0\nh = {work}\nL = w * (w * h - 3) + 1\n")
    assert found == (f"cut at line 3: {name}() is a step function, its derivative is 0 (of w)",)


def test_a_rounded_number_that_is_printed_kept_or_counted_by_is_no_cut() -> None:
    source = "w, kept = 2.5, []\nprint(round(w, 1))\nkept.append(round(w))\nfor i in range(int(w)):\n    L = w * w\n"
    assert notes(source) == ()


def test_an_integer_that_is_read_from_a_text_is_noted_as_a_cut() -> None:
    assert notes("w = 12.0\nL = w * int(f'{w:.0f}')\n") == ("cut at line 2: int() keeps only the value (of w)",)
