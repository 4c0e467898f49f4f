"""One layer of an encoder, and one of a decoder: attention, then two dense layers, each around a shortcut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notebook_ad.nn.attention import MultiheadAttention
from notebook_ad.nn.dropout import Dropout
from notebook_ad.nn.functions import activation as activations
from notebook_ad.nn.linear import Linear
from notebook_ad.nn.module import Module
from notebook_ad.nn.normalization import LayerNorm
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor

Activation = str | Callable[[Any], Any]


class TransformerEncoderLayer(Module):
    """Self-attention and a feed-forward part, each with a shortcut and a norm. As `torch.nn.TransformerEncoderLayer`.

    Vaswani et al. 2017, section 3.1; with norm_first the norms come before, inside the shortcuts (Xiong et al. 2020).

    Args:
        d_model: E; nhead: number of heads; dim_feedforward: of the layer between the two dense ones.
        dropout: of the attention weights, after the activation, and of each part before it is added, in training.
        activation: "relu", "gelu" or any function of a tensor.
        batch_first: (N, S, E) instead of (S, N, E).
        bias: of the dense layers, the attention and the norms.

    >>> from notebook_ad import nn, ones
    >>> nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16, batch_first=True)(ones(3, 5, 8)).shape
    (3, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = activations.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        kind = {"device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **kind)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **kind)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **kind)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, **kind)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, **kind)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        self.activation = function_of(activation)

    def forward(
        self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False
    ) -> Tensor:
        """(S, N, E), (N, S, E) with batch_first, or (S, E) gives the same; the masks are as in `MultiheadAttention`."""
        x = tensor_of(src)
        form = (src_mask, src_key_padding_mask, is_causal)
        if self.norm_first:
            x = f.add(x, self._sa_block(self.norm1(x), *form))
            return f.add(x, self._ff_block(self.norm2(x)))
        x = self.norm1(f.add(x, self._sa_block(x, *form)))
        return self.norm2(f.add(x, self._ff_block(x)))  # type: ignore[no-any-return]

    def _sa_block(self, x: Tensor, attn_mask: Any, key_padding_mask: Any, is_causal: bool = False) -> Any:
        return self.dropout1(attention(self.self_attn, x, x, attn_mask, key_padding_mask, is_causal))

    def _ff_block(self, x: Tensor) -> Any:
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))


class TransformerDecoderLayer(Module):
    """Self-attention, attention to a memory, and a feed-forward part. As `torch.nn.TransformerDecoderLayer`.

    Args: as of TransformerEncoderLayer.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = activations.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        kind = {"device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **kind)
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **kind)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **kind)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **kind)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, **kind)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, **kind)
        self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias, **kind)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        self.dropout3 = Dropout(dropout)
        self.activation = function_of(activation)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """(T, N, E) and a memory (S, N, E), N first with batch_first or not there, give (T, N, E)."""
        x, memory = tensor_of(tgt), tensor_of(memory)
        own = (tgt_mask, tgt_key_padding_mask, tgt_is_causal)
        cross = (memory, memory_mask, memory_key_padding_mask, memory_is_causal)
        if self.norm_first:
            x = f.add(x, self._sa_block(self.norm1(x), *own))
            x = f.add(x, self._mha_block(self.norm2(x), *cross))
            return f.add(x, self._ff_block(self.norm3(x)))
        x = self.norm1(f.add(x, self._sa_block(x, *own)))
        x = self.norm2(f.add(x, self._mha_block(x, *cross)))
        return self.norm3(f.add(x, self._ff_block(x)))  # type: ignore[no-any-return]

    def _sa_block(self, x: Tensor, attn_mask: Any, key_padding_mask: Any, is_causal: bool = False) -> Any:
        return self.dropout1(attention(self.self_attn, x, x, attn_mask, key_padding_mask, is_causal))

    def _mha_block(self, x: Tensor, mem: Tensor, attn_mask: Any, key_padding_mask: Any, is_causal: bool = False) -> Any:
        return self.dropout2(attention(self.multihead_attn, x, mem, attn_mask, key_padding_mask, is_causal))

    def _ff_block(self, x: Tensor) -> Any:
        return self.dropout3(self.linear2(self.dropout(self.activation(self.linear1(x)))))


def attention(module: Any, x: Tensor, memory: Tensor, mask: Any, padding: Any, is_causal: bool) -> Any:
    """The attended values alone."""
    return module(x, memory, memory, attn_mask=mask, key_padding_mask=padding, is_causal=is_causal, need_weights=False)[
        0
    ]


def function_of(activation: Activation) -> Callable[[Any], Any]:
    """An activation, given itself or by its name.

    Raises:
        RuntimeError: the name is unknown.
    """
    if not isinstance(activation, str):
        return activation
    if activation not in ("relu", "gelu"):
        raise RuntimeError(f"activation should be relu/gelu, not {activation}{place()}")
    return activations.relu if activation == "relu" else activations.gelu
