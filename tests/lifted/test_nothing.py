"""Why there is no graph: always true, and with a cure."""

from __future__ import annotations

import numpy as np
import pytest
from plain_cells import chosen, run_lifted


def problem(source: str, **options: object) -> str:
    outcome = run_lifted("import numpy as np\n" + source, **options).outcome
    assert outcome is not None
    assert outcome.graph is None
    return str(outcome.problem)


@pytest.mark.parametrize("option", ["wrt", "const"])
@pytest.mark.parametrize(
    ("name", "source", "there"),
    [
        ("p[7]", "p = [1.0, 2.0]\nL = p[0] * p[1]\n", "p[0], p[1]"),
        ("p['z']", "p = {'a': 1.0, 'b': 2.0}\nL = p['a'] * p['b']\n", "p['a'], p['b']"),
        ("p[0][2]", "p = [[1.0, 2.0]]\nL = p[0][0] * 2\n", "p[0][0], p[0][1]"),
    ],
)
def test_an_element_that_is_not_there_is_answered_with_those_that_are(
    option: str, name: str, source: str, there: str
) -> None:
    assert problem(source, choice=chosen(**{option: name})) == f"--{option}: there is no {name}; there are {there}"


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("s", "s = 'text'\na = 2.0\nL = a * 3\n", "--wrt: s is a str, which is no leaf; there are L, a"),
        ("h", "h = np.ones(2, np.float16)\na = 2.0\nL = a * 3\n", "--wrt: h is float16, which is not supported: use"),
        ("m", "class M:\n    def __init__(self):\n        self.w = 3.0\nm = M()\nL = m.w * 2\n", "(w = 3.0; M(w))"),
    ],
)
def test_a_name_that_is_no_leaf_says_why(name: str, source: str, message: str) -> None:
    assert message in problem(source, choice=chosen(wrt=name))


def test_a_name_of_wrt_that_is_computed_is_noted() -> None:
    ran = run_lifted("a = 2.0\nh = a * 3\nL = h * a\n", choice=chosen(wrt="a,h"))
    assert ran.graph.notes == ("--wrt h: it is computed, so it is no leaf",)


@pytest.mark.parametrize(
    ("source", "element"),
    [
        ("a = 2.0\nL = [a * 3, a]\n", "L is a list; choose an element: %%backprop L[0]"),
        ("a = 2.0\nL = (a, a * 3)\n", "L is a tuple; choose an element: %%backprop L[1]"),
        ("a = 2.0\nL = {'y': a, 'x': [a * 3]}\n", "L is a dict; choose an element: %%backprop L['x'][0]"),
        ("a = 2.0\nL = [a * 3, a]\nL\n", "L is a list; choose an element: %%backprop L[0]"),
        ("a = 2.0\n[a * 3, a]\n", "[a * 3, a] is a list; end the cell with one element, or name it"),
        ("class M: pass\nm = M()\na = 2.0\nm.loss = a * 3\n", "m is a M; choose an element: %%backprop m.loss"),
    ],
)
def test_a_result_in_a_container_says_which_element_to_choose(source: str, element: str) -> None:
    assert problem(source).removeprefix("nothing to differentiate: ").startswith(element)


def test_an_asked_container_says_which_element_to_choose() -> None:
    assert problem("a = 2.0\nL = [a * 3, a]\n", output="L") == "L is a list; choose an element: %%backprop L[0]"
    assert problem("a = 2.0\nL = [a * 3, a]\n", output="L[5]") == "there is no L[5]; there are L[0], L[1]"
    assert problem("a = 2.0\nL = [a * 3, a]\n", output="L[1]").startswith("L[1] is a leaf itself")


def test_an_attribute_can_be_the_output() -> None:
    ran = run_lifted("class M: pass\nm = M()\na = 2.0\nm.losses = [a * 3]\n", output="m.losses[0]")
    assert ran.graph.grad("a") == 3.0


def test_a_name_that_holds_a_leaf_of_another_name_is_no_leaf_of_its_own() -> None:
    assert "(leaves: a)" in problem("a = 2.0\np = [a]\nL = int(a)\n")


@pytest.mark.parametrize(
    ("value", "kind", "cure"),
    [
        ("np.float16(2)", "float16", "use float32 or float64 (a.astype(np.float64))"),
        ("np.ones(2, np.float16)", "float16", "use float32 or float64 (a.astype(np.float64))"),
        ("np.longdouble(2)", str(np.dtype(np.longdouble)), "use float32 or float64 (a.astype(np.float64))"),
        ("np.matrix([[1.0, 2.0]])", "a np.matrix", "use an array (np.asarray(a))"),
        ("np.ma.array([1.0, 2.0])", "a masked array", "use an ordinary one (a.filled(0.0))"),
        ("2 + 3j", "complex", "use real numbers (a.real, a.imag)"),
        ("np.ones(2, complex)", "complex", "use real numbers (a.real, a.imag)"),
        ("__import__('decimal').Decimal('2')", "a Decimal", "use float(a)"),
    ],
)
def test_a_kind_of_number_that_is_not_supported_is_named_with_its_cure(value: str, kind: str, cure: str) -> None:
    if kind == "float64":
        pytest.skip("long double is float64 here")
    assert f"a is {kind}, which is not supported: {cure}" in problem(f"a = {value}\nL = a * 3\n")


def test_an_unsupported_kind_beside_a_leaf_is_noted() -> None:
    ran = run_lifted("import numpy as np\na = np.ones(2, np.float16)\nx = 2.0\nL = x * float(a.sum())\n")
    assert ran.graph.notes == ("a is float16, which is not supported: use float32 or float64 (a.astype(np.float64))",)


def test_an_operation_that_cannot_take_a_kind_names_it() -> None:
    ran = run_lifted("import numpy as np\na = np.ones(2, np.float16)\nx = np.ones(2)\nL = (x * 2 + a).sum()\n")
    assert "a is float16, which is not supported" in str(ran.error)


def test_an_array_of_integers_says_how_to_make_it_floats() -> None:
    assert problem("x = np.array([1, 2])\nL = (x ** 2).sum()\n").endswith(
        "x is an array of integers, which is a constant: use floats (x.astype(float))"
    )


def test_numbers_that_objects_keep_are_named_with_the_cure() -> None:
    source = "class Neuron:\n    def __init__(self):\n        self.w = 0.5\nn = Neuron()\nL = n.w * 3\n"
    assert "(n.w) or bound inside functions are constants; bind them in the cell (w = 0.5; Neuron(w))" in problem(
        source
    )


def test_numbers_that_functions_bind_are_named_with_the_cure() -> None:
    assert "numbers bound inside functions are constants" in problem(
        "def f():\n    w = 2.0\n    return w * 3\nL = f()\n"
    )


def test_a_branch_that_returned_a_constant_is_not_blamed_on_functions() -> None:
    ran = run_lifted("def relu(v):\n    return v if v > 0 else 0\nw = -2.0\nL = relu(w)\n")
    assert ran.outcome is not None
    assert ran.outcome.problem == "nothing to differentiate: L depends on no leaf (leaves: w)"
    assert ran.outcome.notes == ("line 2: the branch returned the constant 0",)


def test_an_integer_beyond_exact_floats_says_that_it_keeps_no_gradient() -> None:
    cut = (
        "cut at line 1: b = 1180591620717411303424 is an integer beyond 2**53, which keeps no gradient; "
        "write it as a float from the start: b = float(1180591620717411303424)"
    )
    ran = run_lifted("b = 2**70; L = b * 1.5\n")
    assert ran.outcome is not None
    assert ran.outcome.problem == "nothing to differentiate: no gradient passes from L to a leaf"
    assert ran.outcome.notes == (cut,)
    assert run_lifted("b = 2**70; x = 2.0; L = b * x\n").graph.notes == (cut,)
    assert run_lifted("b = float(2**70); L = b * 1.5\n").graph.grad("b") == 1.5


def test_an_integer_computed_from_one_beyond_exact_floats_names_where_it_began() -> None:
    ran = run_lifted("b = 2**70\nc = b * 2\nL = c * 1.5\n")
    assert ran.outcome is not None
    assert "c = 2361183241434822606848 is an integer beyond 2**53" in ran.outcome.notes[0]
    assert ran.outcome.notes[0].endswith("b = float(…)")


def test_integers_beyond_exact_floats_that_nothing_differentiable_uses_are_not_mentioned() -> None:
    assert run_lifted("s = 2**64 + 5\ns = s * 3 % 2**64\nx = 2.0\nL = x * 2\n").graph.notes == ()


@pytest.mark.parametrize(
    "body", ["x.sum()", "(x * 2).sum()", "x.T.sum() + 1", "(x @ w).sum()", "x.reshape(3, 0).sum()"]
)
def test_an_array_without_elements_has_a_gradient_of_its_shape(body: str) -> None:
    ran = run_lifted(f"import numpy as np\nx, w = np.zeros((0, 3)), np.ones((3, 2))\nL = {body}\n")
    assert ran.namespace["x"].grad.shape == (0, 3)
    assert next(n.name for n in ran.graph.leaves) == "x"


def test_a_maximum_that_was_a_constant_says_why_and_what_draws_it() -> None:
    ran = run_lifted("w, x, b = 1.0, 2.0, -3.0\ny = max(0, w*x+b)\n")
    assert ran.outcome is not None
    assert ran.outcome.problem == "nothing to differentiate: y depends on no leaf (leaves: w, x, b)"
    assert ran.outcome.notes == (
        "line 2: max() returned the constant 0, because w*x+b is −1 (off); np.maximum(0, w*x+b) draws the 0",
    )
    for call in ("max(*[0, w*x+b])", "max([0, w*x+b])"):
        noted = run_lifted(f"w, x, b = 1.0, 2.0, -3.0\ny = {call}\n").outcome
        assert noted is not None
        assert noted.notes == ("line 2: max() returned the constant 0, because the other is −1 (off)",)
