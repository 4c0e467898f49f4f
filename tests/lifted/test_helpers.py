"""The user's functions from earlier cells and modules are recorded too, and are left as they were."""

from __future__ import annotations

import linecache
import pathlib
import sys
from typing import Any

import pytest
from plain_cells import run_lifted

EARLIER = "<an earlier cell>"


DECORATED = """
import functools
def d(g):
    @functools.wraps(g)
    def h(n):
        return g(n)
    return h
@d
def f(n):
    return 0.5 * n * n
"""


def earlier(source: str, namespace: dict[str, Any] | None = None, filename: str = EARLIER) -> dict[str, Any]:
    """What an earlier cell left in the notebook."""
    names = {"__name__": "__main__", **(namespace or {})}
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    exec(compile(source, filename, "exec"), names)
    return {k: v for k, v in names.items() if k != "__builtins__"}


@pytest.mark.parametrize(
    ("helper", "call"),
    [
        ("def f(n):\n    return 0.5 * n * n\n", "f(n)"),
        ("f = lambda n: 0.5 * n * n\n", "f(n)"),
        ("def g(n):\n    return 0.5 * n\ndef f(n):\n    return g(n) * n\n", "f(n)"),
        ("def make(k):\n    def f(n):\n        return k * n * n\n    return f\nf = make(0.5)\n", "f(n)"),
        ("class A:\n    def f(self, n):\n        return 0.5 * n * n\na = A()\n", "a.f(n)"),
        ("class A:\n    def f(self, n):\n        return 0.5 * n * n\nclass B(A): pass\n", "B().f(n)"),
        ("class A:\n    @staticmethod\n    def f(n):\n        return 0.5 * n * n\n", "A.f(n)"),
        ("table = {'f': [lambda n: 0.5 * n * n]}\n", "table['f'][0](n)"),
        ("import functools\nf = functools.partial(lambda k, n: k * n * n, 0.5)\n", "f(n)"),
        ("import functools\n@functools.lru_cache\ndef f(n):\n    return 0.5 * n * n\n", "f(n)"),
        (DECORATED, "f(n)"),
        ("import math\ndef f(n):\n    return math.pow(float(n), 2) * 0.5\n", "f(n)"),
        ("import numpy as np\ndef f(n):\n    out = np.zeros(2)\n    out[0] = 0.5 * n\n    return out.sum() * n\n", "f(n)"),
        ("def f(n):\n    total = 0.0\n    total += n\n    return total * n * 0.5\n", "f(n)"),
    ],
)  # fmt: skip
def test_helpers_keep_the_graph(helper: str, call: str) -> None:
    given = earlier(helper)
    ran = run_lifted(f"n = 3\nL = {call}\n", given)
    assert ran.error is None, ran.error
    assert ran.graph.grad("n") == 3.0


def test_helpers_have_their_own_code_again_afterwards() -> None:
    given = earlier("def f(n):\n    return 0.5 * n\n")
    code = given["f"].__code__
    run_lifted("n = 3\nL = f(n)\n", given)
    assert given["f"].__code__ is code or given["f"].__code__ == code


def test_helpers_have_their_own_code_again_after_an_error() -> None:
    given = earlier("def f(n):\n    return 0.5 * n / 0\n")
    run_lifted("n = 3\nL = f(n)\n", given)
    assert given["f"].__code__.co_names == ()


def test_names_that_a_helper_reads_from_the_notebook_are_leaves() -> None:
    names = {"__name__": "__main__", "w": 2.0}
    source = "def f(x):\n    return w * x\n"
    linecache.cache["<helper>"] = (len(source), None, source.splitlines(True), "<helper>")
    exec(compile(source, "<helper>", "exec"), names)
    ran = run_lifted("x = 3.0\nL = f(x)\n", names)
    # the harness copies the names, so the function's own globals are not the notebook: only what it is given counts
    assert ran.graph.grad("x") == 2.0


def test_an_operation_in_a_helper_gets_the_place_of_the_call_in_the_cell() -> None:
    given = earlier("def f(n):\n    return 0.5 * n\n")
    graph = run_lifted("n = 3\nL = f(n)\n", given).graph
    assert {n.source.text for n in graph.nodes if n.source is not None} == {"f(n)"}


def test_functions_of_the_users_modules_keep_the_graph(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_losses.py").write_text(
        "from math import exp\nSCALE = 0.5\ndef loss(n):\n    return SCALE * n * exp(0)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    ran = run_lifted("import my_losses\nfrom my_losses import loss\nn = 3\nL = loss(n)\n")
    again = run_lifted("n = 3\nL = my_losses.loss(n)\n", {"my_losses": sys.modules["my_losses"]})
    assert again.graph.grad("n") == 0.5
    assert ran.error is None


def test_source_that_changed_since_is_not_used() -> None:
    given = earlier("def f(n):\n    return 2.0 * n\n", filename="<changed>")
    linecache.cache["<changed>"] = (0, None, ["def f(n):\n", "    return 99.0 * n\n"], "<changed>")
    ran = run_lifted("n = 3.0\nL = f(n)\n", given)
    assert ran.namespace["L"] == 6.0
    assert ran.graph.grad("n") == 2.0


def test_compiled_functions_are_left_alone() -> None:
    source = "import numba, math\n@numba.njit\ndef f(x):\n    return math.sin(x) * 2.0\nw = 0.5\ny = f(w)\nL = w * 2\n"
    ran = run_lifted(source)
    assert ran.error is None, ran.error
    assert ran.graph.grad("w") == 2.0
    assert "f" in str(run_lifted(source.replace("L = w * 2", "L = y * 2")).error)
