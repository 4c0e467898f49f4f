"""The table of a model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import nn


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(3, 3)
        self.b = nn.Sequential(self.a, nn.Dropout(), nn.BatchNorm1d(3))
        self.words = nn.Embedding(1000, 30).requires_grad_(False)

    def forward(self, x: Any) -> Any:
        return self.b(self.a(x)), x


def test_layers_shapes_and_parameters_stand_in_a_table() -> None:
    assert repr(nn.summary(Net(), (2, 3))) == (
        "layer    type         output          parameters\n"
        "────────────────────────────────────────────────\n"
        "Net      Net          (2, 3), (2, 3)\n"
        "  a      Linear       (2, 3) ×2               12\n"
        "  b      Sequential   (2, 3)\n"
        "    0    Linear       (2, 3) ×2           shared\n"
        "    1    Dropout      (2, 3)\n"
        "    2    BatchNorm1d  (2, 3)                   6\n"
        "  words  Embedding                        30,000\n"
        "────────────────────────────────────────────────\n"
        "30,018 parameters (18 trainable, 30,000 frozen), 240.1 kB"
    )


def test_without_inputs_there_are_no_shapes() -> None:
    table = nn.Sequential(nn.Linear(2, 1)).summary()
    assert [row.output for row in table.rows] == ["", ""]
    assert (table.total, table.trainable, table.bytes) == (3, 3, 24)


def test_a_summary_changes_nothing() -> None:
    net = Net()
    net.b[1].eval()
    ad.manual_seed(1)
    before = ad.get_rng_state()["numbers"]
    net.summary(ad.ones(4, 3))
    assert ad.get_rng_state()["numbers"] == before
    assert net.training
    assert not net.b[1].training
    assert net.b[2].num_batches_tracked.item() == 0
    net.summary(np.ones((4, 3)))
    with pytest.raises(ad.ShapeError, match=r"^a expects \(…, 3\), got \(4, 5\)"):
        net.summary((4, 5))
    assert net.training


def test_names_cannot_inject_markup() -> None:
    html = nn.summary(nn.Sequential({"<img src=x onerror=alert(1)>": nn.ReLU()}))._repr_html_()
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_parameters_of_a_tied_layer_are_counted_once() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight = model[0].weight
    table = model.summary()
    assert table.total == 8
    assert [row.parameters for row in table.rows] == [0, 6, 2]
