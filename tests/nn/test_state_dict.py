"""States of modules: saved, loaded into another model, refused where they do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_net import Net

import notebook_ad as ad
from notebook_ad import nn


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
