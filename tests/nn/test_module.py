"""Modules and containers: what is listed where, modes, dtypes, states, hooks; reprs as PyTorch's."""

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

import notebook_ad as ad
from notebook_ad import nn

FACTS = json.loads((pathlib.Path(__file__).parent / "reference" / "dense.json").read_text("utf-8"))


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(3, 4), nn.Tanh())
        self.scale = nn.Parameter(ad.ones(4))
        self.register_buffer("mean", ad.zeros(4))
        self.memory = nn.Buffer(ad.ones(2), persistent=False)
        self.head = nn.Linear(4, 1)

    def forward(self, x: Any) -> Any:
        return self.head(self.encoder(x) * self.scale - self.mean)


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


def test_a_state_dict_goes_into_another_model() -> None:
    net, other = Net(), Net()
    state = net.state_dict()
    assert list(state) == ["scale", "mean", "encoder.0.weight", "encoder.0.bias", "head.weight", "head.bias"]
    assert not any(t.requires_grad for t in state.values())
    assert repr(other.load_state_dict(state)) == "<All keys matched successfully>"
    x = ad.randn(5, 3)
    np.testing.assert_array_equal(net(x).detach(), other(x).detach())
    assert all(p.is_leaf and p.requires_grad for p in other.parameters())
    assert next(iter(net.state_dict(keep_vars=True).values())) is net.scale


def test_a_state_dict_holds_the_values_of_now_and_writes_through() -> None:
    net = Net()
    state = net.state_dict()
    with ad.no_grad():
        net.scale += 1
    assert state["scale"].tolist() == [1.0] * 4
    net.state_dict()["mean"].fill_(3.0)
    net.state_dict()["scale"].mul_(5.0)
    assert net.mean.tolist() == [3.0] * 4
    assert net.scale.tolist() == [10.0] * 4


def test_loading_lists_everything_that_does_not_fit_and_changes_nothing() -> None:
    net = Net()
    before = {k: v.numpy().copy() for k, v in net.state_dict().items()}
    state = {k: np.zeros(v.shape) for k, v in net.state_dict().items()}
    state["head.weight"] = np.zeros((2, 4))
    state["extra"] = np.zeros(1)
    del state["mean"]
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict(state)
    text = str(caught.value)
    assert text.startswith("Error(s) in loading state_dict for Net")
    assert 'Unexpected key(s) in state_dict: "extra".' in text
    assert 'Missing key(s) in state_dict: "mean".' in text
    assert (
        "size mismatch for head.weight: copying a param with shape (2, 4) from checkpoint, "
        "the shape in current model is (1, 4)." in text
    )
    for key, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[key])


def test_loading_what_there_is_says_what_is_missing() -> None:
    net = Net()
    found = net.load_state_dict({"scale": [1.0, 2.0, 3.0, 4.0], "more": 1.0}, strict=False)
    assert found.unexpected_keys == ["more"]
    assert "mean" in found.missing_keys
    assert net.scale.tolist() == [1.0, 2.0, 3.0, 4.0]
    with pytest.raises(RuntimeError, match="size mismatch for scale"):
        net.load_state_dict({"scale": [1.0]}, strict=False)
    with pytest.raises(TypeError, match="Expected state_dict to be dict-like, got list"):
        net.load_state_dict([])
    with pytest.raises(RuntimeError, match='While copying the parameter named "scale"'):
        net.load_state_dict({"scale": "four"}, strict=False)


def test_loading_keeps_the_dtype_unless_values_are_assigned() -> None:
    net = Net()
    single = {k: v.astype("float32") for k, v in net.state_dict().items()}
    weight = net.head.weight
    net.load_state_dict(single)
    assert net.head.weight is weight
    assert weight.dtype == np.float64
    net.load_state_dict(single, assign=True)
    assert net.head.weight is not weight
    assert net.head.weight.dtype == net.mean.dtype == np.float32
    assert isinstance(net.head.weight, nn.Parameter)


def test_extra_state_is_saved_and_loaded() -> None:
    class Counting(nn.Module):
        count = 3

        def get_extra_state(self) -> Any:
            return {"count": self.count}

        def set_extra_state(self, state: Any) -> None:
            self.count = state["count"]

    model = nn.Sequential(Counting())
    state = model.state_dict()
    assert list(state) == ["0._extra_state"]
    state["0._extra_state"]["count"] = 7
    model.load_state_dict(state)
    assert model[0].count == 7


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


def test_forward_hooks_see_and_replace() -> None:
    layer, seen = nn.Linear(2, 2), []
    before = layer.register_forward_pre_hook(lambda m, args: seen.append("before"))
    after = layer.register_forward_hook(lambda m, args, out: seen.append(out.shape))
    first = layer.register_forward_pre_hook(lambda m, args: seen.append("first"), prepend=True)
    layer(ad.ones(3, 2))
    assert seen == ["first", "before", (3, 2)]
    for handle in (before, after, first):
        handle.remove()
    layer.register_forward_pre_hook(lambda m, args: args[0] * 0)
    layer.register_forward_hook(lambda m, args, out: out - m.bias)
    assert not layer(ad.ones(3, 2)).detach().numpy().any()


def test_hooks_get_keyword_arguments_where_they_ask() -> None:
    class Scaled(nn.Module):
        def forward(self, x: Any, by: float = 1.0) -> Any:
            return x * by

    module, seen = Scaled(), []
    module.register_forward_pre_hook(lambda m, args, kwargs: (args, {"by": kwargs["by"] * 2}), with_kwargs=True)
    module.register_forward_hook(lambda m, args, kwargs, out: seen.append(kwargs), with_kwargs=True)
    assert module(ad.ones(1), by=3.0).item() == 6.0
    assert seen == [{"by": 6.0}]
    module.register_forward_pre_hook(lambda m, args, kwargs: 3, with_kwargs=True)
    with pytest.raises(RuntimeError, match="must return None or"):
        module(ad.ones(1), by=3.0)


def test_a_hook_that_always_runs_runs_after_an_error() -> None:
    layer, seen = nn.Linear(2, 2), []
    layer.register_forward_hook(lambda m, args, out: seen.append(out), always_call=True)
    with pytest.raises(ad.ShapeError):
        layer(ad.ones(3, 5))
    assert seen == [None]


def test_backward_hooks_see_and_replace() -> None:
    layer, seen = nn.Linear(2, 3), []
    layer.register_full_backward_pre_hook(lambda m, g: seen.append([x.shape for x in g]))
    layer.register_full_backward_hook(lambda m, gi, go: (seen.append((gi[0].shape, go[0].shape)), (gi[0] * 2,))[1])
    x = ad.tensor(np.ones((4, 2)))
    layer(x).sum().backward()
    assert seen == [[(4, 3)], ((4, 2), (4, 3))]
    np.testing.assert_allclose(x.grad, 2 * np.tile(layer.weight.detach().numpy().sum(0), (4, 1)))


def test_backward_hooks_of_an_input_without_gradient_see_none() -> None:
    layer, seen = nn.Linear(2, 3), []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go[0].shape)))
    layer(ad.ones(4, 2)).sum().backward()
    assert seen == [((None,), (4, 3))]
    layer.register_full_backward_hook(lambda m, gi, go: (1, 2))
    with pytest.raises(RuntimeError, match="a backward hook returned 2 gradients; Linear has 1 inputs"):
        layer(ad.ones(4, 2)).sum().backward()


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
