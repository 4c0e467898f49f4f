"""Momentum that is cycled against the rate: `momentum` of a group, or the first of its `betas`."""

from __future__ import annotations

from collections.abc import Iterable

from notebook_ad.optim.lr_scheduler.scheduler import per_group
from notebook_ad.optim.optimizer import Optimizer


def prepare(who: str, optimizer: Optimizer, base: float | list[float], most: float | list[float], begin: bool) -> bool:
    """Note the bounds in the groups and set the largest; gives whether it is the first of `betas`.

    Raises:
        ValueError: the optimizer has no momentum.
    """
    if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
        raise ValueError(f"{who}: {type(optimizer).__name__} has neither momentum nor betas; give cycle_momentum=False")
    bases, mosts = per_group("base_momentum", optimizer, base), per_group("max_momentum", optimizer, most)
    betas = "betas" in optimizer.defaults
    if begin:
        assign(optimizer, mosts, betas)
        for group, low, high in zip(optimizer.param_groups, bases, mosts, strict=True):
            group["max_momentum"], group["base_momentum"] = high, low
    return betas


def assign(optimizer: Optimizer, momenta: Iterable[float], betas: bool) -> None:
    """Set the momentum of each group."""
    for group, momentum in zip(optimizer.param_groups, momenta, strict=True):
        if betas:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum
