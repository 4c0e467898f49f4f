"""Recurrent networks over whole sequences: several layers, one or both directions, padded or packed batches."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.nn import init
from notebook_ad.nn.functions.dropout import dropout as dropped
from notebook_ad.nn.functions.recurrent import GATES, Weights, layer
from notebook_ad.nn.module import Module
from notebook_ad.nn.naming import expects
from notebook_ad.nn.parameter import Parameter
from notebook_ad.nn.utils.rnn import PackedSequence, lengths_of, padded, repacked
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import shaping
from notebook_ad.tensor.creation import empty
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant


class RNNBase(Module):
    """What RNN, LSTM and GRU share. As `torch.nn.RNNBase`.

    Attributes:
        weight_ih_l0, weight_ih_l0_reverse, weight_ih_l1 …: (gates · H, input of the layer), drawn evenly from ±1/√H, as all.
        weight_hh_l0 …: (gates · H, P), where P is H or proj_size.
        bias_ih_l0, bias_hh_l0 …: (gates · H,); not there without bias.
        weight_hr_l0 …: (P, H), where there are projections.
    """

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        _check(mode, locals())
        self.mode, self.input_size, self.hidden_size, self.num_layers = mode, input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional, self.proj_size = bidirectional, proj_size
        self._all_weights: list[list[str]] = []
        rows, out = GATES[mode] * hidden_size, proj_size or hidden_size
        width = input_size
        for number in range(num_layers):
            for suffix in self._suffixes(number):
                shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, width), "weight_hh": (rows, out)}
                if bias:
                    shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                for name, shape in shapes.items():
                    setattr(self, name + suffix, Parameter(empty(*shape, device=device, dtype=dtype)))
                self._all_weights.append([name + suffix for name in shapes])
            width = out * (2 if bidirectional else 1)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all parameters anew."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters of each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def flatten_parameters(self) -> None:
        """Nothing: parameters need not lie side by side."""

    def extra_repr(self) -> str:
        """Sizes and options."""
        given = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0}
        others = [
            f"{n}={getattr(self, n)}" for n, v in (given | {"bidirectional": False}).items() if getattr(self, n) != v
        ]
        return ", ".join([str(self.input_size), str(self.hidden_size), *others])

    def _suffixes(self, number: int) -> list[str]:
        return [f"_l{number}", f"_l{number}_reverse"] if self.bidirectional else [f"_l{number}"]

    def _weights(self, suffix: str) -> Weights:
        held = self._parameters
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
        return Weights(*(held.get(name + suffix) for name in names))  # type: ignore[arg-type]

    def _sequence(self, given: Any, states: Sequence[Any] | None, lengths: Any) -> tuple[Any, list[Tensor]]:
        """The outputs in the form of the input, and the last states of all layers, each (layers · directions, N, …)."""
        if isinstance(given, PackedSequence):
            return self._packed(given, states)
        x = tensor_of(given)
        form = f"(N, L, {self.input_size})" if self.batch_first else f"(L, N, {self.input_size})"
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size:
            raise expects(f"{form} or (L, {self.input_size})", x.shape)
        batched = x.ndim == 3
        if not batched:
            x = shaping.reshape(x, (x.shape[0], 1, self.input_size))
        elif self.batch_first:
            x = shaping.transpose(x, (1, 0, 2))
        count, batch = x.shape[:2]
        held = self._states(x, batched, states)
        mask = None if lengths is None else lengths_of(lengths, batch, count)
        outputs, after = self._layers(x, held, mask)
        if mask is not None:
            outputs = f.where(mask, outputs, 0.0)
        if not batched:
            return shaping.index(outputs, (slice(None), 0)), [shaping.index(s, (slice(None), 0)) for s in after]
        return shaping.transpose(outputs, (1, 0, 2)) if self.batch_first else outputs, after

    def _packed(self, given: PackedSequence, states: Sequence[Any] | None) -> tuple[Any, list[Tensor]]:
        if given.data.ndim != 2 or given.data.shape[-1] != self.input_size:
            raise expects(f"a packed (…, {self.input_size})", given.data.shape)
        x, mask = padded(given)
        held = self._states(x, True, states)
        if given.sorted_indices is not None and states is not None:
            order = np.asarray(given.sorted_indices._value)
            held = [shaping.index(s, (slice(None), order)) for s in held]
        outputs, after = self._layers(x, held, mask)
        if given.unsorted_indices is not None:
            order = np.asarray(given.unsorted_indices._value)
            after = [shaping.index(s, (slice(None), order)) for s in after]
        return repacked(outputs, given), after

    def _states(self, x: Tensor, batched: bool, states: Sequence[Any] | None) -> list[Tensor]:
        """The states to begin with, (layers · directions, N, …) each: zeros where none are given."""
        if x.shape[0] == 0:
            raise expects("at least one step", "a sequence of length 0")
        count, batch = self.num_layers * (2 if self.bidirectional else 1), x.shape[1]
        widths = [self.proj_size or self.hidden_size] + [self.hidden_size] * (self.mode == "LSTM")
        if states is None:
            return [constant(np.zeros((count, batch, width), x.dtype)) for width in widths]
        held = [tensor_of(state) for state in states]
        for state, width in zip(held, widths, strict=True):
            wanted = (count, batch, width) if batched else (count, width)
            if state.shape != wanted:
                raise expects(f"a hidden state of shape {wanted}", state.shape)
        return held if batched else [shaping.reshape(s, (count, 1, s.shape[-1])) for s in held]

    def _layers(self, x: Tensor, states: Sequence[Tensor], mask: np.ndarray | None) -> tuple[Tensor, list[Tensor]]:
        after: list[list[Tensor]] = [[] for _ in states]
        at = 0
        for number in range(self.num_layers):
            if number and self.dropout:
                x = dropped(x, self.dropout, self.training)
            outputs = []
            for suffix in self._suffixes(number):
                own = [shaping.index(s, at) for s in states]
                output, last = layer(self.mode, x, own, self._weights(suffix), suffix.endswith("reverse"), mask)
                outputs.append(output)
                for collected, state in zip(after, last, strict=True):
                    collected.append(state)
                at += 1
            x = outputs[0] if len(outputs) == 1 else shaping.concatenate(outputs, -1)
        return x, [shaping.stack(found) for found in after]


class RNN(RNNBase):
    """h = tanh(W_ih x + b_ih + W_hh h + b_hh) at each step, or with relu (Elman 1990). As `torch.nn.RNN`.

    Attributes: see RNNBase.

    >>> from notebook_ad import nn, ones
    >>> output, h = nn.RNN(3, 5, batch_first=True)(ones(2, 7, 3))
    >>> output.shape, h.shape
    ((2, 7, 5), (1, 2, 5))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        mode = f"RNN_{nonlinearity.upper()}"
        super().__init__(
            mode, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype
        )
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None, *, lengths: Any = None) -> tuple[Any, Tensor]:  # noqa: A002 - PyTorch's name
        """The outputs of all steps, and the last state of each layer and direction.

        Args:
            input: (L, N, input_size), (N, L, input_size) with batch_first, (L, input_size), or a PackedSequence.
            hx: (layers · directions, N, hidden_size), or without N; zeros by default.
            lengths: of each sequence of a padded batch, in any order: states stop there, and outputs are 0 beyond.

        Returns:
            (L, N, directions · hidden_size) in the form of the input, and a state like hx.
        """
        outputs, states = self._sequence(input, None if hx is None else [hx], lengths)
        return outputs, states[0]


class LSTM(RNNBase):
    """Long short-term memory (Hochreiter and Schmidhuber 1997): see `LSTMCell` for a step. As `torch.nn.LSTM`.

    Attributes: see RNNBase; the gates are stacked as i, f, g, o.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "LSTM", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size, device, dtype
        )  # fmt: skip

    def forward(
        self,
        input: Any,  # noqa: A002 - PyTorch's name
        hx: tuple[Any, Any] | None = None,
        *,
        lengths: Any = None,
    ) -> tuple[Any, tuple[Tensor, Tensor]]:
        """As `RNN.forward`, with two states (h, c); h has proj_size elements where that is given, and so have the outputs."""
        if hx is not None and (not isinstance(hx, tuple | list) or len(hx) != 2):
            raise TypeError(f"the state of an LSTM is a pair (h, c), not {type(hx).__name__}{place()}")
        outputs, (h, c) = self._sequence(input, hx, lengths)
        return outputs, (h, c)


class GRU(RNNBase):
    """Gated recurrent units (Cho et al. 2014): see `GRUCell` for a step. As `torch.nn.GRU`.

    Attributes: see RNNBase; the gates are stacked as r, z, n.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "GRU", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype
        )

    def forward(self, input: Any, hx: Any = None, *, lengths: Any = None) -> tuple[Any, Tensor]:  # noqa: A002 - PyTorch's name
        """As `RNN.forward`."""
        outputs, states = self._sequence(input, None if hx is None else [hx], lengths)
        return outputs, states[0]


def _check(mode: str, given: dict[str, Any]) -> None:
    """Refuse options as PyTorch does.

    Raises:
        ValueError: a size or a probability out of range; TypeError: one of another type.
    """
    if mode not in GATES:
        raise ValueError(f"Unrecognized RNN mode: {mode}")
    dropout, layers = given["dropout"], given["num_layers"]
    if isinstance(dropout, bool) or not isinstance(dropout, int | float) or not 0 <= dropout <= 1:
        raise ValueError(
            "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
        )
    for name in ("bias", "batch_first"):
        if not isinstance(given[name], bool):
            raise TypeError(f"{name} should be of type bool, got: {type(given[name]).__name__}")
    for name in ("input_size", "hidden_size"):
        if not isinstance(given[name], int):
            raise TypeError(f"{name} should be of type int, got: {type(given[name]).__name__}")
        if given[name] <= 0:
            raise ValueError(f"{name} must be greater than zero")
    if layers <= 0:
        raise ValueError("num_layers must be greater than zero")
    if given["proj_size"] < 0:
        raise ValueError("proj_size should be a positive integer or zero to disable projections")
    if given["proj_size"] >= given["hidden_size"]:
        raise ValueError("proj_size has to be smaller than hidden_size")
    if dropout > 0 and layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects "
            f"num_layers greater than 1, but got dropout={dropout} and num_layers={layers}",
            stacklevel=4,
        )
