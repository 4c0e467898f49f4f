"""Which names may be leaves, and which value is the output."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.record import node
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import LIFTED, LiftedArray


@dataclass(frozen=True)
class Choice:
    """The leaves that were asked for.

    Attributes:
        wrt: only these names (`w`, `params`, `params[0]`); None for all.
        const: not these.
    """

    wrt: frozenset[str] | None = None
    const: frozenset[str] = frozenset()

    def accepts(self, name: str) -> bool:
        """Whether a value of this name may be a leaf."""
        if _within(name, self.const):
            return False
        return self.wrt is None or _within(name, self.wrt)


def _within(name: str, names: frozenset[str]) -> bool:
    return any(name == n or name.startswith(n + "[") for n in names)


@dataclass(frozen=True, eq=False)
class Output:
    """What is differentiated.

    Attributes:
        name: how the header calls it: a name, or the text of the last expression.
        how: "the last expression", "the name bound last" or "asked for".
        value: the lifted value.
        tensor: its node.
    """

    name: str
    how: str
    value: Any
    tensor: Any


def choose(session: Session, value: Any, expression: ast.expr | None, text: str, asked: str | None) -> Output | None:
    """The output of a run; None where nothing depends on a leaf.

    `value` is that of the last expression, `expression` its syntax (None where there is none), `text` its source; `asked`
    is a name that was given.
    """
    if asked is not None:
        found = lookup(session.namespace, asked)
        return Output(asked, "asked for", found, tensor) if (tensor := depends(found)) is not None else None
    if expression is not None and (tensor := depends(value)) is not None:
        name = (value.name if isinstance(value, taping.Tensor) else value._link.name) or text
        return Output(name, "the last expression", value, tensor)
    for name, _ in sorted(session.bound.items(), key=lambda item: item[1], reverse=True):
        found = session.namespace.get(name)
        if (tensor := depends(found)) is not None:
            return Output(name, "the name bound last", found, tensor)
    return None


def depends(value: Any) -> Any:
    """The node of a value that was computed from a leaf; None for anything else, a leaf included."""
    if isinstance(value, taping.Tensor):  # what notebook_ad's own functions give
        return value if value.requires_grad and not value.is_leaf else None
    if type(value) not in LIFTED:
        return None
    if value._link.session is None and type(value) is not LiftedArray:
        return None
    tensor = value._link.tensor if type(value) is not LiftedArray else node(value)
    if not isinstance(tensor, taping.Tensor) or not tensor.requires_grad or tensor.is_leaf:
        return None
    return tensor


def lookup(namespace: dict[str, Any], path: str) -> Any:
    """The value of a name, an element or an attribute (`params[0]`, `m.loss`); None where there is none."""
    try:
        tree = ast.parse(path, mode="eval").body
        keys: list[Any] = []
        while isinstance(tree, ast.Subscript | ast.Attribute):
            keys.append(tree.attr if isinstance(tree, ast.Attribute) else (ast.literal_eval(tree.slice),))
            tree = tree.value
        value: Any = namespace[tree.id] if isinstance(tree, ast.Name) else None
        for key in reversed(keys):
            value = getattr(value, key) if isinstance(key, str) else value[key[0]]
    except (SyntaxError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return value


def is_scalar(output: Output) -> bool:
    """Whether the output can be differentiated without a seed."""
    return bool(np.ndim(output.tensor.value) == 0)
