"""Which names of the notebook a cell reads."""

from __future__ import annotations

import ast

import pytest

from notebook_ad.lifted.reads import names_read

CASES = {
    "a name it only loads": ("y = x * 2", {"x"}),
    "bound before it is loaded": ("x = 2\ny = x * 3", set()),
    "loaded before it is bound": ("y = x\nx = 3", {"x"}),
    "annotated": ("x: float = 2\ny = x", {"float"}),
    "annotated without a value": ("x: float\ny = x", {"x", "float"}),
    "bound in one branch only": ("if c:\n    x = 1\ny = x", {"c", "x"}),
    "bound in both branches": ("if c:\n    x = 1\nelse:\n    x = 2\ny = x", {"c"}),
    "a loop's target": ("for i in range(3):\n    y = i", {"range"}),
    "after a loop that may not run": ("for i in s:\n    z = i\ny = z", {"s", "z"}),
    "augmented": ("x += 1", {"x"}),
    "augmented after binding": ("x = 1\nx += 1", set()),
    "a parameter": ("def f(x):\n    return x * w\ny = f(2)", {"w"}),
    "a local": ("def f():\n    t = 1\n    return t\nf()", set()),
    "a global that the cell binds before the call": ("def f(x):\n    return w * x\nw = 3\ny = f(2)", set()),
    "a global that the cell binds after the call": ("def f(x):\n    return w * x\ny = f(2)\nw = 3", {"w"}),
    "a function that is never used": ("def f():\n    return w", set()),
    "through another function": ("def f():\n    return w\ndef g():\n    return f()\ny = g()", {"w"}),
    "a default": ("def f(x=w):\n    return x", {"w"}),
    "a lambda bound to a name": ("f = lambda x: w * x\nw = 1\ny = f(2)", set()),
    "a lambda passed on": ("y = apply(lambda x: w * x)", {"apply", "w"}),
    "a closure's variable": ("def f(a):\n    def g():\n        return a + b\n    return g\nf(1)()", {"b"}),
    "a comprehension's target": ("y = [i * w for i in s]", {"w", "s"}),
    "a comprehension's first iterable": ("y = [x for x in x]", {"x"}),
    "a method": ("class A:\n    def f(self):\n        return w\nA().f()", {"w"}),
    "a class body": ("class A:\n    k = w", {"w"}),
    "global in a function": ("def f():\n    global w\n    w = w + 1\nf()", {"w"}),
    "with as": ("with open(p) as f:\n    y = f", {"open", "p"}),
    "except as": ("try:\n    y = x\nexcept E as e:\n    z = e", {"x", "E"}),
    "imports": ("import numpy as np\ny = np.e", set()),
    "deleted": ("x = 1\ndel x\ny = x", {"x"}),
    "walrus": ("y = (x := 2) + x", {"x"}),
    "match": ("match p:\n    case [a, b]:\n        y = a + b + c", {"p", "c"}),
    "starred": ("a, *b = s\ny = a + b[0]", {"s"}),
    "recursion": ("def f(n):\n    return 1 if n == 0 else n * f(n - 1)\ny = f(w)", {"w"}),
}


@pytest.mark.parametrize("name", CASES)
def test_names_read_from_the_notebook(name: str) -> None:
    source, expected = CASES[name]
    assert names_read(ast.parse(source)) == expected
