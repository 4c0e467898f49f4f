"""`fit`: the arithmetic of the explicit loop; callbacks, checkpoints, resuming, Ctrl-C."""

from __future__ import annotations

import math
import os
import pathlib
import signal
import threading
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import data, nn, optim, training
from notebook_ad.training import EarlyStopping, History, ModelCheckpoint

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


def test_fit_does_the_arithmetic_of_the_explicit_loop() -> None:
    model, losses = model_of(dropout=0.2), []
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, 0.8)
    loader = data.batches(X, Y, batch_size=8, seed=1)
    for _ in range(4):
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = mse(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            total += loss.item() * len(x)
        losses.append(total / len(X))
        scheduler.step()

    again = model_of(dropout=0.2)
    own = optim.Adam(again.parameters(), lr=0.01)
    history = fit(again, 4, optimizer=own, scheduler=optim.lr_scheduler.ExponentialLR(own, 0.8), clip_grad_norm=0.5)
    assert weights(again) == weights(model)
    assert history["loss"] == losses
    assert history["lr"] == [0.01 * 0.8**0, *history["lr"][1:]]
    assert history["lr"][-1] == pytest.approx(0.01 * 0.8**3)
    assert history.epoch == [0, 1, 2, 3]
    assert again.training


def test_a_seed_repeats_a_run_bit_for_bit() -> None:
    runs = []
    for _ in range(2):
        model = model_of(7, dropout=0.5)
        history = fit(model, 3, seed=None)
        runs.append((weights(model), history["loss"]))
    assert runs[0] == runs[1]


@pytest.mark.parametrize("given", ["sgd", "AdamW", optim.RMSprop])
def test_an_optimizer_by_name_or_class(given: Any) -> None:
    history = fit(model_of(), 3, optimizer=given)
    assert history["loss"][-1] < history["loss"][0]


def test_lbfgs_is_stepped_with_a_closure() -> None:
    model = model_of()
    optimizer = optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe")
    history = fit(model, 3, optimizer=optimizer, batch_size=50)
    assert history["loss"][-1] < 0.3 * history["loss"][0]


def test_a_function_is_a_model_too() -> None:
    w, b = ad.tensor(np.zeros((3, 1))), ad.tensor(0.0)
    history = ad.fit(lambda x: x @ w + b, mse, (X, Y), 5, optimizer=optim.SGD([w, b], lr=0.1), progress=False)
    assert history["loss"][-1] < history["loss"][0]
    found = training.evaluate(lambda x: x @ w + b, mse, (X, Y), batch_size=50)
    assert found["loss"] == pytest.approx(np.mean((X @ w.detach().numpy() + b.item() - Y) ** 2))


def test_validation_and_metrics_are_means_over_rows_in_eval_mode() -> None:
    model = model_of(dropout=0.5)
    modes: list[bool] = []
    model.register_forward_hook(lambda module, args, output: modes.append(module.training))

    def mae(output: Any, target: Any) -> Any:
        assert not output.requires_grad
        return np.abs(output - target).mean()

    history = fit(model, 2, validation=(X[:20], Y[:20]), metrics=[mae, lambda o, t: 1.0])
    assert set(history.history) == {"loss", "mae", "<lambda>", "val_loss", "val_mae", "val_<lambda>"}
    assert modes == ([True] * 7 + [False] * 3) * 2
    model.eval()
    output = model(ad.tensor(X[:20], requires_grad=False)).detach().numpy()
    assert history["val_loss"][-1] == pytest.approx(np.mean((output - Y[:20]) ** 2))
    assert history["val_mae"][-1] == pytest.approx(np.mean(np.abs(output - Y[:20])))
    assert not model.training
    fit(model, 1)
    assert not model.training


def test_accuracy_counts_the_largest_score() -> None:
    scores, classes = np.array([[0.1, 0.9], [0.8, 0.2], [0.6, 0.4]]), np.array([1, 0, 1])
    found = training.evaluate(lambda x: x, lambda o, t: o.sum(), (scores, classes), metrics="accuracy", batch_size=2)
    assert found["accuracy"] == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match=r'"accuracy" needs scores \(rows, classes\).* not \(2, 2\) and \(2, 2\)'):
        training.evaluate(lambda x: x, lambda o, t: o.sum(), (scores, scores), metrics="accuracy", batch_size=2)


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


def test_ctrl_c_ends_after_the_step_and_leaves_the_model_usable() -> None:
    model, steps = model_of(), []
    own = optim.Adam(model.parameters(), lr=0.01)

    def loss(output: Any, target: Any) -> Any:
        steps.append(1)
        if len(steps) == 10:
            os.kill(os.getpid(), signal.SIGINT)
        return mse(output, target)

    history = History()
    with pytest.raises(KeyboardInterrupt):
        ad.fit(model, loss, (X, Y), 5, optimizer=own, batch_size=8, callbacks=[history], seed=1, progress=False)
    assert len(steps) == 10
    assert history.epoch == [0]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert {state["step"] for state in own.state.values()} == {10}
    assert model.training
    fit(model, 1, optimizer=own)
    assert {state["step"] for state in own.state.values()} == {17}


def test_a_second_ctrl_c_does_not_wait() -> None:
    model = model_of()
    model.eval()
    calls = []

    def loss(output: Any, target: Any) -> Any:
        for _ in range(2):
            calls.append(1)
            os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("the second one comes through")

    with pytest.raises(KeyboardInterrupt):
        ad.fit(model, loss, (X, Y), 5, optimizer="sgd", progress=False)
    assert len(calls) == 2
    assert not model.training
    w = ad.tensor(1.0)
    assert (w * 2).requires_grad


def test_fit_works_in_another_thread() -> None:
    found: list[History] = []
    thread = threading.Thread(target=lambda: found.append(fit(model_of(), 1)))
    thread.start()
    thread.join()
    assert len(found[0].epoch) == 1


def test_the_progress_bar_shows_epoch_and_losses(capsys: pytest.CaptureFixture[str]) -> None:
    fit(model_of(), 2, progress=True, validation=(X, Y))
    shown = capsys.readouterr().err
    assert "epoch 2/2" in shown
    assert "14/14" in shown
    assert "val_loss=" in shown
    fit(model_of(), 1)
    assert capsys.readouterr().err == ""


def test_several_inputs_go_to_the_model_in_order() -> None:
    w = ad.tensor(1.0)
    batch = [(np.ones((4, 1)), 2 * np.ones((4, 1)), np.full((4, 1), 6.0))]
    as_tensors = [tuple(ad.tensor(a, requires_grad=False) for a in part) for part in batch]
    ad.fit(lambda a, b: w * (a + 2 * b), mse, as_tensors, 20, optimizer=optim.SGD([w], lr=0.02), progress=False)
    assert w.item() == pytest.approx(1.2, abs=1e-3)


def test_the_history_reads_as_a_table_of_logs() -> None:
    history = fit(model_of(), 2)
    assert repr(history).startswith("History of 2 epochs: loss=")
    with pytest.raises(KeyError, match="no 'val_loss' in the history; there is loss"):
        history["val_loss"]
    assert repr(History()) == "History of 0 epochs"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"optimizer": "adamm"}, TypeError, "must be an optimizer, its class or its name .*adam, .*not 'adamm'"),
        ({"callbacks": [3]}, TypeError, r"a callback is a Callback or a function of \(epoch, logs\), not int"),
        ({"metrics": "acuracy"}, ValueError, "'acuracy' is not known; there is \"accuracy\""),
        ({"metrics": [3]}, TypeError, "metric is a int, not a function"),
        (
            {"callbacks": [EarlyStopping()]},
            KeyError,
            "there is no log 'val_loss'; give fit validation data, or monitor one of loss",
        ),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        fit(model_of(), 1, **options)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (iter([(X, Y)]), TypeError, "data is an iterator, which is used up after one epoch"),
        (3, TypeError, r"data is \(X, y\) or gives batches \(input, …, target\), not int"),
        ([ad.tensor(X)], TypeError, r"a batch is \(input, …, target\), not Tensor; a collate_fn can make it so"),
        ([(X,)], TypeError, "not a tuple of 1"),
        ([], ValueError, "data gave no batch"),
        ((X, Y[:3]), ValueError, "all arrays must have as many rows"),
    ],
)
def test_bad_data_are_refused(given: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ad.fit(model_of(), mse, given, progress=False)


def test_a_loss_without_a_tensor_is_refused() -> None:
    with pytest.raises(TypeError, match="loss must give a tensor, not float; compute it with ad's functions"):
        ad.fit(model_of(), lambda output, target: 1.0, (X, Y), progress=False)
    with pytest.raises(TypeError, match=r"a function has no parameters\(\); give an optimizer made for the tensors"):
        ad.fit(lambda x: x, mse, (X, Y), progress=False)
    with pytest.raises(ValueError, match='EarlyStopping: mode must be "auto", "min" or "max", not \'least\''):
        EarlyStopping(mode="least")
    with pytest.raises(ValueError, match="every must be a positive integer, not 0"):
        ModelCheckpoint("x", every=0)
