"""TensorFlow's GradientTape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

import numpy as np

from notebook_ad.tensor.ambient import enable_grad, no_grad
from notebook_ad.tensor.backward import grads
from notebook_ad.tensor.gradients import seed_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.shaping import reshape, stack
from notebook_ad.tensor.tangents import zeros_like
from notebook_ad.tensor.tensor import Tensor, constant, make
from notebook_ad.transforms.trees import leaves, rebuild

running: ContextVar[int] = ContextVar("notebook_ad.tapes", default=0)


class GradientTape:
    """`with ad.GradientTape() as tape:` records; `tape.gradient(y, x)` differentiates. As TensorFlow's.

    Every operation on a tensor that requires a gradient is recorded anyway; the tape is the interface. Inside another
    tape the gradient is recorded too, so that the outer one can differentiate it.

    Args:
        persistent: `gradient` may be called more than once.
        watch_accessed_variables: False: a leaf has a gradient only after `watch`. Else every tensor that requires a
            gradient is watched.

    >>> import notebook_ad as ad
    >>> x = ad.tensor(3.0)
    >>> with ad.GradientTape() as outer:
    ...     with ad.GradientTape() as inner:
    ...         y = x**3
    ...     slope = inner.gradient(y, x)
    >>> slope, outer.gradient(slope, x)
    (tensor(27.0, requires_grad=True, is_leaf=False), tensor(18.0))
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self.persistent = persistent
        self._accessed = watch_accessed_variables
        self._used = False
        self._watched: list[Tensor] = []
        self._token: Any = None
        self._recording: Any = None

    def __enter__(self) -> Self:
        self._token = running.set(running.get() + 1)
        self._recording = enable_grad()
        self._recording.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._recording.__exit__(*error)
        running.reset(self._token)

    def watch(self, tensor: Any) -> None:
        """Follow tensors that do not require a gradient yet: from here on they do. Nested structures are allowed.

        Raises:
            TypeError: something that is not a tensor.
        """
        for t in leaves(tensor):
            if not isinstance(t, Tensor):
                raise TypeError(f"watch takes tensors, not {type(t).__name__}{place()}; make one with ad.tensor()")
            t.requires_grad_()
            self._watched.append(t)

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Operations inside are not recorded."""
        with no_grad():
            yield

    def reset(self) -> None:
        """Begin anew: forget what was watched, and that the gradient was taken."""
        self._watched.clear()
        self._used = False

    def watched_variables(self) -> tuple[Tensor, ...]:
        """What was given to `watch`."""
        return tuple(self._watched)

    def gradient(
        self, target: Any, sources: Any, output_gradients: Any = None, unconnected_gradients: str = "none"
    ) -> Any:
        """The gradient of the target (the sum of its elements) with respect to the sources, in their structure.

        Args:
            output_gradients: a cotangent for each target; ones otherwise.
            unconnected_gradients: "none" or "zero" for a source that was not watched, or that the target does not
                depend on.

        Raises:
            RuntimeError: a second call on a tape that is not persistent.
        """
        if unconnected_gradients not in ("none", "zero"):
            raise ValueError(f"unconnected_gradients is 'none' or 'zero', not {unconnected_gradients!r}")
        self._use()
        pairs = [(t, g) for t, g in _paired(target, output_gradients) if isinstance(t, Tensor)]
        seeds = [_seed(t, g) for t, g in pairs]
        wanted = _sources(sources)
        found = self._grads([t for t, _ in pairs], seeds, wanted)
        if unconnected_gradients == "zero":
            found = [zeros_like(t) if g is None else g for g, t in zip(found, wanted, strict=True)]
        return rebuild(sources, found)

    def jacobian(self, target: Tensor, sources: Any, unconnected_gradients: str = "none") -> Any:
        """The Jacobian, shape (*target, *source), in the structure of the sources."""
        self._use()
        wanted = _sources(sources)
        rows = []
        for place_ in range(target.size):
            seed = np.zeros(target.shape, target.dtype)
            seed.reshape(-1)[place_] = 1
            rows.append(self._grads([target], [constant(seed)], wanted, keep=place_ + 1 < target.size))
        return rebuild(
            sources, [self._whole(parts, target, t) for parts, t in zip(zip(*rows, strict=True), wanted, strict=True)]
        )

    def batch_jacobian(self, target: Tensor, source: Tensor) -> Tensor:
        """The Jacobian of each example: shape (batch, *target[1:], *source[1:])."""
        whole = self.jacobian(target, source)
        count = target.shape[0]
        keep = (slice(None),) * (target.ndim - 1)
        return stack([whole[(i, *keep, i)] for i in range(count)])

    def _whole(self, parts: Sequence[Tensor | None], target: Tensor, source: Tensor) -> Tensor | None:
        if all(p is None for p in parts):
            return None
        joined = stack([zeros_like(source) if p is None else p for p in parts])
        return reshape(joined, (*target.shape, *source.shape))

    def _grads(
        self, targets: Sequence[Tensor], seeds: Sequence[Tensor], wanted: Sequence[Tensor], keep: bool = False
    ) -> list[Tensor | None]:
        nested = running.get() > 0
        own = [self._accessed or not t.is_leaf or any(t is w for w in self._watched) for t in wanted]
        asked = [t for t, mine in zip(wanted, own, strict=True) if mine and t.requires_grad]
        found = iter(grads(targets, seeds, asked, nested, nested or self.persistent or keep) if asked else ())
        return [next(found) if mine and t.requires_grad else None for t, mine in zip(wanted, own, strict=True)]

    def _use(self) -> None:
        if self._used and not self.persistent:
            raise RuntimeError(
                f"a GradientTape gives its gradient once{place()}; make it with GradientTape(persistent=True) for more"
            )
        self._used = True


def _sources(sources: Any) -> list[Tensor]:
    found = leaves(sources)
    for t in found:
        if not isinstance(t, Tensor):
            raise TypeError(f"gradient takes tensors as sources, not {type(t).__name__}{place()}")
    return found


def _paired(target: Any, gradients: Any) -> list[tuple[Any, Any]]:
    """Each target with the cotangent that was given for it; None for the others."""
    if gradients is None:
        return [(t, None) for t in leaves(target)]
    if isinstance(target, dict):
        return [pair for key in sorted(target) for pair in _paired(target[key], gradients[key])]
    if isinstance(target, list | tuple):
        return [pair for t, g in zip(target, gradients, strict=True) for pair in _paired(t, g)]
    return [(target, gradients)]


def _seed(target: Tensor, gradient: Any) -> Tensor:
    if gradient is None and target.shape:
        return make(np.ones(target.shape, target.dtype))
    checked = seed_of(target, gradient.detach() if isinstance(gradient, Tensor) else gradient, "gradient")
    return gradient if isinstance(gradient, Tensor) else make(checked)
