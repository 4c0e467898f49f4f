"""Two parameters trained by each optimiser."""

from __future__ import annotations

from typing import Any

import notebook_ad as ad
from notebook_ad import optim

KINDS = {
    "SGD": {"lr": 0.1, "momentum": 0.9}, "RMSprop": {"momentum": 0.5, "centered": True}, "Adagrad": {}, "Adadelta": {},
    "Adam": {"amsgrad": True}, "AdamW": {}, "Adamax": {}, "NAdam": {}, "RAdam": {}, "Lion": {"lr": 0.01},
}  # fmt: skip


def loss_of(w: Any, b: Any) -> Any:
    return ((w * 2.0 + b - 1.0) ** 2).sum()


def trained(kind: str, steps: int, w: Any, b: Any, optimizer: optim.Optimizer | None = None) -> optim.Optimizer:
    optimizer = optimizer or getattr(optim, kind)([w, b], **KINDS[kind])
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(w, b).backward()
        optimizer.step()
    return optimizer


def fresh() -> tuple[Any, Any]:
    return ad.tensor([[1.0, -2.0], [0.5, 3.0]], name="w"), ad.tensor(0.25, name="b")
