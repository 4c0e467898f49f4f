"""vmap of every function that tensors serve, NumPy's and SciPy's: the loop over the examples, and no loop inside."""

from __future__ import annotations

import importlib.util
import pathlib
import subprocess
import sys
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from tabled import plain, results
from vmapped import derivatives_are_the_loops, runs_at_once, values_are_the_loops

import notebook_ad as ad
from notebook_ad.scipy import special
from notebook_ad.tensor.protocols import FORMS, FUNCTIONS, NEW, PLAIN

TOOLS = pathlib.Path(__file__).parents[2] / "tools"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


supported = sys.modules.get("supported") or load("supported")
SERVED = (*(f for f in FUNCTIONS if not supported.refused(f)), *PLAIN - FORMS - NEW)
NUMPYS = {supported.name_of(f): f for f in SERVED}
SHAPE_BY_VALUE = {
    "unique",
    "unique_values",
    "union1d",
    "intersect1d",
    "setdiff1d",
    "setxor1d",
    "argwhere",
    "flatnonzero",
    "nonzero",
    "trim_zeros",
}  # each example alone; all must give equally many
ONE_BY_ONE = {"solve_sylvester", "sqrtm"}  # SciPy computes these for one matrix only
V = np.array([0.35, 0.62, 0.48, 0.71])
PLAINLY = {  # calls of facts, and arguments of special functions with orders
    "linalg.matrix_rank": lambda x: np.linalg.matrix_rank(x),
    **{
        name: (lambda x, name=name: getattr(np, name)(x, x + 0.0))
        for name in ("allclose", "array_equal", "array_equiv", "isclose")
    },
    **{
        name: (lambda x, name=name: getattr(np, name)(x > 0.5, x > 0.4)) for name in ("logical_and", "logical_or", "logical_xor")
    },
}  # fmt: skip
ORDERS: dict[str, tuple[Any, ...]] = {"polygamma": (2,), "jn": (2,), "yn": (2,), "kn": (2,)}


def of_special(name: str) -> tuple[Callable[..., Any], list[np.ndarray]]:
    """A call, and the arguments that differ between examples: as many as the function takes."""
    f = special.FUNCTIONS[name]
    if name in ORDERS:
        return lambda x: f(*ORDERS[name], x), [V]
    if name == "multigammaln":
        return lambda x: f(x, 2), [V + 2]
    for count in (1, 2, 3):
        arrays = [np.roll(V, i) for i in range(count)]
        try:
            f(*map(ad.tensor, arrays))
        except (TypeError, ValueError):
            continue
        fixed = arrays[: count - 1]  # orders and shapes may have no derivative
        return lambda x, fixed=fixed: f(*fixed, x), arrays[-1:]
    raise AssertionError(name)


def case_of(name: str) -> tuple[Callable[..., Any], list[np.ndarray]]:
    if name.startswith("special."):
        return of_special(name.removeprefix("special."))
    if name in PLAINLY:
        return PLAINLY[name], [supported.A]
    call, arguments = supported.EXAMPLES.get(name, (NUMPYS[name], (supported.A,)))
    return call, list(map(np.asarray, arguments))


NAMES = sorted(NUMPYS) + [f"special.{name}" for name in sorted(special.FUNCTIONS)]


@pytest.mark.parametrize("name", NAMES)
def test_every_function_under_vmap_is_the_loop_and_has_none(name: str) -> None:
    f, arrays = case_of(name)
    stacks = [np.stack([a, a * 0.98, a * 0.96]) for a in arrays]
    axes = (0,) * len(stacks)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = results(f(*map(ad.tensor, arrays)))
        values_are_the_loops(f, stacks, axes)
        if any(isinstance(y, ad.Tensor) and y.requires_grad for y in outcome):
            derivatives_are_the_loops(f, stacks, axes)
        if name not in SHAPE_BY_VALUE:
            runs_at_once(lambda *xs: [plainly(y) for y in results(f(*xs))], stacks)


def plainly(y: Any) -> Any:
    return y.astype("float64") if np.dtype(y.dtype).kind in "bi" else y


def test_zeros_are_trimmed_inside_vmap_where_equally_many_elements_are_left() -> None:
    x = np.array([[0.0, 1.0, 0.0, 5.0, 0.0], [0.0, 0.0, 2.0, 0.0, 3.0]])
    found = ad.vmap(ad.grad(lambda x: np.sum(np.trim_zeros(x) * np.array([1.0, 2.0, 3.0]))))(x)
    assert found.tolist() == [[0, 1, 2, 3, 0], [0, 0, 1, 2, 3]]
    with pytest.raises(ad.ShapeError, match=r"np.trim_zeros inside vmap.*shape \(3,\) different lengths.*np.where"):
        ad.vmap(lambda x: np.trim_zeros(x, "f"))(np.eye(3))


UNRULED = """
import notebook_ad, notebook_ad.scipy.linalg, notebook_ad.scipy.signal, notebook_ad.scipy.special, notebook_ad.scipy.stats
from notebook_ad.engine.primitive import PRIMITIVES
from notebook_ad.transforms.batching_rules import rule_of
print(*(p.name for p in PRIMITIVES if p.kind not in ("source", "opaque") and rule_of(p) is None))
"""


def test_every_primitive_has_a_rule_for_all_examples_at_once() -> None:
    """In a process of its own: other tests declare primitives of theirs."""
    found = subprocess.run(
        [sys.executable, "-c", UNRULED], capture_output=True, text=True, check=True, cwd=TOOLS.parent
    )
    assert set(found.stdout.split()) <= ONE_BY_ONE


def test_functions_that_take_one_matrix_run_once_per_example() -> None:
    from notebook_ad.scipy import linalg

    a = np.eye(2) * np.arange(2.0, 5.0)[:, None, None]
    found = ad.vmap(lambda a: linalg.sqrtm(a))(a)
    np.testing.assert_allclose(plain(found), np.sqrt(a))
