"""An optimiser's state as plain dicts in PyTorch's layout, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.tensor import foreign
from notebook_ad.tensor.tensor import Tensor, constant, describe

if TYPE_CHECKING:
    from notebook_ad.optim.optimizer import Optimizer

COUNTS = ("step", "mu_product")  # numbers here, tensors without axes in a state dict


def packed(optimizer: Optimizer) -> dict[str, Any]:
    """Groups with numbers in the places of parameters, and the state by these numbers; arrays as tensors of their own."""
    numbers: dict[int, int] = {}
    groups = []
    for group in optimizer.param_groups:
        for p in group["params"]:
            numbers.setdefault(id(p), len(numbers))
        options = {key: value for key, value in group.items() if key != "params"}
        groups.append({**options, "params": [numbers[id(p)] for p in group["params"]]})
    state = {
        numbers[id(p)]: {key: _given_out(key, value) for key, value in of.items()}
        for p, of in optimizer.state.items()
        if id(p) in numbers
    }
    return {"state": state, "param_groups": groups}


def _given_out(key: str, value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return constant(np.array(value))
    if isinstance(value, list):
        return [_given_out("", item) for item in value]
    return constant(float(value)) if key in COUNTS else value


def load(optimizer: Optimizer, state_dict: Mapping[str, Any]) -> None:
    """Take over a state dict; everything is checked before anything changes.

    Raises:
        ValueError: the groups, their sizes, or the shape of a buffer differ.
    """
    who = type(optimizer).__name__
    groups, saved = optimizer.param_groups, state_dict["param_groups"]
    if len(groups) != len(saved):
        raise ValueError(f"load_state_dict: {len(saved)} parameter groups were saved, but this {who} has {len(groups)}")
    for i, (group, old) in enumerate(zip(groups, saved, strict=True)):
        if len(group["params"]) != len(old["params"]):
            raise ValueError(
                f"load_state_dict: group {i} was saved with {len(old['params'])} parameters, "
                f"but has {len(group['params'])} in this {who}"
            )
    places = chain.from_iterable(old["params"] for old in saved)
    params = chain.from_iterable(group["params"] for group in groups)
    param_at = dict(zip(places, params, strict=True))
    state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
    for number, of in state_dict["state"].items():
        if number in param_at:
            p = param_at[number]
            state[p] = {key: _taken_in(key, value, p, number) for key, value in of.items()}
    for group, old in zip(groups, saved, strict=True):
        options = {key: tuple(v) if isinstance(v, list) and key == "betas" else v for key, v in old.items()}
        group.update({key: value for key, value in options.items() if key != "params"})
    optimizer.state = state


def _taken_in(key: str, value: Any, p: Tensor, number: Any) -> Any:
    if isinstance(value, list):
        return [_taken_in("", item, p, number) for item in value]
    held = value
    if isinstance(value, Tensor):
        held = np.asarray(value._value)
    elif foreign.is_foreign(value):
        held = np.asarray(foreign.array_of(value))
    if key in COUNTS:
        count = float(np.asarray(held))
        return int(count) if key == "step" else count
    if not isinstance(held, np.ndarray):
        return held
    if key in SHAPED and p.dtype.kind != "c" and held.shape != p.shape:
        raise ValueError(
            f"load_state_dict: {key!r} of parameter {number} has shape {held.shape}, but {describe(p)} has {p.shape}"
        )
    return np.array(held, p.dtype if p.dtype.kind == "f" else p.dtype.type(0).real.dtype)


SHAPED = (
    "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "exp_inf", "momentum_buffer", "square_avg", "grad_avg", "sum", "acc_delta",
)  # fmt: skip
