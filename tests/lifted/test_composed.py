"""NumPy functions that are recorded as the lines that define them: the same bits as NumPy, central differences as gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from plain_cells import chosen, run_lifted

DRAW = np.random.default_rng(3)
M, V, T = DRAW.normal(size=(3, 4)), DRAW.normal(size=4), DRAW.normal(size=(2, 3, 4))


@pytest.mark.parametrize(
    ("expression", "x"),
    [
        *((f"np.linalg.norm(x, {order})", V) for order in ("1", "2", "3", "-1", "0.5", "np.inf", "-np.inf")),
        *((f"np.linalg.norm(x, {order})", M) for order in ("'fro'", "1", "-1", "np.inf", "-np.inf")),
        *((f"np.linalg.norm(x, {order}, axis=(2, 0)).sum()", T) for order in ("1", "-np.inf", "'fro'")),
        ("np.linalg.norm(x, np.inf, axis=(0, 1), keepdims=True).sum()", M),
        ("np.linalg.norm(x, 3, axis=1).sum()", M),
        ("np.tensordot(x, M, axes=([1, 2], [0, 1])).sum()", T),
        ("np.tensordot(M, x, axes=(0, 1)).std()", T),
        ("np.tensordot(x, x, axes=([0, 2], [0, -1])).sum()", T),
        ("np.prod(x[:0]) * x.sum()", V),
        ("np.prod(x[:, :0], axis=1).sum() * x.sum()", M),
    ],
)
def test_the_value_is_numpys_and_the_gradient_the_central_difference(expression: str, x: Any) -> None:
    ran = run_lifted(f"import numpy as np\nL = {expression}\n", {"x": x.copy(), "M": M.copy()}, choice=chosen("x"))
    assert ran.error is None, ran.error
    assert ran.failures == []

    def value(at: Any) -> float:
        return float(eval(expression, {"np": np, "M": M, "x": at}))

    assert ran.graph.nodes[ran.graph.output].value == pytest.approx(value(x), rel=1e-12)
    expected = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-6
        expected[place] = (value(x + step) - value(x - step)) / 2e-6
    np.testing.assert_allclose(ran.graph.grad("x"), expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    "expression", ["np.linalg.norm(x, 2)", "np.linalg.norm(x, 'nuc')", "np.ravel(x, order='A').sum()"]
)
def test_without_a_rule_the_error_names_the_function(expression: str) -> None:
    ran = run_lifted(f"import numpy as np\nL = {expression}\n", {"x": M.copy()})
    assert type(ran.error).__name__ == "NoDerivative"
    assert expression.split("(")[0] in str(ran.error)
