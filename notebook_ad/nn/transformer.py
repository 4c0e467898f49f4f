"""Stacks of transformer layers, and the whole of Vaswani et al. (2017): an encoder and a decoder."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from notebook_ad.nn import init
from notebook_ad.nn.containers import ModuleList
from notebook_ad.nn.functions import activation as activations
from notebook_ad.nn.module import Module
from notebook_ad.nn.naming import expects
from notebook_ad.nn.normalization import LayerNorm
from notebook_ad.nn.transformer_layers import Activation, TransformerDecoderLayer, TransformerEncoderLayer
from notebook_ad.tensor.creation import tensor
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.tensor import Tensor


class TransformerEncoder(Module):
    """num_layers copies of a layer, one after another, and perhaps a norm. As `torch.nn.TransformerEncoder`.

    Args:
        encoder_layer: it is copied with its parameters, so that all layers begin alike.
        norm: applied at the end.
        enable_nested_tensor, mask_check: accepted; there are no nested tensors.
    """

    norm: Module | None

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = copies(encoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm
        self.enable_nested_tensor, self.mask_check = enable_nested_tensor, mask_check

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool | None = None
    ) -> Tensor:
        """(S, N, E), (N, S, E) with batch_first, or (S, E) gives the same; the masks are as in `MultiheadAttention`."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, bool(is_causal))
        return src if self.norm is None else self.norm(src)  # type: ignore[no-any-return]


class TransformerDecoder(Module):
    """num_layers copies of a layer, one after another, and perhaps a norm. As `torch.nn.TransformerDecoder`."""

    norm: Module | None

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        self.layers = copies(decoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """(T, N, E) and a memory (S, N, E), N first with batch_first or not there, give (T, N, E)."""
        masks = (tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, bool(tgt_is_causal), memory_is_causal)
        return tgt if self.norm is None else self.norm(tgt)  # type: ignore[no-any-return]


class Transformer(Module):
    """An encoder of a source and a decoder that makes the target from it. As `torch.nn.Transformer`.

    Args: as of TransformerEncoderLayer; custom_encoder, custom_decoder: modules to use instead.
    """

    encoder: Module
    decoder: Module

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = activations.relu,
        custom_encoder: Any = None,
        custom_decoder: Any = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        form = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, device=device, dtype=dtype)

        if custom_encoder is None:
            layer = TransformerEncoderLayer(*form, device=device, dtype=dtype)
            custom_encoder = TransformerEncoder(layer, num_encoder_layers, norm())
        self.encoder = custom_encoder
        if custom_decoder is None:
            other = TransformerDecoderLayer(*form, device=device, dtype=dtype)
            custom_decoder = TransformerDecoder(other, num_decoder_layers, norm())
        self.decoder = custom_decoder
        self._reset_parameters()
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def _reset_parameters(self) -> None:
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """(S, N, E) and (T, N, E), N first with batch_first or not there, give (T, N, E).

        Args:
            src_mask: (S, S), tgt_mask: (T, T), memory_mask: (T, S), or one for each example and head: see
                `MultiheadAttention`.
            src_key_padding_mask, memory_key_padding_mask: (N, S); tgt_key_padding_mask: (N, T).
        """
        source, target = tensor_of(src), tensor_of(tgt)
        alike = source.ndim == target.ndim and source.shape[-1] == target.shape[-1] == self.d_model
        if alike and source.ndim == 3:
            alike = source.shape[not self.batch_first] == target.shape[not self.batch_first]
        if not alike:
            lead = ("N, S", "N, T") if self.batch_first else ("S, N", "T, N")
            wanted = " and ".join(f"({axes}, {self.d_model})" for axes in lead)
            raise expects(wanted, f"{source.shape} and {target.shape}")
        memory = self.encoder(source, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal)
        return self.decoder(  # type: ignore[no-any-return]
            target,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Tensor:
        """(sz, sz): 0 up to the diagonal, −∞ above, so that no position attends to later ones."""
        return tensor(np.triu(np.full((sz, sz), -np.inf), 1), requires_grad=False, dtype=dtype, device=device)


def copies(module: Module, count: int) -> ModuleList:
    """So many deep copies of a module."""
    return ModuleList([copy.deepcopy(module) for _ in range(count)])
