"""`%%backprop`: run a cell as it is, then show how its result depends on its numbers."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.core.displayhook import DisplayHook
from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class, no_var_expand

from notebook_ad.lifted.again import Again, again_of
from notebook_ad.lifted.reads import names_read
from notebook_ad.lifted.run import Cell, Outcome, run
from notebook_ad.lifted.transform import names_bound
from notebook_ad.magics import show
from notebook_ad.magics.errors import as_in_a_plain_cell
from notebook_ad.magics.live import choice_of, following
from notebook_ad.magics.options import OptionError, Options, check_names, parse
from notebook_ad.magics.seed import seed_reader

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@magics_class
class BackpropMagics(Magics):  # type: ignore[misc]
    """The magics of notebook_ad."""

    @no_var_expand  # type: ignore[untyped-decorator]
    @cell_magic  # type: ignore[untyped-decorator]
    def backprop(self, line: str, cell: str) -> Any:
        """Run the cell and show the computation graph of its result, with values and gradients.

        The cell is plain Python or NumPy:

            %%backprop
            a, w, b, y_true = 2, 3, 4, 11
            L = (a * w + b - y_true) ** 2

        Leaves are the numbers and float arrays that the cell binds to names outside functions (in lists, tuples and
        dicts too), and those that it reads from the notebook. The output is the last expression if it depends on a
        leaf, else the name bound last that does. Afterwards every name holds a plain value again, which also carries
        `.grad`. Lines are counted from the first line below `%%backprop`.

            %%backprop L                 differentiate L; also losses[0], d['loss'], model.loss
            %%backprop --wrt a,w         only a and w are leaves; also params, params[0], params['w']
            %%backprop --const lr,n      lr and n are no leaves
            %%backprop --seed 5          gradient of the output, 1 by default; for an array as [1,0,0], or a name
            %%backprop --accumulate      add to the gradients of the previous run
            %%backprop --plain           the names hold exactly plain values (see notebook_ad.last_graph())
            %%backprop --table           a table of leaves, and of paths where there are several
            %%backprop --steps           the chain rule with numbers, in the order of the sweep
            %%backprop --step            the picture before the first step; ▶ walks through both passes
            %%backprop --predict         the gradients are blanks for you to fill in; also %%predict
            %%backprop --live            follow the cell's training loop, each .backward() of a tensor is a step
            %%backprop --no-graph        no picture
        """
        return backprop(self.shell, line, cell)

    @no_var_expand  # type: ignore[untyped-decorator]
    @cell_magic  # type: ignore[untyped-decorator]
    def predict(self, line: str, cell: str) -> Any:
        """Run the cell and show its graph with blanks in the place of the gradients: `%%backprop --predict`."""
        return backprop(self.shell, f"{line} --predict", cell)


def backprop(shell: InteractiveShell, line: str, body: str) -> Any:
    """Run a cell in a shell, show what came out, and give the value that the cell itself would show."""
    try:
        outcome, options, again = _run(shell, line, body)
    except OptionError as error:
        raise UsageError(f"%%backprop: {error}") from None
    except BaseException as error:
        shown = as_in_a_plain_cell(shell, error)
        if shown is error:
            raise
        raise shown from shown.__cause__
    shell.compile.flags |= outcome.flags
    if again is not None:  # else it is shown already
        show.outcome(outcome, options, again)
    return None if DisplayHook.semicolon_at_end_of_expression(body) else outcome.value


def _run(shell: InteractiveShell, line: str, body: str) -> tuple[Outcome, Options, Callable[[], Again] | None]:
    options = parse(line)
    _refuse_magics(body)
    seed = seed_reader(options.seed, shell.user_ns)
    source = shell.transform_cell(body)
    filename = shell.compile.cache(source, _cell_number(shell), raw_code=body)
    tree = ast.parse(source, filename)
    _refuse_await(tree)
    check_names(options, names_bound(tree) | (names_read(tree) & shell.user_ns.keys()))
    cell = Cell(
        source,
        filename,
        shell.compile.flags,
        shell.ast_node_interactivity,
        shell.displayhook,
        shell.transform_ast,
    )
    choice = choice_of(options, tree)
    with following(options, tree, source) as loop:
        outcome = run(cell, shell.user_ns, choice, options.output, seed, options.accumulate, options.plain)
    if loop is not None and loop.steps > 0:
        return outcome, options, None
    return outcome, options, lambda: again_of(outcome, cell, shell.user_ns, choice, options.output)


def _cell_number(shell: InteractiveShell) -> int:
    """The number of the cell that the magic stands in (the shell's own counter may be ahead by one)."""
    numbers: dict[str, int] = getattr(shell.compile, "_filename_map", {})
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in numbers:
            return numbers[frame.f_code.co_filename]
        frame = frame.f_back  # type: ignore[assignment]
    return int(shell.execution_count)


def _refuse_magics(body: str) -> None:
    """Refuse a cell whose first line is another cell magic, which would see plain text."""
    first = body.lstrip().split(maxsplit=1)[:1]
    if first and first[0].startswith("%%"):
        magic = first[0]
        raise OptionError(
            "%%backprop stands here twice" if magic == "%%backprop" else f"put {magic} above %%backprop, not below it"
        )


def _refuse_await(tree: ast.Module) -> None:
    """Refuse `await` outside a function."""
    for node in _outside_functions(tree):
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            raise OptionError(f"line {node.lineno}: a cell magic cannot await; await the result in an earlier cell")


def _outside_functions(tree: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            found += [node, *_outside_functions(node)]
    return found
