"""Positions, added to embeddings, which attention could not tell apart otherwise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.nn import init
from notebook_ad.nn.dropout import Dropout
from notebook_ad.nn.module import Module
from notebook_ad.nn.naming import expects
from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import shaping
from notebook_ad.tensor.creation import empty, tensor
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.tensor import Tensor


class _Positions(Module):
    """Adds the first rows of a table (max_len, 1, d_model), or (1, max_len, d_model) with batch_first, then drops out."""

    pe: Any

    def __init__(self, d_model: int, dropout: float, max_len: int, batch_first: bool) -> None:
        super().__init__()
        self.d_model, self.max_len, self.batch_first = d_model, max_len, batch_first
        self.dropout = Dropout(dropout)

    def _shape(self) -> tuple[int, int, int]:
        return (1, self.max_len, self.d_model) if self.batch_first else (self.max_len, 1, self.d_model)

    def forward(self, x: Any) -> Tensor:
        """(L, N, d_model), (N, L, d_model) with batch_first, or (L, d_model), plus the positions."""
        held = tensor_of(x)
        axis = 1 if self.batch_first and held.ndim == 3 else 0
        if held.ndim not in (2, 3) or held.shape[-1] != self.d_model or held.shape[axis] > self.max_len:
            lead = f"(N, L, {self.d_model})" if self.batch_first else f"(L, N, {self.d_model})"
            raise expects(f"{lead} or (L, {self.d_model}) with L up to {self.max_len}", held.shape)
        first = slice(held.shape[axis])
        if held.ndim == 3:
            table = shaping.index(self.pe, (slice(None), first) if self.batch_first else first)
        else:
            table = shaping.index(self.pe, (0, first) if self.batch_first else (first, 0))
        return self.dropout(f.add(held, table))  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        """Sizes."""
        return f"{self.d_model}, max_len={self.max_len}" + (", batch_first=True" if self.batch_first else "")


class PositionalEncoding(_Positions):
    """Sines and cosines of the position, of wavelengths from 2π to 10000 · 2π (Vaswani et al. 2017, section 3.5).

    As the PositionalEncoding of PyTorch's tutorials: pe[t, 2i] = sin(t / 10000^(2i/d)), pe[t, 2i + 1] = cos of the same.

    Args:
        d_model: of the embeddings.
        dropout: of the sum, in training.
        max_len: of the longest sequence.
        batch_first: (N, L, d_model) instead of (L, N, d_model).

    Attributes:
        pe: a buffer (max_len, 1, d_model), or (1, max_len, d_model) with batch_first.
    """

    def __init__(
        self, d_model: int, dropout: float = 0.1, max_len: int = 5000, batch_first: bool = False, *, dtype: Any = None
    ) -> None:
        super().__init__(d_model, dropout, max_len, batch_first)
        angles = np.arange(max_len)[:, None] * np.exp(np.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        table = np.empty((max_len, d_model))
        table[:, 0::2] = np.sin(angles)
        table[:, 1::2] = np.cos(angles[:, : d_model // 2])
        self.register_buffer("pe", tensor(table.reshape(self._shape()), requires_grad=False, dtype=dtype))


class LearnedPositionalEncoding(_Positions):
    """A vector for each position that is trained, as in Gehring et al. (2017) and in GPT.

    Args: as of PositionalEncoding.

    Attributes:
        pe: (max_len, 1, d_model), or (1, max_len, d_model) with batch_first, normal numbers of standard deviation 0.02.
    """

    def __init__(
        self,
        d_model: int,
        dropout: float = 0.1,
        max_len: int = 5000,
        batch_first: bool = False,
        *,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(d_model, dropout, max_len, batch_first)
        self.pe = Parameter(empty(self._shape(), device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the vectors anew."""
        init.normal_(self.pe, std=0.02)
