"""`backward()` and `grad()`: the compiled sweep for first order, the recorded one for more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import backward as engine
from notebook_ad.engine.reach import Visited, visited_by
from notebook_ad.tensor import reverse
from notebook_ad.tensor.ambient import checking, enable_grad, no_grad
from notebook_ad.tensor.gradients import accumulate_all, add_to_leaves, consume, seed_of, start_row, watcher
from notebook_ad.tensor.levels import Level, is_plain
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Meta, Tensor, constant, describe, make, meta_of
from notebook_ad.tensor.watching import seen


def backward(
    self: Tensor,
    gradient: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Add the derivative of this tensor with respect to every leaf that it depends on to that leaf's `.grad`.

    Args:
        gradient: derivative of the final quantity with respect to this tensor, of its shape; 1 for a scalar.
        retain_graph: keep the graph for another backward. Without it a second one raises, as in PyTorch.
        create_graph: record the backward pass, so that `.grad` can be differentiated again; keeps the graph.
        inputs: fill `.grad` of these only.

    Raises:
        RuntimeError: the tensor needs no gradient, is not a scalar and has no seed, or was swept before.
    """
    if not self.requires_grad:
        raise RuntimeError(
            f"backward on {describe(self)}, which does not require a gradient{place()}: no leaf with "
            "requires_grad=True takes part in it"
        )
    seed = seed_of(self, gradient)
    if create_graph or inputs is not None or checking.get() or isinstance(self, Level):
        _into(self, gradient if isinstance(gradient, Tensor) else make(seed), retain_graph, create_graph, inputs)
        return
    visited: Visited = []
    leaves: list[tuple[Any, Any]] = [(self._meta, seed)]
    if self._segment is not None:  # else a leaf on its own
        leaves, visited = engine.backward(self._segment, self._id, seed)
    add_to_leaves(leaves)
    if not retain_graph and visited:
        consume(self, visited)
    if (watch := watcher.get()) is not None:
        watch(self, seed, leaves)


def _into(output: Tensor, seed: Tensor, retain: bool | None, create: bool, inputs: Any) -> None:
    if inputs is not None:
        wanted = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    else:
        wanted = [_leaf(meta) for meta in reverse.leaves_of(output)]
    found = grads([output], [seed], wanted, create, create if retain is None else retain)
    accumulate_all(
        [(meta_of(t), g if create else g._value) for t, g in zip(wanted, found, strict=True) if g is not None]
    )


def _leaf(meta: Meta) -> Tensor:
    t = make(0.0)
    t._meta = meta
    return t


def grads(
    outputs: Sequence[Tensor], cotangents: Sequence[Tensor], wanted: Sequence[Tensor], create: bool, retain: bool
) -> list[Tensor | None]:
    """The gradients of the wanted tensors, leaves or not; None for one that no output depends on.

    Args:
        create: record the sweep; retain: keep the graph.
    """
    if create or checking.get() or not is_plain([*outputs, *cotangents]):
        with enable_grad() if create else no_grad():
            found = reverse.pull(outputs, cotangents, wanted)
            found = [g if g is None else _past_hooks(t, g) for t, g in zip(wanted, found, strict=True)]
        if not retain:
            for output in outputs:
                _give_back(output)
        return found
    return first_order(outputs, cotangents, wanted, retain)


def _past_hooks(t: Tensor, g: Tensor) -> Tensor:
    """A leaf's gradient as its hooks leave it; those of intermediates were called in the sweep."""
    meta = t._meta
    if meta is None or not meta.leaf or meta.watch is None:
        return g
    after: Tensor = seen(meta, g)
    return after


def _give_back(output: Tensor) -> None:
    if type(output) is Tensor and output._segment is not None:
        consume(output, visited_by(*start_row(output)))


def first_order(
    outputs: Sequence[Tensor], cotangents: Sequence[Tensor], wanted: Sequence[Tensor], retain: bool
) -> list[Tensor | None]:
    """Gradients by the compiled sweep, which stops at the intermediates among the wanted tensors."""
    seeds = [(*start_row(out), _seed(g, out)) for out, g in zip(outputs, cotangents, strict=True) if out.requires_grad]
    if not seeds:
        return [None] * len(wanted)
    caught: dict[int, Any] = {}
    taken = []
    for i, t in enumerate(wanted):
        if t._segment is not None and not t.is_leaf:
            segment, row = t._segment.imports.get(t._id, (t._segment, t._id))
            taken.append((segment, row, segment.hooks.get(row)))
            segment.hook(row, _catch(caught, i, segment.hooks.get(row)))
    try:
        leaves, visited = engine.backward(*seeds[0]) if len(seeds) == 1 else engine.backward_of(seeds)
    finally:
        for segment, row, before in reversed(taken):
            segment.unhook(row, before)
    sums: dict[int, Any] = {}
    for meta, part in leaves:
        sums[id(meta)] = sums[id(meta)] + part if id(meta) in sums else part
    for i, t in enumerate(wanted):
        if t._meta is not None and t._meta.leaf and id(t._meta) in sums:
            caught[i] = seen(t._meta, sums[id(t._meta)])
    if not retain:
        consume(outputs[-1], visited)
    return [constant(caught[i]) if i in caught else None for i in range(len(wanted))]


def _seed(g: Tensor, output: Tensor) -> Any:
    value = g._value
    return float(value) if type(output._value) is float else np.array(value, output.dtype)


def _catch(caught: dict[int, Any], i: int, before: Any) -> Any:
    def catch(gradient: Any) -> Any:
        gradient = before(gradient) if before is not None else gradient
        caught[i] = gradient if type(gradient) is float else np.array(gradient)
        return gradient

    return catch
