"""Hooks of a module: what is called before, after and on the way back through it. As PyTorch's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from notebook_ad.tensor.custom import Pull, custom
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.tensor.watching import Handle

if TYPE_CHECKING:
    from notebook_ad.nn.module import Module

Hook = Callable[..., Any]


class Hooks:
    """A module's hooks by kind; each list is a dict by handle, in the order of calls."""

    def __init__(self) -> None:
        self.before: dict[int, Any] = {}
        self.after: dict[int, Any] = {}
        self.backward_before: dict[int, Any] = {}
        self.backward: dict[int, Any] = {}

    def call(self, module: Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """`forward`, with the hooks around it."""
        result: Any = None
        finished = False
        try:
            args, kwargs = self._prepared(module, args, kwargs)
            if self.backward or self.backward_before:
                result = self._watched(module, forward, args, kwargs)
            else:
                result = forward(*args, **kwargs)
            for hook, with_kwargs, _ in list(self.after.values()):
                replaced = hook(module, args, kwargs, result) if with_kwargs else hook(module, args, result)
                result = result if replaced is None else replaced
            finished = True
        finally:
            if not finished:
                for hook, with_kwargs, always in list(self.after.values()):
                    if always:
                        hook(module, args, kwargs, result) if with_kwargs else hook(module, args, result)
        return result

    def _prepared(
        self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        for hook, with_kwargs, _ in list(self.before.values()):
            if with_kwargs:
                if (found := hook(module, args, kwargs)) is not None:
                    if not (isinstance(found, tuple) and len(found) == 2):
                        raise RuntimeError(
                            f"a forward pre-hook with kwargs must return None or (args, kwargs), not {found!r}"
                        )
                    args, kwargs = found
            elif (found := hook(module, args)) is not None:
                args = found if isinstance(found, tuple) else (found,)
        return args, kwargs

    def _watched(self, module: Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: Any) -> Any:
        """`forward` between two identities: the later one sees the gradients of the outputs, the earlier those of the inputs."""
        seen: list[Any] = [None]
        spots = [i for i, a in enumerate(args) if isinstance(a, Tensor) and a.requires_grad]

        def leaving(g: list[Any]) -> Sequence[Any]:
            given: tuple[Any, ...] = tuple(
                next(rest) if i in spots else None for rest in [iter(g)] for i in range(len(args))
            )
            for hook in list(self.backward.values()):
                if (found := hook(module, given, seen[0])) is not None:
                    given = found if isinstance(found, tuple) else (found,)
                    if len(given) != len(args):
                        raise RuntimeError(
                            f"a backward hook returned {len(given)} gradients; {type(module).__name__} has {len(args)} inputs"
                        )
            return [given[i] for i in spots]

        def arriving(places: list[int], count: int) -> Callable[[list[Any]], Sequence[Any]]:
            def pull(g: list[Any]) -> Sequence[Any]:
                given = at_places(g, places, count)
                for hook in list(self.backward_before.values()):
                    if (found := hook(module, given)) is not None:
                        given = found if isinstance(found, tuple) else (found,)
                seen[0] = given
                if not spots:  # no input needs a gradient: nothing will come back to them
                    leaving([])
                return [given[i] for i in places]

            return pull

        inputs = list(args)
        for i, t in zip(spots, identity(module, [args[i] for i in spots], leaving), strict=True):
            inputs[i] = t
        result = forward(*inputs, **kwargs)
        outputs = list(result) if isinstance(result, tuple | list) else [result]
        places = [i for i, t in enumerate(outputs) if isinstance(t, Tensor) and t.requires_grad]
        found = identity(module, [outputs[i] for i in places], arriving(places, len(outputs)))
        for i, t in zip(places, found, strict=True):
            outputs[i] = t
        return outputs[0] if not isinstance(result, tuple | list) else type(result)(outputs)


def identity(module: Module, tensors: Sequence[Tensor], seen: Callable[[list[Any]], Sequence[Any]]) -> list[Tensor]:
    """The same tensors; `seen(gradients)` gives the gradients to go on with, all at once."""
    if not tensors:
        return []

    def run(operands: Sequence[Tensor]) -> tuple[list[Tensor], Pull]:
        def pull(g: Sequence[Tensor], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> Sequence[Any]:
            return seen(list(g))

        return [t.detach() for t in operands], pull

    return custom(f"hook of {type(module).__name__}", run, tensors)


def at_places(values: Sequence[Any], places: Sequence[int], count: int) -> tuple[Any, ...]:
    """Values at their places among `count`, None elsewhere."""
    found = dict(zip(places, values, strict=False))
    return tuple(found.get(i) for i in range(count))


def add(hooks: dict[int, Any], hook: Any, prepend: bool = False) -> Handle:
    """Put a hook last, or first."""
    earlier = dict(hooks) if prepend else {}
    handle = Handle(hooks, hook)
    for key, value in earlier.items():
        del hooks[key]
        hooks[key] = value
    return handle
