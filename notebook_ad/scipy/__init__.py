"""SciPy's functions on arrays, numbers and tensors: `ad.scipy.special`, `.stats`, `.linalg`, `.signal`, `.integrate`.

Names, arguments, defaults and values are SciPy's; of arrays they give arrays, of tensors tensors. Each part is loaded when
it is first used.
"""

from __future__ import annotations

import importlib
from types import ModuleType

PARTS = ("integrate", "linalg", "signal", "special", "stats")


def __getattr__(name: str) -> ModuleType:
    if name not in PARTS:
        raise AttributeError(
            f"module 'notebook_ad.scipy' has no attribute {name!r}; it has {', '.join(PARTS)}. "
            "For another function of SciPy give a rule with custom_vjp"
        )
    return importlib.import_module(f"{__name__}.{name}")
