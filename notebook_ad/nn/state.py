"""The state of a module as a dict of tensors, and back. Checked as a whole before anything is changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.making import tensor as tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, make

if TYPE_CHECKING:
    from notebook_ad.nn.module import Module

EXTRA = "_extra_state"


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict(strict=False)` did not find, and did not use."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def entries(module: Module, prefix: str = "") -> list[tuple[str, Module, str, Any]]:
    """All that a state holds: (key, owner, attribute, tensor), in PyTorch's order; shared tensors under each key."""
    own = {**module._parameters, **{k: b for k, b in module._buffers.items() if k not in module._transient}}
    found: list[tuple[str, Module, str, Any]]
    found = [(prefix + name, module, name, t) for name, t in own.items() if t is not None]
    if has_extra_state(module):
        found.append((prefix + EXTRA, module, EXTRA, None))
    for name, child in module._modules.items():
        if child is not None:
            found += entries(child, f"{prefix}{name}.")
    return found


def has_extra_state(module: Module) -> bool:
    """Whether the user's class defines `get_extra_state`."""
    return any("get_extra_state" in vars(kind) for kind in type(module).__mro__ if kind.__name__ != "Module")


def collect(module: Module, destination: Any, prefix: str, keep_vars: bool) -> Any:
    """See Module.state_dict."""
    state = OrderedDict[str, Any]() if destination is None else destination
    for key, owner, attribute, t in entries(module, prefix):
        if attribute == EXTRA:
            state[key] = owner.get_extra_state()
        else:
            state[key] = t if keep_vars else t.data
    return state


def load(module: Module, state: Mapping[str, Any], strict: bool, assign: bool) -> IncompatibleKeys:
    """See Module.load_state_dict."""
    if not isinstance(state, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state).__name__}{place()}.")
    wanted = {key: (owner, name, t) for key, owner, name, t in entries(module)}
    missing = [key for key in wanted if key not in state]
    unexpected = [key for key in state if key not in wanted]
    problems = []
    if strict and unexpected:
        problems.append(f"Unexpected key(s) in state_dict: {_listed(unexpected)}. ")
    if strict and missing:
        problems.append(f"Missing key(s) in state_dict: {_listed(missing)}. ")
    values: dict[str, Any] = {}
    for key, (_, name, t) in wanted.items():
        if key in state and name != EXTRA:
            try:
                values[key] = given = _value(state[key])
            except (TypeError, ValueError, RuntimeError) as error:
                problems.append(f'While copying the parameter named "{key}": {error}')
                continue
            if given.shape != t.shape:
                problems.append(
                    f"size mismatch for {key}: copying a param with shape {given.shape} from checkpoint, "
                    f"the shape in current model is {t.shape}."
                )
    if problems:
        raise RuntimeError(
            f"Error(s) in loading state_dict for {type(module).__name__}{place()}:\n\t" + "\n\t".join(problems)
        )
    for key, (owner, name, t) in wanted.items():
        if name == EXTRA:
            if key in state:
                owner.set_extra_state(state[key])
        elif key in values:
            _put(owner, name, t, values[key], assign)
    return IncompatibleKeys(missing, unexpected)


def _listed(keys: list[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)


def _value(given: Any) -> np.ndarray:
    held = given if isinstance(given, Tensor) else tensor_of(given, requires_grad=False)
    return np.asarray(held._value)


def _put(owner: Module, name: str, t: Tensor, value: np.ndarray, assign: bool) -> None:
    if not assign:
        rebind(t, np.array(value, dtype=t.dtype))
    elif isinstance(t, Parameter):
        owner._parameters[name] = made = Parameter(make(np.array(value)), t.requires_grad)
        made.name = t.name
    else:
        owner._buffers[name] = make(np.array(value))
