"""`ad.autograd`: PyTorch's `torch.autograd`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from notebook_ad.compat import functional
from notebook_ad.compat.function import Function
from notebook_ad.tensor.ambient import enable_grad, inference_mode, no_grad, set_grad_enabled
from notebook_ad.tensor.anomaly import detect_anomaly
from notebook_ad.tensor.backward import grads
from notebook_ad.tensor.creation import stack
from notebook_ad.tensor.gradients import seed_of
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tangents import zeros_like
from notebook_ad.tensor.tensor import Tensor, describe, make
from notebook_ad.transforms.check import check_grads

__all__ = [
    "Function", "backward", "detect_anomaly", "enable_grad", "functional", "grad", "gradcheck", "gradgradcheck",
    "inference_mode", "no_grad", "set_grad_enabled",
]  # fmt: skip

Tensors = Tensor | Sequence[Tensor]


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Gradients of the sum of the outputs with respect to the inputs, leaves or intermediates. As `torch.autograd.grad`.

    Args:
        grad_outputs: a cotangent for each output; 1 for a scalar.
        create_graph: the gradients can be differentiated again.
        allow_unused: None for an input that no output depends on, instead of an error.
        is_grads_batched: each of `grad_outputs` holds several along a new first axis, and so do the gradients.
        materialize_grads: zeros for such an input.

    Raises:
        RuntimeError: an input does not require a gradient, or is not used.
    """
    outs, ins = _many(outputs), _many(inputs)
    if is_grads_batched:
        rows = list(zip(*_many(grad_outputs), strict=True))
        kept = [*[True] * (len(rows) - 1), retain_graph]
        each = [
            grad(outs, ins, row, keep, create_graph, allow_unused, False, materialize_grads)
            for row, keep in zip(rows, kept, strict=True)
        ]
        return tuple(None if column[0] is None else stack(column) for column in zip(*each, strict=True))
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


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    check_forward_ad: bool = False,
    **_: Any,
) -> bool:
    """Whether the derivatives of a function agree with central differences. As `torch.autograd.gradcheck`.

    Args:
        inputs: tensors, of which those that require a gradient are varied, and other arguments.
        raise_exception: raise what differs, instead of False.

    Raises:
        AssertionError: a derivative differs.
        ValueError: no input requires a gradient.
    """
    return _checks(func, inputs, 1, (eps, atol, rtol), raise_exception, check_forward_ad)


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    **_: Any,
) -> bool:
    """As `gradcheck`, of the second derivatives too. As `torch.autograd.gradgradcheck`; the cotangents are random."""
    return _checks(func, inputs, 2, (eps, atol, rtol), raise_exception, False)


def _checks(
    func: Callable[..., Any], inputs: Any, order: int, within: tuple[float, float, float], say: bool, forward: bool
) -> bool:
    given = _many(inputs)
    varied = [i for i, t in enumerate(given) if isinstance(t, Tensor) and t.requires_grad]
    if not varied:
        raise ValueError(f"gradcheck: no input requires a gradient{place()}; make one with requires_grad=True")

    def of_varied(*values: Any) -> Any:
        at = dict(zip(varied, map(tensor_of, values), strict=True))  # arrays, where differences are taken
        return func(*(at.get(i, t) for i, t in enumerate(given)))

    eps, atol, rtol = within
    values = [given[i].detach().numpy() for i in varied]
    modes = ("fwd", "rev") if forward else ("rev",)
    try:
        check_grads(of_varied, values, order, modes, atol, rtol, eps)
    except AssertionError:
        if say:
            raise
        return False
    return True


def _seed(output: Tensor, g: Any) -> Tensor:
    if isinstance(g, Tensor):
        seed_of(output, g.detach() if g.requires_grad else g, "autograd.grad")
        return g
    return make(seed_of(output, g, "autograd.grad"))


def _many(tensors: Any) -> list[Any]:
    return list(tensors) if isinstance(tensors, tuple | list) else [tensors]
