"""`functional_call`: a module with other parameters, for transforms over weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from notebook_ad.nn.module import Module
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with tensors in the places of some of its parameters and buffers. As `torch.func.functional_call`.

    >>> import numpy as np
    >>> import notebook_ad as ad
    >>> from notebook_ad import nn
    >>> layer = nn.Linear(2, 1)
    >>> f = lambda w: functional_call(layer, w, (np.ones((1, 2)),)).sum()
    >>> ad.grad(f)({"weight": np.zeros((1, 2)), "bias": np.zeros(1)})["weight"]
    array([[1., 1.]])

    Args:
        parameter_and_buffer_dicts: tensors or arrays by path, or several such dicts; what is not named stays.
        args: what the module is called with; a tuple for several.
        tie_weights: a parameter that stands in several places is replaced in all of them.
        strict: every parameter and buffer must be given.

    Raises:
        ValueError: a path is in two dicts.
        RuntimeError: there is no parameter or buffer of a path, or, with strict, one is missing.
    """
    given = _joined(parameter_and_buffer_dicts)
    places = {path: spot for path, spot in _places(module).items() if spot[0][spot[1]] is not None}
    if unknown := [path for path in given if path not in places]:
        raise RuntimeError(
            f"functional_call: {type(module).__name__} has no parameter or buffer {unknown[0]!r}{place()}"
        )
    values = {path: tensor_of(value) for path, value in given.items()}
    if tie_weights:
        by_tensor = {id(places[path][0][places[path][1]]): value for path, value in values.items()}
        values |= {p: by_tensor[id(t[n])] for p, (t, n) in places.items() if p not in values and id(t[n]) in by_tensor}
    if strict and (missing := [path for path in places if path not in values]):
        raise RuntimeError(f"functional_call: strict, but {', '.join(map(repr, missing))} missing{place()}")
    before = [(*places[path], places[path][0][places[path][1]]) for path in values]
    try:
        for path, value in values.items():
            table, name = places[path]
            table[name] = value
        return module(*(args if isinstance(args, tuple) else () if args is None else (args,)), **(kwargs or {}))
    finally:
        for table, name, tensor in before:
            table[name] = tensor


def _joined(dicts: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if isinstance(dicts, Mapping):
        return dict(dicts)
    found: dict[str, Any] = {}
    for held in dicts:
        if both := sorted(found.keys() & held.keys()):
            raise ValueError(f"functional_call: {both[0]!r} is in two dicts{place()}")
        found |= held
    return found


def _places(module: Module) -> dict[str, tuple[dict[str, Any], str]]:
    """Where each parameter and buffer is held, by path; shared ones under each."""
    return {
        (f"{path}.{name}" if path else name): (table, name)
        for path, owner in module.named_modules(remove_duplicate=False)
        for table in (owner._parameters, owner._buffers)
        for name in table
    }
