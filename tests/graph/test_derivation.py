"""The chain rule written out with numbers."""

from __future__ import annotations

import numpy as np

import notebook_ad as ad


def textbook() -> ad.Tensor:
    a, w, b, y_true = (ad.tensor(v, name=n) for v, n in ((2.0, "a"), (3.0, "w"), (4.0, "b"), (11.0, "y_true")))
    loss = (a * w + b - y_true) ** 2
    loss.name = "L"
    return loss


def test_the_derivation_of_the_textbook_cell() -> None:
    assert ad.graph(textbook()).derivation() == [
        "∂L/∂L = 1  (the seed)",
        "∂L/∂(a·w + b − y_true) += ∂L/∂L · 2 · (a·w + b − y_true) = 1 × (−2) = −2",
        "∂L/∂(a·w + b) += ∂L/∂(a·w + b − y_true) · 1 = −2 × 1 = −2",
        "∂L/∂y_true += ∂L/∂(a·w + b − y_true) · (−1) = −2 × (−1) = 2",
        "∂L/∂(a·w) += ∂L/∂(a·w + b) · 1 = −2 × 1 = −2",
        "∂L/∂b += ∂L/∂(a·w + b) · 1 = −2 × 1 = −2",
        "∂L/∂a += ∂L/∂(a·w) · w = −2 × 3 = −6",
        "∂L/∂w += ∂L/∂(a·w) · a = −2 × 2 = −4",
    ]


def test_there_is_one_line_per_backward_step_in_its_order() -> None:
    g = ad.graph(textbook())
    steps = [s for s in g.steps if s.phase != "forward"]
    lines = g.derivation()
    assert len(lines) == len(steps)
    for step, line in zip(steps[1:], lines[1:], strict=True):
        assert step.edge is not None
        assert g.rule(step.edge) == line


def test_parallel_edges_have_a_line_each() -> None:
    a = ad.tensor(3.0, name="a")
    loss = a * a
    loss.name = "L"
    assert ad.graph(loss).derivation()[1:] == ["∂L/∂a += ∂L/∂L · a = 1 × 3 = 3", "∂L/∂a += ∂L/∂L · a = 1 × 3 = 3"]


def test_the_seed_is_the_one_given() -> None:
    a = ad.tensor(3.0, name="a")
    loss = a * 2
    loss.name = "L"
    assert ad.graph(loss, seed=5).derivation() == ["∂L/∂L = 5  (the seed)", "∂L/∂a += ∂L/∂L · 2 = 5 × 2 = 10"]


def test_an_output_without_a_name_is_called_output() -> None:
    assert ad.graph(ad.exp(ad.tensor(0.0, name="a"))).derivation() == [
        "∂output/∂output = 1  (the seed)",
        "∂output/∂a += ∂output/∂output · exp(a) = 1 × 1 = 1",
    ]


def test_array_edges_have_the_rule_in_words_and_norms() -> None:
    x = ad.tensor([[3.0, 4.0]], requires_grad=False, name="x")
    w = ad.tensor([[1.0], [1.0]], name="w")
    loss = (x @ w).sum()
    loss.name = "L"
    lines = ad.graph(loss).derivation()
    assert len(lines) == 3
    assert lines[2].startswith("∂L/∂w += xᵀ @ ∂L/∂(x @ w)")
    assert lines[2].endswith("= ‖5‖  (2,1)@(1,1)")


def test_an_edge_to_a_constant_says_that_there_is_no_gradient() -> None:
    x = ad.tensor(3.0, name="x")
    g = ad.graph(x * ad.tensor(2.0, requires_grad=False, name="c"))
    assert g.rule(1) == "c is a constant: no gradient"
    assert len(g.derivation()) == 2


def test_an_index_and_its_sparse_contribution_are_written() -> None:
    x = ad.tensor(np.arange(100.0), name="x")
    loss = x[7] * 3
    loss.name = "L"
    assert ad.graph(loss).derivation()[-1] == "∂L/∂x += ∂L/∂x[7], to [7]; 0 elsewhere = ‖3‖"


def test_a_name_that_is_an_operator_in_disguise_is_put_in_parentheses() -> None:
    a = ad.tensor(3.0, name="a b")
    loss = a * 2
    loss.name = "L"
    assert ad.graph(loss).derivation()[1].startswith("∂L/∂(a b) += ")


def test_of_a_long_derivation_both_ends_are_kept():
    y = x = ad.tensor(1.0, requires_grad=True, name="x")
    for _ in range(50):
        y = y * x
    g = ad.graph(y)
    whole, short = g.derivation(), g.derivation(ends=10)
    assert len(whole) == 1 + 100
    assert short == [*whole[:11], "… 80 steps left out …", *whole[-10:]]
    assert g.derivation(ends=50) == whole
