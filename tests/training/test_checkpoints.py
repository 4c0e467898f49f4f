"""Checkpoints: resumed bit for bit, named by the logs, refused where damaged."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import pytest
from fitted import X, Y, fit, model_of, mse, weights

import notebook_ad as ad
from notebook_ad import data, nn, optim, training
from notebook_ad.training import EarlyStopping, History, ModelCheckpoint


@pytest.mark.parametrize("loader", ["arrays", "seedless", "generator", "numpy generator"])
def test_a_resumed_training_is_the_uninterrupted_one_bit_for_bit(tmp_path: pathlib.Path, loader: str) -> None:
    def run(model: nn.Module, epochs: int, **options: Any) -> tuple[Any, History, Any]:
        kinds: dict[str, Any] = {
            "arrays": lambda: data.batches(X, Y, 8, seed=3),
            "seedless": lambda: data.batches(X, Y, 8),
            "generator": lambda: data.DataLoader(
                data.TensorDataset(X, Y), 8, shuffle=True, generator=ad.Generator().manual_seed(5)
            ),
            "numpy generator": lambda: data.DataLoader(
                data.TensorDataset(X, Y), 8, shuffle=True, generator=np.random.default_rng(5)
            ),
        }
        optimizer = optim.Adam([{"params": model.parameters()}], lr=0.01, amsgrad=True)
        parts = [optim.lr_scheduler.LinearLR(optimizer), optim.lr_scheduler.MultiStepLR(optimizer, [2])]
        scheduler = optim.lr_scheduler.SequentialLR(optimizer, parts, [2])
        stopping = EarlyStopping(patience=30, restore_best_weights=True)
        history = ad.fit(
            model, mse, kinds[loader](), epochs, optimizer=optimizer, scheduler=scheduler, validation=(X, Y),
            callbacks=[stopping, ModelCheckpoint(tmp_path / "run.npz")], progress=False, **options,
        )  # fmt: skip
        return weights(model), history, stopping

    whole = run(model_of(dropout=0.3), 6)
    run(model_of(dropout=0.3), 3)
    ad.manual_seed(999)
    rest = run(model_of(seed=8, dropout=0.3), 6, resume=tmp_path / "run.npz")
    assert rest[0] == whole[0]
    assert rest[1].history == whole[1].history
    assert rest[1].epoch == list(range(6))
    assert (rest[2].best, rest[2].wait, rest[2].best_epoch) == (whole[2].best, whole[2].wait, whole[2].best_epoch)


def test_a_function_with_tensors_is_resumed_too(tmp_path: pathlib.Path) -> None:
    def run(epochs: int, **options: Any) -> list[Any]:
        w, b = ad.tensor(np.zeros((3, 1))), ad.tensor(0.0)
        own = optim.SGD([w, b], lr=0.05, momentum=0.9)
        ad.fit(
            lambda x: x @ w + b, mse, (X, Y), epochs, optimizer=own, seed=0, progress=False,
            callbacks=[ModelCheckpoint(tmp_path / "run.npz")], **options,
        )  # fmt: skip
        return [w.tolist(), b.item()]

    whole = run(4)
    run(2)
    assert run(4, resume=tmp_path / "run.npz") == whole


def test_checkpoints_are_named_by_the_logs_and_written_for_the_best_only(tmp_path: pathlib.Path) -> None:
    values = iter([3.0, 2.0, 2.5, 1.0])

    class Scripted(training.Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
            logs["val_accuracy"] = -next(values)

    model = model_of()
    best = ModelCheckpoint(tmp_path / "{epoch:02d}{val_accuracy:.1f}.npz", "val_accuracy", save_best_only=True)
    rare = ModelCheckpoint(str(tmp_path / "last.npz"), every=3)
    fit(model, 4, callbacks=[rare, best, Scripted()])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["01-3.0.npz", "02-2.0.npz", "04-1.0.npz", "last.npz"]
    assert best.written == str(tmp_path / "04-1.0.npz")
    assert training.load_checkpoint(rare.written)["epoch"] == 3
    other = model_of(3)
    other.load_state_dict(training.load_checkpoint(best.written)["model"])
    assert weights(other) == weights(model)


def test_a_damaged_or_foreign_checkpoint_is_refused_and_nothing_changes(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "run.npz"
    fit(model_of(), 1, callbacks=[ModelCheckpoint(path)])
    whole = path.read_bytes()
    np.savez(tmp_path / "foreign.npz", weights=np.zeros(2))
    (tmp_path / "text.npz").write_text("no checkpoint")
    np.savez(tmp_path / "pickled.npz", weights=np.array([object()], dtype=object))
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    model = model_of(5)
    before = weights(model)
    for name, message in (
        ("foreign", r"foreign.npz is no checkpoint of fit \(version 1\)"),
        ("text", "text.npz is truncated, or no file of"),
        ("pickled", "pickled.npz: the array 'weights' cannot be read"),
        ("cut", "cut.npz is truncated, or no file of"),
    ):
        with pytest.raises(ValueError, match=message):
            fit(model, 2, resume=tmp_path / f"{name}.npz", callbacks=[ModelCheckpoint(path)])
    with pytest.raises(FileNotFoundError):
        fit(model, 2, resume=tmp_path / "none.npz")
    with pytest.raises(
        ValueError, match=r"written with callbacks \['History', 'ModelCheckpoint'\], but there are \['History'\]"
    ):
        fit(model, 2, resume=path)
    own = optim.Adam(model.parameters())
    step = optim.lr_scheduler.StepLR(own, 1)
    with pytest.raises(ValueError, match="written without a scheduler; give the same"):
        fit(model, 2, resume=path, optimizer=own, scheduler=step, callbacks=[ModelCheckpoint(path)])
    own = optim.Adam([{"params": [p]} for p in model.parameters()])
    with pytest.raises(ValueError, match="1 parameter groups were saved, but this Adam has 4"):
        fit(model, 2, resume=path, optimizer=own, callbacks=[ModelCheckpoint(path)])
    assert weights(model) == before
    assert path.read_bytes() == whole


def test_a_failed_write_leaves_the_checkpoint_before(tmp_path: pathlib.Path) -> None:
    class Odd(training.Callback):
        def state_dict(self) -> dict[str, Any]:
            return {"x": object()} if self.run.epoch else {}

    with pytest.raises(TypeError, match="not object at 'callbacks/1/1/x'"):
        fit(model_of(), 2, callbacks=[Odd(), ModelCheckpoint(tmp_path / "a.npz")])
    assert training.load_checkpoint(tmp_path / "a.npz")["epoch"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]
