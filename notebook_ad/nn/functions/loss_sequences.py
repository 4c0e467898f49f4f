"""Connectionist temporal classification: the likelihood of a label sequence that is shorter than the outputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.nn.functions.reductions import chosen
from notebook_ad.tensor import shaping
from notebook_ad.tensor.library.given import integers, tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor

IMPOSSIBLE = -1e30  # a logarithm of 0 that stays finite: e^IMPOSSIBLE is 0, and its derivatives are no nan


def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """−log of the probability of all alignments of the targets (Graves et al. 2006, section 4.1).

    Args:
        log_probs: (T, N, C), or (T, C) of one sequence: log-probabilities, as log_softmax gives them.
        targets: (N, S), padded, or all one after the other; no blanks.
        input_lengths, target_lengths: (N,), or a number.
        reduction: "mean" divides each loss by its target's length first.
        zero_infinity: 0 for a target that is longer than its input, instead of ∞.

    Raises:
        ShapeError: the shapes do not fit; ValueError: lengths or labels out of range, an unknown reduction.
    """
    chosen("ctc_loss", reduction)
    x = tensor_of(log_probs)
    single = x.ndim == 2
    if single:
        x = shaping.reshape(x, (x.shape[0], 1, x.shape[1]))
    if x.ndim != 3:
        raise ShapeError(f"ctc_loss expects log_probs (T, N, C) or (T, C), got {label(x)}{place()}")
    steps, count, classes = x.shape
    frames, sizes = _lengths(input_lengths, count, "input_lengths"), _lengths(target_lengths, count, "target_lengths")
    if (
        not 0 <= blank < classes
        or frames.max(initial=0) > steps
        or min(frames.min(initial=0), sizes.min(initial=0)) < 0
    ):
        raise ValueError(
            f"ctc_loss: blank {blank} must be below {classes}, input_lengths {frames.tolist()} at most {steps}, "
            f"lengths not negative{place()}"
        )
    labels = _padded(_plain(targets, "targets"), sizes, blank)
    if labels.size and not (labels.min() >= 0 and labels.max() < classes):
        raise ValueError(f"ctc_loss: targets must be labels from 0 to {classes - 1}{place()}")
    costs: Any = _costs(x, labels, frames, sizes, blank)
    endless = np.asarray(costs.detach()._value) > -IMPOSSIBLE / 2
    if endless.any():
        costs = np.where(endless, 0.0 if zero_infinity else np.inf, costs)
    if reduction == "mean":
        return (costs / np.maximum(sizes, 1).astype(x.dtype)).mean()  # type: ignore[no-any-return]
    return costs.sum() if reduction == "sum" else costs[0] if single else costs  # type: ignore[no-any-return]


def _costs(x: Tensor, labels: np.ndarray, frames: np.ndarray, sizes: np.ndarray, blank: int) -> Tensor:
    """−log p of each sequence, by the forward variables: shape (N, 2 S + 1), of the labels with blanks between them."""
    count, longest = labels.shape
    between = np.full((count, 2 * longest + 1), blank)
    between[:, 1::2] = labels
    skips = np.zeros(between.shape, bool)  # from two places before: not to a blank, nor to the same label
    skips[:, 2:] = (between[:, 2:] != blank) & (between[:, 2:] != between[:, :-2])
    rows = np.arange(count)
    begins = np.arange(between.shape[1]) < 2
    nowhere = np.full((count, 2), IMPOSSIBLE, x.dtype)
    state: Any = np.where(begins, x[0][rows[:, None], between], IMPOSSIBLE)
    for t in range(1, len(x)):
        before: Any = np.concatenate([nowhere, state], axis=1)
        arriving = np.logaddexp(np.logaddexp(state, before[:, 1:-1]), np.where(skips, before[:, :-2], IMPOSSIBLE))
        moved = arriving + x[t][rows[:, None], between]
        state = np.where((t < frames)[:, None], moved, state)
    ends = state[rows, 2 * sizes]
    labelled = np.where(sizes > 0, state[rows, np.maximum(2 * sizes - 1, 0)], IMPOSSIBLE)
    result: Tensor = -np.logaddexp(ends, labelled)
    return result


def _lengths(value: Any, count: int, argument: str) -> np.ndarray:
    held = _plain(value, argument)
    lengths = np.full(count, int(held)) if held.ndim == 0 else held
    if lengths.shape != (count,):
        raise ShapeError(f"ctc_loss: {argument} must have shape ({count},), got {lengths.shape}{place()}")
    return lengths


def _plain(value: Any, argument: str) -> np.ndarray:
    held = integers(value, "ctc_loss", argument)
    return np.asarray(held._value if isinstance(held, Tensor) else held)


def _padded(targets: np.ndarray, sizes: np.ndarray, blank: int) -> np.ndarray:
    """The labels as (N, S), filled up with blanks."""
    longest = int(sizes.max(initial=0))
    result = np.full((len(sizes), longest), blank)
    if targets.ndim == 1 and (len(sizes) != 1 or len(targets) == sizes.sum()):
        if len(targets) != sizes.sum():
            raise ShapeError(f"ctc_loss: {len(targets)} targets for lengths {sizes.tolist()}{place()}")
        result[np.arange(longest) < sizes[:, None]] = targets
        return result
    held = np.atleast_2d(targets)
    if held.ndim != 2 or len(held) != len(sizes) or held.shape[1] < longest:
        raise ShapeError(f"ctc_loss expects targets ({len(sizes)}, at least {longest}), got {targets.shape}{place()}")
    within = np.arange(longest) < sizes[:, None]
    result[within] = held[:, :longest][within]
    return result
