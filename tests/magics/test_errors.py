"""What a failing cell shows: what it would show without the magic, in a shell and in a kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

BROKEN = {
    "SyntaxError": "x = 2.0\ny = = 3",
    "IndentationError": "x = 2.0\n  y = 3",
    "TabError": "if True:\n\tx = 1\n        y = 2",
}


def plain_text(traceback: str) -> str:
    return re.sub(r"In\[\d+\]", "In[1]", re.sub(r"\x1b\[[0-9;]*m", "", traceback))


@pytest.mark.parametrize("name", BROKEN)
def test_a_cell_that_cannot_be_parsed_shows_what_a_plain_cell_shows(notebook, name: str) -> None:
    notebook.cell(BROKEN[name])
    (plain,) = notebook.tracebacks
    result = notebook.cell(f"%%backprop\n{BROKEN[name]}")
    (shown,) = notebook.tracebacks
    assert plain_text(shown) == plain_text(plain)
    assert not result.success
    assert isinstance(result.error_in_exec, SyntaxError)
    assert type(result.error_in_exec).__name__ == name


@pytest.mark.parametrize("source", ["x = 2.0\nreturn x", "x = 2.0\nbreak", "x = 2.0\nNone = 1"])
def test_what_the_compiler_refuses_shows_no_frame(notebook, source: str) -> None:
    notebook.cell(f"%%backprop\n{source}")
    assert "line 2" in notebook.tracebacks[0]
    assert "File" not in notebook.tracebacks[0]
    assert "Traceback" not in notebook.tracebacks[0]


def test_a_syntax_error_of_text_that_the_cell_runs_shows_the_users_lines(notebook) -> None:
    notebook.cell("%%backprop\nx = 2.0\nx * eval('1 + + ')")
    (shown,) = notebook.tracebacks
    assert "line 2" in shown
    assert "<string>:1" in shown
    assert "notebook_ad" not in shown
    assert "site-packages" not in shown


def test_a_handler_of_the_users_keeps_working(notebook) -> None:
    seen: list[str] = []
    handler = lambda shell, etype, value, tb, tb_offset=None: seen.append(etype.__name__)
    notebook.shell.set_custom_exc((LookupError,), handler)
    notebook.cell(f"%%backprop\n{BROKEN['SyntaxError']}")
    notebook.cell("{}['a']")
    assert seen == ["KeyError"]
    notebook.cell(f"%%backprop\n{BROKEN['SyntaxError']}")
    assert "File" not in notebook.tracebacks[0]


def test_timing_a_cell_that_cannot_be_parsed_shows_no_frame_either(notebook) -> None:
    notebook.cell("%%time\n%%backprop\ny = = 3")
    assert "notebook_ad" not in "".join(notebook.tracebacks)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Any]:
    manager, client = start_new_kernel(kernel_name="python3")
    run_in(client, "%load_ext notebook_ad")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run_in(client: Any, code: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The reply on the shell channel, and the errors that the notebook shows."""
    errors: list[dict[str, Any]] = []

    def keep(message: dict[str, Any]) -> None:
        if message["msg_type"] == "error":
            errors.append(message["content"])

    reply = client.execute_interactive(code, timeout=60, output_hook=keep)
    return reply["content"], errors


def test_in_a_kernel_a_cell_that_cannot_be_parsed_fails_as_a_plain_one(kernel: Any) -> None:
    for name, source in BROKEN.items():
        _, (plain,) = run_in(kernel, source)
        reply, (shown,) = run_in(kernel, f"%%backprop\n{source}")
        assert reply["status"] == "error"  # what Run All, nbconvert and nbval stop at
        assert reply["ename"] == shown["ename"] == plain["ename"] == name
        assert reply["evalue"] == shown["evalue"]
        assert without_file(shown["evalue"]) == without_file(plain["evalue"])
        assert plain_text("\n".join(shown["traceback"])) == plain_text("\n".join(plain["traceback"]))


def without_file(text: str) -> str:
    return re.sub(r"\(\d+\.py, ", "(", text)


def test_in_a_kernel_an_error_shows_the_users_lines_only(kernel: Any) -> None:
    reply, (shown,) = run_in(kernel, "%%backprop\nx = 2.0\ndef f(v):\n    return v / 0\ny = f(x)")
    text = plain_text("\n".join(shown["traceback"]))
    assert reply["ename"] == "ZeroDivisionError"
    assert "----> 3     return v / 0" in text
    assert "notebook_ad/" not in text
    assert "run_cell_magic" not in text


def test_an_index_error_names_the_variable_and_its_shape(notebook) -> None:
    notebook.cell("%%backprop\nimport numpy as np\nx = np.ones((2, 3))\ny = x[5, 0] * 2")
    assert 'x (2, 3) in "x[5, 0]" (line 3)' in notebook.tracebacks[0]


def test_no_derivative_names_what_to_make_constant(notebook) -> None:
    result = notebook.cell("%%backprop\nimport numpy as np\nA, b = np.eye(2), 2.0\nL = np.spacing(A * b).sum() * b")
    assert "give --const A,b, or compute it in an earlier cell" in str(result.error_in_exec)
    assert "detach" not in notebook.tracebacks[0]
