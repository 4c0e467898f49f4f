"""`ad.explore` in a notebook that only writes down what it is shown."""

import functools
import types

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.widgets import commands, display


@pytest.fixture
def explored(monkeypatch):
    """Explores, and gives the state of the view."""
    shown = []
    monkeypatch.setattr(display, "_shell", lambda: types.SimpleNamespace(kernel=None))
    monkeypatch.setattr(display, "_publish", lambda data: None)
    monkeypatch.setattr(display, "_enliven", lambda ident, state, shell: shown.append(state))

    def explore(*args, **ranges):
        ad.explore(*args, **ranges)
        return shown[-1]

    return explore


def sliders(state):
    leaves = commands.picture(state)["leaves"]
    return {leaf["name"]: (leaf["values"], leaf["low"], leaf["high"], leaf["step"]) for leaf in leaves}


def drag(state, name, value, index=None):
    """The numbers after a drag: the picture where it was drawn anew, else the frame."""
    node = next(leaf["node"] for leaf in commands.picture(state)["leaves"] if leaf["name"] == name)
    try:
        return commands.answer(state, {"do": "drag", "leaf": node, "index": index, "value": value, "seq": 1})
    except commands.Redrawn as redrawn:
        return {"what": "picture", **redrawn.picture["frame"]}


def output(state):
    return state.shown.nodes[state.shown.output].value


def branching(a, b=2.0):
    if a > 0:
        return a * b
    return b * b * b


def test_each_argument_has_a_slider_with_its_range(explored):
    state = explored(lambda a, b, c, d=1.5: a * b + c * d, a=(-3, 3), b=(0, 1, 0.25), c=2.0)
    assert sliders(state) == {
        "a": ([0.0], -3.0, 3.0, 0.05),
        "b": ([0.5], 0.0, 1.0, 0.25),
        "c": ([2.0], -2.0, 6.0, 0.05),
        "d": ([1.5], -1.5, 4.5, 0.05),
    }


def test_a_default_within_the_range_is_the_start(explored):
    state = explored(branching, a=(-3, 3), b=(0, 10))
    assert sliders(state)["b"][0] == [2.0]
    assert sliders(explored(branching, a=1.0, b=(5, 6)))["b"][0] == [5.5]


def test_the_elements_of_an_array_are_dragged(explored):
    state = explored(lambda x, w: (x * w).sum(), x=np.array([1, 2, 3]), w=[1.0, 0.0, 2.0])
    assert output(state) == 7.0
    drag(state, "x", 5.0, 2)
    assert output(state) == 11.0


def test_the_numbers_follow_without_the_function_being_called(explored):
    calls = []

    def f(a):
        calls.append(1)
        return a * a

    state = explored(f, a=3.0)
    drag(state, "a", 4.0)
    assert (output(state), len(calls)) == (16.0, 1)


def test_where_a_branch_falls_otherwise_the_graph_is_drawn_anew_with_a_note(explored):
    state = explored(branching, a=(-3, 3), b=2.0)
    before = sliders(state)
    reply = drag(state, "a", 1.5)
    assert reply["what"] == "picture"
    assert reply["note"].startswith("line 2: a > 0 is decided otherwise")
    assert output(state) == 3.0
    assert sliders(state) == before | {"a": ([1.5], *before["a"][1:])}


def test_a_leaf_that_this_branch_does_not_use_can_be_dragged_back_into_one_that_does(explored):
    state = explored(branching, a=(-3, 3), b=2.0)
    assert set(sliders(state)) == {"a", "b"}
    assert state.shown.node("a").grad is None
    assert drag(state, "a", -1.0)["what"] == "frame"
    assert state.shown.node("a").value == -1.0
    drag(state, "a", 1.0)
    drag(state, "b", 5.0)
    assert drag(state, "a", -1.0)["what"] == "picture"
    assert output(state) == 125.0
    drag(state, "a", 2.0)
    assert output(state) == 10.0
    assert sliders(state)["b"] == ([5.0], -2.0, 6.0, 0.05)


def test_a_reset_brings_back_the_first_graph_and_its_values(explored):
    state = explored(branching, a=(-3, 3), b=2.0)
    drag(state, "b", 4.0)
    drag(state, "a", 1.0)
    with pytest.raises(commands.Redrawn):
        commands.answer(state, {"do": "reset", "seq": 1})
    assert output(state) == 8.0
    drag(state, "a", 2.0)
    assert output(state) == 4.0


def test_the_source_stands_beside_the_graph_with_the_places_in_it(explored):
    def inner(a):
        square = a * a
        return square + a

    picture = commands.picture(explored(inner, a=1.0))
    assert picture["code"] == ["def inner(a):", "    square = a * a", "    return square + a"]
    assert [step["source"] for step in picture["steps"]][:2] == [[2, 13, 2, 18], [3, 11, 3, 21]]


def test_what_has_no_source_is_explored_without(explored):
    state = explored(functools.partial(branching, b=3.0), a=2.0)
    assert output(state) == 6.0
    assert commands.picture(state)["code"] == []
    assert output(explored(np.tanh, x=0.0)) == 0.0 if _has_signature(np.tanh) else True


def _has_signature(f):
    import inspect

    try:
        return "x" in inspect.signature(f).parameters
    except ValueError:
        return False


def test_keyword_arguments_are_passed_on(explored):
    assert output(explored(lambda **k: k["p"] * k["q"], p=2.0, q=3.0)) == 6.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ad.explore(3), "explore: 3 is no function; give one"),
        (lambda: ad.explore(branching, a=1.0, bb=2.0), "branching has no argument 'bb'; did you mean b?"),
        (lambda: ad.explore(branching), r"what is a\? Give its range, as in ad.explore\(branching, a=\(-3, 3\)\)"),
        (lambda: ad.explore(branching, a="x"), r"a='x': give \(low, high\)"),
        (lambda: ad.explore(branching, a=True), "a=True: give"),
        (lambda: ad.explore(branching, a=(1, 2, 3, 4)), "give"),
        (lambda: ad.explore(branching, a=(0, float("inf"))), "give"),
        (lambda: ad.explore(branching, a=(3, 1)), r"low must be below high, as in a=\(1, 3\)"),
        (lambda: ad.explore(branching, a=(0, 1, 0)), "the step must be above 0 and at most 1"),
        (lambda: ad.explore(branching, a=[[1.0], [1.0, 2.0]]), "rows of different lengths"),
        (lambda: ad.explore(lambda: 3.0), "has no argument to move"),
        (lambda: ad.explore(lambda x: 3.0, x=1.0), "float 3.0 that depends on none of its arguments: return a number"),
        (lambda: ad.explore(lambda x: x * 2, x=[1.0, 2.0]), r"gives a tensor of shape \(2,\): return one number"),
    ],
)
def test_what_cannot_be_explored_is_said_with_a_cure(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_an_error_of_the_function_is_its_own_with_a_note():
    with pytest.raises(ZeroDivisionError) as caught:
        ad.explore(lambda x: 1 / 0, x=1.0)
    assert "ad.explore called <lambda>(x=1)" in caught.value.__notes__[0]


def test_an_error_after_a_drag_is_said_and_the_way_back_is_open(explored):
    def f(a):
        if a > 2:
            raise ValueError("too much")
        return a * a

    state = explored(f, a=1.0)
    reply = drag(state, "a", 3.0)
    assert reply["what"] == "problem"
    assert reply["text"].endswith("ValueError: too much. Move back, or press reset")
    assert drag(state, "a", 2.0)["frame"]["stale"] is False
    assert output(state) == 4.0


def test_outside_a_notebook_the_table_is_printed(monkeypatch, capsys):
    monkeypatch.setattr(display, "_shell", lambda: None)
    ad.explore(branching, a=3.0)
    assert capsys.readouterr().out.startswith("branching = 6\n")
