"""Paths: what a layer is called in a picture and in an error, 'encoder.2.linear'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor.messages import place

if TYPE_CHECKING:
    from notebook_ad.nn.module import Module


class LayerError(ShapeError):
    """An input of a shape that a layer does not take; its text begins with the layer's path, or the layer itself."""


def expects(wanted: str, got: Any) -> LayerError:
    """The error 'expects (…, 64), got (32, 128)'; the module's call puts the layer's path before it."""
    return LayerError(f"expects {wanted}, got {got}{place()}")


def name_in_error(error: Exception, module: Module) -> None:
    """Say in an error that passes through a module's call which layer it is about."""
    held: Any = error
    if not hasattr(held, "layer"):
        text = str(error.args[0]) if len(error.args) == 1 else str(error)
        held.layer = (module, text)
    layer, text = held.layer
    between = " " if isinstance(error, LayerError) else ": "
    error.args = (f"{path_in(module, layer) or repr_line(layer)}{between}{text}",)


def path_in(root: Module, module: Module) -> str:
    """The path of a module in another; empty for itself and where it is not in it."""
    return next((name for name, m in root.named_modules() if m is module), "")


def repr_line(module: Module) -> str:
    """A layer as its repr, in one line; a large one as its class."""
    text = repr(module)
    return text if "\n" not in text else type(module).__name__


def name_parameters(module: Module, prefix: str = "") -> None:
    """Give each parameter its path as a name."""
    for name, parameter in module.named_parameters(prefix):
        if parameter.name != name:
            parameter.name = name
