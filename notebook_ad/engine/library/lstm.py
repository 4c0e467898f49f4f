"""A layer of LSTM over a whole sequence, one operation: see recurrent.py for the conventions.

The result holds the states of all steps side by side: h (of the projected size where there is a projection), then c.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.host import host, shape_of
from notebook_ad.engine.library.recurrent import (
    Collected,
    Kept,
    Static,
    Wanted,
    before,
    live,
    sigmoid,
    sigmoid_in_place,
    steps,
    stretches,
    weight_gradient,
)
from notebook_ad.engine.primitive import Primitive


def _lstm(
    inputs: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    w: np.ndarray,
    *projection: np.ndarray,
    reverse: bool,
    mask: np.ndarray | None,
    kept: Kept | None = None,
) -> np.ndarray:
    """(L, N, 4 H), (N, P), (N, H), (4 H, P) and perhaps (P, H) give (L, N, P + H); the gates are i, f, g, o."""
    count, batch, out, width = len(inputs), *h.shape, c.shape[-1]
    z = np.empty((count, batch, out + width), inputs.dtype)
    room = np.empty((count if kept else 1, batch, 4 * width), inputs.dtype)
    w_t = np.ascontiguousarray(w.T)
    for t in steps(count, reverse):
        gates = room[t if kept else 0]
        np.matmul(h, w_t, out=gates)
        gates += inputs[t]
        enter, forget, new, leave = (gates[:, i * width : (i + 1) * width] for i in range(4))
        sigmoid_in_place(gates[:, : 2 * width])
        np.tanh(new, out=new)
        sigmoid_in_place(leave)
        new_h, new_c = z[t, :, :out], z[t, :, out:]
        np.multiply(forget, c, out=new_c)
        new_c += enter * new
        shown = np.tanh(new_c, out=None if projection else new_h)
        shown *= leave
        if projection:
            np.matmul(shown, projection[0].T, out=new_h)
        if mask is not None:
            np.copyto(new_h, h, where=~mask[t])
            np.copyto(new_c, c, where=~mask[t])
        h, c = new_h, new_c
    if kept:
        kept.states, kept.gates = z, room
    return z


def _lstm_rule(g: Any, z: Any, operands: Sequence[Any], static: Static, wanted: Wanted) -> Sequence[Any]:
    """With c′ = f c + i g and h′ = o tanh c′ (Hochreiter and Schmidhuber 1997; forget gate of Gers et al. 2000).

    c̄′ gains h̄′ o (1 − tanh² c′); the gates get c̄′ or h̄′ times a coefficient of their step; c gets c̄′ f, h what comes
    through W.
    """
    inputs, h0, c0, w = operands[:4]
    mask, reverse = static["mask"], static["reverse"]
    count, width = shape_of(z)[0], shape_of(c0)[-1]
    out = shape_of(h0)[-1]
    projection = operands[4] if len(operands) > 4 else None
    c = z[..., out:]
    h_before, c_before, w_t = before(z[..., :out], h0, reverse), before(c, c0, reverse), np.transpose(w)
    upstream, outputs, before_projection = (Collected(count) for _ in range(3))
    found = static["kept"].of(z) if static.get("kept") else None
    dh: Any = 0.0
    dc: Any = 0.0
    for taken, at in stretches(count, reverse, z, 4):
        inside = None if mask is None else mask[at]
        if found is not None:
            enter, forget, new, leave = (found[at, :, i * width : (i + 1) * width] for i in range(4))
        else:
            a = inputs[at] + np.matmul(h_before[at], w_t)
            gates = sigmoid(a[..., : 2 * width])
            enter, forget = gates[..., :width], gates[..., width:]
            new, leave = np.tanh(a[..., 2 * width : 3 * width]), sigmoid(a[..., 3 * width :])
        shown = np.tanh(c[at])
        to_cell = [new * enter * (1 - enter), c_before[at] * forget * (1 - forget), enter * (1 - new * new)]
        to_gates = live(inside, np.concatenate([*to_cell, shown * leave * (1 - leave)], axis=-1))
        to_c, forget = live(inside, leave * (1 - shown * shown)), live(inside, forget, 1.0)
        for t in taken:
            k = t - at.start
            dh = g[t, :, :out] + dh
            kept = None if inside is None else dh * ~inside[k]
            if projection is not None:
                outputs.put(t, dh if inside is None else dh * inside[k])
                before_projection.put(t, leave[k] * shown[k])
                dh = np.matmul(dh, projection)
            dc = g[t, :, out:] + dc + dh * to_c[k]
            da = upstream.product(t, [dc, dc, dc, dh], to_gates[k])
            dh = np.matmul(da, w) if kept is None else np.matmul(da, w) + kept
            dc = dc * forget[k]
    whole = upstream.whole()
    parts = [whole, dh, dc, weight_gradient(whole, h_before) if wanted[3] else None]
    if projection is not None:
        parts.append(weight_gradient(outputs.whole(), before_projection.whole()) if wanted[4] else None)
    return parts


lstm: Primitive = host(
    "lstm",
    "LSTM",
    _lstm,
    _lstm_rule,
    rule="upstream through the gates, step by step from the last; to the cell before × forget, to the step before through W",
)
