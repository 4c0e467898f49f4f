"""One step of a recurrent network: the state before and an input give the state after."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.nn import init
from notebook_ad.nn.functions.recurrent import GATES, Weights, layer
from notebook_ad.nn.module import Module
from notebook_ad.nn.naming import expects
from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor import shaping
from notebook_ad.tensor.creation import empty
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant


class RNNCellBase(Module):
    """What the cells share. As `torch.nn.RNNCellBase`.

    Attributes:
        weight_ih: (gates · hidden_size, input_size), drawn evenly from ±1/√hidden_size, as all of them.
        weight_hh: (gates · hidden_size, hidden_size).
        bias_ih, bias_hh: (gates · hidden_size,); None without.
    """

    weight_ih: Parameter
    weight_hh: Parameter
    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, num_chunks: int, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(empty(rows, input_size, device=device, dtype=dtype))
        self.weight_hh = Parameter(empty(rows, hidden_size, device=device, dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(empty(rows, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all parameters anew."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def extra_repr(self) -> str:
        """Sizes and options."""
        text = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        if getattr(self, "nonlinearity", "tanh") != "tanh":
            text += f", nonlinearity={self.nonlinearity}"
        return text

    def _step(self, mode: str, given: Any, states: Sequence[Any] | None) -> list[Tensor]:
        """The states after the step, of the shape of those before."""
        x = tensor_of(given)
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise expects(f"(N, {self.input_size}) or ({self.input_size},)", x.shape)
        batched = x.ndim == 2
        batch = x.shape[0] if batched else 1
        wanted = (batch, self.hidden_size) if batched else (self.hidden_size,)
        if states is None:
            held = [constant(np.zeros((batch, self.hidden_size), x.dtype))] * (2 if mode == "LSTM" else 1)
        else:
            held = [tensor_of(state) for state in states]
            bad = next((state for state in held if state.shape != wanted), None)
            if bad is not None:
                raise expects(f"a hidden state of shape {wanted} with {x.shape}", bad.shape)
            held = held if batched else [shaping.reshape(state, (1, self.hidden_size)) for state in held]
        parameters = self._parameters
        weights = Weights(*(parameters[n] for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")))  # type: ignore[arg-type]
        _, after = layer(mode, shaping.reshape(x, (1, batch, self.input_size)), held, weights)
        return after if batched else [shaping.reshape(state, wanted) for state in after]


class RNNCell(RNNCellBase):
    """h′ = tanh(W_ih x + b_ih + W_hh h + b_hh), or with relu (Elman 1990). As `torch.nn.RNNCell`."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, GATES["RNN_TANH"], device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None) -> Tensor:  # noqa: A002 - PyTorch's name
        """(N, input_size) and h (N, hidden_size), zeros by default, give h; or all without N."""
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}{place()}; use 'tanh' or 'relu'")
        return self._step(f"RNN_{self.nonlinearity.upper()}", input, None if hx is None else [hx])[0]


class LSTMCell(RNNCellBase):
    """A cell state c kept by gates (Hochreiter and Schmidhuber 1997); they are stacked as i, f, g, o. As `torch.nn.LSTMCell`.

    c′ = σ(f) c + σ(i) tanh(g) and h′ = σ(o) tanh(c′), each gate of the form W_ih x + b_ih + W_hh h + b_hh.
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, GATES["LSTM"], device, dtype)

    def forward(self, input: Any, hx: tuple[Any, Any] | None = None) -> tuple[Tensor, Tensor]:  # noqa: A002 - PyTorch's name
        """(N, input_size) and (h, c), each (N, hidden_size), zeros by default, give (h, c); or all without N."""
        h, c = self._step("LSTM", input, None if hx is None else _pair(hx))
        return h, c


class GRUCell(RNNCellBase):
    """A state updated by gates r and z, stacked as r, z, n (Cho et al. 2014). As `torch.nn.GRUCell`.

    h′ = (1 − z) n + z h with n = tanh(W_in x + b_in + r (W_hn h + b_hn)).
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, GATES["GRU"], device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Tensor:  # noqa: A002 - PyTorch's name
        """(N, input_size) and h (N, hidden_size), zeros by default, give h; or all without N."""
        return self._step("GRU", input, None if hx is None else [hx])[0]


def _pair(given: Any) -> tuple[Any, Any]:
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise TypeError(f"the state of an LSTM is a pair (h, c), not {type(given).__name__}{place()}")
    return given[0], given[1]
