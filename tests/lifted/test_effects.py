"""The check for effects: what is known to compute only passes; all else is refused, with a reason."""

from __future__ import annotations

from typing import Any

import pytest
import scipy.integrate
import scipy.linalg
import scipy.optimize  # noqa: F401 - what a cell imports must be loaded
from plain_cells import CELLS, FILENAME, fresh_namespace, show_source

from notebook_ad.lifted.effects import effects

SETUP = """
import math, random, collections, functools, itertools, time, os, sys, json, threading
import numpy as np
a, w, n = 2.0, 3.0, 3
xs = [1.0, 2.0]
grid = [[1.0, 2.0], [3.0, 4.0]]
d = {"k": 1.0}
x = np.array([1.0, 2.0])
rng = np.random.default_rng(0)
words = ("a", "b")
gen = (i for i in range(3))
log = []
def f(t):
    return t * w
def pure(t, k=2):
    y = [t] * k
    y.append(t)
    return sum(y)
def logs(t):
    log.append(t)
    return t
def writes(t):
    with open("/dev/null", "w") as file:
        file.write(str(t))
    return t
def calls_logs(t):
    return logs(t) + 1
def counts(t):
    counts.n = 1
    return t
def binds(t):
    global w
    w = t
    return t
def maker():
    total = 0
    def step(t):
        nonlocal total
        total += t
        return total
    return step
step = maker()
square = lambda t: t * t
@functools.lru_cache
def cached(t):
    return t * 2
class Model:
    def __init__(self, w):
        self.w = w
        self.seen = []
    def __call__(self, t):
        return self.w * t
class Counting(Model):
    def __call__(self, t):
        self.seen.append(t)
        return self.w * t
model = Model(2.0)
class Stack:
    def __init__(self, items):
        self.items = items
    def top(self):
        return self.items[-1]
table = {"f": f, "logs": logs}
pures = {"f": f, "square": square}
"""
FREE = r"""
L = a * w
L = (a * w + 4 - 11) ** 2
L = a * w if a > 1 else a + w
L = f(a)
L = pure(a, 3) + square(a)
L = sum(xs) + max(xs) - min(xs)
L = math.sin(a) + math.sqrt(w)
L = np.sum(x ** 2) + x.mean() + x @ x
L = x[x > 1].sum()
L = np.where(x > 0, x, 0.1 * x).sum()
ys = []; ys.append(a); L = sum(ys)
ys = [t * a for t in xs]; ys[0] = a; L = sum(ys)
ys = [t for t in xs if t > 1]; L = sum(ys) * a
y = np.zeros(3); y[0] = a; y[1:] += w; L = y.sum()
y = x.copy(); y *= a; L = y.sum()
s = 0.0\nfor t in xs:\n    s += t * a\nL = s
s = 0\nwhile s < 10:\n    s += a\nL = s
print(a, f"{w:.2f}"); L = a * w
a += 1; L = a * w
w = w - 0.1 * a; L = w
import math; L = math.exp(a)
import numpy as np; L = np.exp(a)
from math import tanh; L = tanh(a)
def g(t):\n    if t > 1:\n        return t * 2\n    return t\nL = g(a)
def g(t):\n    out = []\n    for i in range(3):\n        out.append(t * i)\n    return sum(out)\nL = g(a)
class P:\n    def __init__(self, v):\n        self.v = v\n    def twice(self):\n        return self.v * 2\nL = P(a).twice()
from dataclasses import dataclass\n@dataclass\nclass Q:\n    v: float\nL = Q(a).v * 2
L = Model(a)(w)
L = Stack([a, w]).top()
L = pures["f"](a)
L = functools.reduce(lambda p, q: p * q, xs, a)
L = sum(map(f, xs)) * a
L = sum(p * q for p, q in zip(xs, x))
L = grid[0][1] * a
m = [[0.0] * 2 for _ in range(2)]; m[0][1] = a; L = m[0][1]
try:\n    L = 1 / a\nexcept ZeroDivisionError:\n    L = a
with np.errstate(all="ignore"):\n    L = np.log(a)
r = np.random.default_rng(0); L = r.normal() * a
r = random.Random(1); L = r.uniform(0, 1) * a
assert a > 0; L = a * 2
match n:\n    case 3:\n        L = a\n    case _:\n        L = w
q = collections.deque(maxlen=2); q.append(a); L = sum(q)
c = {}; c["a"] = a; c.update(b=w); L = c["a"] + c["b"]
del_me = [a]; del del_me[0]; L = a
L, k = a * w, 3
L = sorted(xs, key=lambda t: -t)[0] * a
L = np.linalg.norm(x) * a
y = np.empty(2); np.add(x, 1, out=y); L = y.sum() * a
global_free = lambda t: t + w; L = global_free(a)
L = int(a) * w + round(w)
L = [t := a * 2, t + 1][1]
from scipy.optimize import brentq; L = brentq(lambda t: t * t - a, 0, 5) * a
from scipy import integrate; L = integrate.quad(f, 0, 1)[0] * a
import scipy.linalg as sl; L = sl.solve(np.eye(2), x).sum() * a
b = bytearray(16); y = np.frombuffer(b); y[0] = a; L = y.sum() * a
y = np.atleast_1d(x + 1); y[0] = a; L = y.sum()
""".strip().splitlines()
NOT_FREE = r"""
log.append(a); L = a
xs.append(a); L = sum(xs)
xs[0] = a; L = sum(xs)
xs += [a]; L = sum(xs)
x += a; L = x.sum()
x[0] = a; L = x.sum()
x.sort(); L = x[0] * a
x.fill(a); L = x.sum()
d["k"] = a; L = a
d.update(k=a); L = a
d.pop("k"); L = a
del xs[0]; L = a
del a; L = w
grid[0][0] = a; L = a
ys = xs; ys.append(a); L = a
ys = [xs]; ys[0].append(a); L = a
ys = [xs]; ys[0][0] = a; L = a
y = x[:1]; y += a; L = y.sum()
y = x.reshape(2, 1); y[0] = a; L = y.sum()
y = np.asarray(x); y[0] = a; L = y.sum()
logs(a); L = a
L = calls_logs(a)
L = writes(a)
L = counts(a)
L = binds(a)
L = step(a)
L = cached(a)
L = model(a)
model.w = a; L = model.w
L = Counting(a)(w)
L = table["logs"](a)
L = sum(map(logs, xs))
h = logs; L = h(a)
open("/dev/null", "w"); L = a
with open("/dev/null", "w") as file:\n    file.write("x")\nL = a
print(a, file=log); L = a
L = float(input())
L = rng.normal() * a
L = np.random.rand() * a
np.random.seed(0); L = np.random.rand() * a
random.seed(0); L = random.random() * a
r = np.random.default_rng(); L = r.normal() * a
L = time.time() * a
os.remove("x"); L = a
import antigravity; L = a
import subprocess; subprocess.run(["true"]); L = a
np.save("x.npy", x); L = a
np.add(x, 1, out=x); L = a
np.add(x, 1, x); L = a
np.copyto(x, 0); L = a
threading.Thread(target=print).start(); L = a
L = eval("a * 2")
exec("L = a")
L = next(gen) * a
def g(t):\n    global w\n    w = t\n    return t\nL = g(a)
def g(t):\n    t.append(1)\n    return t\nL = sum(g(xs)) * a
def g(t, seen=xs):\n    seen.append(t)\n    return t\nL = g(a)
add = xs.append; add(a); L = a
setattr(model, "w", a); L = a
f.calls = 1; L = f(a)
x.shape = (2, 1); L = x.sum() * a
get_ipython().run_line_magic("time", "1"); L = a
globals()["w"] = a; L = w
L = unknown(a)
[xs.append(t) for t in (a, w)]; L = a
L = sum(x for x in xs) * a; logs(a)
L = x.cumsum(0, None, x).sum() * a
L = xs.pop() * a
sys.stdout.write("x"); L = a
json.dump(d, log); L = a
xs.clear(); xs = []; L = a
ys = grid.copy(); ys[0][0] = a; L = a
ys = list(grid); ys[0].append(a); L = a
ys = grid + []; ys[0][0] = a; L = a
q = collections.deque([xs]); q[0].append(a); L = a
ys = np.array([xs, [1]], dtype=object); ys[0].append(a); L = a
functools.reduce(lambda p, q: p.append(q) or p, [a], xs); L = a
import operator; operator.iadd(xs, [a]); L = a
np.add.at(x, [0], a); L = x.sum()
x.flat[0] = a; L = x.sum()
for row in grid:\n    row[0] = a\nL = a
from scipy.optimize import brentq; L = brentq(logs, 0, 5) * a
from scipy.optimize import differential_evolution as de; L = de(f, [(0, 1)]).fun * a
import scipy.linalg as sl; L = sl.solve(np.eye(2), x, overwrite_b=True).sum() * a
y = np.frombuffer(x); y[0] = a; L = y.sum()
m = memoryview(x); m[0] = 2.0; L = a
y = np.atleast_1d(x); y[0] = a; L = y.sum()
""".strip().splitlines()


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    show_source(SETUP)
    namespace = fresh_namespace(None)
    exec(compile(SETUP, FILENAME, "exec"), namespace)
    return namespace


def cell(line: str) -> str:
    return line.replace("\\n", "\n")


@pytest.mark.parametrize("line", FREE)
def test_what_only_computes_is_free_of_effects(line: str, notebook: dict[str, Any]) -> None:
    assert effects(cell(line), notebook, notebook) is None


@pytest.mark.parametrize("line", NOT_FREE)
def test_what_may_do_more_is_refused_with_a_reason(line: str, notebook: dict[str, Any]) -> None:
    reason = effects(cell(line), notebook, notebook)
    assert reason is not None
    assert "line " in reason


def test_most_cells_of_the_suite_that_only_compute_pass() -> None:
    free = [name for name, source in CELLS.items() if effects(source, {}, {"__name__": "__main__"}) is None]
    assert len(free) > len(CELLS) / 3
