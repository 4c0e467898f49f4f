"""What a condition of `where` reads as."""

from __future__ import annotations

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.conditions import comparison


def test_the_condition_of_scalars_reads_true_or_false() -> None:
    a, b = ad.tensor(3.0, name="a"), ad.tensor(2.0, name="b")
    for output, text in ((ad.where(a > b, a, b), "where(True, a, b)"), (ad.where(a < b, a, b), "where(False, a, b)")):
        g = ad.graph(output)
        condition = g.nodes[g.operands(g.output)[0].operand]
        assert type(condition.value) is bool
        assert (g.expression(g.output), condition.dtype) == (text, "bool")
        assert g.label(condition.id) in g.to_svg()


def test_the_condition_of_arrays_is_a_mask_of_booleans() -> None:
    a = ad.tensor([3.0, 1.0, 5.0], name="a")
    g = ad.graph(ad.where(a > 2, a, 0.0), seed=np.ones(3))
    condition = next(n for n in g.nodes if n.dtype == "bool")
    assert condition.value.tolist() == [True, False, True]  # type: ignore[union-attr]
    assert g.expression(g.output) == "where(mask, a, 0)"
    assert "mask" in g.to_svg()
    assert g.grad("a").tolist() == [1, 0, 1]  # type: ignore[union-attr]


def test_numbers_that_decide_and_are_computed_with_stay_numbers() -> None:
    a, mask = ad.tensor([3.0, 1.0], name="a"), ad.tensor([1.0, 0.0], requires_grad=False, name="m")
    g = ad.graph((ad.where(mask, a, 0.0) * mask).sum())
    assert g.node("m").dtype == "float64"


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("np.where(a > b, a, b)", "a > b"),
        ("where(not a, x, y)", "not a"),
        ("np.where((a > 0) & (b > 0),\n    a, b)", "(a > 0) & (b > 0)"),
        ("np.where(c, a, b)", None),
        ("f(a > b)", None),
        ("np.where(a > b, a", None),
    ],
)
def test_a_comparison_in_the_call_is_the_conditions_text(text: str, condition: str | None) -> None:
    assert comparison(text) == condition
