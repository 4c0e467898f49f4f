"""Recurrent layers over a whole sequence, one operation each: here the plain one and the GRU; see lstm.py.

The input's part of every step (`inputs`, (L, N, gates · H)) comes from one product before; the states of all steps are the
result. The vjp knows them, so it finds the gates of all steps in one product, and only the upstream goes step by step.

Static arguments: `reverse`, from the last step to the first; `mask`, boolean (L, N, 1), False where a sequence has ended:
there the state stays as it was (None where all are equally long).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import elementwise
from notebook_ad.engine.host import host, shape_of
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.rules import apply_elementwise, primal

CACHED = 2**16  # elements of an array of a stretch of steps
Static = dict[str, Any]
Wanted = Sequence[bool]


def steps(count: int, reverse: bool) -> range:
    """The order in which the steps are taken."""
    return range(count - 1, -1, -1) if reverse else range(count)


def stretches(count: int, reverse: bool, z: Any, gates: int) -> Iterator[tuple[list[int], slice]]:
    """The steps from the last one taken to the first, in stretches whose arrays stay in the cache (1.6 times as fast).

    Of tensors all at once, which makes fewer operations. Each stretch comes with the slice that holds it.
    """
    order = list(reversed(steps(count, reverse)))
    size = shape_of(z)[1] * shape_of(z)[2] * gates if isinstance(z, np.ndarray) else 0
    length = max(1, CACHED // size if size else count)
    for at in range(0, count, length):
        taken = order[at : at + length]
        yield taken, slice(min(taken), max(taken) + 1)


class Collected:
    """What the steps give: put into one array as it comes, or stacked where it is tensors."""

    def __init__(self, count: int) -> None:
        self.tensors: list[Any] = [None] * count
        self.array: np.ndarray | None = None

    def put(self, t: int, x: Any) -> None:
        """The result of step t."""
        if not isinstance(x, np.ndarray):
            self.tensors[t] = x
            return
        if self.array is None:
            self.array = np.empty((len(self.tensors), *x.shape), x.dtype)
        self.array[t] = x

    def product(self, t: int, parts: Sequence[Any], coefficient: Any) -> Any:
        """The result of step t: the parts (N, H) side by side, times the coefficient; arrays without a copy (0.8 of the time)."""
        if not all(isinstance(x, np.ndarray) for x in (*parts, coefficient)):
            self.tensors[t] = found = np.concatenate(parts, axis=-1) * coefficient
            return found
        if self.array is None:
            self.array = np.empty((len(self.tensors), *coefficient.shape), coefficient.dtype)
        width = parts[0].shape[-1]
        for i, part in enumerate(parts):
            columns = slice(i * width, (i + 1) * width)
            np.multiply(part, coefficient[:, columns], out=self.array[t, :, columns])
        return self.array[t]

    def whole(self) -> Any:
        """(L, …)."""
        return np.stack(self.tensors) if self.array is None else self.array


class Kept:
    """The gates of one forward pass, so that its sweep need not find them again: a third of the rule's time.

    They are used for the very states that they were computed with; for others (a replay's, tensors) they are found anew.
    """

    __slots__ = ("gates", "states")

    def __init__(self) -> None:
        self.states: np.ndarray | None = None
        self.gates: np.ndarray | None = None

    def of(self, z: Any) -> np.ndarray | None:
        """The gates (L, N, 4 H) that these states came from, if they are here."""
        return self.gates if z is self.states and z is not None else None


def before(states: Any, first: Any, reverse: bool) -> Any:
    """The state (L, N, H) that each step began with."""
    first = np.reshape(first, (1, *shape_of(first)))
    return np.concatenate([states[1:], first] if reverse else [first, states[:-1]], axis=0)


def rows(x: Any) -> Any:
    """(L, N, n) as a matrix."""
    steps_, batch, width = shape_of(x)
    return np.reshape(x, (steps_ * batch, width))


def weight_gradient(upstream: Any, operand: Any) -> Any:
    """Of W in `operand @ Wᵀ`, summed over steps and examples."""
    return np.matmul(np.transpose(rows(upstream)), rows(operand))


def sigmoid(x: Any) -> Any:
    """1 / (1 + e^−x); of an array by NumPy, whose exp is faster than the kernel's."""
    if not isinstance(x, np.ndarray):
        return apply_elementwise(elementwise.sigmoid, [x])
    with np.errstate(over="ignore"):
        z = np.exp(-x)
    z += 1
    return np.reciprocal(z, out=z)


def sigmoid_in_place(x: np.ndarray) -> None:
    """The same, written over x."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1
    np.reciprocal(x, out=x)


def live(mask: np.ndarray | None, x: Any, otherwise: float = 0.0) -> Any:
    """A coefficient of every step, replaced where the sequence has ended."""
    return x if mask is None else np.where(mask, x, otherwise)


def _activated(a: np.ndarray, kind: str) -> np.ndarray:
    found: np.ndarray = np.tanh(a, out=a) if kind == "tanh" else np.maximum(a, 0, out=a)
    return found


def _rnn(
    inputs: np.ndarray, h: np.ndarray, w: np.ndarray, kind: str, reverse: bool, mask: np.ndarray | None
) -> np.ndarray:
    z = np.empty(inputs.shape, inputs.dtype)
    w_t = np.ascontiguousarray(w.T)
    for t in steps(len(inputs), reverse):
        a = h @ w_t
        a += inputs[t]
        new = _activated(a, kind)
        h = z[t] = new if mask is None else np.where(mask[t], new, h)
    return z


def _rnn_rule(g: Any, z: Any, operands: Sequence[Any], static: Static, wanted: Wanted) -> Sequence[Any]:
    """ā = h̄ ∘ f′(a), and to the step before ā W (Werbos 1990)."""
    _, h0, w = operands
    mask, reverse = static["mask"], static["reverse"]
    slope = 1 - z * z if static["kind"] == "tanh" else (primal(z) > 0).astype(z.dtype)
    slope = live(mask, slope)
    count = shape_of(z)[0]
    upstream = Collected(count)
    dh: Any = 0.0
    for t in reversed(steps(count, reverse)):
        dh = g[t] + dh
        da = dh * slope[t]
        upstream.put(t, da)
        dh = np.matmul(da, w) if mask is None else np.matmul(da, w) + dh * ~mask[t]
    whole = upstream.whole()
    return [whole, dh, weight_gradient(whole, before(z, h0, reverse)) if wanted[2] else None]


rnn: Primitive = host(
    "rnn",
    "RNN",
    _rnn,
    _rnn_rule,
    rule="upstream × f′, step by step from the last; to the step before through W",
)


def _gru(
    inputs: np.ndarray,
    h: np.ndarray,
    w: np.ndarray,
    *bias: np.ndarray,
    reverse: bool,
    mask: np.ndarray | None,
    kept: Kept | None = None,
) -> np.ndarray:
    """(L, N, 3 H), (N, H), (3 H, H) and perhaps (3 H,) give (L, N, H); the gates are r, u, n."""
    count, batch, width = len(inputs), *h.shape
    z = np.empty((count, batch, width), inputs.dtype)
    room = np.empty((count if kept else 1, batch, 4 * width), inputs.dtype)  # of a step r, u, W_n h + b_n, n
    w_t = np.ascontiguousarray(w.T)
    for t in steps(count, reverse):
        own = room[t if kept else 0]
        np.matmul(h, w_t, out=own[:, : 3 * width])
        if bias:
            own[:, : 3 * width] += bias[0]
        own[:, : 2 * width] += inputs[t, :, : 2 * width]
        sigmoid_in_place(own[:, : 2 * width])
        reset, update, linear, new = (own[:, i * width : (i + 1) * width] for i in range(4))
        np.multiply(reset, linear, out=new)
        new += inputs[t, :, 2 * width :]
        np.tanh(new, out=new)
        after = new + update * (h - new)
        h = z[t] = after if mask is None else np.where(mask[t], after, h)
    if kept:
        kept.states, kept.gates = z, room
    return z


def _gru_rule(g: Any, z: Any, operands: Sequence[Any], static: Static, wanted: Wanted) -> Sequence[Any]:
    """With r, u the gates, n the candidate and h′ = n + u (h − n): every part is h̄′ times a coefficient of its step.

    n̄ = (1 − u)(1 − n²), r̄ = n̄ (W_n h + b_n) r (1 − r), ū = (h − n) u (1 − u), and u to h itself (Cho et al. 2014).
    """
    inputs, h0, w = operands[:3]
    mask, reverse = static["mask"], static["reverse"]
    count, _, width = shape_of(z)
    h, w_t = before(z, h0, reverse), np.transpose(w)
    upstream, of_inputs = Collected(count), Collected(count)
    found = static["kept"].of(z) if static.get("kept") else None
    dh: Any = 0.0
    for taken, at in stretches(count, reverse, z, 3):
        inside = None if mask is None else mask[at]
        if found is not None:
            reset, update, linear, new = (found[at, :, i * width : (i + 1) * width] for i in range(4))
        else:
            of_state = np.matmul(h[at], w_t)
            if len(operands) > 3:
                of_state = of_state + operands[3]
            gates = sigmoid(inputs[at, :, : 2 * width] + of_state[..., : 2 * width])
            reset, update, linear = gates[..., :width], gates[..., width:], of_state[..., 2 * width :]
            new = np.tanh(inputs[at, :, 2 * width :] + reset * linear)
        to_new = (1 - update) * (1 - new * new)
        to_gates = [to_new * linear * reset * (1 - reset), (h[at] - new) * update * (1 - update)]
        to_state = live(inside, np.concatenate([*to_gates, to_new * reset], axis=-1))
        to_inputs = live(inside, np.concatenate([*to_gates, to_new], axis=-1)) if wanted[0] else None
        update = live(inside, update, 1.0)
        for t in taken:
            k = t - at.start
            dh = g[t] + dh
            da = upstream.product(t, [dh] * 3, to_state[k])
            if to_inputs is not None:
                of_inputs.product(t, [dh] * 3, to_inputs[k])
            dh = np.matmul(da, w) + dh * update[k]
    whole = upstream.whole()
    parts = [of_inputs.whole() if wanted[0] else None, dh, weight_gradient(whole, h) if wanted[2] else None]
    return [*parts, np.sum(rows(whole), axis=0)][: len(operands)]


gru: Primitive = host(
    "gru",
    "GRU",
    _gru,
    _gru_rule,
    rule="upstream through the gates, step by step from the last; to the step before × update + through W",
)
