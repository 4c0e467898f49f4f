"""The graph of a model's call: the model is called once, in a trace, and drawn with its parts as nodes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from notebook_ad.graph.collapsed import collapsed
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.snapshot import graph
from notebook_ad.tensor.ambient import enable_grad, trace
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, make, meta_of


def is_model(what: Any) -> bool:
    """Whether this is a module: it can be called and names its parts."""
    return callable(what) and hasattr(what, "named_modules")


def model_graph(model: Any, inputs: Sequence[Any], depth: int | None = 1, seed: Any = None) -> Graph:
    """The graph of `model(*inputs)`.

    Args:
        inputs: tensors, arrays, or what else the model takes; those without a name get that of forward's argument.
        depth: how many levels of modules are opened: 1 shows the model's parts; None shows every operation. Layers, which
            have no parts, are opened by None alone.
        seed: gradient of the output; of one that is no scalar ones by default, so the gradients are those of its sum.

    Raises:
        TypeError: the model gives no tensor.
    """
    names = _names(model, len(inputs))
    given = [_named(x, name) for x, name in zip(inputs, names, strict=True)]
    with enable_grad(), trace(lambda: None):
        outputs = list(_tensors(model(*given)))
    if not outputs:
        raise TypeError(f"{type(model).__name__} gave no tensor, so there is nothing to draw{place()}")
    output = outputs[0]
    whole = output.size != 1 and seed is None
    notes = ["gradients of the sum of the output"] if whole else []
    if len(outputs) > 1:
        notes.append(f"the first of {len(outputs)} results")
    found = graph(output, np.ones(output.shape, output.dtype) if whole else seed, notes=notes)
    kept = {x.name for x in _tensors(given) if x.name}
    return found if depth is None else collapsed(found, depth, kept)


def _names(model: Any, count: int) -> list[str]:
    try:
        found = list(inspect.signature(model.forward).parameters.values())
    except (TypeError, ValueError):
        found = []
    names = [p.name for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return (names + [f"input{i}" for i in range(len(names), count)])[:count]


def _named(x: Any, name: str) -> Any:
    if not isinstance(x, Tensor | np.ndarray):
        return x
    t = tensor_of(x)
    if t.name or not t.is_leaf:
        return t
    if not t.requires_grad:  # a name of its own, which the user's tensor does not get
        t = make(t._value)
        meta_of(t).name = name
        return t
    t.name = name
    return t


def _tensors(tree: Any) -> Iterator[Tensor]:
    if isinstance(tree, Tensor):
        yield tree
    elif isinstance(tree, tuple | list | dict):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from _tensors(part)
