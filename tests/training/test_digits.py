"""Small networks learn the digits of scikit-learn."""

from __future__ import annotations

import numpy as np

import notebook_ad as ad
from notebook_ad import data, nn, optim
from notebook_ad.nn.functional import cross_entropy


def test_an_mlp_exceeds_96_percent_on_held_out_digits() -> None:
    images, labels = data.digits()
    X, X_test, y, y_test = data.train_test_split(images, labels, test_size=0.25, seed=0)  # noqa: N806
    ad.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    history = ad.fit(
        model,
        cross_entropy,
        (X, y),
        epochs=30,
        optimizer=optim.Adam(model.parameters(), lr=3e-3),
        validation=(X_test, y_test),
        metrics="accuracy",
        seed=0,
        progress=False,
    )
    assert history["val_accuracy"][-1] > 0.96
    assert history["loss"][-1] < history["loss"][0] / 10


def test_a_small_cnn_exceeds_96_percent_on_held_out_digits() -> None:
    images, labels = data.digits()
    X, X_test, y, y_test = data.train_test_split(images, labels, test_size=0.25, seed=0)  # noqa: N806
    ad.manual_seed(0)
    model = nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)),
        *(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.Dropout(0.2)),
        *(nn.Flatten(), nn.Linear(256, 10)),
    )
    ad.fit(
        model,
        cross_entropy,
        (X, y),
        epochs=8,
        optimizer=optim.Adam(model.parameters(), lr=3e-3),
        seed=0,
        progress=False,
    )
    model.eval()
    with ad.no_grad():
        scores = model(X_test)
    assert (np.asarray(scores).argmax(1) == y_test).mean() > 0.96
