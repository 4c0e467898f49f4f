"""`fit`: the loop over epochs and batches, with validation, callbacks and a progress bar."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from notebook_ad import optim
from notebook_ad.nn.utils import clip_grad_norm_
from notebook_ad.optim.lr_scheduler import CyclicLR, OneCycleLR, ReduceLROnPlateau
from notebook_ad.training.callbacks import Callback, History, Logs, arranged
from notebook_ad.training.checkpoint import load_checkpoint
from notebook_ad.training.evaluation import (
    Means,
    Metric,
    evaluate,
    in_batches,
    measured,
    mode,
    named_metrics,
    parted,
    rows_in,
)
from notebook_ad.training.interrupt import Interrupt, held_back
from notebook_ad.training.progress import Bar
from notebook_ad.training.run import Run


def fit(
    model: Any,
    loss: Callable[[Any, Any], Any],
    data: Any,
    epochs: int = 1,
    *,
    optimizer: Any = "adam",
    validation: Any = None,
    metrics: Any = None,
    callbacks: Any = (),
    scheduler: Any = None,
    clip_grad_norm: float | None = None,
    batch_size: int = 32,
    shuffle: bool = True,
    seed: int | None = None,
    resume: str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> History:
    """Train a model. For each batch: `zero_grad`, forward, `backward`, `step`, as in a loop of one's own.

    Ctrl-C ends after the step that is running, with KeyboardInterrupt; the model is in the state of that step. A second
    one does not wait.

    Args:
        model: a module, or a function of the inputs.
        loss: `loss(output, target)`, a scalar: `ad.nn.CrossEntropyLoss()`, or a function.
        data: (X, y), or what gives batches (input, …, target) each time it is iterated: `batches`, a DataLoader.
        epochs: passes over the data.
        optimizer: an optimizer, or the name or class of one, made with its default options.
        validation: data like `data`; its loss and metrics are computed after each epoch, in eval mode.
        metrics: "accuracy", functions `f(output, target)`, a list of these, or a dict with names.
        callbacks: Callbacks, or functions `f(epoch, logs)` called after each epoch.
        scheduler: a schedule of the learning rate, stepped after each epoch; OneCycleLR and CyclicLR after each batch.
        clip_grad_norm: the largest norm of all gradients together.
        batch_size, shuffle, seed: as those of `ad.data.batches`, where data are arrays.
        resume: the file of a ModelCheckpoint; the training goes on from there, up to `epochs` in all.
        progress: show a bar.

    Returns:
        The logs of all epochs: `history["loss"]`, `history["val_loss"]`, …

    Raises:
        TypeError: the loss is no tensor, data are not batches, or no optimizer can be made.
        KeyboardInterrupt: Ctrl-C was pressed.
    """
    named, per_batch = named_metrics(metrics), isinstance(scheduler, OneCycleLR | CyclicLR)
    run = Run(model, _optimizer(optimizer, model), in_batches(data, batch_size, shuffle, seed), epochs, scheduler)
    run.callbacks = arranged(callbacks, run)
    history = next(c for c in run.callbacks if isinstance(c, History))
    if resume is not None:
        run.load_state_dict(load_checkpoint(resume))
    step = Step(run, loss, named, clip_grad_norm, scheduler if per_batch else None)
    bar = Bar(progress, epochs, len(run.data) if hasattr(run.data, "__len__") else None, run.epoch)
    logs: Logs = {}
    try:
        with held_back() as interrupt, mode(model, True):
            for callback in run.callbacks:
                callback.on_train_begin({})
            for epoch in range(run.epoch, epochs):
                run.epoch = epoch
                logs = _epoch(run, step, bar, interrupt)
                if validation is not None:
                    found = evaluate(model, loss, validation, metrics=metrics, batch_size=batch_size)
                    logs |= {f"val_{name}": value for name, value in found.items()}
                if scheduler is not None:
                    logs["lr"] = float(run.optimizer.param_groups[0]["lr"])
                    if not per_batch:
                        _step_scheduler(scheduler, logs)
                bar.epoch(run.epoch, logs)
                for callback in run.callbacks:
                    callback.on_epoch_end(run.epoch, logs)
                interrupt.check()
                if run.stopped:
                    break
            for callback in run.callbacks:
                callback.on_train_end(logs)
    finally:
        bar.close()
    return history


class Step:
    """One batch: the explicit loop's body."""

    def __init__(
        self,
        run: Run,
        loss: Callable[[Any, Any], Any],
        metrics: Mapping[str, Metric],
        norm: float | None,
        scheduler: Any,
    ) -> None:
        self.run, self.loss, self.metrics, self.norm, self.scheduler = run, loss, metrics, norm, scheduler
        self.parameters = [p for group in run.optimizer.param_groups for p in group["params"]]

    def __call__(self, batch: Any) -> tuple[Logs, int]:
        """Take a step; gives loss and metrics before it, and how many rows there were."""
        inputs, target = parted(batch)
        optimizer = self.run.optimizer
        seen: list[tuple[Any, Any]] = []

        def closure() -> Any:
            optimizer.zero_grad()
            output = self.run.model(*inputs)
            loss = self.loss(output, target)
            if not hasattr(loss, "backward"):
                raise TypeError(
                    f"fit: loss must give a tensor, not {type(loss).__name__}; compute it with ad's functions"
                )
            loss.backward()
            if self.norm is not None:
                clip_grad_norm_(self.parameters, self.norm)
            seen.append((loss, output))
            return loss

        if isinstance(optimizer, optim.LBFGS):
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()
        if self.scheduler is not None:
            self.scheduler.step()
        return measured(*seen[0], target, self.metrics), rows_in(target)


def _epoch(run: Run, step: Step, bar: Bar, interrupt: Interrupt) -> Logs:
    means = Means()
    for callback in run.callbacks:
        callback.on_epoch_begin(run.epoch, {})
    listening = [c for c in run.callbacks if type(c).on_train_batch_end is not Callback.on_train_batch_end]
    for number, batch in enumerate(run.data):
        logs, rows = step(batch)
        means.add(logs, rows)
        bar.step(run.epoch, logs["loss"])
        for callback in listening:
            callback.on_train_batch_end(number, logs)
        interrupt.check()
        if run.at_once:
            break
    found = means.now()
    if not found:
        raise ValueError(
            "fit: data gave no batch; an iterator is used up after one epoch, give what can be iterated again"
        )
    return found


def _step_scheduler(scheduler: Any, logs: Logs) -> None:
    if isinstance(scheduler, ReduceLROnPlateau):
        scheduler.step(logs.get("val_loss", logs["loss"]))
    else:
        scheduler.step()


def _optimizer(given: Any, model: Any) -> optim.Optimizer:
    """The optimizer, made for the model's parameters where only its name or class is given."""
    if isinstance(given, optim.Optimizer):
        return given
    kinds = {name.lower(): kind for name, kind in vars(optim).items() if isinstance(kind, type)}
    kind = kinds.get(given.lower()) if isinstance(given, str) else given
    if not (isinstance(kind, type) and issubclass(kind, optim.Optimizer)) or kind is optim.Optimizer:
        known = ", ".join(sorted(kinds.keys() - {"optimizer"}))
        raise TypeError(f"fit: optimizer must be an optimizer, its class or its name ({known}), not {given!r}")
    if not hasattr(model, "parameters"):
        raise TypeError(
            f"fit: a {type(model).__name__} has no parameters(); give an optimizer made for the tensors it uses"
        )
    make: Callable[..., optim.Optimizer] = kind
    return make(model.parameters())
