"""Small networks learn what they are made for: an LSTM to remember, a transformer to reverse. Seeds are fixed."""

from __future__ import annotations

from typing import Any

import numpy as np

import notebook_ad as ad
from notebook_ad import nn

F = nn.functional


class Remembering(nn.Module):
    """Says which symbol a sequence began with."""

    def __init__(self, symbols: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(symbols, 8)
        self.lstm = nn.LSTM(8, width, batch_first=True)
        self.linear = nn.Linear(width, symbols)
        with ad.no_grad():
            self.lstm.bias_hh_l0[width : 2 * width] = 1.0  # keep the cell at first (Jozefowicz et al. 2015)

    def forward(self, x: Any) -> Any:
        """(N, L) gives scores (N, symbols)."""
        return self.linear(self.lstm(self.embedding(x))[1][0][0])


class Reversing(nn.Module):
    """Says a sequence backwards."""

    def __init__(self, symbols: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(symbols, width)
        self.positions = nn.LearnedPositionalEncoding(width, 0.0, 8, batch_first=True)
        layer = nn.TransformerEncoderLayer(width, 4, 2 * width, 0.0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1)
        self.linear = nn.Linear(width, symbols)

    def forward(self, x: Any) -> Any:
        """(N, L) gives scores (N, L, symbols)."""
        return self.linear(self.encoder(self.positions(self.embedding(x))))


def trained(model: Any, rng: np.random.Generator, form: tuple[int, int, int], target: Any, steps: int) -> None:
    batch, length, symbols = form
    optimiser = ad.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        x = rng.integers(0, symbols, (batch, length))
        scores = model(x)
        loss = F.cross_entropy(scores.reshape(-1, symbols), target(x).reshape(-1))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()


def accuracy(model: Any, rng: np.random.Generator, form: tuple[int, int, int], target: Any) -> float:
    x = rng.integers(0, form[2], (200, form[1]))
    with ad.no_grad():
        return float((model.eval()(x).numpy().argmax(-1) == target(x)).mean())


def test_an_lstm_remembers_the_first_symbol() -> None:
    ad.manual_seed(0)
    rng = np.random.default_rng(0)
    model, form = Remembering(4, 24), (32, 12, 4)
    trained(model, rng, form, lambda x: x[:, 0], 250)
    assert accuracy(model, rng, form, lambda x: x[:, 0]) > 0.99


def test_a_transformer_reverses_a_sequence() -> None:
    ad.manual_seed(0)
    rng = np.random.default_rng(0)
    model, form = Reversing(6, 32), (32, 6, 6)
    trained(model, rng, form, lambda x: x[:, ::-1].copy(), 200)
    assert accuracy(model, rng, form, lambda x: x[:, ::-1]) > 0.99
