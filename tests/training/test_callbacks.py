"""What callbacks hear and do: schedules, early stopping, the progress bar, the history."""

from __future__ import annotations

import math
from typing import Any

import pytest
from fitted import X, Y, fit, model_of, mse, weights

import notebook_ad as ad
from notebook_ad import optim, training
from notebook_ad.training import EarlyStopping, History


def test_callbacks_hear_of_everything_in_order() -> None:
    heard: list[str] = []

    class Listener(training.Callback):
        def on_train_begin(self, logs: Any) -> None:
            heard.append("begin")

        def on_epoch_begin(self, epoch: int, logs: Any) -> None:
            heard.append(f"epoch {epoch}")

        def on_train_batch_end(self, batch: int, logs: Any) -> None:
            heard.append(f"batch {batch} {sorted(logs)}")

        def on_epoch_end(self, epoch: int, logs: Any) -> None:
            heard.append(f"end {epoch} {sorted(logs)}")

        def on_train_end(self, logs: Any) -> None:
            heard.append("done")

    fit(model_of(), 2, batch_size=25, callbacks=[Listener(), lambda epoch, logs: heard.append(f"function {epoch}")])
    epochs = [
        [f"epoch {i}", "batch 0 ['loss']", "batch 1 ['loss']", f"end {i} ['loss']", f"function {i}"] for i in (0, 1)
    ]
    assert heard == ["begin", *epochs[0], *epochs[1], "done"]


def test_schedules_by_batch_and_by_metric() -> None:
    model = model_of()
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    one = optim.lr_scheduler.OneCycleLR(optimizer, 0.1, epochs=2, steps_per_epoch=7)
    fit(model, 2, optimizer=optimizer, scheduler=one)
    assert one.last_epoch == 14
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    plateau = optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="max", patience=0)
    history = fit(model, 3, optimizer=optimizer, scheduler=plateau, validation=(X, Y))
    assert plateau.best == max(history["val_loss"])


def test_early_stopping_gives_the_best_weights_back() -> None:
    values = iter([3.0, 2.0, 2.5, 1.9, 1.95, 2.1, 0.0])
    model, seen = model_of(), []

    class Scripted(training.Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
            logs["val_loss"] = next(values)
            seen.append(weights(model))

    stopping = EarlyStopping(patience=2, restore_best_weights=True)
    history = fit(model, 50, callbacks=[Scripted(), stopping])
    assert len(history.epoch) == 6
    assert (stopping.best, stopping.best_epoch, stopping.stopped_epoch) == (1.9, 3, 5)
    assert stopping.run.stopped == "val_loss has not improved for 2 epochs"
    assert weights(model) == seen[3] != seen[5]


def test_a_loss_that_is_nan_ends_the_training() -> None:
    model, batches = model_of(), []

    def loss(output: Any, target: Any) -> Any:
        batches.append(1)
        return mse(output, target) * (float("nan") if len(batches) == 10 else 1.0)

    own = optim.SGD(model.parameters(), lr=0.0)
    history = ad.fit(
        model, loss, (X, Y), 5, optimizer=own, batch_size=8, callbacks=training.TerminateOnNaN(), progress=False
    )
    assert len(batches) == 10
    assert len(history.epoch) == 2
    assert math.isnan(history["loss"][-1])


def test_the_progress_bar_shows_epoch_and_losses(capsys: pytest.CaptureFixture[str]) -> None:
    fit(model_of(), 2, progress=True, validation=(X, Y))
    shown = capsys.readouterr().err
    assert "epoch 2/2" in shown
    assert "14/14" in shown
    assert "val_loss=" in shown
    fit(model_of(), 1)
    assert capsys.readouterr().err == ""


def test_the_history_reads_as_a_table_of_logs() -> None:
    history = fit(model_of(), 2)
    assert repr(history).startswith("History of 2 epochs: loss=")
    with pytest.raises(KeyError, match="no 'val_loss' in the history; there is loss"):
        history["val_loss"]
    assert repr(History()) == "History of 0 epochs"
