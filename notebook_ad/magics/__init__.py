"""`%load_ext notebook_ad` and `%%backprop`: the only part that knows IPython."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Called by `%load_ext notebook_ad`."""
    from notebook_ad.magics.backprop import BackpropMagics

    ipython.register_magics(BackpropMagics)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Called by `%unload_ext notebook_ad`."""
    ipython.magics_manager.magics["cell"].pop("backprop", None)
