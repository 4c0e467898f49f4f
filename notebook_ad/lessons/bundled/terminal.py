"""`python -m notebook_ad lessons`: the list of lessons, and a copy of one, in a terminal."""

from __future__ import annotations

import argparse
import importlib.util
import io
import pathlib
import shutil
import sys
from collections.abc import Sequence

import notebook_ad
from notebook_ad.lessons import find
from notebook_ad.lessons.bundled import lab
from notebook_ad.lessons.bundled.copies import Copy, open_copy
from notebook_ad.lessons.bundled.overview import overview, said

PROGRAM = "python -m notebook_ad"


def parser() -> argparse.ArgumentParser:
    """What can be typed."""
    made = argparse.ArgumentParser(PROGRAM, description="See backpropagation happen, in a Jupyter notebook.")
    made.add_argument("--version", action="version", version=f"notebook_ad {notebook_ad.__version__}")
    commands = made.add_subparsers(title="commands", dest="command")
    about = "list the bundled lessons, or open one"
    lessons = commands.add_parser("lessons", help=about, description=about.capitalize() + ".")
    actions = lessons.add_subparsers(title="commands", dest="action")
    about = "copy a lesson into this folder, without outputs; a copy that you have edited stays as it is"
    opening = actions.add_parser("open", help=about, description=about.capitalize() + ".")
    opening.add_argument("lesson", help="its number or topic: 04")
    opening.add_argument("--lab", action="store_true", help="start JupyterLab on it")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; gives the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without ● gets a question mark
    reader = parser()
    options = reader.parse_args(arguments)
    if options.command is None:
        reader.print_help()
        return 0
    if options.action is None:
        listed = repr(overview((f"{PROGRAM} lessons open 01 --lab starts JupyterLab on a copy.",)))
        print(_cut(listed, shutil.get_terminal_size().columns) if sys.stdout.isatty() else listed)
        return 0
    return _open(options.lesson, options.lab)


def _open(which: str, start: bool) -> int:
    try:
        copy = open_copy(find(which), pathlib.Path.cwd())
    except KeyError as error:
        return _complain(error.args[0])
    except OSError as error:
        return _complain(f"the copy cannot be written here: {error}")
    print(said(copy).replace("`", ""), flush=True)
    return _start(copy) if start else 0


def _start(copy: Copy) -> int:
    if importlib.util.find_spec("jupyterlab") is None:
        cure = f"{sys.executable} -m pip install jupyterlab"
        return _complain(f"JupyterLab is not installed here: {cure}, or open {copy.path.name} in your own Jupyter")
    return lab.start(copy.path.name)


def _cut(text: str, width: int) -> str:
    """One line stays one line where the terminal is narrow."""
    return "\n".join(line if len(line) <= width else line[: width - 1] + "…" for line in text.splitlines())


def _complain(message: str) -> int:
    print(f"{PROGRAM}: {message}", file=sys.stderr)
    return 1
