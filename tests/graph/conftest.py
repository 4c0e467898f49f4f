"""Graphs that the drawings are tested on."""

import numpy as np
import pytest

import notebook_ad as ad


def leaf(value, name):
    return ad.tensor(value, requires_grad=True, name=name)


def named(tensor, name):
    tensor.name = name
    return tensor


@pytest.fixture
def textbook():
    a, w, b, y_true = leaf(2.0, "a"), leaf(3.0, "w"), leaf(4.0, "b"), leaf(11.0, "y_true")
    code = "a, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2\n"
    return ad.graph(named((a * w + b - y_true) ** 2, "L"), code=code, notes=("not used: n",))


@pytest.fixture
def shared():
    x0, x1 = leaf(1.0, "x[0]"), leaf(2.0, "x[1]")
    return ad.graph(named(x0 * x1 + x1**2, "y"))


@pytest.fixture
def twice():
    a = leaf(3.0, "a")
    return ad.graph(named(a + a, "y"))


@pytest.fixture
def layer():
    draw = np.random.default_rng(0).normal
    x, weight, bias = leaf(draw(size=(4, 5)), "x"), leaf(draw(size=(5, 5)), "W"), leaf(draw(size=5), "b")
    hidden = named(x @ weight + bias, "h")
    return ad.graph(named(ad.mean(ad.relu(hidden)), "L"))


@pytest.fixture
def make():
    """A graph of y = 2·leaf for a leaf of any name and value."""

    def build(name, value=1.0, **options):
        return ad.graph(named(leaf(value, name) * 2.0, "y"), **options)

    return build
