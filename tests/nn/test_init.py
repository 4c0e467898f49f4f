"""First values: distributions, gains, seeds and bad input."""

from __future__ import annotations

import json
import math
import pathlib
import re
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import nn

init = nn.init
FACTS = json.loads((pathlib.Path(__file__).parent / "reference" / "dense.json").read_text("utf-8"))


def weight(*shape: int) -> nn.Parameter:
    return nn.Parameter(ad.empty(*shape))


@pytest.mark.parametrize("name", FACTS["gains"])
def test_gains_are_pytorchs(name: str) -> None:
    assert init.calculate_gain(name) == pytest.approx(FACTS["gains"][name], rel=1e-15)


def test_gains_of_convolutions_and_slopes() -> None:
    assert init.calculate_gain("conv_transpose2d") == 1
    assert init.calculate_gain("leaky_relu", 0.5) == math.sqrt(2 / 1.25)


@pytest.mark.parametrize(
    ("fill", "low", "high", "std"),
    [
        (lambda w: init.uniform_(w, -2, 4), -2, 4, math.sqrt(3)),
        (lambda w: init.normal_(w, 0, 0.5), -9, 9, 0.5),
        (lambda w: init.trunc_normal_(w, 0, 1, -1, 1), -1, 1, 0.5396),
        (lambda w: init.xavier_uniform_(w, 2.0), -2 * math.sqrt(6 / 350), 2 * math.sqrt(6 / 350), 2 * math.sqrt(2 / 350)),
        (init.xavier_normal_, -9, 9, math.sqrt(2 / 350)),
        (lambda w: init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu"), -math.sqrt(6 / 200), math.sqrt(6 / 200), 0.1),
        (lambda w: init.kaiming_normal_(w, a=1.0), -9, 9, math.sqrt(1 / 150)),
    ],
)  # fmt: skip
def test_random_values_have_their_bounds_and_deviation(fill: Any, low: float, high: float, std: float) -> None:
    ad.manual_seed(0)
    w = weight(200, 150)
    assert fill(w) is w
    values = w.detach().numpy()
    assert low <= values.min() < values.max() <= high
    assert values.std() == pytest.approx(std, rel=0.02)
    assert w.is_leaf
    assert w.requires_grad


def test_fans_count_the_kernel() -> None:
    assert init.fans(weight(8, 3, 5, 5)) == (75, 200)


@pytest.mark.parametrize("shape", [(4, 4), (3, 6), (6, 3), (4, 2, 3)])
def test_orthogonal_rows_or_columns(shape: tuple[int, ...]) -> None:
    w = init.orthogonal_(weight(*shape), gain=2.0).detach().numpy().reshape(shape[0], -1)
    small = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-12)


def test_constants() -> None:
    assert init.constant_(weight(2, 2), 3.0).tolist() == [[3.0, 3.0], [3.0, 3.0]]
    assert init.ones_(weight(2)).tolist() == [1.0, 1.0]
    assert init.zeros_(init.ones_(weight(2))).tolist() == [0.0, 0.0]
    assert init.eye_(weight(2, 3)).tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    share = init.sparse_(weight(10, 3), 0.35).detach().numpy() == 0
    assert share.sum(0).tolist() == [4, 4, 4]


@pytest.mark.parametrize("groups", [1, 2])
def test_a_dirac_kernel_keeps_the_channels(groups: int) -> None:
    x = ad.randn(1, 4, 5)
    w = init.dirac_(weight(4, 4 // groups, 3), groups)
    np.testing.assert_allclose(nn.functional.conv1d(x, w, padding=1, groups=groups).detach(), x, atol=1e-15)


def test_initial_weights_follow_the_seed_and_the_dtype() -> None:
    made = []
    for _ in range(2):
        ad.manual_seed(7)
        made.append(nn.Linear(3, 4))
    np.testing.assert_array_equal(made[0].weight.detach(), made[1].weight.detach())
    assert nn.Linear(3, 4, dtype="float32").weight.dtype == np.float32
    w = [init.normal_(weight(3), generator=np.random.default_rng(1)).tolist() for _ in range(2)]
    assert w[0] == w[1]
    bound = 1 / math.sqrt(64)
    assert abs(nn.Linear(64, 500).weight.detach().numpy()).max() <= bound


def test_an_empty_weight_warns() -> None:
    with pytest.warns(UserWarning, match="Initializing zero-element tensors is a no-op"):
        nn.Linear(0, 3)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: init.eye_(weight(2)), "Only tensors with 2 dimensions are supported, got shape (2,)"),
        (lambda: init.dirac_(weight(2, 2)), "Only tensors with 3, 4, or 5 dimensions are supported"),
        (lambda: init.dirac_(weight(3, 2, 2), 2), "dim 0 must be divisible by groups: 3 and 2"),
        (lambda: init.orthogonal_(weight(2)), "Only tensors with 2 or more dimensions are supported"),
        (lambda: init.sparse_(weight(2), 0.5), "Only tensors with 2 dimensions are supported"),
        (lambda: init.xavier_normal_(weight(2)), "can not be computed for tensor with fewer than 2 dimensions"),
        (lambda: init.kaiming_normal_(weight(2, 2), mode="fan"), "Mode fan not supported"),
        (lambda: init.calculate_gain("swish"), "Unsupported nonlinearity swish"),
        (lambda: init.calculate_gain("leaky_relu", "x"), "negative_slope x not a valid number"),
        (lambda: init.trunc_normal_(weight(2), 0, 1, 3, 2), "leave no room around mean=0, std=1"),
    ],
)
def test_bad_input_is_refused_with_a_reason(act: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        act()
