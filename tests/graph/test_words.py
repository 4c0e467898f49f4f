"""Glyphs, expressions, local derivatives and vjps as a reader sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.engine.expr import Expr
from notebook_ad.engine.primitive import PRIMITIVES
from notebook_ad.engine.printers import latex, text
from notebook_ad.graph import hover
from notebook_ad.graph.words import key_text, summed_axes


def names(*values: Any) -> list[ad.Tensor]:
    return [ad.tensor(v, name=n) for v, n in zip(values, "abcd", strict=False)]


EXPRESSIONS: list[tuple[Callable[..., Any], str]] = [
    (lambda a, b, c: a * b + c, "a·b + c"),
    (lambda a, b, c: (a + b) * c, "(a + b)·c"),
    (lambda a, b, c: a - (b - c), "a − (b − c)"),
    (lambda a, b, c: a - b - c, "a − b − c"),
    (lambda a, b, c: a / (b * c), "a / (b·c)"),
    (lambda a, b, c: -(a + b) * c, "−(a + b)·c"),
    (lambda a, b, c: (a + b) ** 2 * c, "(a + b)²·c"),
    (lambda a, b, c: a**b + c, "a^b + c"),
    (lambda a, b, c: (a * b) ** 0.5 + c, "√(a·b) + c"),
    (lambda a, b, c: abs(a - b) + c, "|a − b| + c"),
    (lambda a, b, c: ad.exp(ad.tanh(a) * b) + c, "exp(tanh(a)·b) + c"),
    (lambda a, b, c: ad.maximum(a, b) // c, "maximum(a, b) // c"),
    (lambda a, b, c: a % b + 2 * c, "a % b + 2·c"),
    (lambda a, b, c: ad.sqrt(a + b + c), "sqrt(a + b + c)"),
]


@pytest.mark.parametrize(("build", "expected"), EXPRESSIONS, ids=[e for _, e in EXPRESSIONS])
def test_expressions_have_parentheses_only_where_precedence_asks_for_them(
    build: Callable[..., Any], expected: str
) -> None:
    g = ad.graph(build(*names(2.0, 3.0, 4.0)))
    assert g.expression(g.output) == expected


def test_a_named_value_stands_for_what_it_computes() -> None:
    a, b = names(2.0, 3.0)
    h = a * b
    h.name = "h"
    g = ad.graph(h * h + a)
    assert g.expression(g.output) == "h·h + a"
    assert g.expression(g.node("h").id) == "a·b"
    assert g.label(g.node("h").id) == "h"


def test_a_long_expression_is_cut() -> None:
    a, b = names(2.0, 3.0)
    y = a
    for _ in range(40):
        y = y * b + a
    g = ad.graph(y)
    assert all(len(g.expression(n.id)) <= 40 for n in g.nodes)
    assert "…" in g.expression(g.output)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (1, "1"),
        (-1, "-1"),
        (slice(None), ":"),
        (slice(2, 5), "2:5"),
        (slice(None, None, -1), "::-1"),
        ((slice(None), 0), ":, 0"),
        ((Ellipsis, None), "…, None"),
        (np.array([1, 2]), "indices"),
        ([1, 2], "indices"),
        (np.array([True, False]), "mask"),
        (np.int64(3), "3"),
    ],
)
def test_an_index_is_written_as_in_the_cell(key: Any, expected: str) -> None:
    assert key_text(key) == expected


def edge_to(output: ad.Tensor, name: str) -> Any:
    g = ad.graph(output, seed=np.ones(output.shape))
    return g.users(g.node(name).id)[0]


def arrays(**shapes: tuple[int, ...]) -> list[ad.Tensor]:
    return [ad.tensor(np.ones(shape), name=name) for name, shape in shapes.items()]


def test_the_vjp_of_matrix_products_in_words() -> None:
    x, w = arrays(x=(2, 3), w=(3, 4))
    assert edge_to(x @ w, "x").rule == "upstream @ wᵀ"
    assert edge_to(x @ w, "w").rule == "xᵀ @ upstream"
    b, m = arrays(b=(5, 2, 3), m=(3, 4))
    assert edge_to(b @ m, "m").rule == "bᵀ @ upstream, summed over axis 0"


def test_a_composite_factor_of_a_product_is_put_in_parentheses() -> None:
    x, y, w = arrays(x=(2, 3), y=(2, 3), w=(3, 4))
    assert edge_to((x + y) @ w, "w").rule == "(x + y)ᵀ @ upstream"


def test_the_vjp_of_rearrangements_in_words() -> None:
    (x,) = arrays(x=(2, 3))
    assert edge_to(x.sum(), "x").rule == "upstream, to every element summed"
    assert edge_to(x.mean(), "x").rule == "upstream ÷ 6, to every element averaged"
    assert edge_to(x.mean(axis=0), "x").rule == "upstream ÷ 2, to every element averaged"
    assert edge_to(x.max(), "x").rule == "upstream, to the element that is the max (shared at a tie)"
    assert edge_to(x.T, "x").rule == "upstream, transposed back"
    assert edge_to(x.reshape(6), "x").rule == "upstream, reshaped to (2, 3)"
    assert edge_to(x[0], "x").rule == "upstream, to [0]; 0 elsewhere"
    assert "operand 0" in edge_to(ad.concatenate([x, x]), "x").rule
    assert edge_to(np.broadcast_to(x, (4, 2, 3)), "x").rule == "upstream, summed over axis 0"


def test_the_vjp_of_a_broadcast_operand_names_the_axes_summed() -> None:
    x, b, s = arrays(x=(4, 3), b=(3,), s=())
    assert edge_to(x + b, "b").rule == "upstream × 1, summed over axis 0"
    assert edge_to(x * s, "s").rule == "upstream × x, summed over all axes"
    assert edge_to(x + b, "x").rule == "upstream × 1"


def test_summed_axes_are_named_as_numpy_counts_them() -> None:
    assert summed_axes((3,), (4, 3)) == "axis 0"
    assert summed_axes((4, 1), (4, 3)) == "axis 1"
    assert summed_axes((1, 3, 1), (2, 3, 4)) == "axes 0, 2"
    assert summed_axes((), (2, 3)) == "all axes"
    assert summed_axes((2, 3), (2, 3)) == ""
    assert summed_axes((1,), (1,)) == ""


FACTORS: list[tuple[Callable[..., Any], str, str]] = [
    (lambda a, b: a * b, "a", "b"),
    (lambda a, b: a + b, "b", "1"),
    (lambda a, b: a - b, "b", "−1"),
    (lambda a, b: a / b, "a", "1 / b"),
    (lambda a, b: a**2, "a", "2 · a"),
    (lambda a, b: a**3, "a", "3 · a²"),
    (lambda a, b: (a + b) ** 2, "a", "1"),
    (lambda a, b: ad.sin(a), "a", "cos(a)"),
    (lambda a, b: ad.exp(a), "a", "exp(a)"),
    (lambda a, b: a * (a + b), "b", "1"),
    (lambda a, b: ad.relu(a), "a", "relu′(a)"),
    (lambda a, b: ad.maximum(a, b), "b", "1"),
    (lambda a, b: ad.maximum(a, b), "a", "0"),
    (lambda a, b: a**b, "a", "b · a^(b − 1)"),
    (lambda a, b: a**b, "b", "a^b · log(a)"),
]


@pytest.mark.parametrize(("build", "leaf", "factor"), FACTORS)
def test_the_local_derivative_is_written_in_the_operands_names(
    build: Callable[..., Any], leaf: str, factor: str
) -> None:
    a, b = names(2.0, 3.0)
    g = ad.graph(build(a, b))  # a result that a name holds would be called by it
    edges = [e for e in g.edges if g.nodes[e.operand].name == leaf]
    assert edges[0].factor == factor


def test_every_partial_prints_as_text_and_as_balanced_latex() -> None:
    for primitive in PRIMITIVES:
        for expr in (primitive.value, *primitive.partials):
            if isinstance(expr, Expr):
                assert text(expr)
                tex = latex(expr)
                assert tex.count("{") == tex.count("}")
                assert tex.count(r"\begin") == tex.count(r"\end")


def test_latex_of_a_constant_exponents_partial_has_the_exponent_in_it() -> None:
    (a,) = names(2.0)
    edge = ad.graph(a**2).edges[0]
    assert (edge.partial, edge.factor, edge.local) == (r"2 \, x", "2 · a", 4.0)
    assert ad.graph(a**3).edges[0].partial == r"3 \, x^{2}"


PRODUCTS = [
    ((4, 5), (5, 3), "dx = G yᵀ, (4,3)@(3,5)", "dy = xᵀ G, (5,4)@(4,3)"),
    ((2,), (2,), "dx = G · y, ()·(2,)", "dy = G · x, ()·(2,)"),
    ((2, 3), (3,), "dx = outer(G, y), (2,)⊗(3,)", "dy = xᵀ G, (3,2)@(2,)"),
    ((2,), (2, 3), "dx = y G, (2,3)@(3,)", "dy = outer(x, G), (2,)⊗(3,)"),
    (
        (2, 3, 4),
        (4, 2),
        "dx = G yᵀ, (2,3,2)@(2,4)",
        "dy = xᵀ G, (2,4,3)@(2,3,2), summed over axis 0",
    ),
]


@pytest.mark.parametrize(("left", "right", "dx", "dy"), PRODUCTS)
def test_the_edges_of_a_matrix_product_say_their_vjp_with_shapes(
    left: tuple[int, ...], right: tuple[int, ...], dx: str, dy: str
) -> None:
    x, y = ad.tensor(np.ones(left), name="x"), ad.tensor(np.ones(right), name="y")
    z = x @ y
    g = ad.graph(z, seed=np.ones(z.shape))
    assert [hover.vjp(g, e) for e in g.operands(g.output)] == [dx, dy]
