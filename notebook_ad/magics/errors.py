"""Errors of a cell as they would be without the magic: the user's lines only, for syntax errors too."""

from __future__ import annotations

import traceback as text
from types import TracebackType
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.lifted.run import users_part
from notebook_ad.lifted.where import owner_of

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

SYNTAX_ERRORS = (SyntaxError, IndentationError, TabError)


class CellSyntaxError(SyntaxError):
    """A SyntaxError of a cell, with the user's part of the traceback: none where the cell itself cannot be parsed.

    IPython asks any other exception to render itself; for a SyntaxError it prints all frames down to the parser. It is
    told otherwise by a handler for this class.
    """

    lines: TracebackType | None = None


def as_in_a_plain_cell(shell: InteractiveShell, error: BaseException) -> BaseException:
    """The error to raise from the magic: shown with the user's lines only, of the same type and with the same words."""
    lines = _users_lines(error.__traceback__)
    if type(error) in SYNTAX_ERRORS:
        return _syntax_error(shell, error, lines)
    if isinstance(error, UsageError):
        pass
    elif lines is not None:
        error._render_traceback_ = lambda: shell.InteractiveTB.structured_traceback(  # type: ignore[attr-defined]
            type(error), error, lines, tb_offset=0
        )
    elif isinstance(error, NoDerivative):  # the message names the user's line; ours would only hide it
        error._render_traceback_ = lambda: [f"{type(error).__name__}: {error}"]  # type: ignore[attr-defined]
    return error


def _users_lines(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback from the first frame of the user's own."""
    traceback = users_part(traceback)
    while traceback is not None and owner_of(traceback.tb_frame.f_code) != "user":
        traceback = traceback.tb_next
    return traceback


def _syntax_error(shell: InteractiveShell, error: BaseException, lines: TracebackType | None) -> CellSyntaxError:
    _let_syntax_errors_show_users_lines(shell)
    kind = type(error)
    own = type(kind.__name__, (CellSyntaxError, kind), {"__module__": kind.__module__})
    result: CellSyntaxError = own(*error.args)
    result.lines = lines
    result.__cause__ = error.__cause__
    result.__suppress_context__ = True
    return result


def _let_syntax_errors_show_users_lines(shell: InteractiveShell) -> None:
    """Register the handler, beside those that the user has registered; a user's handler for SyntaxError comes first."""
    if any(issubclass(CellSyntaxError, kind) for kind in shell.custom_exceptions):
        return
    former = shell.CustomTB

    def show(shell: Any, etype: type, value: BaseException, tb: TracebackType, tb_offset: int | None = None) -> Any:
        if not isinstance(value, CellSyntaxError):
            return former(etype, value, tb, tb_offset=tb_offset)
        shown = shell.SyntaxTB.structured_traceback(etype, value, text.extract_tb(value.lines))
        shell._showtraceback(etype, value, shown)
        return shown

    shell.set_custom_exc((*shell.custom_exceptions, CellSyntaxError), show)
