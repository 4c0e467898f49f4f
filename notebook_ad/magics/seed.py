"""`--seed`: a number, a list of numbers, or an expression of the notebook's names, read once the cell has run."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.magics.options import OptionError
from notebook_ad.tensor.tensor import Tensor


def seed_reader(text: str | None, namespace: dict[str, Any]) -> Callable[[], Any] | None:
    """What gives the seed when it is asked; None where there is none.

    Raises:
        OptionError: the text can be no number, whatever the cell does.
    """
    if text is None:
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        raise OptionError(f"--seed {text} is no expression; write --seed 1.0, or --seed [1,0,0]") from None
    try:
        value = ast.literal_eval(tree)
    except ValueError:
        return lambda: _numeric(text, _evaluated(text, namespace))
    _numeric(text, value)
    return lambda: value


def _evaluated(text: str, namespace: dict[str, Any]) -> Any:
    try:
        return eval(text.strip(), dict(namespace))
    except NameError as error:
        close = difflib.get_close_matches(str(error.name), [n for n in namespace if not n.startswith("_")], 1, 0.5)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise OptionError(f"--seed {text}: NameError: {error}{hint}") from None
    except Exception as error:
        raise OptionError(f"--seed {text}: {type(error).__name__}: {error}") from None


def _numeric(text: str, value: Any) -> Any:
    if isinstance(value, Tensor):
        return value
    try:
        kind = np.asarray(value).dtype.kind
    except ValueError:  # rows of different lengths
        kind = "O"
    if kind not in "fiub":
        raise OptionError(f"--seed {text} is no number; write --seed 1.0, or --seed [1,0,0] for an array")
    return value
