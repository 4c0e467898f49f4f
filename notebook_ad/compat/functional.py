"""`ad.functional`: PyTorch's `torch.autograd.functional`, where the function comes first and the result is a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant
from notebook_ad.transforms import forward, matrices, reverse
from notebook_ad.transforms.trees import map_leaves

Function = Callable[..., Any]


def jacobian(func: Function, inputs: Any, create_graph: bool = False) -> Any:
    """The Jacobian of `func` at the inputs (a tensor or a tuple); nested tuples by output, then by input."""
    if not isinstance(inputs, tuple):
        return _tensors(matrices.jacobian(func)(inputs), create_graph)
    return _tensors(matrices.jacobian(func, tuple(range(len(inputs))))(*inputs), create_graph)


def hessian(func: Function, inputs: Any, create_graph: bool = False) -> Any:
    """The second derivatives of a scalar function; nested tuples for a tuple of inputs."""
    if not isinstance(inputs, tuple):
        return _tensors(matrices.hessian(func)(inputs), create_graph)
    return _tensors(matrices.hessian(func, tuple(range(len(inputs))))(*inputs), create_graph)


def vjp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False) -> tuple[Any, Any]:
    """`(value, v·J)`; `v` may be left out for a scalar function."""
    args = inputs if isinstance(inputs, tuple) else (inputs,)
    value, pullback = reverse.vjp(func, *args)
    found = pullback(_seed(value) if v is None else v)
    return _tensors(value, create_graph), _tensors(found if isinstance(inputs, tuple) else found[0], create_graph)


def jvp(func: Function, inputs: Any, v: Any, create_graph: bool = False) -> tuple[Any, Any]:
    """`(value, J·v)`."""
    args, tangents = (inputs, v) if isinstance(inputs, tuple) else ((inputs,), (v,))
    value, moved = forward.jvp(func, args, tangents)
    return _tensors(value, create_graph), _tensors(moved, create_graph)


def hvp(func: Function, inputs: Any, v: Any, create_graph: bool = False) -> tuple[Any, Any]:
    """`(value, H·v)` of a scalar function."""
    value = func(*inputs) if isinstance(inputs, tuple) else func(inputs)
    return _tensors(value, create_graph), _tensors(matrices.hvp(func, inputs, v), create_graph)


def vhp(func: Function, inputs: Any, v: Any, create_graph: bool = False) -> tuple[Any, Any]:
    """`(value, v·H)` of a scalar function: the Hessian is symmetric."""
    return hvp(func, inputs, v, create_graph)


def _seed(value: Any) -> Any:
    t = value if isinstance(value, Tensor) else constant(value)
    if t.size != 1:
        raise RuntimeError(f"vjp needs v for a function that gives shape {t.shape}{place()}; leave it out for a scalar only")
    return reverse.one_like(t)


def _tensors(tree: Any, create_graph: bool) -> Any:
    """Results as tensors; part of the graph only where it was asked for, as in PyTorch."""

    def finish(x: Any) -> Tensor:
        t = x if isinstance(x, Tensor) else constant(x)
        return t if create_graph else t.detach()

    return map_leaves(finish, tree)
