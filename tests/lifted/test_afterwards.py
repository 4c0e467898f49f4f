"""After the cell the names hold plain values again, which carry `.grad` and `.name`."""

from __future__ import annotations

import copy
import gc
import json
import pickle
import weakref
from typing import Any

import numpy as np
import pytest
from plain_cells import run_lifted

import notebook_ad.lifted.run as machinery
from notebook_ad.lifted.last import last_graph

SOURCE = """
import numpy as np
n, x = 3, 2.5
v = np.array([1.0, 2.0])
s = np.float64(1.5)
t = np.float32(0.5)
h = x * n
L = h * s * t + (v ** 2).sum()
"""


@pytest.fixture
def names() -> dict[str, Any]:
    ran = run_lifted(SOURCE)
    assert ran.error is None
    return ran.namespace


def test_values_are_instances_of_the_plain_types_and_say_so(names: dict[str, Any]) -> None:
    for name, kind in {"n": int, "x": float, "v": np.ndarray, "s": np.float64, "t": np.float32, "h": float}.items():
        assert isinstance(names[name], kind)
        assert names[name].__class__ is kind
        assert repr(type(names[name])) == repr(kind)


def test_values_have_gradients_and_names(names: dict[str, Any]) -> None:
    assert names["n"].grad == 2.5 * 1.5 * 0.5
    assert names["n"].name == "n"
    assert list(names["v"].grad) == [2.0, 4.0]
    assert names["h"].grad == 0.75
    assert names["L"].grad == 1.0


def test_arithmetic_gives_exactly_plain_types(names: dict[str, Any]) -> None:
    n, x, v, s, t = (names[k] for k in "nxvst")
    assert type(n + 1) is int
    assert type(n / 2) is float
    assert type(2.0 * n) is float
    assert type(-x) is float
    assert type(x * n) is float
    assert type(abs(x)) is float
    assert type(s * x) is np.float64
    assert type(t * 2) is type(np.float32(0.5) * 2)  # NumPy 1 makes it float64
    assert type(v * 2) is np.ndarray
    assert type(v + v) is np.ndarray
    assert type(v.sum()) is np.float64
    assert type(v[0]) is np.float64
    assert type(x - 0.1 * x.grad) is float
    assert type(v - 0.1 * v.grad) is np.ndarray


def test_in_place_updates_work(names: dict[str, Any]) -> None:
    v = names["v"]
    alias = v
    v += 1
    v[0] = 7.0
    v *= v.grad
    assert alias is v
    assert v.tolist() == [14.0, 12.0]


def test_conversions_work(names: dict[str, Any]) -> None:
    n, x, v = names["n"], names["x"], names["v"]
    assert type(float(x)) is float
    assert type(int(n)) is int
    assert type(np.asarray(v)) is np.ndarray
    assert json.dumps([n, x, v.tolist()]) == "[3, 2.5, [1.0, 2.0]]"
    assert f"{n:03d} {x:.1f}" == "003 2.5"
    assert [0, 1, 2, 3][n] == 3
    assert list(range(n)) == [0, 1, 2]


def test_pickle_and_copy_give_plain_values(names: dict[str, Any]) -> None:
    for name in "nxvst":
        value = names[name]
        again = pickle.loads(pickle.dumps(value))
        assert type(again) is value.__class__
        np.testing.assert_array_equal(again, value)
        np.testing.assert_array_equal(copy.deepcopy(value), value)


def test_no_tape_stands_behind_the_values() -> None:
    ran = run_lifted("import numpy as np\nw = np.ones(3)\nh = w * 2\nh[0] = w[1]\nL = h.sum()\n")
    assert ran.outcome is not None
    assert ran.outcome.output is not None
    tensor = weakref.ref(ran.outcome.output.tensor)
    ran.outcome = None
    gc.collect()
    assert tensor() is None


def test_a_failing_cell_leaves_no_tape_either() -> None:
    ran = run_lifted("w = 2.0\nh = w * 2\n1 / 0\n")
    assert ran.namespace["h"]._link.session is None


def test_functions_of_the_cell_are_left_as_plain_python_would_leave_them() -> None:
    ran = run_lifted("def f(x):\n    return 2.0 * x\nw = 3\nL = f(w)\n")
    assert ran.namespace["f"].__code__.co_names == ()


def test_the_namespace_holds_no_name_of_ours() -> None:
    ran = run_lifted("d = {'a': [1.0]}\nd['a'][0] += 2\nL = d['a'][0] * 2\n")
    assert not [n for n in ran.namespace if "notebook_ad" in n]


def test_a_plain_run_leaves_plain_values_and_the_graph() -> None:
    ran = run_lifted(SOURCE, plain=True)
    assert {type(ran.namespace[k]) for k in "nxvst"} == {int, float, np.ndarray, np.float64, np.float32}
    assert last_graph().grad("n") == 2.5 * 1.5 * 0.5


def test_a_suspended_generator_goes_on_with_plain_values() -> None:
    ran = run_lifted("def g(w):\n    yield w * 2\n    yield 3.0 * w\nw = 2\nit = g(w)\nL = next(it) * 1.5\n")
    last = next(ran.namespace["it"])
    assert type(last) is float
    assert last == 6.0


def test_a_cell_inside_a_cell_is_refused() -> None:
    ran = run_lifted("run(Cell('x = 1.0'), {})\n", {"run": machinery.run, "Cell": machinery.Cell})
    assert "inside another" in str(ran.error)


def test_names_not_yet_assigned_are_as_before_when_the_cell_raises() -> None:
    ran = run_lifted("a = 2.0\nb = a / 0\nc = 7.0\n", {"b": "old", "c": "old too"})
    assert ran.namespace["a"] == 2.0
    assert ran.namespace["b"] == "old"
    assert ran.namespace["c"] == "old too"


def test_the_graph_up_to_the_failing_line_can_be_had() -> None:
    ran = run_lifted("a = 2.0\nh = a ** 3\nb = h / 0\n")
    assert ran.error is not None
    assert "notebook_ad.last_graph()" in ran.error.__notes__[-1]
    assert last_graph().grad("a") == 12.0
    assert last_graph().notes[0] == "up to the line that raised ZeroDivisionError"


def test_an_interrupt_leaves_plain_values_and_the_graph_so_far() -> None:
    with pytest.raises(KeyboardInterrupt):
        run_lifted("a = 2.0\nh = a ** 2\nraise KeyboardInterrupt\n")
    assert last_graph().grad("a") == 4.0
