"""The snippets in the lessons' section "Where you meet this" print what the comments below them say.

PyTorch's and JAX's are run; TensorFlow's where it is installed, else only read: their outputs are stored in the lesson.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import json
import pathlib
import re
from dataclasses import dataclass
from typing import Any

import jax
import pytest
import torch

NOTEBOOKS = sorted((pathlib.Path(__file__).parents[2] / "notebooks").glob("[0-9][0-9]_*.ipynb"))
LIBRARIES = {"PyTorch": "torch", "JAX": "jax", "TensorFlow": "tensorflow"}
INSTALLED = {library for library, module in LIBRARIES.items() if importlib.util.find_spec(module)}
SECTION = "## Where you meet this"
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\w])")
TOKEN = re.compile(rf"{NUMBER.pattern}|\S")


@dataclass(frozen=True)
class Snippet:
    """A fenced block: where it stands, its code, and what the comment lines at its end say."""

    lesson: str
    library: str
    code: str
    expected: str


def section(notebook: pathlib.Path) -> str:
    """The Markdown between the heading of the section and the next heading of its level."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    kept, inside, fenced = [], False, False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if not fenced and line.startswith("## "):
            inside = line.strip() == SECTION
        if inside:
            kept.append(line)
    return "\n".join(kept)


def snippets(notebook: pathlib.Path) -> list[Snippet]:
    """The fenced Python blocks of the section, each under the library whose name stands in bold above it."""
    found, library, block = [], "", None
    for line in section(notebook).splitlines():
        if block is not None:
            if line.startswith("```"):
                found.append(Snippet(notebook.stem, library, *split(block)))
                block = None
            else:
                block.append(line)
        elif line.startswith("```python"):
            block = []
        elif heading := re.match(r"\*\*(\w+)", line):
            library = heading[1]
    return found


def split(lines: list[str]) -> tuple[str, str]:
    """The code, and the text of the comment lines at its end."""
    end = len(lines)
    while end and lines[end - 1].startswith("#"):
        end -= 1
    return "\n".join(lines[:end]), "\n".join(line.removeprefix("#") for line in lines[end:])


def run(snippet: Snippet) -> str:
    """What a notebook shows for it: what it prints, then the value of the last expression."""
    tree = ast.parse(snippet.code)
    last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None  # type: ignore[attr-defined]
    names: dict[str, Any] = {"__name__": "__main__"}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, snippet.lesson, "exec"), names)
        value = eval(compile(last, snippet.lesson, "eval"), names) if last else None
    return printed.getvalue() + ("" if value is None else repr(value))


def same(shown: str, expected: str) -> bool:
    """The same text but for white space, with numbers that agree to 1e-6."""
    ours, theirs = TOKEN.findall(shown), TOKEN.findall(expected)
    return len(ours) == len(theirs) and all(map(agree, ours, theirs))


def agree(one: str, other: str) -> bool:
    """Whether two numbers are close, or two other characters are the same."""
    if NUMBER.fullmatch(one) and NUMBER.fullmatch(other):
        return abs(float(one) - float(other)) <= 1e-6 * max(1.0, abs(float(other)))
    return one == other


ALL = [snippet for notebook in NOTEBOOKS for snippet in snippets(notebook)]
RUN = [snippet for snippet in ALL if snippet.library in INSTALLED]


@pytest.fixture(autouse=True)
def _as_after_an_import() -> Any:
    """The defaults of both libraries, whatever the tests before have set."""
    dtype, wide = torch.get_default_dtype(), jax.config.read("jax_enable_x64")
    torch.set_default_dtype(torch.float32)
    jax.config.update("jax_enable_x64", False)
    yield
    torch.set_default_dtype(dtype)
    torch.set_grad_enabled(True)
    jax.config.update("jax_enable_x64", wide)


def test_no_snippet_drops_out() -> None:
    fences = sum(len(re.findall(r"^```python", section(notebook), re.M)) for notebook in NOTEBOOKS)
    assert len(ALL) == fences
    assert {snippet.library for snippet in ALL} <= LIBRARIES.keys()
    assert {"PyTorch", "JAX"} <= INSTALLED
    assert len(RUN) >= 2 * len(NOTEBOOKS) >= 4
    for notebook in NOTEBOOKS:
        here = [snippet.library for snippet in ALL if snippet.lesson == notebook.stem]
        assert set(here) == LIBRARIES.keys(), f"{notebook.stem} has snippets for {here}"


@pytest.mark.parametrize("snippet", ALL, ids=lambda s: f"{s.lesson}-{s.library}")
def test_a_snippet_can_be_read_and_states_its_output(snippet: Snippet) -> None:
    assert ast.parse(snippet.code).body
    assert snippet.expected.strip(), "its last lines must be comments that state what it shows"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # inside the libraries; a notebook shows none of these
@pytest.mark.parametrize("snippet", RUN, ids=lambda s: f"{s.lesson}-{s.library}")
def test_a_snippet_shows_what_its_comments_say(snippet: Snippet) -> None:
    shown = run(snippet)
    assert same(shown, snippet.expected), f"it shows\n{shown}\ninstead of\n{snippet.expected}"


@pytest.mark.parametrize(
    ("shown", "expected", "alike"),
    [
        ("tensor([2., 5.])", " tensor([2.,  5.])", True),
        ("(0.30000001, None)", "(0.3, None)", True),
        ("1.5e-08", "1.50000001e-8", True),
        ("[1.0, 2.0]", "[1.0, 2.1]", False),
        ("[1.0, 2.0]", "[1.0]", False),
        ("[1.0]", "(1.0)", False),
        ("None", "", False),
        ("2 5", "25", False),
        ("[-1.]", "[1.]", False),
        ("float32", "float64", False),
        ("nan", "0.0", False),
    ],
)
def test_outputs_are_compared_by_their_words_and_numbers(shown: str, expected: str, alike: bool) -> None:
    assert same(shown, expected) is alike
