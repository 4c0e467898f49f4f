"""`%lessons`: the bundled lessons in a table, a copy of one, and the checks of the one that is open."""

from __future__ import annotations

import pathlib

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class, no_var_expand
from IPython.display import display

from notebook_ad.lessons import find
from notebook_ad.lessons.bundled import progress
from notebook_ad.lessons.bundled.copies import open_copy
from notebook_ad.lessons.bundled.overview import opened, overview
from notebook_ad.lessons.bundled.recheck import open_lesson, recheck
from notebook_ad.lessons.bundled.table import Table
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lifted.nearest import nearest

COMMANDS = ("open", "check")
LINES = (
    "`%lessons open 01` puts a copy of a lesson into this folder, `%lessons check` looks at your answers in the open one.",
)


@magics_class
class LessonMagics(Magics):  # type: ignore[misc]
    """The lessons of notebook_ad."""

    @no_var_expand  # type: ignore[untyped-decorator]
    @line_magic  # type: ignore[untyped-decorator]
    def lessons(self, line: str) -> None:
        """The bundled lessons: list them, open one, check the answers of the one that is open.

            %lessons            a table: title, minutes, and a ● for each exercise that you have solved
            %lessons open 04    copy lesson 04 into this folder, without outputs, and link to it
            %lessons check      check again all that you have answered in this notebook

        A copy that you have edited is never written over. Which exercises are solved is kept in Jupyter's data folder.
        """
        display(answer(line.partition("#")[0].split(), self.shell.user_ns))


def answer(words: list[str], names: dict[str, object]) -> Table:
    """What `%lessons` with these words displays.

    Args:
        words: those of its line.
        names: the notebook's variables.

    Raises:
        UsageError: they cannot be understood, or done; says what there is.
    """
    command, rest = (words[0], words[1:]) if words else ("", [])
    if command and command not in COMMANDS:
        if command.isdecimal():
            raise _usage(f"{command} alone says nothing; did you mean %lessons open {command.zfill(2)}?")
        raise _usage(f"unknown: {command}; {nearest(command, COMMANDS)}")
    if len(rest) > 1:
        raise _usage(f"one lesson at a time, not {' '.join(rest)}")
    if command == "check":
        return _check(rest, names)
    if command == "open":
        return _open(rest)
    return overview(LINES, pathlib.Path())


def _open(rest: list[str]) -> Table:
    if not rest:
        raise _usage("open which lesson? As in %lessons open 01; %lessons lists them")
    try:
        return opened(open_copy(find(rest[0]), pathlib.Path.cwd()))
    except KeyError as error:
        raise _usage(error.args[0]) from None
    except OSError as error:
        raise _usage(f"the copy cannot be written here: {error}; go to another folder with %cd") from None


def _check(rest: list[str], names: dict[str, object]) -> Table:
    try:
        lesson = find(rest[0]) if rest else open_lesson(names)
    except KeyError as error:
        raise _usage(error.args[0]) from None
    if lesson is None:
        raise _usage("no lesson is open in this notebook: run its cells first; %lessons lists the lessons")
    table = recheck(lesson)
    kept = progress.add(exercise.solved_keys())
    note = () if kept else ("Progress cannot be kept: Jupyter's data folder cannot be written.",)
    return Table(table.heading, table.rows, table.links, (*table.lines, *note))


def _usage(message: str) -> UsageError:
    return UsageError(f"%lessons: {message}")
