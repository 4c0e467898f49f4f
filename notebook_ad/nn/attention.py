"""Attention with several heads."""

from __future__ import annotations

from typing import Any

from notebook_ad.nn import init
from notebook_ad.nn.functions.attention import multi_head_attention_forward
from notebook_ad.nn.linear import Linear
from notebook_ad.nn.module import Module
from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor.creation import empty
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear under the name that PyTorch gives this one."""


class MultiheadAttention(Module):
    """Attention in several heads, each in a projection of its own (Vaswani et al. 2017). As `torch.nn.MultiheadAttention`.

    Args:
        embed_dim: E, of the queries and the output, split among the heads.
        dropout: of the attention weights, in training.
        add_bias_kv: one key and value more that are learned; add_zero_attn: one more that are 0.
        kdim, vdim: of keys and values, E by default.
        batch_first: (N, L, E) instead of (L, N, E).

    Attributes:
        in_proj_weight: (3 E, E), the projections of queries, keys and values, drawn evenly by Xavier's rule; None where
            kdim or vdim differ: then q_proj_weight (E, E), k_proj_weight (E, kdim), v_proj_weight (E, vdim).
        in_proj_bias: (3 E,), 0 at first; None without.
        out_proj: Linear from E to E.
    """

    in_proj_weight: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                "embed_dim and num_heads must be greater than 0, "
                f"got embed_dim={embed_dim} and num_heads={num_heads} instead"
            )
        if embed_dim % num_heads:
            raise ValueError(f"embed_dim={embed_dim} must be divisible by num_heads={num_heads}{place()}")
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        self.dropout, self.batch_first, self.add_zero_attn = dropout, batch_first, add_zero_attn
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        separate = None if self._qkv_same_embed_dim else embed_dim
        shapes = {
            "q_proj_weight": separate and (embed_dim, embed_dim),
            "k_proj_weight": separate and (embed_dim, self.kdim),
            "v_proj_weight": separate and (embed_dim, self.vdim),
            "in_proj_weight": None if separate else (3 * embed_dim, embed_dim),
            "in_proj_bias": (3 * embed_dim,) if bias else None,
            "bias_k": (1, 1, embed_dim) if add_bias_kv else None,
            "bias_v": (1, 1, embed_dim) if add_bias_kv else None,
        }
        for name, shape in shapes.items():
            made = None if shape is None else Parameter(empty(shape, device=device, dtype=dtype))
            self.register_parameter(name, made)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device, dtype)
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        for name in ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"):
            if (weight := self._parameters[name]) is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None and self.out_proj.bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                init.xavier_normal_(extra)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """The attended values, and the weights.

        Args:
            query: (L, N, E), (N, L, E) with batch_first, or (L, E).
            key: (S, N, kdim), value: (S, N, vdim), likewise.
            key_padding_mask: (N, S), or (S,): boolean, True where a key is not to be attended to, or numbers to add.
            need_weights: False saves some work, and then what may attend to nothing is 0 before out_proj, not nan.
            attn_mask: (L, S), or (N · num_heads, L, S): boolean, True where attention is not allowed, or numbers to add.
            average_attn_weights: over the heads.
            is_causal: a hint that attn_mask, which has to be given, lets each position attend to those up to its own.

        Returns:
            (L, N, E) as the query; (N, L, S), or (N, num_heads, L, S) if not averaged, without N as the query.
        """
        p = self._parameters
        return multi_head_attention_forward(
            query, key, value, self.embed_dim, self.num_heads,
            p["in_proj_weight"], p["in_proj_bias"], p["bias_k"], p["bias_v"], self.add_zero_attn,
            self.dropout, self.out_proj.weight, self.out_proj.bias, self.training,
            key_padding_mask, need_weights, attn_mask, not self._qkv_same_embed_dim,
            p["q_proj_weight"], p["k_proj_weight"], p["v_proj_weight"],
            average_attn_weights=average_attn_weights, is_causal=is_causal, batch_first=self.batch_first,
        )  # fmt: skip
