"""The graph is never cut silently: it is kept, or a note names the line; what does no harm is not noted."""

from __future__ import annotations

import math
import pathlib
from typing import Any

import numpy as np
import pytest
from plain_cells import CELLS, chosen, run_lifted

VALUE = "keeps only the value"


def cuts(source: str) -> list[str]:
    ran = run_lifted(source)
    assert ran.outcome is not None, ran.error
    return [n for n in ran.outcome.notes if n.startswith("cut")]


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("struct", f"line 3: struct.unpack() {VALUE} (of a)"),
        ("struct.Struct", f"line 4: Struct.unpack() {VALUE}"),
        ("array.array", f"line 3: an element of array {VALUE} (of a)"),
        ("array.array.append", f"line 5: an element of array {VALUE} (of a)"),
        ("memoryview", f"line 3: an element of memoryview {VALUE}"),
        ("tobytes and frombuffer", f"line 4: np.frombuffer() {VALUE} (of x)"),
        ("bytes of an array", f"line 4: np.frombuffer() {VALUE} (of x)"),
        ("brentq of a partial function", "line 6: scipy.optimize.brentq takes only the values of f"),
        ("brentq of a callable object", f"line 8: scipy.optimize.brentq() {VALUE} (of a)"),
        ("brentq of a method", "line 8: scipy.optimize.brentq takes only the values of f"),
        ("minimize", "line 3: scipy.optimize.minimize takes only the values of <lambda>"),
        ("quad", "line 3: scipy.integrate.quad takes only the values of <lambda>"),
        ("solve_ivp", "line 3: scipy.integrate.solve_ivp takes only the values of <lambda>"),
        ("statistics.NormalDist", f"line 3: NormalDist.cdf() {VALUE} (of a)"),
        ("fraction", "line 3: a result of type Fraction keeps no gradient"),
        ("Fraction.from_float", "line 3: a result of type Fraction keeps no gradient"),
        ("as_integer_ratio", f"line 2: float.as_integer_ratio() {VALUE} (of a)"),
        ("float.fromhex", f"line 2: float.fromhex() {VALUE} (of a)"),
        ("json", f"line 3: json.loads() {VALUE} (of a)"),
        ("float of str", f"line 2: float() {VALUE} (of a)"),
        ("float of an f-string", f"line 2: float() {VALUE} (of a)"),
        ("eval of repr", f"line 2: eval() of a text {VALUE} (of a)"),
        ("pickle of a dict", f"line 3: pickle.loads() {VALUE} (of a)"),
        ("pickle to a file", f"line 6: pickle.load() {VALUE} (of a)"),
        ("nditer", f"line 4: iterating over nditer {VALUE}"),
        ("lru_cache of equal values", "line 7: f() gave the result cached for another value that is equal (of a)"),
        ("ctypes", f"line 3: c_double.value {VALUE} (of a)"),
        ("interp1d", f"line 4: scipy.interpolate.interp1d() {VALUE} (of a)"),
        ("CubicSpline", f"line 4: scipy.interpolate.CubicSpline() {VALUE} (of a)"),
        ("frozen distribution", f"line 3: rv_continuous_frozen.cdf() {VALUE} (of a)"),
        ("sparse matrix", f"line 5: a result of csr_matrix {VALUE}"),
        ("np.matrix", f"line 3: np.matrix() {VALUE} (of a)"),
        ("masked array", f"line 3: np.ma.core.array() {VALUE} (of a)"),
        ("timedelta", f"line 3: timedelta.total_seconds() {VALUE} (of a)"),
        ("np.save to a buffer", f"line 7: np.load() {VALUE}"),
        ("np.fromstring", f"line 3: np.fromstring() {VALUE} (of a)"),
        ("__array__ of an object", f"np.asarray() {VALUE}"),
    ],
)
def test_a_cut_is_noted_once_with_what_made_it_and_its_line(cell: str, note: str) -> None:
    (found,) = cuts(CELLS[f"libraries: {cell}"])
    assert note in found


@pytest.mark.parametrize(
    ("work", "gradient"),
    [
        ("L = np.array([a, 's'], dtype=object)[0] * a", 4.0),
        ("L = np.array([a * 3, None], dtype=object)[0] * a", 12.0),
        ("t = np.array([a, a * 2], dtype=object)\nL = (t * a).sum()", 12.0),
        ("t = np.array([a, a * 2], dtype=object)\nL = t.dot(t)", 20.0),
        ("t = np.array([a, 1], dtype=object)\nL = t.astype(float).sum() * a", 5.0),
        ("t = np.empty(2, dtype=object)\nt[0] = a * 2\nL = t[0] * a", 8.0),
        ("L = np.vectorize(lambda v: v * a)(np.array([a, 1.0])).sum()", 5.0),
        ("L = np.vectorize(lambda v: v * a, otypes=[float])([a, 1.0]).sum()", 5.0),
        ("L = np.vectorize(lambda v, w: v * w)(np.array([[a], [3.0]]), [a, 1.0]).sum()", 8.0),
        ("L = np.vectorize(lambda v: (v, v * v))(np.array([a, 1.0]))[1].sum()", 4.0),
        ("L = np.frompyfunc(lambda v: v * a, 1, 1)(np.array([a, 1.0])).sum()", 5.0),
        ("L = np.fromiter((a * i for i in range(3)), float).sum()", 3.0),
        ("L = np.fromfunction(lambda i, j: i * a + j, (2, 2)).sum()", 2.0),
        ("L = np.r_[a, 1.0, np.array([a])].sum()", 2.0),
        ("L = np.c_[np.array([a, 1.0]), np.array([1.0, a])][1, 1] * 3", 3.0),
        ("L = functools.reduce(lambda p, q: p * q, [a, 1.0, a])", 4.0),
        ("L = functools.reduce(operator.mul, [1.0, a, a])", 4.0),
        ("L = functools.partial(math.pow, a)(3.0)", 12.0),
        ("L = list(itertools.accumulate([1.0, a, a]))[-1]", 2.0),
        ("L = list(itertools.accumulate([1.0, a, a], operator.mul))[-1]", 4.0),
        ("L = list(itertools.accumulate([1.0, a], func=math.pow))[-1] + list(itertools.starmap(math.pow, [(a, 3.0)]))[0]", 12.0),
        ("L = statistics.mean([a, 1.0, 3.0])", 1 / 3),
        ("L = statistics.fmean([a, a * a])", 2.5),
        ("L = statistics.variance([a, 1.0, 6.0])", -1.0),
        ("L = statistics.pstdev([a, 0.0])", 0.5),
        ("L = statistics.geometric_mean([a, 8.0])", 1.0),
        ("L = statistics.harmonic_mean([a, 2.0])", 0.5),
        ("L = statistics.median([a, 1.0, 3.0]) * a", 4.0),
        ("L = (3.0).__mul__(a) + float.__add__(a, a) + (1.0).__rsub__(a)", 6.0),
        ("L = math.fsum([a, a]) + math.hypot(a, 0.0) + math.prod([a, 3.0]) + math.dist([a], [0.0])", 7.0),
        ("q = queue.Queue()\nq.put(a * 2)\nL = q.get() * a", 8.0),
        ("L = heapq.nlargest(1, [a * 2, 1.0])[0] + sorted([a, 5.0], key=lambda v: -v)[1]", 3.0),
        ("random.seed(1)\nL = random.gauss(a, 1.0) * 2", 2.0),
        ("c = contextvars.ContextVar('c')\nc.set(a * 2)\nL = c.get() * a", 8.0),
        ("L = argparse.Namespace(w=a * 2).w * a", 8.0),
    ],
)  # fmt: skip
def test_the_graph_is_kept(work: str, gradient: float) -> None:
    modules = "argparse, contextvars, functools, heapq, itertools, math, operator, queue, random, statistics"
    ran = run_lifted(f"import {modules}\nimport numpy as np\na = 2.0\n{work}\n")
    assert ran.error is None, ran.error
    assert ran.outcome is not None
    assert ran.outcome.notes == ()
    assert ran.graph.grad("a") == pytest.approx(gradient)


HARMLESS = [name for name in CELLS if name.startswith("harmless: ")]


@pytest.mark.parametrize("name", HARMLESS)
def test_what_takes_no_number_out_of_the_graph_is_not_noted(name: str) -> None:
    assert cuts(CELLS[name]) == []


@pytest.mark.parametrize(
    ("work", "note"),
    [
        ("L = float('%.6f' % a) * a", f"float() {VALUE} (of a)"),
        ("L = float('{}'.format(a)) * a", f"float() {VALUE} (of a)"),
        ("L = float.fromhex(float.hex(a)) * a", f"float.fromhex() {VALUE} (of a)"),
        ("L = np.float64(str(a)) * a", f"np.float64() {VALUE} (of a)"),
        ("L = sum([v * a for v in array.array('d', [a])])", f"iterating over array {VALUE} (of a)"),
        ("L = list(map(json.loads, [json.dumps(a)]))[0] * a", f"json.loads() {VALUE} (of a)"),
        ("x = np.array([a, 1.0]); L = x.data[0] * a", f"an element of memoryview {VALUE} (of x)"),
        ("z = array.array('d', [0.0]); z[0] = a; L = z[0] * a", f"an element of array {VALUE} (of a)"),
        ("L = abs((-a) ** 0.5) * a", "a result of type complex keeps no gradient"),
        (
            "L = root_scalar(lambda t: t * t - a, bracket=[0, 5]).root * a",
            "root_scalar takes only the values of <lambda>",
        ),
        ("L = linprog([1.0], bounds=[(a, 5.0)]).fun * a", f"scipy.optimize.linprog() {VALUE} (of a)"),
    ],
)
def test_a_cut_inside_an_expression_is_noted(work: str, note: str) -> None:
    source = (
        f"import array, json\nimport numpy as np\nfrom scipy.optimize import linprog, root_scalar\na = 2.0\n{work}\n"
    )
    (found,) = cuts(source)
    assert found.startswith("cut at line 5")
    assert note in found


@pytest.mark.parametrize("work", ["def f(r):\n    return r * a\nL = np.apply_along_axis(f, 0, np.ones(3)).sum()"])
def test_what_numpy_computes_of_a_function_without_a_rule_raises_rather_than_cut(work: str) -> None:
    ran = run_lifted(f"import numpy as np\na = 2.0\n{work}\n")
    assert type(ran.error).__name__ == "NoDerivative"
    assert "np.apply_along_axis" in str(ran.error)


def test_there_are_more_than_seventy_harmless_cells() -> None:
    assert len(HARMLESS) > 70


def test_a_value_that_no_leaf_reaches_is_not_noted() -> None:
    helper = "def f(k):\n    c = 3.0\n    return struct.unpack('d', struct.pack('d', c))[0] * k\n"
    source = f"import struct\na = 2.0\n{helper}L = f(a)\n"
    assert cuts(source) == []


def test_a_constant_that_was_asked_for_is_not_noted() -> None:
    source = "import json\na, c = 2.0, 3.0\nL = a * json.loads(json.dumps(c))\n"
    outcome = run_lifted(source, choice=chosen(const="c")).outcome
    assert outcome is not None
    assert [n for n in outcome.notes if n.startswith("cut")] == []


def test_a_cut_after_many_comparisons_is_noted() -> None:
    source = "import json\na = 2.0\nfor _ in range(3000):\n    a > 1\nL = json.loads(json.dumps(a)) * a\n"
    assert cuts(source) == ["cut at line 5: json.loads() keeps only the value (of a)"]


def test_a_result_that_was_cached_before_the_cell_is_noted() -> None:
    names: dict[str, object] = {}
    exec("import functools\n@functools.lru_cache\ndef f(v):\n    return v * v\nf(2.0)\n", names)
    ran = run_lifted("a = 2.0\nL = f(a) + a\n", {"f": names["f"]})
    assert ran.outcome is not None
    assert any("line 2" in n and "f() keeps only the value (of a)" in n for n in ran.outcome.notes)


def test_a_function_of_the_users_keeps_its_graph_through_a_solver_in_python() -> None:
    source = "from scipy.optimize import newton\na = 2.0\nL = newton(lambda t: t * t - a, 1.0)\n"
    ran = run_lifted(source)
    assert ran.graph.grad("a") == pytest.approx(1 / (2 * math.sqrt(2.0)))
    assert ran.graph.notes == ()


def test_numbers_in_object_arrays_are_plain_after_a_plain_run() -> None:
    source = "import numpy as np\na = 2.0\nt = np.array([a, 's'], dtype=object)\nL = t[0] * a\n"
    ran = run_lifted(source, plain=True)
    assert type(ran.namespace["t"][0]) is float


def test_a_sparse_matrix_on_either_side_is_a_cut_with_a_note() -> None:
    source = "import scipy.sparse as sp\nM = sp.csr_matrix(np.eye(2) * 3)\nx = np.array([1.0, 2.0])\n"
    right = (
        "(x @ M).sum() + x.sum()",
        "(x * M).sum() + x.sum()",
        "(x[0] * M).sum() + x.sum()",
        "((x + M)[0, 0]) + x.sum()",
    )
    for expression in ("(M @ x).sum() + x.sum()", "(M * x[0]).sum() + x.sum()", *right):
        ran = run_lifted(f"import numpy as np\n{source}L = {expression}\n")
        assert ran.outcome is not None
        assert any("cut at line 5" in note for note in ran.outcome.notes), (expression, ran.outcome.notes)
        plain: dict[str, Any] = {"np": np}
        exec(f"{source}L = {expression}", plain)
        assert ran.namespace["L"] == plain["L"]
        np.testing.assert_array_equal(ran.graph.grad("x"), [1.0, 1.0])


@pytest.mark.parametrize(
    ("write", "read", "note"),
    [
        ("x.tofile(path)", "np.fromfile(path)", "np.fromfile()"),
        ("np.save(path, x)", "np.load(path + '.npy')", "np.load()"),
        ("np.savez(path, x=x)", "np.load(path + '.npz')['x']", "an element of NpzFile"),
        ("np.savetxt(path, x)", "np.loadtxt(path)", "np.loadtxt()"),
        ("with open(path, 'w') as f: print(x[0], file=f)", "float(open(path).read())", "float()"),
        ("with open(path, 'w') as f: f.write(f'{x[0]}')", "float(open(path).readline())", "float()"),
        ("with open(path, 'w') as f: json.dump([x[0]], f)", "json.load(open(path))[0]", "json.load()"),
        ("with open(path, 'wb') as f: pickle.dump([x[0]], f)", "pickle.load(open(path, 'rb'))[0]", "pickle.load()"),
        ("with open(path, 'w') as f: csv.writer(f).writerow(x)", "float(next(csv.reader(open(path)))[0])", "iterating over reader"),
        ("pathlib.Path(path).write_text(str(x[0]))", "float(pathlib.Path(path).read_text())", "float()"),
    ],
)  # fmt: skip
def test_what_is_written_to_a_file_and_read_back_is_a_cut(
    tmp_path: pathlib.Path, write: str, read: str, note: str
) -> None:
    source = f"import csv, json, pathlib, pickle\nimport numpy as np\npath = {str(tmp_path / 'f')!r}\nx = np.array([2.0, 3.0])\n"
    (found,) = cuts(f"{source}{write}\nL = (x * {read}).sum()\n")
    assert found.startswith(f"cut at line 6: {note} {VALUE}")
    other = f"other = {str(tmp_path / 'g')!r}\nnp.savetxt(other, [5.0])\n"
    assert cuts(f"{source}{write}\n{other}L = (x * np.loadtxt(other)).sum()\n") == []


@pytest.mark.parametrize(
    ("work", "note"),
    [
        ("z = (ctypes.c_double * 2)()\nz[0] = a\nL = z[0] * a", "an element of c_double_Array_2"),
        ("z = ctypes.c_double(0)\nz.value = a\nL = z.value * a", "c_double.value"),
        ("class P(ctypes.Structure):\n    _fields_ = [('x', ctypes.c_double)]\np = P()\np.x = a\nL = p.x * a", "P.x"),
        ("s = CubicSpline([0.0, 1, 2], [1.0, 2, 3])\ns.c = s.c * a\nL = s(0.5) * a", "CubicSpline()"),
    ],
)
def test_what_is_put_into_an_object_of_a_librarys_and_taken_out_is_a_cut(work: str, note: str) -> None:
    (found,) = cuts(f"import ctypes\nfrom scipy.interpolate import CubicSpline\na = 2.0\n{work}\n")
    assert note in found
    assert VALUE in found


def test_an_object_that_keeps_what_it_is_given_keeps_the_graph() -> None:
    source = "from scipy.optimize import OptimizeResult\na = 2.0\nr = OptimizeResult(fun=1.0)\nr.x = a * a\nL = r.x * r.fun\n"
    ran = run_lifted(source)
    assert ran.graph.grad("a") == 4.0
    assert ran.graph.notes == ()
