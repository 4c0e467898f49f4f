"""`%load_ext notebook_ad`, `%%backprop` and `%lessons`: the only part that knows IPython."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Called by `%load_ext notebook_ad`."""
    from notebook_ad.lessons.bundled import progress
    from notebook_ad.magics.backprop import BackpropMagics
    from notebook_ad.magics.lessons import LessonMagics

    ipython.register_magics(BackpropMagics)
    ipython.register_magics(LessonMagics)
    progress.follow()


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Called by `%unload_ext notebook_ad`."""
    from notebook_ad.lessons.exercises import exercise

    for kind, name in (("cell", "backprop"), ("cell", "predict"), ("line", "lessons")):
        ipython.magics_manager.magics[kind].pop(name, None)
    exercise.observe(None)
