"""`ad.autograd`: PyTorch's `torch.autograd`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from notebook_ad.compat import functional
from notebook_ad.compat.function import Function
from notebook_ad.tensor.ambient import enable_grad, no_grad
from notebook_ad.tensor.anomaly import detect_anomaly
from notebook_ad.tensor.backward import grads
from notebook_ad.tensor.gradients import seed_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tangents import zeros_like
from notebook_ad.tensor.tensor import Tensor, describe, make

__all__ = ["Function", "backward", "detect_anomaly", "enable_grad", "functional", "grad", "no_grad"]

Tensors = Tensor | Sequence[Tensor]


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Gradients of the sum of the outputs with respect to the inputs, leaves or intermediates. As `torch.autograd.grad`.

    Args:
        grad_outputs: a cotangent for each output; 1 for a scalar.
        create_graph: the gradients can be differentiated again.
        allow_unused: None for an input that no output depends on, instead of an error.
        materialize_grads: zeros for such an input.

    Raises:
        RuntimeError: an input does not require a gradient, or is not used.
    """
    outs, ins = _many(outputs), _many(inputs)
    seeds = [None] * len(outs) if grad_outputs is None else _many(grad_outputs)
    if len(seeds) != len(outs):
        raise RuntimeError(f"autograd.grad: {len(outs)} outputs but {len(seeds)} grad_outputs{place()}")
    for i, t in enumerate(ins):
        if not t.requires_grad:
            raise RuntimeError(f"autograd.grad: input {i}, {describe(t)}, does not require a gradient{place()}")
    cotangents = [_seed(out, g) for out, g in zip(outs, seeds, strict=True)]
    found = grads(outs, cotangents, ins, create_graph, create_graph if retain_graph is None else retain_graph)
    if materialize_grads:
        return tuple(zeros_like(t) if g is None else g for g, t in zip(found, ins, strict=True))
    if not allow_unused and any(g is None for g in found):
        i = next(i for i, g in enumerate(found) if g is None)
        raise RuntimeError(
            f"autograd.grad: no output depends on input {i}, {describe(ins[i])}{place()}. "
            "Pass allow_unused=True to get None for it, or materialize_grads=True for zeros"
        )
    return tuple(found)


def backward(
    tensors: Tensors,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensors | None = None,
) -> None:
    """Add the gradients of the sum of the tensors to the leaves' `.grad`. As `torch.autograd.backward`."""
    outs = _many(tensors)
    seeds = [None] * len(outs) if grad_tensors is None else _many(grad_tensors)
    for i, (out, g) in enumerate(zip(outs, seeds, strict=True)):
        last = i == len(outs) - 1
        out.backward(g, retain_graph if last else True, create_graph, inputs)


def _seed(output: Tensor, g: Any) -> Tensor:
    if isinstance(g, Tensor):
        seed_of(output, g.detach() if g.requires_grad else g, "autograd.grad")
        return g
    return make(seed_of(output, g, "autograd.grad"))


def _many(tensors: Any) -> list[Any]:
    return list(tensors) if isinstance(tensors, tuple | list) else [tensors]
