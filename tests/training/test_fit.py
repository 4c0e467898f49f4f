"""`fit`: the arithmetic of the explicit loop; optimisers, validation, metrics, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fitted import X, Y, fit, model_of, mse, weights

import notebook_ad as ad
from notebook_ad import data, nn, optim, training
from notebook_ad.training import EarlyStopping, ModelCheckpoint


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


def test_several_inputs_go_to_the_model_in_order() -> None:
    w = ad.tensor(1.0)
    batch = [(np.ones((4, 1)), 2 * np.ones((4, 1)), np.full((4, 1), 6.0))]
    as_tensors = [tuple(ad.tensor(a, requires_grad=False) for a in part) for part in batch]
    ad.fit(lambda a, b: w * (a + 2 * b), mse, as_tensors, 20, optimizer=optim.SGD([w], lr=0.02), progress=False)
    assert w.item() == pytest.approx(1.2, abs=1e-3)


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
