"""`ad.functional`: PyTorch's `torch.autograd.functional`, where the function comes first and the result is a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant
from notebook_ad.transforms import forward, matrices, reverse
from notebook_ad.transforms.trees import map_leaves

Function = Callable[..., Any]


def jacobian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The Jacobian of `func` at the inputs (a tensor or a tuple); nested tuples by output, then by input.

    `vectorize` and `strategy` are accepted: the result is the same, the mode is picked by shape. `strict` is not.
    """
    _not_strict(strict, "jacobian")
    if not isinstance(inputs, tuple):
        return _tensors(matrices.jacobian(func)(inputs), create_graph)
    return _tensors(matrices.jacobian(func, tuple(range(len(inputs))))(*inputs), create_graph)


def hessian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The second derivatives of a scalar function; nested tuples for a tuple of inputs. Options as for `jacobian`."""
    _not_strict(strict, "hessian")
    if not isinstance(inputs, tuple):
        return _tensors(matrices.hessian(func)(inputs), create_graph)
    return _tensors(matrices.hessian(func, tuple(range(len(inputs))))(*inputs), create_graph)


def vjp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`(value, v·J)`; `v` may be left out for a scalar function."""
    _not_strict(strict, "vjp")
    args = inputs if isinstance(inputs, tuple) else (inputs,)
    value, pullback = reverse.vjp(func, *args)
    found = pullback(_one(value, "vjp", "gives") if v is None else v)
    return _tensors(value, create_graph), _tensors(found if isinstance(inputs, tuple) else found[0], create_graph)


def jvp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`(value, J·v)`; `v` may be left out for a single number."""
    _not_strict(strict, "jvp")
    v = _one(inputs, "jvp", "takes") if v is None else v
    args, tangents = (inputs, v) if isinstance(inputs, tuple) else ((inputs,), (v,))
    value, moved = forward.jvp(func, args, tangents)
    return _tensors(value, create_graph), _tensors(moved, create_graph)


def hvp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`(value, H·v)` of a scalar function; `v` may be left out for a single number."""
    _not_strict(strict, "hvp")
    v = _one(inputs, "hvp", "takes") if v is None else v
    value = func(*inputs) if isinstance(inputs, tuple) else func(inputs)
    return _tensors(value, create_graph), _tensors(matrices.hvp(func, inputs, v), create_graph)


def vhp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`(value, v·H)` of a scalar function: the Hessian is symmetric."""
    return hvp(func, inputs, v, create_graph, strict)


def _one(value: Any, what: str, verb: str) -> Tensor:
    t = value if isinstance(value, Tensor) else None if isinstance(value, tuple) else constant(value)
    if t is None or t.size != 1:
        form = "several values" if t is None else f"shape {t.shape}"
        raise RuntimeError(f"{what} needs v for a function that {verb} {form}{place()}; leave it out for a scalar only")
    return reverse.one_like(t)


def _not_strict(strict: bool, what: str) -> None:
    if strict:
        raise NotImplementedError(f"{what}(strict=True) is not supported{place()}: independent outputs have zeros")


def _tensors(tree: Any, create_graph: bool) -> Any:
    """Results as tensors; part of the graph only where it was asked for, as in PyTorch."""

    def finish(x: Any) -> Tensor:
        t = x if isinstance(x, Tensor) else constant(x)
        return t if create_graph else t.detach()

    return map_leaves(finish, tree)
