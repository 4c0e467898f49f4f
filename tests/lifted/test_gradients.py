"""Gradients of leaves against central differences of the plain cell, run again with the leaf's binding perturbed."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pytest
from plain_cells import CELLS, Ran, run_lifted, run_plain

from notebook_ad.lifted.choice import lookup

STEP = 1e-6
# What a difference quotient cannot tell: kinks, jumps and poles at the very values, float32, a detour through a file.
UNSMOOTH = {
    "arrays: float times float32 scalar",
    "arrays: numpy scalar on the left of leaves",
    "arrays: scalar division warns",
    "arrays: errstate",
    "arrays: astype",
    "arrays: save and load",
    "builtins: map and filter",
    "corners: gcd",
    "corners: dtype given to np.array",
    "corners: list of array elements",
    "numbers: overflow to infinity",
    "programs: bisection",
}


class Perturb(ast.NodeTransformer):
    """Adds a number to what a name (or an element of it) is bound to, after the first binding outside functions."""

    def __init__(self, path: str, key: tuple[int, ...], by: float) -> None:
        self.path, self.key, self.by, self.done = path, key, by, False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        return node

    visit_ClassDef = visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Assign(self, node: ast.Assign) -> Any:
        return self.after(node, node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        return self.after(node, [node.target] if node.value else [])

    def after(self, node: Any, targets: list[ast.expr]) -> Any:
        names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        base = self.path.split("[")[0]
        if self.done or base not in names:
            return node
        self.done = True
        code = f"{base} = __import__('copy').deepcopy({base})\n" if "[" in self.path else ""
        if self.key:
            code += f"{self.path}[{', '.join(map(str, self.key))}] += {self.by!r}"
        else:
            code += f"{self.path} = {self.path} + {self.by!r}"
        return [node, *ast.parse(code).body]


def perturbed(source: str, path: str, key: tuple[int, ...], by: float) -> Any:
    transformer = Perturb(path, key, by)
    ran = run_plain(source, change=transformer.visit)
    assert transformer.done, f"{path} is bound nowhere"
    return ran


def output_of(ran: Ran, how: str, name: str) -> Any:
    return ran.value if how == "the last expression" else ran.namespace.get(name)


def bindings(source: str) -> dict[str, int]:
    """How often each name is bound by a plain assignment outside functions; loop variables count twice."""
    counts: dict[str, int] = {}
    stack: list[tuple[ast.AST, bool]] = [(node, False) for node in ast.parse(source).body]
    while stack:
        node, looped = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            counts[node.id] = counts.get(node.id, 0) + (2 if looped else 1)
        inside = looped or isinstance(node, ast.For | ast.While | ast.NamedExpr | ast.With | ast.Starred)
        stack.extend((child, inside) for child in ast.iter_child_nodes(node))
    return counts


def checks(name: str) -> Iterator[tuple[str, tuple[int, ...], float, float]]:
    """(leaf, element, gradient by the sweep, central difference) of a cell, for all leaves that are bound once."""
    source = CELLS[name]
    ran = run_lifted(source)
    outcome = ran.outcome
    if outcome is None or outcome.graph is None or outcome.output is None or ran.error is not None:
        return
    how, output = outcome.output.how, outcome.output.name
    counts = bindings(source)
    for leaf in outcome.graph.leaves:
        path = leaf.name or ""
        if counts.get(path.split("[")[0]) != 1 or np.size(leaf.value) > 12:
            continue
        keys = list(np.ndindex(leaf.shape)) if leaf.shape else [()]
        for key in keys:
            step = STEP * max(1.0, abs(float(np.asarray(leaf.value)[key]))) * (1000 if leaf.dtype == "float32" else 1)
            high, low = (perturbed(source, path, key, by) for by in (step, -step))
            if high.error is not None or low.error is not None:
                break  # an integer that is also used as one
            values = [output_of(r, how, output) for r in (high, low)]
            if any(v is None or isinstance(v, complex) for v in values):
                break
            difference = (float(values[0]) - float(values[1])) / (2 * step)
            yield path, key, float(np.asarray(leaf.grad)[key]), difference


@pytest.mark.parametrize("name", [n for n in CELLS if n not in UNSMOOTH])
def test_gradient_is_the_slope_of_the_plain_cell_unless_a_note_says_that_it_was_cut(name: str) -> None:
    for path, key, gradient, difference in checks(name):
        if gradient != pytest.approx(difference, rel=2e-4, abs=2e-4):
            outcome = run_lifted(CELLS[name]).outcome
            assert outcome is not None
            assert any(n.startswith("cut at line") for n in outcome.notes), f"{path}{list(key) or ''}"


def test_more_than_sixty_cells_are_checked() -> None:
    checked = (n for n in CELLS if n not in UNSMOOTH and next(checks(n), None))
    assert len(list(islice(checked, 61))) == 61


def test_gradients_stand_on_the_values_that_the_cell_left() -> None:
    ran = run_lifted(CELLS["programs: nested parameters"])
    for leaf in [n for n in ran.graph.leaves if str(n.name).startswith("net")]:
        assert lookup(ran.namespace, str(leaf.name)).grad == leaf.grad


def test_intermediate_values_have_gradients_too() -> None:
    ran = run_lifted("a = 2.0\nh = a * 3\nL = h ** 2\n")
    assert ran.namespace["h"].grad == 12.0
    assert ran.namespace["L"].grad == 1.0


def test_a_container_is_not_copied_by_lifting() -> None:
    params = {"w": 2.0}
    ran = run_lifted("L = params['w'] ** 2\n", {"params": params})
    assert ran.namespace["params"] is params
    assert copy.copy(params)["w"].grad == 4.0  # type: ignore[attr-defined]
