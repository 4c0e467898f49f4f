"""`%%backprop --live`: the cell's own loop, with its own backward(), is followed while it runs."""

from __future__ import annotations

import ast
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from notebook_ad.lifted.choice import Choice
from notebook_ad.magics.options import Options


def calls_backward(tree: ast.AST) -> bool:
    """Whether the cell itself sweeps tensors."""
    return any(isinstance(node, ast.Attribute) and node.attr == "backward" for node in ast.walk(tree))


def choice_of(options: Options, tree: ast.AST) -> Choice:
    """The leaves. A loop that sweeps its own tensors has its own, and its numbers stay plain ones."""
    if options.live and calls_backward(tree):
        return Choice(frozenset())
    return Choice(options.wrt, options.const)


def following(options: Options, tree: ast.AST, source: str) -> AbstractContextManager[Any]:
    """The block in which the cell runs; it gives the live view, or None."""
    if not options.live:
        return nullcontext()
    from notebook_ad.widgets.live import Live

    return Live(code=source, quiet=True, places_once=calls_backward(tree))
