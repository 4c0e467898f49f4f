"""The engine's errors: what failed with its values, where, and one cure."""

from __future__ import annotations


class NoDerivative(RuntimeError):
    """A gradient reached something that has no derivative rule."""


class ShapeError(ValueError):
    """Operands whose shapes do not fit together."""


class ConsumedError(RuntimeError):
    """A second backward through rows that an earlier one has consumed."""


SECOND_BACKWARD = (
    "Trying to backward through the graph a second time: an earlier backward() has consumed it. "
    "Call backward(retain_graph=True) the first time, or compute the loss again. Where data were sliced or scaled before "
    "a loop, make them with tensor(…, requires_grad=False)."
)


class AnomalyError(RuntimeError):
    """The first NaN or infinity, inside `detect_anomaly`."""
