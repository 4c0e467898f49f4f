"""A constant that a branch assigns is named when a leaf loses its gradient by it."""

from __future__ import annotations

import pytest
from plain_cells import run_lifted


def notes(source: str) -> tuple[str, ...]:
    ran = run_lifted(source)
    assert ran.outcome is not None, ran.error
    return ran.outcome.notes


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("if a > 0:\n    r = a\nelse:\n    r = 0", (6, "r", "0")),
        ("if a > 0: r = a\nelse: r = 0", (4, "r", "0")),
        ("r = a\nif a < 0:\n    r = 0.0", (5, "r", "0.0")),
        ("if a > 1:\n    r = a\nelif a < 0:\n    r = 1.5\nelse:\n    r = a * 2", (6, "r", "1.5")),
        ("if b > 0:\n    if a > 0:\n        r = a\n    else:\n        r = 0\nelse:\n    r = a", (7, "r", "0")),
        ("if b > 5:\n    r = a\nelse:\n    r = 0", (6, "r", "0")),
        ("for _ in range(2):\n    if a > 0:\n        r = a\n    else:\n        r = 0", (7, "r", "0")),
        ("r = a\nwhile True:\n    if a < 0:\n        r = 0.0\n        break", (6, "r", "0.0")),
        ("r = a\nwhile r < 0:\n    r = 1.0", (5, "r", "1.0")),
        ("match a > 0:\n    case True:\n        r = a\n    case _:\n        r = 0", (7, "r", "0")),
        ("try:\n    r = math.sqrt(a)\nexcept ValueError:\n    r = 0.0", (6, "r", "0.0")),
        ("if a > 0:\n    r, s = a, 1\nelse:\n    r, s = 0, b", (6, "r", "0")),
        ("if a > 0:\n    r: float = a\nelse:\n    r: float = 0.0", (6, "r", "0.0")),
        ("d = {}\nif a > 0:\n    d['k'] = a\nelse:\n    d['k'] = 0\nr = d['k']", (7, "d['k']", "0")),
        ("def f(v):\n    if v > 0:\n        t = v\n    else:\n        t = 0\n    return t\nr = f(a)", (7, "t", "0")),
    ],
)  # fmt: skip
def test_a_branch_that_set_a_constant_is_named_with_the_line_of_the_assignment(
    body: str, where: tuple[int, str, str]
) -> None:
    line, name, value = where
    said = f"line {line}: the branch set {name} to the constant {value}"
    assert notes(f"import math\na, b = -2.0, 3.0\n{body}\nL = r * b\n") == ("not used: a", said)


@pytest.mark.parametrize(
    "body",
    [
        "r = a if a > 0 else b",
        "if a < 0:\n    r = a\nelse:\n    r = 0",  # the branch that kept it
        "if a > 0:\n    r = a\nelse:\n    r = 0\nr = r + a",  # kept otherwise
        "r = a\nif b > 0:\n    k = 0",  # nothing else would have been in k
        "r = a\nfor k in range(2):\n    done = 0",
        "r = a\nwith warnings.catch_warnings():\n    k = 0",
        "r = a * 1\nif b > 0:\n    r += 1",
    ],
)
def test_a_branch_by_which_no_leaf_loses_its_gradient_is_not_named(body: str) -> None:
    found = notes(f"import warnings\na, b = -2.0, 3.0\n{body}\nL = r * b\n")
    assert not any("the branch set" in n for n in found)


@pytest.mark.parametrize("body", ["r += 1", "r = b * 1"])
def test_an_unused_leaf_without_such_a_branch_is_only_named(body: str) -> None:
    assert notes(f"a, b = -2.0, 3.0\nr = b\nif b > 0:\n    {body}\nL = r * b\n") == ("not used: a",)


def test_the_branch_is_named_where_nothing_is_left_to_differentiate() -> None:
    found = notes("a = -2.0\nif a > 0:\n    r = a\nelse:\n    r = 0\nL = r\n")
    assert "line 5: the branch set r to the constant 0" in found
