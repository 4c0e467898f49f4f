"""A small network, data, and `fit` with the options that the tests share."""

from __future__ import annotations

from typing import Any

import numpy as np

import notebook_ad as ad
from notebook_ad import nn, optim
from notebook_ad.training import History

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 3))
Y = np.sin(X[:, :1]) + X[:, 1:2] * X[:, 2:]


def mse(output: Any, target: Any) -> Any:
    return ((output - target) ** 2).mean()


def model_of(seed: int = 0, dropout: float = 0.0) -> nn.Sequential:
    ad.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1))


def weights(model: nn.Module) -> list[Any]:
    return [p.tolist() for p in model.parameters()]


def fit(model: Any, epochs: int, **options: Any) -> History:
    given = {"optimizer": optim.Adam(model.parameters(), lr=0.01), "batch_size": 8, "seed": 1, "progress": False}
    return ad.fit(model, mse, (X, Y), epochs, **{**given, **options})
