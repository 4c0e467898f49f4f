"""NumPy's functions with their options: the same bits as NumPy, central differences as gradients, one convention at kinks."""

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
        *(
            (f"np.linalg.norm(x, {order})", M)
            for order in ("'fro'", "2", "-2", "'nuc'", "1", "-1", "np.inf", "-np.inf")
        ),
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


@pytest.mark.parametrize("expression", ["np.ravel(x[:, ::2].T[::-1], order='K').sum()", "np.nextafter(x, 9.0).sum()"])
def test_without_a_rule_the_error_names_the_function(expression: str) -> None:
    ran = run_lifted(f"import numpy as np\nL = {expression}\n", {"x": M.copy()})
    assert type(ran.error).__name__ == "NoDerivative"
    assert expression.split("(")[0] in str(ran.error)


@pytest.mark.parametrize(
    ("expression", "grad"),
    [
        ("np.clip(x, 0.0, 1.0).sum()", [0.0, 1.0, 1.0]),
        ("np.maximum(x, 0.0).sum()", [0.0, 0.5, 1.0]),
        ("np.linalg.norm(x * 0)", [0.0, 0.0, 0.0]),
        ("np.std(x * 0 + 1)", [0.0, 0.0, 0.0]),
        ("np.hypot(x[1], 0.0)", [0.0, 0.0, 0.0]),
        ("math.hypot(x[1], 0.0)", [0.0, 0.0, 0.0]),
        ("math.dist(x[1:2], [0.0])", [0.0, 0.0, 0.0]),
        ("np.max(np.abs(x))", [-0.5, 0.0, 0.5]),
        ("np.prod(x)", [0.0, -1.0, 0.0]),
        ("np.cumprod(x)[-1]", [0.0, -1.0, 0.0]),
    ],
)
def test_a_kink_has_the_convention_of_tensors(expression: str, grad: list[float]) -> None:
    x = np.array([-1.0, 0.0, 1.0])
    ran = run_lifted(f"import math\nimport numpy as np\nL = {expression}\n", {"x": x})
    assert ran.error is None, ran.error
    assert ran.namespace["x"].grad.tolist() == grad


def test_a_write_to_the_real_part_of_a_complex_array_is_refused_rather_than_lost() -> None:
    ran = run_lifted("import numpy as np\na = 2.0\nz = np.fft.fft(np.ones(3) * a)\nz.real[0] = a\nL = abs(z[0])\n")
    assert type(ran.error) is ValueError
    assert "read-only" in str(ran.error)


def test_a_function_of_the_users_that_numpy_calls_is_called_once() -> None:
    source = "import numpy as np\na = 2.0\ndef f(v):\n    print('called')\n    return v.sum()\n"
    ran = run_lifted(source + "x = np.ones((2, 2)) * a\nr = np.apply_along_axis(f, 0, x)\nL = a * 3\n")
    assert ran.error is None
    assert ran.printed.count("called") == 2
