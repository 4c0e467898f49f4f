"""Sequential, and lists and dicts of modules and of parameters."""

from __future__ import annotations

import pytest

import notebook_ad as ad
from notebook_ad import nn


def test_a_sequential_is_a_list_of_layers() -> None:
    a, b, c = nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1)
    model = nn.Sequential(a, b)
    model.append(c)
    assert list(model) == [a, b, c]
    assert model[-1] is c
    assert list(model[1:]) == [b, c]
    assert list(model[1:]._modules) == ["1", "2"]
    model.insert(0, b)
    assert [n for n, _ in model.named_parameters()] == ["1.weight", "1.bias", "3.weight", "3.bias"]
    assert model.pop(0) is b
    del model[1]
    assert list(model) == [a, c]
    model[0] = b
    assert model[0] is b
    assert len(model.extend([a])) == 3
    assert len(model + nn.Sequential(c)) == 4
    assert len(nn.Sequential(a, b) * 3) == 6
    model += nn.Sequential(b)
    assert model[3] is b
    named = nn.Sequential({"first": a, "second": c})
    assert named.first is a
    assert named(ad.ones(2, 1)).shape == (2, 1)
    with pytest.raises(IndexError, match="index 5 is out of range"):
        model[5]
    with pytest.raises(ValueError, match="add operator supports only objects of Sequential class, but list is given"):
        model + [a]  # noqa: RUF005 - what is refused
    with pytest.raises(ValueError, match="a whole number of times"):
        model * 0
    with pytest.raises(TypeError, match="int is not a Module subclass"):
        nn.Sequential(3)


def test_lists_and_dicts_of_modules() -> None:
    a, b = nn.Linear(1, 1), nn.ReLU()
    modules = nn.ModuleList([a])
    modules.extend([b]).append(a)
    modules += [b]
    assert list(modules[1:3]) == [b, a]
    assert list(modules + [a]) == [a, b, a, b, a]  # noqa: RUF005 - an operator of the list
    modules.insert(0, b)
    del modules[1:3]
    assert list(modules) == [b, a, b]
    with pytest.raises(TypeError, match="should be called with an iterable, but got int"):
        modules.extend(3)
    with pytest.raises(AttributeError, match="no attribute 'forward'"):
        modules(ad.ones(1))
    found = nn.ModuleDict([("a", a)])
    found["b"] = b
    found.update({"c": a})
    assert list(found) == ["a", "b", "c"]
    assert list(found.values()) == [a, b, a]
    assert "b" in found
    assert found.pop("b") is b
    del found["c"]
    assert list(found.items()) == [("a", a)]
    found.clear()
    assert len(found) == 0
    with pytest.raises(TypeError, match="takes a mapping or pairs"):
        found.update(3)


def test_lists_and_dicts_of_parameters() -> None:
    values = nn.ParameterList([ad.ones(2), nn.Parameter(ad.zeros(1))])
    values.append(ad.ones(3))
    values += [ad.ones(4)]
    assert [p.shape for p in values] == [(2,), (1,), (3,), (4,)]
    assert all(isinstance(p, nn.Parameter) for p in values)
    assert [n for n, _ in values.named_parameters()] == ["0", "1", "2", "3"]
    values[-1] = ad.ones(5)
    assert len(values[1:]) == 3
    assert (
        repr(nn.ParameterList([ad.ones(2, 3)])) == "ParameterList(  (0): Parameter containing: [float64 of size 2x3])"
    )
    named = nn.ParameterDict({"a": ad.ones(2)})
    named["b"] = ad.ones(1)
    assert named.get("c", 3) == 3
    assert [n for n, _ in named.named_parameters()] == ["a", "b"]
    assert named.pop("a").shape == (2,)
    assert list(named) == ["b"]
    for container in (values, named):
        with pytest.raises(RuntimeError, match="should not be called"):
            container(1)
    with pytest.raises(TypeError, match="should be called with an iterable, but got int"):
        values.extend(3)
    with pytest.raises(KeyError):
        named["x"]
    named.clear()
    assert len(named) == 0
