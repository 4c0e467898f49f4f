"""'why?' names the operation and the operand where a gradient was born; every expectation is worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.answer import Why
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Source
from notebook_ad.tensor.ambient import trace

NAN = float("nan")


def leaf(value: Any, name: str) -> ad.Tensor:
    return ad.tensor(value, name=name)


def on_lines(f: Any, **values: Any) -> Graph:
    """The graph of f(*leaves), whose operations stand on lines 1, 2, 3, … in the order in which they are done."""
    line = [0]

    def next_line() -> Source:
        line[0] += 1
        return Source(line[0], 0, line[0], 1, "…")

    leaves = [leaf(v, k) for k, v in values.items()]
    with trace(next_line):
        return ad.graph(f(*leaves))


def texts(found: Why) -> list[str]:
    return [line.text for line in found.lines]


def steps(g: Graph, found: Why) -> list[tuple[str, str]]:
    """The edges that are lit, as (operand, glyph of the user)."""
    return [(g.label(g.edges[e].operand), g.nodes[g.edges[e].user].glyph) for e in found.lit]


SCALARS: list[tuple[str, Any, dict[str, float], str, str, str]] = [
    ("a product with 0", lambda a, b: a * b, {"a": 2, "b": 0}, "a", "0 ⊘", "× at line 1: the other operand b is 0"),
    ("a square at 0", lambda a: a * a, {"a": 0}, "a", "0 ⊘", "× at line 1: a is 0"),
    ("a constant 0", lambda a: a * 0.0, {"a": 2}, "a", "0 ⊘", "× at line 1: the other operand is 0"),
    ("an inactive unit", lambda a: ad.relu(a - 5) * 3, {"a": 2}, "a", "0 ⊘", "relu at line 2: input −3 < 0"),
    ("a unit at its kink", lambda a: ad.relu(a), {"a": 0}, "a", "0 ⊘",
     "relu at line 1: input is exactly 0, where the derivative is taken as 0"),
    ("a saturated tanh", lambda a: ad.tanh(a * 9.6), {"a": 2}, "a", "0 ⊘",
     "tanh at line 2: saturated: tanh(19.2) rounds to 1, so 1 − tanh² is 0"),
    ("a saturated sigmoid", lambda a: ad.sigmoid(a), {"a": 40}, "a", "0 ⊘",
     "σ at line 1: saturated: σ(40) rounds to 1, so 1 − σ is 0"),
    ("exp far below 0", lambda a: ad.exp(a), {"a": -800}, "a", "0 ⊘",
     "exp at line 1: exp(−800) underflowed to 0, and its derivative is itself"),
    ("|x| at 0", lambda a: ad.abs(a), {"a": 0}, "a", "0 ⊘",
     "|x| at line 1: input is exactly 0, where the derivative is taken as 0"),
    ("a power at 0", lambda a: a**3, {"a": 0}, "a", "0 ⊘", "x³ at line 1: its derivative 3 · a² is 0 at input 0"),
    ("a numerator 0", lambda a, b: a / b, {"a": 0, "b": 2}, "b", "0 ⊘", "÷ at line 1: the numerator a is 0"),
    ("the smaller of a maximum", ad.maximum, {"a": 2, "b": 9}, "a", "0 ⊘",
     "max at line 1: a = 2 was not taken: b = 9 is larger"),
    ("the larger of a minimum", ad.minimum, {"a": 2, "b": 1}, "a", "0 ⊘",
     "min at line 1: a = 2 was not taken: b = 1 is smaller"),
    ("a relu written as a maximum", lambda a: ad.maximum(a, 0.0), {"a": -2}, "a", "0 ⊘",
     "max at line 1: input −2 < 0"),
    ("the branch not taken", lambda a, b: ad.where(a.value > 1, b, a), {"a": 2, "b": 9}, "a", "0 ⊘",
     "where at line 1: its condition is True, so a is not taken"),
    ("a step", lambda a: a // 2.0, {"a": 3}, "a", "0 ⊘",
     "// at line 1: a step function: its derivative is 0 wherever it has one"),
    ("paths that cancel", lambda x: x - x, {"x": 3}, "x", "0 ⊘", "x: its 2 contributions cancel: 1 − 1 = 0"),
    ("an underflow", lambda a: a * 1e-200 * 1e-200, {"a": 1}, "a", "0 ⊘",
     "× at line 1: 1e−200 × 1e−200 underflowed to 0: too small for a float"),
    ("log(0)", ad.log, {"x": 0}, "x", "∞",
     "log at line 1: its derivative 1 / x is ∞ at input 0; the value is log(0) = −∞"),
    ("sqrt(0)", ad.sqrt, {"x": 0}, "x", "∞", "√ at line 1: its derivative 0.5 / sqrt(x) is ∞ at input 0"),
    ("1/0", lambda x: 1.0 / x, {"x": 0}, "x", "−∞",
     "÷ at line 1: its derivative −(1 / x) / x is −∞ at 1, x = 0; the value is 1 / 0 = ∞"),
    ("an infinite factor", lambda a, b: a * (1.0 / b), {"a": 2, "b": 0}, "a", "∞", "÷ at line 1: 1 / 0 = ∞"),
    ("NaN in a leaf", lambda a, n: a * n, {"a": 2, "n": NAN}, "a", "NaN ⚠", "the leaf n is NaN itself"),
    ("exp overflows", lambda a: ad.exp(a), {"a": 1000}, "a", "∞",
     "exp at line 1: its derivative exp(a) is ∞ at input 1000; the value is exp(1000) = ∞ (overflow)"),
    ("the square root of what is below 0", lambda a, b: ad.sqrt(a) * b, {"a": -1, "b": 2}, "b", "NaN ⚠",
     "√ at line 1: sqrt(−1) = NaN"),
    ("∞ − ∞ in the values", lambda a, b: (ad.exp(a) - ad.exp(a)) * b, {"a": 1000, "b": 2}, "b", "NaN ⚠",
     "− at line 3: ∞ − ∞ = NaN"),
    ("a product that overflows", lambda a: a * 1e200 * 1e200, {"a": 1}, "a", "∞",
     "× at line 1: 1e200 × 1e200 overflows a float"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "f", "values", "asked", "gradient", "said"), SCALARS, ids=[s[0] for s in SCALARS])
def test_of_scalars(name: str, f: Any, values: dict[str, float], asked: str, gradient: str, said: str) -> None:
    g = on_lines(f, **{k: float(v) for k, v in values.items()})
    found = g.why(asked)
    assert found.title == f"∂output/∂{asked} is {gradient}"
    assert texts(found)[0] == said
    assert found.lit


def test_a_zero_is_followed_up_to_where_it_was_born() -> None:
    g = on_lines(lambda a, b: ad.tanh(a * 3.0) * b, a=0.5, b=0.0)
    found = g.why("a")
    assert texts(found) == ["× at line 3: the other operand b is 0", "  reached along a ← × ← tanh ← ×"]
    assert steps(g, found) == [("a", "×"), ("a·3", "tanh"), ("tanh(a·3)", "×")]
    assert found.lines[0].source is not None
    assert found.lines[0].source.line == 3
    assert found.lines[0].node == g.output


def test_zeros_that_were_born_in_several_places_are_all_named() -> None:
    found = on_lines(lambda a, z: ad.relu(a) * 2.0 + a * z, a=-1.0, z=0.0).why("a")
    assert texts(found)[:2] == ["relu at line 1: input −1 < 0", "× at line 3: the other operand z is 0"]


def test_zero_times_infinity_names_both() -> None:
    found = on_lines(lambda x: ad.sqrt(x * x), x=0.0).why("x")
    assert texts(found) == [
        "× at line 1: upstream ∞ × local derivative 0 = NaN (0 · ∞)",
        "√ at line 2: its derivative 0.5 / sqrt(x·x) is ∞ at input 0",
        "reached along x ← × ← √",
    ]


def test_the_branch_not_taken_of_a_where_can_still_give_nan() -> None:
    found = on_lines(lambda x: ad.where(x.value > 0, ad.log(x), 0.0), x=0.0).why("x")
    assert texts(found)[0] == "log at line 1: upstream 0 × local derivative ∞ = NaN (0 · ∞)"


def test_infinities_of_opposite_sign_meet_in_a_gradient() -> None:
    found = on_lines(lambda x: ad.log(x) - ad.log(x), x=0.0).why("x")
    assert texts(found)[0] == "x: its contributions ∞ and −∞ add to NaN (∞ − ∞)"
    assert "its derivative 1 / x is ∞ at input 0" in texts(found)[1]


def layer(bias: np.ndarray, rows: int = 8) -> Graph:
    draw = np.random.default_rng(0).normal
    x, w, b = draw(size=(rows, 4)), draw(size=(4, 16)), bias
    return on_lines(lambda x, w, b: ad.sum(ad.relu(x @ w + b)), x=x, w=w, b=b)


def test_dead_units_are_those_off_for_the_whole_batch_whose_size_is_said() -> None:
    g = layer(np.r_[np.full(14, -50.0), 50.0, 50.0])
    for name in ("w", "b"):
        found = g.why(name)
        assert "relu at line 3: input < 0 for 14 of 16 units in this batch of 8: dead" in texts(found)
        assert {("x @ w + b", "relu"), (name, "@" if name == "w" else "+")} <= set(steps(g, found))


def test_a_unit_that_is_on_for_some_row_is_not_dead() -> None:
    h = np.array([[-1.0, 2.0], [3.0, -4.0]])
    found = on_lines(lambda h: ad.sum(ad.relu(h)), h=h).why("h")
    said = "relu at line 1: input < 0 for 2 of 4 inputs; no unit is dead: each is on for some rows of this batch of 2"
    assert said in texts(found)
    assert not any(": dead" in text for text in texts(found))


def test_one_example_is_no_batch() -> None:
    assert "relu at line 1: input < 0 for 2 of 3 inputs" in texts(
        on_lines(lambda h: ad.sum(ad.relu(h)), h=np.array([-1.0, 2.0, -3.0])).why("h")
    )
    row = on_lines(lambda h: ad.sum(ad.relu(h)), h=np.array([[-1.0, 2.0, -3.0]])).why("h")
    assert "relu at line 1: input < 0 for 2 of 3 units (a batch of one)" in texts(row)


def test_elements_that_are_not_read_not_the_maximum_not_taken() -> None:
    v = np.arange(1.0, 6.0)
    read = on_lines(lambda v: v[1] * v[3], v=v).why("v")
    assert "[1] at line 1: v[0], v[2], v[4] are not read" in texts(read)
    most = on_lines(ad.max, v=v).why("v")
    assert "max at line 1: v[0], v[1], v[2], v[3] are not the max" in texts(most)
    chosen = on_lines(lambda v: ad.sum(ad.where(v.value > 4, v, 0.0)), v=v).why("v")
    assert "where at line 1: its condition is False at 4 of 5 elements, so v is not taken" in texts(chosen)


def test_elements_that_cancel_are_counted() -> None:
    found = on_lines(lambda x, c: ad.sum(x * c - x), x=np.ones(3), c=np.array([1.0, 2.0, 1.0])).why("x")
    assert "x[0]: its 2 contributions cancel: 1 − 1 = 0 (at 2 of 3 elements)" in texts(found)


def test_a_broadcast_sum_that_cancels_is_no_birth_at_a_factor() -> None:
    found = on_lines(lambda b, x: ad.sum(b * x), b=2.0, x=np.array([1.0, -1.0])).why("b")
    assert texts(found) == ["× at line 1: the elements' terms cancel where they are summed for b"]


def test_a_matrix_product_with_zeros_and_one_whose_terms_cancel() -> None:
    zero = on_lines(lambda x, w: ad.sum(x @ w), x=np.ones((2, 2)), w=np.zeros((2, 2))).why("x")
    assert texts(zero) == ["@ at line 1: the other operand w is 0 everywhere"]
    cancel = on_lines(lambda x, w: ad.sum(x @ w), x=np.ones((2, 2)), w=np.array([[1.0, -1.0], [2.0, -2.0]])).why("x")
    assert texts(cancel) == ["@ at line 1: the terms of the sum for x cancel"]


def test_a_nan_in_an_array_is_followed_to_its_element() -> None:
    m = np.ones((2, 2))
    m[0, 1] = np.nan
    found = on_lines(lambda m, n: ad.sum(m @ n), m=m, n=np.ones((2, 2))).why("n")
    assert texts(found) == ["the leaf m[0, 1] is NaN itself"]
    found = on_lines(lambda u: ad.sum(ad.log(u)), u=np.array([1.0, 0.0, 2.0])).why("u")
    assert texts(found)[0] == "log at line 1: its derivative 1 / u is ∞ at input 0; the value is log(0) = −∞"


def test_a_vanishing_gradient_counts_its_small_factors() -> None:
    def chain(a: ad.Tensor) -> ad.Tensor:
        for k in range(6):
            a = a * (0.01 if k != 3 else 4.0)
        return a

    found = on_lines(chain, a=1.0).why("a")
    assert texts(found)[:4] == [
        "5 of the 6 factors on the largest path are below 1, together 1e−10; the smallest:",
        "  0.01 at × at line 6",
        "  0.01 at × at line 5",
        "  0.01 at × at line 3",
    ]
    assert len(found.lit) == 6


def test_one_small_factor_is_named_alone() -> None:
    found = on_lines(lambda a: ad.sigmoid(a) * 2.0, a=-20.0).why("a")
    assert texts(found)[0] == "one factor makes it small: 2.061e−9 at σ at line 1 (input −20)"


def test_an_exploding_gradient_by_factors_and_by_many_paths() -> None:
    def tripled(a: ad.Tensor) -> ad.Tensor:
        for _ in range(30):
            a = a * 3.0
        return a

    def doubled(a: ad.Tensor) -> ad.Tensor:
        for _ in range(30):
            a = a + a
        return a

    assert texts(on_lines(tripled, a=1.0).why("a"))[0].startswith(
        "30 of the 30 factors on the largest path are above 1"
    )
    many = texts(on_lines(doubled, a=1.0).why("a"))
    assert many[0] == "1,073,741,824 paths add up; the largest gives 1"


def test_paths_that_nearly_cancel_are_not_blamed_on_a_factor() -> None:
    found = on_lines(lambda a: a * (1 + 2.0**-30) - a, a=1.0).why("a")
    assert texts(found)[0] == "its 2 paths nearly cancel: their sizes add up to 2, they themselves to 9.313e−10"


def test_a_seed_of_zero_or_nan_is_named() -> None:
    a = leaf(2.0, "a")
    assert texts(ad.graph(a * 3.0, seed=0.0).why("a"))[0] == "the seed at output is 0"
    assert texts(ad.graph(a * 3.0, seed=NAN).why("a"))[0] == "the seed is NaN"


def test_an_ordinary_gradient_says_how_it_came_about() -> None:
    found = on_lines(lambda a: a * 3.0 + a * a, a=2.0).why("a")
    assert texts(found)[0] == "× at line 1: ∂output/∂a += ∂output/∂(a·3) · 3 = 1 × 3 = 3"
    assert texts(found)[-1] == "3 contributions add up to 7"
    assert len(found.lit) == 3


def test_constants_have_no_gradient_and_the_output_has_the_seed() -> None:
    a, c = leaf(2.0, "a"), ad.tensor(3.0, requires_grad=False, name="c")
    g = ad.graph(a * c)
    assert texts(g.why("c")) == ["c is a constant: no gradient was asked of it"]
    assert g.why("c").title == "∂output/∂c is None"
    assert texts(g.why(g.output)) == ["it is the seed: 1"]


def test_of_an_edge_only_its_own_contribution_is_explained() -> None:
    g = on_lines(lambda a, z: a * z + a, a=2.0, z=0.0)
    edge = next(e for e in g.edges if g.label(e.operand) == "a" and g.nodes[e.user].glyph == "×")
    found = g.why(edge)
    assert found.title == "what a·z adds to ∂output/∂a is 0 ⊘"
    assert texts(found) == ["× at line 1: the other operand z is 0"]
    assert g.why("a").title.endswith("is 1")


def test_chains_of_thousands_are_followed_without_recursion() -> None:
    def chain(a: ad.Tensor) -> ad.Tensor:
        for _ in range(3000):
            a = a * 1.0
        return ad.relu(a)

    found = on_lines(chain, a=-1.0).why("a")
    assert texts(found)[0] == "relu at line 3001: input −1 < 0"
    assert len(found.lit) == 3001


def test_the_answer_prints_as_text() -> None:
    assert repr(on_lines(lambda a, b: a * b, a=2.0, b=0.0).why("a")) == (
        "∂output/∂a is 0 ⊘\n  × at line 1: the other operand b is 0"
    )


def test_every_question_about_every_part_of_random_graphs_has_an_answer() -> None:
    for seed in range(30):
        draw = np.random.default_rng(seed)
        made = [leaf(draw.choice([0.0, 1.0, -2.0, 800.0]), f"x{i}") for i in range(3)]
        unary = [ad.relu, ad.tanh, ad.exp, ad.log, ad.sqrt, ad.abs, lambda x: x * x, lambda x: x / (x - x)]
        for _ in range(8):
            x, y = made[draw.integers(len(made))], made[draw.integers(len(made))]
            made.append(unary[draw.integers(len(unary))](x) if draw.random() < 0.6 else x * y - y)
        g = ad.graph(made[-1]) if made[-1].requires_grad else None
        for part in [*range(len(g.nodes)), *g.edges] if g else []:
            assert g.why(part).lines  # type: ignore[union-attr]


def test_a_naive_softmax_says_each_birth_of_its_nan_once() -> None:
    with np.errstate(all="ignore"):
        g = on_lines(lambda z: _cross_entropy(ad.exp(z)), z=np.array([1000.0, 0.0]))
    found = texts(g.why("z"))
    assert len(set(found)) == len(found)
    assert found[:2] == [
        "exp at line 1: its derivative exp(z) is ∞ at input 1000; the value is exp(1000) = ∞ (overflow)",
        "÷ at line 3: ∞ / ∞ = NaN",
    ]
    assert sum("exp(1000)" in text for text in found) == 1


def _cross_entropy(e: Any) -> Any:
    p = e / e.sum()
    return -ad.log(p[0])


def test_a_tensor_can_be_asked_about_whether_or_not_it_has_a_name() -> None:
    x, w = ad.tensor(2.0), ad.tensor([1.0, 2.0], name="w")
    y = (x * w).sum()
    h = y * y
    g = ad.graph(h)
    for t, gradient in ((x, "36"), (w, "‖33.94‖"), (y, "12"), (h, "1")):
        assert g.why(t).title.endswith(f"is {gradient}")
    assert repr(g.why(w)) == repr(g.why("w"))
    assert g.paths(y, source=h).count == g.paths(g.edges[0].operand).count
    h.backward()
    assert repr(g.why(w)) == repr(g.why("w"))


def test_a_value_that_is_not_in_the_graph_is_to_be_named() -> None:
    w = leaf(2.0, "w")
    g = ad.graph(w * 3.0)
    with pytest.raises(KeyError, match=r"this value, which has no name, is not in the graph.*pass its name"):
        g.why(ad.tensor(3.0))
    with pytest.raises(KeyError, match=r"the value named 'w' is not in the graph as it is now"):
        g.why(leaf(5.0, "w"))
    for what in (2.5, [1], True, None):
        with pytest.raises(TypeError, match=r"pass its name, as in graph\.why\('w'\)"):
            g.why(what)
