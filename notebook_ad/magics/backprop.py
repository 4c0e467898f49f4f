"""`%%backprop`: run a cell as it is, then show how its result depends on its numbers."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from IPython.core.displayhook import DisplayHook
from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class, no_var_expand

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.lifted.choice import Choice
from notebook_ad.lifted.reads import names_read
from notebook_ad.lifted.run import Cell, run, users_part
from notebook_ad.lifted.transform import names_bound
from notebook_ad.magics import show
from notebook_ad.magics.options import OptionError, Options, check_names, parse

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

            %%backprop L                 differentiate L
            %%backprop --wrt a,w         only a and w are leaves; also params, params[0], params['w']
            %%backprop --const lr,n      lr and n are no leaves
            %%backprop --seed 5          gradient of the output, 1 by default; for an array as [1,0,0], or a name
            %%backprop --accumulate      add to the gradients of the previous run
            %%backprop --plain           the names hold exactly plain values (see notebook_ad.last_graph())
            %%backprop --table           a table of leaves, and of paths where there are several
            %%backprop --steps           the chain rule with numbers, in the order of the sweep
            %%backprop --no-graph        no picture
        """
        return backprop(self.shell, line, cell)


def backprop(shell: InteractiveShell, line: str, body: str) -> Any:
    """Run a cell in a shell, show what came out, and give the value that the cell itself would show."""
    try:
        options = parse(line)
    except OptionError as error:
        raise UsageError(f"%%backprop: {error}") from None
    source = shell.transform_cell(body)
    filename = shell.compile.cache(source, _cell_number(shell), raw_code=body)
    tree = _parsed(source, filename)
    try:
        check_names(options, names_bound(tree) | (names_read(tree) & shell.user_ns.keys()))
    except OptionError as error:
        raise UsageError(f"%%backprop: {error}") from None
    cell = Cell(
        source,
        filename,
        shell.compile.flags,
        shell.ast_node_interactivity,
        shell.displayhook,
        shell.transform_ast,
    )
    try:
        outcome = run(
            cell,
            shell.user_ns,
            Choice(options.wrt, options.const),
            options.output,
            _seed(options, shell),
            options.accumulate,
            options.plain,
        )
    except BaseException as error:
        _show_users_lines_only(shell, error)
        raise
    shell.compile.flags |= outcome.flags
    show.outcome(outcome, options)
    return None if DisplayHook.semicolon_at_end_of_expression(body) else outcome.value


def _cell_number(shell: InteractiveShell) -> int:
    """The number of the cell that the magic stands in (the shell's own counter may be ahead by one)."""
    numbers: dict[str, int] = getattr(shell.compile, "_filename_map", {})
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in numbers:
            return numbers[frame.f_code.co_filename]
        frame = frame.f_back  # type: ignore[assignment]
    return int(shell.execution_count)


def _parsed(source: str, filename: str) -> ast.Module:
    """The cell's syntax.

    Raises:
        SyntaxError: as Python words it, at the cell's line.
        UsageError: `await` outside a function.
    """
    tree = ast.parse(source, filename)
    for node in _outside_functions(tree):
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            raise UsageError(
                f"%%backprop: line {node.lineno}: a cell magic cannot await; await the result in an earlier cell"
            )
    return tree


def _outside_functions(tree: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            found += [node, *_outside_functions(node)]
    return found


def _seed(options: Options, shell: InteractiveShell) -> Any:
    """Reads the seed once the cell has run: a number, a list, or an expression of the notebook's names."""
    text = options.seed
    if text is None:
        return None

    def read() -> Any:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            pass
        try:
            return eval(text, dict(shell.user_ns))
        except Exception as error:
            raise UsageError(f"%%backprop: --seed {text}: {type(error).__name__}: {error}") from None

    return read


def _show_users_lines_only(shell: InteractiveShell, error: BaseException) -> None:
    """Make IPython show the traceback as it would be without the magic."""
    traceback = users_part(error.__traceback__)
    lines = [t for t in _entries(traceback) if not _is_ipython(t.tb_frame.f_code.co_filename)]
    shown = lines[0] if lines else None

    def render() -> Any:
        return shell.InteractiveTB.structured_traceback(type(error), error, shown, tb_offset=0)

    if shown is None and isinstance(error, NoDerivative):  # the message names the user's line; ours would only hide it
        error._render_traceback_ = lambda: [f"{type(error).__name__}: {error}"]  # type: ignore[attr-defined]
    if shown is not None and not isinstance(error, SyntaxError | UsageError):
        error._render_traceback_ = render  # type: ignore[attr-defined]


def _entries(traceback: Any) -> list[Any]:
    entries = []
    while traceback is not None:
        entries.append(traceback)
        traceback = traceback.tb_next
    return entries


def _is_ipython(filename: str) -> bool:
    return "IPython" in filename
