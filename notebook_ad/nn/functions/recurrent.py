"""One layer of a recurrent network in one direction: the input's part of all steps in one product, then one operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from notebook_ad.engine.library import lstm as lstm_ops
from notebook_ad.engine.library import recurrent as ops
from notebook_ad.nn.functions.linear import linear
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import shaping
from notebook_ad.tensor.host import call
from notebook_ad.tensor.tensor import Tensor

GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "GRU": 3, "LSTM": 4}


class Weights(NamedTuple):
    """Of one layer and direction: (G·H, I), (G·H, P), (G·H,) twice or None, (P, H) or None; G gates, stacked."""

    ih: Tensor
    hh: Tensor
    bias_ih: Tensor | None = None
    bias_hh: Tensor | None = None
    hr: Tensor | None = None


def layer(
    mode: str,
    x: Tensor,
    states: Sequence[Tensor],
    weights: Weights,
    reverse: bool = False,
    mask: np.ndarray | None = None,
) -> tuple[Tensor, list[Tensor]]:
    """The outputs of all steps, and the states after the last one.

    Args:
        mode: "RNN_TANH", "RNN_RELU", "GRU" or "LSTM".
        x: (L, N, I).
        states: h of (N, P), for an LSTM also c of (N, H); P is H but for an LSTM with projections.
        reverse: begin at the last step.
        mask: boolean (L, N, 1), False where a sequence has ended: the states stay as they were.

    Returns:
        (L, N, P), and the states as they were given.
    """
    form: dict[str, Any] = {"reverse": reverse, "mask": mask}
    last = 0 if reverse else -1
    if mode == "GRU":
        biases = [] if weights.bias_hh is None else [weights.bias_hh]
        inputs = linear(x, weights.ih, weights.bias_ih)
        outputs = call(ops.gru, (inputs, states[0], weights.hh, *biases), form | {"kept": ops.Kept()})
        return outputs, [shaping.index(outputs, last)]
    bias = None if weights.bias_ih is None else f.add(weights.bias_ih, weights.bias_hh)
    inputs = linear(x, weights.ih, bias)
    if mode == "LSTM":
        projection = [] if weights.hr is None else [weights.hr]
        both = call(lstm_ops.lstm, (inputs, *states, weights.hh, *projection), form | {"kept": ops.Kept()})
        h, c = slice(None, states[0].shape[-1]), slice(states[0].shape[-1], None)
        whole = slice(None)
        return shaping.index(both, (..., h)), [shaping.index(both, (last, whole, part)) for part in (h, c)]
    outputs = call(ops.rnn, (inputs, states[0], weights.hh), form | {"kind": mode[4:].lower()})
    return outputs, [shaping.index(outputs, last)]
