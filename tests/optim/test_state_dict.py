"""States of optimisers: they go on bit for bit, in PyTorch's layout."""

from __future__ import annotations

import numpy as np
import pytest
from trained_pair import KINDS, fresh, trained

import notebook_ad as ad
from notebook_ad import optim


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_dict_goes_on_bit_for_bit(kind: str) -> None:
    w, b = fresh()
    trained(kind, 7, w, b)
    v, c = fresh()
    first = trained(kind, 3, v, c)
    saved, weights = first.state_dict(), (v.detach().numpy().copy(), c.item())
    trained(kind, 2, v, c, first)  # what was handed out does not change
    x, d = ad.tensor(weights[0]), ad.tensor(weights[1])
    second = getattr(optim, kind)([x, d], lr=123.0)
    second.load_state_dict(saved)
    trained(kind, 4, x, d, second)
    assert x.tolist() == w.tolist()
    assert d.item() == b.item()


def test_a_state_dict_has_pytorchs_layout() -> None:
    w, b = fresh()
    state = trained("Adam", 2, w, b).state_dict()
    assert set(state) == {"state", "param_groups"}
    assert list(state["state"]) == [0, 1]
    assert list(state["state"][0]) == ["step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"]
    assert state["state"][0]["step"].item() == 2.0
    assert state["state"][0]["exp_avg"].shape == (2, 2)
    assert list(state["param_groups"][0]) == [
        "lr", "betas", "eps", "weight_decay", "amsgrad", "maximize", "foreach", "capturable", "differentiable", "fused",
        "decoupled_weight_decay", "params",
    ]  # fmt: skip
    assert state["param_groups"][0]["params"] == [0, 1]
    assert optim.SGD([w]).state_dict() == {
        "state": {},
        "param_groups": [
            {
                "lr": 0.001, "momentum": 0, "dampening": 0, "weight_decay": 0, "nesterov": False, "maximize": False,
                "foreach": None, "differentiable": False, "fused": None, "params": [0],
            }
        ],
    }  # fmt: skip


def test_a_state_dict_of_another_shape_is_refused_and_nothing_changes() -> None:
    w, b = fresh()
    optimizer = trained("Adam", 2, w, b)
    before = optimizer.state_dict()
    other = trained("Adam", 1, ad.tensor(np.ones((2, 3))), ad.tensor(1.0)).state_dict()
    message = r"'exp_avg' of parameter 0 has shape \(2, 3\), but the tensor 'w' has \(2, 2\)"
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(other)
    with pytest.raises(ValueError, match="group 0 was saved with 1 parameters, but has 2 in this Adam"):
        optimizer.load_state_dict(optim.Adam([b]).state_dict())
    with pytest.raises(ValueError, match="1 parameter groups were saved, but this SGD has 2"):
        optim.SGD([{"params": [w]}, {"params": [b]}]).load_state_dict(optim.SGD([w]).state_dict())
    after = optimizer.state_dict()
    assert after["param_groups"] == before["param_groups"]
    assert after["state"][0]["exp_avg"].tolist() == before["state"][0]["exp_avg"].tolist()
