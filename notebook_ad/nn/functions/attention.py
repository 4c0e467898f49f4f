"""Attention: sums of values, weighted by how well their keys fit a query (Vaswani et al. 2017, section 3.2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library.attention import scores
from notebook_ad.nn.functions.activation import softmax
from notebook_ad.nn.functions.dropout import dropout
from notebook_ad.nn.functions.linear import linear
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import shaping
from notebook_ad.tensor.host import call
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.linalg import matmul
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor, constant


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """softmax(q kᵀ · scale + mask) v: (…, L, E), (…, S, E) and (…, S, V) give (…, L, V).

    Args:
        attn_mask: that broadcasts to (…, L, S): boolean, True where attention is allowed, or numbers that are added.
            What attends to nothing is 0.
        dropout_p: of the weights; outside training pass 0.
        is_causal: a query attends to keys up to its own position.
        scale: 1/√E by default.
        enable_gqa: each key and value serves several heads, the axis before L.

    Raises:
        ShapeError: shapes do not fit; RuntimeError: a mask and is_causal.
    """
    q, k, v = tensor_of(query), tensor_of(key), tensor_of(value)
    if min(q.ndim, k.ndim, v.ndim) < 2 or q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise ShapeError(
            f"scaled_dot_product_attention expects (…, L, E), (…, S, E) and (…, S, V), got {label(q)}, {label(k)} "
            f"and {label(v)}{place()}"
        )
    if is_causal and attn_mask is not None:
        raise RuntimeError(f"scaled_dot_product_attention: attn_mask must be None where is_causal is set{place()}")
    if enable_gqa:
        k, v = (_repeated(x, q.shape[-3] // x.shape[-3]) for x in (k, v))
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    bias = None if attn_mask is None else bias_of(attn_mask, "attn_mask", q.dtype, allowed=True)
    factor = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    return attended(q, k, v, bias, dropout_p, factor)[0]


def _repeated(x: Tensor, times: int) -> Tensor:
    """Each head so many times."""
    found: Any = np.repeat(x, times, axis=-3)
    return found  # type: ignore[no-any-return]


def attended(
    q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None, dropout_p: float, scale: float, safe: bool = True
) -> tuple[Tensor, Tensor]:
    """The weighted values and the weights; where a bias of −∞ forbids everything, 0 if `safe`, else nan."""
    fit = call(scores, (q, k), {"scale": scale})
    dead = _dead(bias) if bias is not None and safe else None
    if bias is not None:
        fit = f.add(fit, bias if dead is None else f.where(dead, 0.0, bias))
    weights = softmax(fit, -1)
    if dead is not None:
        weights = f.where(dead, 0.0, weights)
    if dropout_p > 0:
        weights = dropout(weights, dropout_p)
    return matmul(weights, v), weights


def _dead(bias: Tensor) -> Any:
    """Which queries may attend to nothing; None where there is none."""
    held, nothing = bias.detach(), cast(Any, -np.inf)
    if isinstance(held, Level):  # in vmap it differs between examples
        return np.all(held == nothing, axis=-1, keepdims=True)
    found = np.all(np.asarray(held._value) == nothing, axis=-1, keepdims=True)
    return found if found.any() else None


def bias_of(mask: Any, name: str, dtype: Any, allowed: bool = False) -> Tensor:
    """A mask as numbers to add: −∞ where a boolean one forbids (where it is True, or False if `allowed`).

    Raises:
        TypeError: it holds neither booleans nor floats.
    """
    held = tensor_of(mask)
    if held.dtype.kind == "f":
        return held
    if held.dtype.kind != "b":
        raise TypeError(f"{name}: only masks of booleans or floats are supported, got {held.dtype}{place()}")
    if isinstance(held, Level):
        values = (0.0, -np.inf) if allowed else (-np.inf, 0.0)
        return f.where(held, *(constant(np.asarray([v], dtype)) for v in values))
    forbidden = np.asarray(held._value) != allowed
    return constant(np.where(forbidden, -np.inf, 0.0).astype(dtype))


def multi_head_attention_forward(
    query: Any,
    key: Any,
    value: Any,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Any,
    in_proj_bias: Any,
    bias_k: Any,
    bias_v: Any,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Any,
    out_proj_bias: Any,
    training: bool = True,
    key_padding_mask: Any = None,
    need_weights: bool = True,
    attn_mask: Any = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Any = None,
    k_proj_weight: Any = None,
    v_proj_weight: Any = None,
    static_k: Any = None,
    static_v: Any = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
    *,
    batch_first: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Projections to several heads, attention in each, and a projection of all: see `nn.MultiheadAttention`.

    Args:
        query, key, value: (L, N, E), (S, N, K) and (S, N, V), or without N; with batch_first N comes first.
        static_k, static_v: (N · heads, S, E / heads), instead of projections of key and value.

    Returns:
        (L, N, E) as the query, and the weights (N, L, S), or (N, heads, L, S) if they are not averaged; None unless needed.

    Raises:
        ShapeError: shapes do not fit; RuntimeError: is_causal without a mask.
    """
    held = [tensor_of(query)]
    held.append(held[0] if key is query else tensor_of(key))
    held.append(held[0] if value is query else held[1] if value is key else tensor_of(value))
    separate = [q_proj_weight, k_proj_weight, v_proj_weight] if use_separate_proj_weight else None
    _check(held, embed_dim_to_check, [x.shape[-1] for x in separate] if separate else None, batch_first)
    if is_causal and attn_mask is None:
        raise RuntimeError(
            f"Need attn_mask if specifying the is_causal hint{place()}. You may use the Transformer module method "
            "`generate_square_subsequent_mask` to create this mask."
        )
    batched = held[0].ndim == 3
    if not batched:
        same = [next(i for i in range(3) if held[i] is x) for x in held]
        held = [shaping.reshape(x, (x.shape[0], 1, x.shape[1])) if i == same[i] else x for i, x in enumerate(held)]
        held, batch_first = [held[i] for i in same], False
        key_padding_mask = None if key_padding_mask is None else shaping.reshape(key_padding_mask, (1, -1))
    query, key, value = held
    length, batch = (query.shape[1], query.shape[0]) if batch_first else query.shape[:2]
    width = embed_dim_to_check // num_heads

    def heads(x: Tensor, parts: int) -> list[Tensor]:
        """(L, N, parts · E) as `parts` times (N, heads, L, E / heads)."""
        first, second = x.shape[:2]
        axes = (2, 0, 3, 1, 4) if batch_first else (2, 1, 3, 0, 4)
        split = shaping.transpose(shaping.reshape(x, (first, second, parts, num_heads, width)), axes)
        return [shaping.index(split, i) for i in range(parts)]

    q, k, v = _projected(held, separate, in_proj_weight, in_proj_bias, embed_dim_to_check, heads)
    k = k if static_k is None else shaping.reshape(static_k, (batch, num_heads, -1, width))
    v = v if static_v is None else shaping.reshape(static_v, (batch, num_heads, -1, width))
    if is_causal and key_padding_mask is None and not need_weights:
        attn_mask = ~np.tri(length, k.shape[2], dtype=bool)
    more = 0
    if bias_k is not None and bias_v is not None:
        k, v = (_longer(x, shaping.reshape(b, (1, num_heads, 1, width))) for x, b in ((k, bias_k), (v, bias_v)))
        more += 1
    if add_zero_attn:
        k, v = (_longer(x, constant(np.zeros((1, 1, 1, 1), x.dtype))) for x in (k, v))
        more += 1
    form = (batch, num_heads, length, k.shape[2] - more)
    bias = _bias(attn_mask, key_padding_mask, form, more, q.dtype)
    drop = dropout_p if training else 0.0
    mixed, weights = attended(q, k, v, bias, drop, 1 / math.sqrt(width), safe=not need_weights)
    whole = shaping.transpose(mixed, (0, 2, 1, 3) if batch_first else (2, 0, 1, 3))
    output = linear(shaping.reshape(whole, (*whole.shape[:2], embed_dim_to_check)), out_proj_weight, out_proj_bias)
    output = output if batched else shaping.index(output, (slice(None), 0))
    if not need_weights:
        return output, None
    weights = f.mean(weights, 1) if average_attn_weights else weights
    return output, weights if batched else shaping.index(weights, 0)


def _check(held: Sequence[Tensor], embed_dim: int, separate: Sequence[int] | None, batch_first: bool) -> None:
    widths = [embed_dim] * 3 if separate is None else [embed_dim, *separate[1:]]
    q, k, v = held
    fits = q.ndim in (2, 3) and k.ndim == v.ndim == q.ndim and k.shape[:-1] == v.shape[:-1]
    fits = fits and (q.ndim == 2 or q.shape[not batch_first] == k.shape[not batch_first])
    if not fits or [x.shape[-1] for x in held] != widths:
        lead = "(N, {}, {}) or ({}, {})" if batch_first else "({}, N, {}) or ({}, {})"
        forms = [lead.format(n, w, n, w) for n, w in zip("LSS", widths, strict=True)]
        raise ShapeError(
            f"multi_head_attention expects a query {forms[0]}, a key {forms[1]} and a value {forms[2]}, "
            f"got {label(q)}, {label(k)} and {label(v)}{place()}"
        )


def _projected(
    held: Sequence[Tensor], separate: Any, weight: Any, bias: Any, embed_dim: int, heads: Any
) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values in heads; what comes from the same tensor is projected at once."""
    q, k, v = held
    if separate is None and q is k is v:
        return tuple(heads(linear(q, weight, bias), 3))

    def rows(x: Any, start: int, stop: int) -> Any:
        return None if x is None else shaping.index(x, slice(start * embed_dim, stop * embed_dim))

    if separate is None and k is v:
        query = linear(q, rows(weight, 0, 1), rows(bias, 0, 1))
        both = linear(k, rows(weight, 1, 3), rows(bias, 1, 3))
        return (*heads(query, 1), *heads(both, 2))
    weights = [rows(weight, i, i + 1) for i in range(3)] if separate is None else separate
    return tuple(
        heads(linear(x, w, rows(bias, i, i + 1)), 1)[0] for i, (x, w) in enumerate(zip(held, weights, strict=True))
    )


def _longer(x: Tensor, last: Tensor) -> Tensor:
    """One position more, the same for all examples."""
    return shaping.concatenate([x, shaping.broadcast_to(last, (*x.shape[:2], 1, x.shape[3]))], 2)


def _bias(mask: Any, padding: Any, form: tuple[int, int, int, int], more: int, dtype: Any) -> Tensor | None:
    """What the masks add to the scores (N, heads, L, S + more): broadcast, with nothing for the positions that were added.

    Raises:
        ShapeError: a mask has another shape.
    """
    batch, heads, length, source = form
    found: Tensor | None = None
    if mask is not None:
        found = bias_of(mask, "attn_mask", dtype)
        if found.shape not in ((length, source), (batch * heads, length, source)):
            raise ShapeError(
                f"multi_head_attention expects an attn_mask of shape {(length, source)} or "
                f"{(batch * heads, length, source)}, got {label(found)}{place()}"
            )
        found = found if found.ndim == 2 else shaping.reshape(found, form)
    if padding is not None:
        own = bias_of(padding, "key_padding_mask", dtype)
        if own.shape != (batch, source):
            raise ShapeError(
                f"multi_head_attention expects a key_padding_mask of shape {(batch, source)}, got {label(own)}{place()}"
            )
        own = shaping.reshape(own, (batch, 1, 1, source))
        found = own if found is None else f.add(found, own)
    if found is None or not more:
        return found
    return shaping.concatenate([found, constant(np.zeros((*found.shape[:-1], more), found.dtype))], -1)
