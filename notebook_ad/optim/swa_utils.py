"""Averages of weights: exponential (EMA), or stochastic weight averaging (Izmailov et al. 2018)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from itertools import chain
from typing import Any

import numpy as np

from notebook_ad.nn.module import Module
from notebook_ad.optim.lr_scheduler.scheduler import LRScheduler, per_group
from notebook_ad.optim.optimizer import Optimizer
from notebook_ad.tensor.ambient import no_grad
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.tensor import Tensor, constant, plain

Average = Callable[[Tensor, Tensor, Any], Tensor]
Averages = Callable[[Sequence[Tensor], Sequence[Tensor], Any], None]


class AveragedModel(Module):
    """A copy of a model whose weights are averages of those seen. As `torch.optim.swa_utils.AveragedModel`.

    Args:
        model: what is copied.
        device: "cpu".
        avg_fn: `avg_fn(average, weight, n_averaged)` gives the new average.
        multi_avg_fn: the same for lists, changing the averages in place. Without either, the mean.
        use_buffers: average the buffers too, instead of copying them.

    Raises:
        ValueError: both functions are given.
    """

    module: Module
    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: Averages | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise ValueError("AveragedModel: give avg_fn or multi_avg_fn, not both")
        self.module = deepcopy(model) if device is None else deepcopy(model).to(device)
        self.register_buffer("n_averaged", constant(0))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the averaged model gives."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the weights of a model into the averages; the first time, copy them. Records nothing."""
        kept, new = _tensors(self.module, self.use_buffers), _tensors(model, self.use_buffers)
        seen = int(self.n_averaged.item())
        with no_grad():
            if seen == 0:
                for average, weight in zip(kept, new, strict=True):
                    rebind(average, weight._value)
            elif self.multi_avg_fn is not None:
                self.multi_avg_fn(kept, new, seen)
            else:
                average_of = self.avg_fn or get_swa_avg_fn()
                for average, weight in zip(kept, new, strict=True):
                    found = average_of(average.detach(), weight.detach(), seen)
                    rebind(average, plain(np.asarray(found._value, average.dtype)))
        if not self.use_buffers:
            for average, weight in zip(self.module.buffers(), model.buffers(), strict=True):
                rebind(average, weight._value)
        rebind(self.n_averaged, plain(np.asarray(seen + 1)))


def _tensors(model: Module, buffers: bool) -> list[Tensor]:
    return list(chain(model.parameters(), model.buffers()) if buffers else model.parameters())


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """`decay * average + (1 - decay) * weight`, for `AveragedModel`."""
    _checked(decay)
    return lambda average, weight, n: decay * average + (1 - decay) * weight


def get_swa_avg_fn() -> Average:
    """The mean of all weights so far, for `AveragedModel`."""
    return lambda average, weight, n: average + (weight - average) / (n + 1)


def get_ema_multi_avg_fn(decay: float = 0.999) -> Averages:
    """As `get_ema_avg_fn`, for lists."""
    _checked(decay)
    return lambda averages, weights, n: _towards(averages, weights, 1 - decay)


def get_swa_multi_avg_fn() -> Averages:
    """As `get_swa_avg_fn`, for lists."""
    return lambda averages, weights, n: _towards(averages, weights, 1 / (int(n) + 1))


def _checked(decay: float) -> None:
    if not 0.0 <= decay <= 1.0:
        raise ValueError(f"decay must be between 0 and 1, not {decay}")


def _towards(averages: Sequence[Tensor], weights: Sequence[Tensor], part: float) -> None:
    for average, weight in zip(averages, weights, strict=True):
        moved = average._value + part * (weight._value - average._value)
        rebind(average, plain(np.asarray(moved, average.dtype)))


def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Compute the running statistics of all normalisation layers anew, as plain means over a loader's batches.

    As `torch.optim.swa_utils.update_bn`: the averaged weights have other statistics than the model that was trained.
    """
    layers: list[Any] = [m for m in model.modules() if hasattr(m, "reset_running_stats")]
    if not layers:
        return
    momenta, training = [layer.momentum for layer in layers], model.training
    try:
        for layer in layers:
            layer.reset_running_stats()
            layer.momentum = None
        model.train()
        with no_grad():
            for batch in loader:
                model(batch[0] if isinstance(batch, list | tuple) else batch)
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
        model.train(training)


class SWALR(LRScheduler):
    """From the rate as it is to swa_lr in anneal_epochs steps, then constant. As `torch.optim.swa_utils.SWALR`.

    Raises:
        ValueError: another anneal_strategy than "cos" and "linear", or anneal_epochs is negative.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f'SWALR: anneal_strategy must be "cos" or "linear", not {anneal_strategy!r}')
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"SWALR: anneal_epochs must be an integer of at least 0, not {anneal_epochs}")
        for group, rate in zip(optimizer.param_groups, per_group("swa_lr", optimizer, swa_lr), strict=True):
            group["swa_lr"] = rate
        self.anneal_epochs, self._anneal_strategy = anneal_epochs, anneal_strategy
        super().__init__(optimizer, last_epoch)

    def _share(self, step: int) -> float:
        t = max(0.0, min(1.0, step / max(1, self.anneal_epochs)))
        return t if self._anneal_strategy == "linear" else (1 - math.cos(math.pi * t)) / 2

    def get_lr(self) -> list[float]:
        """The rates of this step."""
        step = max(1, self._step_count - 1) if self.anneal_epochs == 0 else self._step_count - 1
        before, now = self._share(step - 1), self._share(step)
        found = []
        for group in self.groups:
            goal = group["swa_lr"]
            start = goal if before == 1 else (group["lr"] - before * goal) / (1 - before)
            found.append(goal * now + start * (1 - now))
        return found
