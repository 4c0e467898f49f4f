"""The base of the optimisers: parameter groups, state, and a step that records nothing.

A subclass says how one array is updated (`_rule`); this class finds the arrays. Buffers are NumPy arrays that the steps
change in place; a parameter is rebound to a new array, as what was recorded keeps the old one.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from notebook_ad.optim import states
from notebook_ad.tensor.ambient import enable_grad
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.sparse import SparseTensor
from notebook_ad.tensor.tensor import Tensor, describe, meta_of
from notebook_ad.tensor.watching import Handle

Group = dict[str, Any]
State = dict[str, Any]
Update = Callable[[np.ndarray, np.ndarray, np.ndarray, State], None]
"""`(w, g, out, state)`: read the weights w and their gradient g, write the new weights into out; all of one shape."""

UpdateRows = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray, State], np.ndarray]
"""`(w, g, at, like, state)`: the new rows for rows w with gradient g, which stand at indices in an array as `like`."""


class Optimizer:
    """Updates parameters from their `.grad`. As `torch.optim.Optimizer`.

    Args:
        params: tensors, pairs (name, tensor), or dicts with "params" and options of that group.
        defaults: options of the groups that do not give them.

    Attributes:
        param_groups: a dict per group: its "params", and its options, which may be changed at any time.
        state: a dict per parameter: its buffers, which the steps change in place. `state_dict()` gives copies.

    Raises:
        TypeError: params is one tensor, a set, or holds something else than tensors.
        ValueError: there are none, one is no leaf, or one is in two groups.
    """

    def __init__(self, params: Iterable[Any], defaults: Group) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                f"{type(self).__name__}: params must be a list of tensors, not one; give [{_called(params)}]"
            )
        for option in ("capturable", "differentiable"):
            if defaults.get(option):
                raise ValueError(f"{type(self).__name__}: {option}=True is not supported; leave it out")
        self.defaults = defaults
        self.state: defaultdict[Any, State] = defaultdict(dict)
        self.param_groups: list[Group] = []
        self._before: dict[int, Callable[..., Any]] = {}
        self._after: dict[int, Callable[..., Any]] = {}
        self._steps = 0  # schedulers ask whether there was one
        self._scratch_arrays: dict[Any, np.ndarray] = {}
        groups = list(params)
        if not groups:
            raise ValueError(f"{type(self).__name__} got no parameters; give model.parameters() or a list of tensors")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def __repr__(self) -> str:
        parts = []
        for i, group in enumerate(self.param_groups):
            options = "".join(f"    {key}: {group[key]}\n" for key in sorted(group) if key != "params")
            parts.append(f"\nParameter Group {i}\n{options}")
        return f"{type(self).__name__} ({''.join(parts)})"

    def _rule(self, group: Group) -> Update:
        """How an array of this group is updated, with the group's options as they are now."""
        raise NotImplementedError

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient. Records nothing.

        Args:
            closure: computes the loss anew (zero_grad, forward, backward) and gives it; called once, with recording on.

        Returns:
            What the closure gave, else None.
        """
        for hook in list(self._before.values()):
            hook(self, (closure,), {})
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with np.errstate(all="ignore"):
            for group in self.param_groups:
                self._step_group(group)
        self._steps += 1
        for hook in list(self._after.values()):
            hook(self, (closure,), {})
        return loss

    def _step_group(self, group: Group) -> None:
        update, negated = self._rule(group), group.get("maximize", False)
        for p in group["params"]:
            g = None if p._meta is None else p._meta.grad
            if g is None:
                continue
            if isinstance(g, Tensor):
                if type(g) is SparseTensor and self._step_rows(p, g, group):
                    continue
                g = g._value
            if negated:
                g = -g
            value = p._value
            if type(value) is float:
                out = np.empty(())
                update(np.asarray(value), np.asarray(g), out, self.state[p])
                rebind(p, float(out))
                continue
            out = np.empty_like(value)
            if value.dtype.kind == "c":  # as pairs of reals; our gradient is conjugate to PyTorch's
                update(_pairs(value), _pairs(np.conj(g)), _pairs(out), self.state[p])
            else:
                update(value, g, out, self.state[p])
            rebind(p, out)

    def _step_rows(self, p: Tensor, gradient: SparseTensor, group: Group) -> bool:
        """Update the rows that a sparse gradient holds, where this class can; else False."""
        update = self._rule_of_rows(group)
        if update is None:
            return False
        held = gradient.coalesce()
        at, g = held._at, -held._rows if group.get("maximize", False) else held._rows
        value = p._value
        out = value.copy()  # what was recorded keeps the old one
        out[at] = update(value[at], g, at, value, self.state[p])
        rebind(p, out)
        return True

    def _rule_of_rows(self, group: Group) -> UpdateRows | None:
        """How the rows of a sparse gradient are updated; None where they all are, as by a dense one."""
        return None

    def _scratch(self, like: np.ndarray, number: int = 0) -> np.ndarray:
        """An array for intermediate results, of the shape and dtype of another; its content is anything."""
        key = like.shape, like.dtype, number
        found = self._scratch_arrays.get(key)
        if found is None:
            found = self._scratch_arrays[key] = np.empty_like(like)
        return found

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to 0."""
        for group in self.param_groups:
            for p in group["params"]:
                meta = p._meta
                if meta is not None and meta.grad is not None:
                    meta.grad = None if set_to_none else np.zeros(p.shape, p.dtype) if p.shape else p.dtype.type(0)
                    if meta.grad is not None and type(p._value) is float:
                        meta.grad = 0.0

    def add_param_group(self, param_group: Group) -> None:
        """Add parameters with options of their own, as for layers that are thawed later.

        Raises:
            TypeError: it is no dict, or holds something else than tensors.
            ValueError: a parameter is no leaf, or in a group already; names are given for some only.
        """
        who = type(self).__name__
        if not isinstance(param_group, dict):
            raise TypeError(f'{who}: a parameter group is a dict with "params", not {type(param_group).__name__}')
        given = param_group["params"]
        if isinstance(given, set | frozenset):
            raise TypeError(f"{who}: params is a set, whose order changes between runs; give a list")
        given = [given] if isinstance(given, Tensor) else list(given)
        names = [item[0] for item in given if isinstance(item, tuple)]
        tensors = [item[1] if isinstance(item, tuple) else item for item in given]
        if names and len(names) != len(tensors):
            raise ValueError(
                f"{who}: {len(tensors) - len(names)} of {len(tensors)} params have no name; name all or none"
            )
        if any(("param_names" in other) != bool(names) for other in self.param_groups):
            raise ValueError(f"{who}: all parameter groups must be with names, or all without")
        for p in tensors:
            if not isinstance(p, Tensor):
                raise TypeError(f"{who}: params must be tensors, not {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError(
                    f"{who}: {describe(p)} is the result of an operation; only leaves can be optimised. "
                    "Give the tensors it was computed from"
                )
        known = {id(p) for other in self.param_groups for p in other["params"]}
        if any(id(p) in known for p in tensors):
            raise ValueError(f"{who}: a parameter is in more than one group; give each once")
        if len({id(p) for p in tensors}) < len(tensors):
            warnings.warn(f"{who}: a parameter is given twice, and is updated twice in each step", stacklevel=3)
        param_group["params"] = tensors
        if names:
            param_group["param_names"] = names
        for name, default in self.defaults.items():
            param_group.setdefault(name, default)
        self.param_groups.append(param_group)

    def state_dict(self) -> dict[str, Any]:
        """What `load_state_dict` restores, laid out as PyTorch's: {"state": {0: {…}}, "param_groups": [{…, "params": [0]}]}."""
        return states.packed(self)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over the options and buffers of an optimiser with the same groups; PyTorch's state dicts fit too.

        Raises:
            ValueError: the groups, their sizes, or the shape of a buffer differ. Nothing has changed then.
        """
        states.load(self, state_dict)

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> Handle:
        """Call `hook(optimizer, args, kwargs)` before every step."""
        return Handle(self._before, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> Handle:
        """Call `hook(optimizer, args, kwargs)` after every step."""
        return Handle(self._after, hook)


def gradient_of(p: Tensor) -> Any:
    """The number or array of a parameter's gradient, which is not to be changed; None where it has none."""
    meta = p._meta
    if meta is None or meta.grad is None:
        return None
    gradient = meta.grad
    return gradient._value if isinstance(gradient, Tensor) else gradient


def set_gradient(p: Tensor, gradient: Any) -> None:
    """Replace a parameter's gradient by an array of its shape."""
    meta_of(p).grad = float(gradient) if type(p._value) is float else gradient


def checked(who: str, **least: tuple[Any, float]) -> None:
    """Options as (value, least accepted value).

    Raises:
        ValueError: one is smaller, or nan.
    """
    for name, (value, lower) in least.items():
        if not float(value) >= lower:
            raise ValueError(f"{who}: {name} must be at least {lower:g}, not {value}")


def checked_betas(who: str, betas: tuple[float, float]) -> None:
    """Decay rates in [0, 1).

    Raises:
        ValueError: one is not.
    """
    for i, beta in enumerate(betas):
        if not 0.0 <= float(beta) < 1.0:
            raise ValueError(f"{who}: betas[{i}] must be at least 0 and below 1, not {beta}")


def _pairs(x: Any) -> np.ndarray:
    array: np.ndarray = np.ascontiguousarray(x).reshape(np.shape(x) or (1,))
    return array.view(array.real.dtype)


def _called(p: Tensor) -> str:
    return p.name or "w"
