"""A module with all that a module can hold."""

from __future__ import annotations

from typing import Any

import notebook_ad as ad
from notebook_ad import nn


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
