"""How the elementwise functions read: text, LaTeX, Python, Numba."""

from __future__ import annotations

import math

import pytest

from notebook_ad.engine.library import ufunc_pairs as pairs
from notebook_ad.engine.library import ufuncs as ops
from notebook_ad.engine.primitive import PRIMITIVES, Primitive
from notebook_ad.engine.printers import latex, source, text


@pytest.mark.parametrize("primitive", [p for p in PRIMITIVES if p.kind == "elementwise"], ids=lambda p: p.name)
def test_every_formula_can_be_printed_in_each_form(primitive: Primitive) -> None:
    assert primitive.value is not None
    for expr in (primitive.value, *primitive.partials):
        if expr is not None:
            assert text(expr)
            assert source(expr)
            assert latex(expr).count("{") == latex(expr).count("}")
    eval(f"lambda x, y, w: {source(primitive.value, scalar=True)}", {"math": math})


@pytest.mark.parametrize(
    ("primitive", "partial", "tex"),
    [
        (ops.arcsin, "1 / sqrt(1 − x²)", r"\frac{1}{\sqrt{1 - x^{2}}}"),
        (ops.exp2, "z · 0.693147", r"z \, 0.693147"),
        (ops.log10, "1 / (x · 2.30259)", r"\frac{1}{x \, 2.30259}"),
        (ops.sinh, "cosh(x)", r"\cosh\left(x\right)"),
        (ops.reciprocal, "−z²", r"-z^{2}"),
        (ops.square, "2 · x", r"2 \, x"),
    ],
    ids=lambda v: getattr(v, "name", None),
)
def test_rules_read_as_in_a_textbook(primitive: Primitive, partial: str, tex: str) -> None:
    expr = primitive.partials[0]
    assert expr is not None
    assert (text(expr), latex(expr)) == (partial, tex)


def test_values_in_latex_use_the_usual_signs() -> None:
    shown = {p.name: latex(p.value) for p in (ops.cbrt, ops.exp2, ops.log2, pairs.arctan2, ops.fraction) if p.value}
    assert shown["cbrt"] == r"\sqrt[3]{x}"
    assert shown["exp2"] == "2^{x}"
    assert shown["log2"] == r"\log_{2}\left(x\right)"
    assert shown["arctan2"] == r"\operatorname{arctan2}\left(x, y\right)"
    assert r"\infty" in shown["fraction"]
