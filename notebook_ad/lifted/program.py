"""The statements of a cell, compiled with hooks beside the code that a plain cell would run."""

from __future__ import annotations
import __future__

import ast
import copy
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from notebook_ad.lifted import helpers
from notebook_ad.lifted.reads import in_order, names_read
from notebook_ad.lifted.transform import instrument, names_bound, names_defined, with_bindings

FUTURE = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)


@dataclass(frozen=True)
class Cell:
    """A cell: its source as Python, where tracebacks look for it, and how it is compiled.

    Attributes:
        source: Python, after IPython's own transformations.
        filename: what tracebacks and `inspect` know it by.
        flags: of the compiler (`from __future__` in earlier cells).
        interactivity: which expressions are shown, as IPython's `ast_node_interactivity`.
        show: shows the value of an expression that is not the last.
    """

    source: str
    filename: str = "<cell>"
    flags: int = 0
    interactivity: str = "last_expr"
    show: Callable[[Any], Any] = print
    transform: Callable[[ast.Module], ast.Module] = field(default=lambda tree: tree)


class Program:
    """A cell ready to run, and what running it gave.

    Attributes:
        read, bound: the notebook's names that it may load, and the names that it binds outside functions.
        value: of the last expression, `last` its syntax and `text` its source; None and "" where the cell ends otherwise.
    """

    def __init__(self, cell: Cell, tree: ast.Module, namespace: dict[str, Any]) -> None:
        self.cell = cell
        self.tree = tree
        self.read, self.bound = names_read(tree), names_bound(tree)
        self.namespace = namespace
        self.flags = cell.flags
        self.value: Any = None
        self.last: ast.expr | None = None
        self.text = ""
        nodes = list(tree.body)
        mode = cell.interactivity
        if mode == "last_expr_or_assign" and nodes and (name := _assigned(nodes[-1])):
            nodes.append(
                ast.copy_location(ast.Expr(ast.copy_location(ast.Name(name, ast.Load()), nodes[-1])), nodes[-1])
            )
        self._steps = [self._compile(node, i, len(nodes), mode) for i, node in enumerate(nodes)]

    def _compile(self, node: ast.stmt, i: int, count: int, mode: str) -> tuple[CodeType, ast.expr | None, bool]:
        """The code of a statement, the expression whose value is shown, and whether that is the cell's last."""
        final = i == count - 1
        shown = isinstance(node, ast.Expr) and (mode in ("all", "last") or (final and mode.startswith("last_expr")))
        plain: Any = ast.Module([node], [])
        hooked = ast.Module(with_bindings([copy.deepcopy(node)]), [])
        expression = node.value if isinstance(node, ast.Expr) and shown else None
        if expression is not None:
            self.text = self.text if not final else ast.get_source_segment(self.cell.source, node.value) or ""  # type: ignore[attr-defined]
            plain = ast.Expression(node.value)  # type: ignore[attr-defined]
        code = self._code(plain)
        instrument(hooked)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the plain one has given them
            whole: Any = hooked
            result = self._code(whole if expression is None else ast.Expression(whole.body[-1].value))
        helpers.PAIRS.add(code, result)
        return result, expression, final

    def _code(self, tree: Any) -> CodeType:
        code: CodeType = compile(
            tree, self.cell.filename, "eval" if isinstance(tree, ast.Expression) else "exec", self.flags, True
        )
        self.flags |= code.co_flags & FUTURE
        return code

    def names(self) -> list[str]:
        """The names that it read, bound or defined, in the order of the text."""
        names = self.read | self.bound | names_defined(self.tree)
        return in_order(self.tree, names & self.namespace.keys())

    def execute(self) -> None:
        """Run all statements."""
        for code, expression, final in self._steps:
            if expression is None:
                exec(code, self.namespace)
                continue
            value = eval(code, self.namespace)
            if final:
                self.value, self.last = value, expression
            else:
                self.cell.show(value)


def _assigned(node: ast.stmt) -> str | None:
    target = (
        node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else getattr(node, "target", None)
    )
    return (
        target.id
        if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        else None
    )
