"""What is not kept: checkpoint, which runs again instead, and stop_gradient."""

from __future__ import annotations

import contextlib
import functools
import numbers
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.segment import Segment
from notebook_ad.tensor import custom, reverse
from notebook_ad.tensor.ambient import own_tape, state
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.tensor import Tensor, make
from notebook_ad.transforms.closures import alone, as_tensor, given_back
from notebook_ad.transforms.trees import leaves, map_leaves, rebuild
from notebook_ad.transforms.variables import alias

Function = Callable[..., Any]


def stop_gradient(x: Any) -> Any:
    """The same values, constant to every derivative, in nested structures too. As `jax.lax.stop_gradient`."""
    return map_leaves(_stopped, x)


def _stopped(t: Any) -> Any:
    if not isinstance(t, Tensor) and hasattr(
        type(t), "__tensor__"
    ):  # a number of a cell, which has a place on the tape
        t = own(t)
    return t.detach() if isinstance(t, Tensor) else t


def checkpoint(fun: Function) -> Function:
    """The same function, which keeps its arguments only and runs again when its gradient is asked for.

    As `jax.checkpoint` (`ad.checkpoint(f)(x)`). Saves memory where `fun` has many intermediates; costs one more run.
    Arguments that are no numbers or arrays are passed as they are, as are keywords.

    Raises:
        RuntimeError: `fun` closes over a tensor that requires a gradient; it would get none.
    """
    name = getattr(fun, "__name__", "the function")

    @functools.wraps(fun, assigned=("__name__", "__doc__"))
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        form: list[Any] = []
        given = leaves(list(args))
        spots = [i for i, x in enumerate(given) if isinstance(x, Tensor | numbers.Number | np.ndarray)]

        def called(operands: Sequence[Tensor]) -> Any:
            values = list(given)
            for i, t in zip(spots, operands, strict=True):
                values[i] = t
            return fun(*rebuild(list(args), values), **kwargs)

        def run(operands: Sequence[Tensor]) -> tuple[list[Tensor], custom.Pull]:
            with own_tape():
                value = called([t.detach() for t in operands])
            form[:] = [value]

            def pull(g: Sequence[Tensor], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> list[Tensor | None]:
                with own_tape():  # which goes with the gradients that come of it
                    again = [_variable(x) for x in inputs]
                    outputs = [as_tensor(x) for x in leaves(called(again))]
                apart = isinstance(state.get(), Segment)
                with own_tape() if apart else contextlib.nullcontext():
                    return reverse.pull(outputs, g, again)

            return alone([as_tensor(x) for x in leaves(value)], f"checkpoint: {name}"), pull

        found = custom.custom(getattr(fun, "__name__", "checkpoint"), run, [as_tensor(given[i]) for i in spots])
        return given_back(form[0], found, args)

    return checkpointed


def _variable(x: Tensor) -> Tensor:
    return alias(make(x._value)) if type(x) is Tensor and not x.requires_grad else alias(x)
