"""Losses of pairs and triplets: margins between distances, similarities and ranks."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.nn.functions.reductions import chosen, reduced
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor

LEAST = 1e-12  # PyTorch's guard of a squared length


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The p-norm of x1 − x2 + eps along the last axis. As `torch.nn.functional.pairwise_distance`."""
    result: Tensor = np.linalg.norm(tensor_of(x1) - tensor_of(x2) + eps, p, axis=-1, keepdims=keepdim)
    return result


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """x1 · x2 / (max(‖x1‖, eps) max(‖x2‖, eps)) along an axis; both broadcast."""
    a, b = tensor_of(x1), tensor_of(x2)
    lengths: list[Any] = [np.linalg.norm(x, axis=dim) for x in (a, b)]
    product: Any = (a * b).sum(axis=dim)
    result: Tensor = product / (lengths[0].clamp_min(eps) * lengths[1].clamp_min(eps))
    return result


def normalize(input: Any, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12) -> Tensor:  # noqa: A002
    """x / max(‖x‖ₚ, eps) along an axis. As `torch.nn.functional.normalize`."""
    x: Any = tensor_of(input)
    lengths: Any = x.norm(p, dim=dim, keepdim=True)
    return x / lengths.clamp_min(eps)  # type: ignore[no-any-return]


def hinge_embedding_loss(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    margin: float = 1.0,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """x where the target is 1, max(0, margin − x) where it is −1."""
    reduction = chosen("hinge_embedding_loss", reduction, size_average, reduce)
    x, y = tensor_of(input), cast(Any, tensor_of(target))
    short = (margin - x).clamp_min(0.0)
    losses: Any = np.where(y != 1, short, 0.0) + np.where(y != -1, x, 0.0)
    return reduced(losses, reduction)


def margin_ranking_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, margin − t (x1 − x2)): the first is to be larger where the target is 1, smaller where it is −1.

    Raises:
        ShapeError: they have different numbers of axes.
    """
    reduction = chosen("margin_ranking_loss", reduction, size_average, reduce)
    a, b, y = (tensor_of(t) for t in (input1, input2, target))
    if not a.ndim == b.ndim == y.ndim:
        raise ShapeError(
            f"margin_ranking_loss: input1 {label(a)}, input2 {label(b)} and target {label(y)} must have as many axes{place()}"
        )
    return reduced((-y * (a - b) + margin).clamp_min(0.0), reduction)


def cosine_embedding_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """1 − cos(x1, x2) where the target is 1, max(0, cos − margin) where it is −1; vectors (N, D) or (D,).

    Raises:
        ShapeError: the target is not one number for each pair.
    """
    reduction = chosen("cosine_embedding_loss", reduction, size_average, reduce)
    a, b, y = (cast(Any, tensor_of(t)) for t in (input1, input2, target))
    if a.ndim not in (1, 2) or b.ndim != a.ndim or y.ndim != a.ndim - 1:
        raise ShapeError(
            f"cosine_embedding_loss expects (N, D), (N, D) and a target (N,), or (D,), (D,) and a number; "
            f"got {label(a)}, {label(b)} and {label(y)}{place()}"
        )
    squares = ((a * a).sum(axis=-1) + LEAST) * ((b * b).sum(axis=-1) + LEAST)
    cosine: Any = (a * b).sum(axis=-1) / squares.sqrt()
    losses: Any = np.where(y == 1, 1 - cosine, 0.0) + np.where(y == -1, (cosine - margin).clamp_min(0.0), 0.0)
    return reduced(losses, reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, margin + d(anchor, positive) − d(anchor, negative)), with p-norms (Schroff et al. 2015).

    Args:
        swap: count the smaller of the negative's distances from anchor and positive.

    Raises:
        ValueError: the margin is not positive.
    """
    reduction = chosen("triplet_margin_loss", reduction, size_average, reduce)
    if margin <= 0:
        raise ValueError(f"triplet_margin_loss: margin must be greater than 0, not {margin}{place()}")
    far: Any = pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = np.minimum(far, pairwise_distance(positive, negative, p, eps))
    near: Any = pairwise_distance(anchor, positive, p, eps)
    return reduced((margin + near - far).clamp_min(0.0), reduction)
