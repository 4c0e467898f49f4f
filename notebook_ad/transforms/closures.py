"""What functions with a rule of their own share: they may not close over what is being differentiated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from notebook_ad.tensor import reverse
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant, describe, make
from notebook_ad.transforms.trees import leaves, rebuild
from notebook_ad.transforms.variables import finished


def alone(results: list[Tensor], name: str) -> list[Tensor]:
    """The results of a run on detached operands, which so have no gradient of their own.

    Raises:
        RuntimeError: one has a gradient nevertheless: the function closes over a tensor.
    """
    for t in results:
        if type(t) is Tensor and t.requires_grad and (not t.is_leaf or (t._meta is not None and t._meta.variable)):
            names = [describe(_tensor_of(meta)) for meta in reverse.leaves_of(t) if meta.name]
            raise RuntimeError(
                f"{name} closes over {' and '.join(names) or 'a tensor'} that requires a gradient{place()}, "
                "which would get none; pass it as an argument, or make it with requires_grad=False"
            )
    return [t.detach() if type(t) is Tensor and t.requires_grad else t for t in results]


def _tensor_of(meta: Any) -> Tensor:
    t = make(0.0)
    t._meta = meta
    return t


def given_back(form: Any, found: Sequence[Tensor], given: Any) -> Any:
    """The results in their structure: tensors where one was given or something may differentiate them."""
    tensors = any(isinstance(x, Tensor) for x in leaves(given))
    return rebuild(form, list(found) if tensors else [finished(t) for t in found])


def as_tensor(x: Any) -> Tensor:
    """A number, array or tensor as a tensor."""
    return x if isinstance(x, Tensor) else own(x) if not isinstance(x, float) else constant(x)
