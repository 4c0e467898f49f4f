"""Modules: what is listed where, modes, dtypes, copies, attributes; reprs as PyTorch's."""

from __future__ import annotations

import copy
import json
import pathlib
import pickle
import re
from typing import Any

import dense_cases
import numpy as np
import pytest
from small_net import Net

import notebook_ad as ad
from notebook_ad import nn

FACTS = json.loads((pathlib.Path(__file__).parent / "reference" / "dense.json").read_text("utf-8"))
NAMES = ["scale", "encoder.0.weight", "encoder.0.bias", "head.weight", "head.bias"]


def test_parameters_buffers_and_modules_are_listed_by_path() -> None:
    net = Net()
    assert [n for n, _ in net.named_parameters()] == NAMES
    assert [n for n, _ in net.named_buffers()] == ["mean", "memory"]
    assert [n for n, _ in net.named_modules()] == ["", "encoder", "encoder.0", "encoder.1", "head"]
    assert [n for n, _ in net.named_children()] == ["encoder", "head"]
    assert [n for n, _ in net.named_parameters(recurse=False)] == ["scale"]
    assert next(n for n, _ in net.named_parameters(prefix="net")) == "net.scale"
    assert len(list(net.buffers())) == 2
    assert list(net.children()) == [net.encoder, net.head]
    assert net.get_submodule("encoder.0") is net.encoder[0]
    assert net.get_parameter("head.weight") is net.head.weight
    assert net.get_buffer("mean") is net.mean
    assert {"scale", "mean", "head"} <= set(dir(net))


def test_parameters_are_named_by_their_paths() -> None:
    net = Net()
    assert [p.name for p in net.parameters()] == NAMES
    net.head.weight = nn.Parameter(ad.ones(1, 4))
    assert net.head.weight.name == "weight"  # as it stands; a picture of the whole model names it anew


def test_shared_modules_and_parameters_are_listed_once() -> None:
    layer = nn.Linear(2, 2)
    model = nn.Sequential(layer, layer)
    model.tied = nn.Linear(2, 2)
    model.tied.weight = layer.weight
    assert [n for n, _ in model.named_parameters()] == ["0.weight", "0.bias", "tied.bias"]
    assert [n for n, _ in model.named_parameters(remove_duplicate=False)][2:4] == ["1.weight", "1.bias"]
    assert list(model.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias", "tied.weight", "tied.bias"]


def test_modes_dtypes_gradients_and_freezing_reach_all_parts() -> None:
    net = Net()
    assert net.training
    assert not any(m.training for m in net.eval().modules())
    assert all(m.training for m in net.train().modules())
    net(ad.ones(2, 3)).sum().backward()
    gradient = net.head.weight.grad.numpy()
    weight = net.head.weight
    assert net.float() is net
    assert weight is net.head.weight
    assert all(t.dtype == np.float32 for t in (*net.parameters(), *net.buffers(), weight.grad))
    np.testing.assert_allclose(weight.grad, gradient, rtol=1e-6)
    assert net.to("float64").to("cpu").mean.dtype == np.float64
    assert net.to(ad.ones(1, dtype="float32")).mean.dtype == np.float32
    net.zero_grad(set_to_none=False)
    assert not weight.grad.numpy().any()
    net.zero_grad()
    assert weight.grad is None
    net.requires_grad_(False)
    assert not net.double()(ad.ones(2, 3)).requires_grad


def test_integer_buffers_keep_their_dtype() -> None:
    net = nn.Module()
    net.register_buffer("count", ad.tensor(3, dtype="int64"))
    assert net.float().count.dtype == np.int64


def test_apply_goes_from_the_bottom_up() -> None:
    seen = []
    net = Net()
    assert net.apply(lambda m: seen.append(type(m).__name__)) is net
    assert seen == ["Linear", "Tanh", "Sequential", "Linear", "Net"]


def test_copies_are_independent_and_keep_what_they_are() -> None:
    net = Net()
    net(ad.ones(2, 3)).sum().backward()
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(nn.Sequential(nn.Linear(2, 2))))):
        assert all(isinstance(p, nn.Parameter) and p.is_leaf and p.requires_grad for p in other.parameters())
    other = copy.deepcopy(net)
    assert [p.name for p in other.parameters()] == NAMES
    np.testing.assert_array_equal(other.scale.grad, net.scale.grad)
    with ad.no_grad():
        other.scale += 1
    assert net.scale.tolist() == [1.0] * 4


def test_a_shared_parameter_stays_shared_in_a_copy() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight = model[0].weight
    other = copy.deepcopy(model)
    assert other[1].weight is other[0].weight


@pytest.mark.parametrize(
    ("act", "kind", "said"),
    [
        (lambda m: setattr(m, "scale", ad.ones(4)), TypeError, "to parameter 'scale' (nn.Parameter or None expected)"),
        (lambda m: setattr(m, "head", 3), TypeError, "'int' object to module 'head' (nn.Module or None expected)"),
        (lambda m: setattr(m, "mean", 3), TypeError, "'int' object to buffer 'mean' (Tensor or None expected)"),
        (lambda m: m.missing, AttributeError, "'Net' object has no attribute 'missing'"),
        (lambda m: m.register_parameter("a.b", None), KeyError, 'contain "." or be empty, got'),
        (lambda m: m.register_buffer("forward", None), KeyError, "attribute 'forward' already exists"),
        (lambda m: m.register_buffer("b", 3), TypeError, "cannot assign 'int' object to buffer 'b' (Tensor or None required)"),
        (lambda m: m.register_parameter("p", 3), TypeError, "cannot assign 'int' object to parameter 'p'"),
        (lambda m: m.register_module("m", 3), TypeError, "int is not a Module subclass"),
        (lambda m: m.register_module(3, None), TypeError, "module name should be a string, got int"),
        (lambda m: m.train(1), ValueError, "training mode is expected to be boolean"),
        (lambda m: m.to("int64"), TypeError, "a module can become float32, float64 or complex, not int64"),
        (lambda m: m.half(), TypeError, "16-bit floats are not supported"),
        (lambda m: m.cuda(), RuntimeError, "cuda"),
        (lambda m: m.to(place="x"), TypeError, "to() takes a dtype, a device or a tensor, not place="),
        (lambda m: m.get_submodule("encoder.7"), AttributeError, "no module '7' (looking for 'encoder.7'); it has: 0, 1"),
        (lambda m: m.get_parameter("head.x"), AttributeError, "Linear has no parameter 'x' (looking for 'head.x')"),
        (lambda m: nn.Parameter(np.array([1, 2]), requires_grad=True), RuntimeError, "Parameter: int64 cannot require a gradient"),
        (lambda m: nn.Module()(3), AttributeError, "'Module' object has no attribute 'forward'"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_reason(act: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=re.escape(said)):
        act(Net())


def test_a_parameter_before_init_is_refused() -> None:
    class Hasty(nn.Module):
        def __init__(self) -> None:
            self.w = nn.Parameter(ad.ones(2))

    with pytest.raises(AttributeError, match=r"cannot assign 'w' before Module.__init__\(\) call: begin with super"):
        Hasty()


def test_attributes_change_their_kind_and_go() -> None:
    net = Net()
    net.note = 3
    net.note = nn.Parameter(ad.ones(1))
    assert net.note is dict(net.named_parameters())["note"]
    net.note = nn.Linear(1, 1)
    assert "note" not in net._parameters
    net.head = None
    assert net.head is None
    net.scale = None
    assert "scale" not in dict(net.named_parameters())
    del net.mean
    assert not hasattr(net, "mean")
    net.memory = ad.zeros(5)
    assert net.memory.shape == (5,)


def test_the_nets_repr_and_state_are_pytorchs() -> None:
    net = dense_cases.net(ad)
    assert repr(net) == FACTS["net"]
    assert [[k, list(v.shape)] for k, v in net.state_dict().items()] == FACTS["state"]


def test_a_parameters_repr_shows_the_value_only() -> None:
    assert repr(nn.Parameter(ad.tensor([1.0, 2.0]))) == "Parameter containing:\ntensor([1., 2.], requires_grad=True)"
    assert repr(nn.Parameter(ad.ones(1), requires_grad=False)) == "Parameter containing:\ntensor([1.])"


def test_a_repr_with_two_lines_of_extras() -> None:
    class Verbose(nn.Module):
        def extra_repr(self) -> str:
            return "a=1\nb=2"

    assert repr(Verbose()) == "Verbose(\n  a=1\n  b=2\n)"
