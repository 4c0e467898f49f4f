"""A real IPython shell with the extension loaded; what it displays is kept."""

from __future__ import annotations

import io
import pathlib
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import pytest
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from IPython.utils.capture import RichOutput

from notebook_ad.lessons.exercises import exercise


@dataclass
class Notebook:
    """Runs cells as a kernel does."""

    shell: InteractiveShell
    printed: str = ""
    displays: list[RichOutput] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)

    def cell(self, source: str) -> ExecutionResult:
        """Run one cell; its output, displays and tracebacks are kept until the next one."""
        self.displays.clear()
        self.tracebacks.clear()
        out = io.StringIO()
        with redirect_stdout(out):
            result = self.shell.run_cell(source, store_history=True)
        self.printed = out.getvalue()
        return result

    @property
    def text(self) -> str:
        """What was displayed, as text."""
        return "\n".join(str(d.data.get("text/plain", "")) for d in self.displays)

    @property
    def names(self) -> dict[str, Any]:
        return self.shell.user_ns


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Iterator[Notebook]:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))  # where solved exercises are noted
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(colors="nocolor")
    shell.history_manager.enabled = False
    book = Notebook(shell)

    def publish(data: dict[str, Any], metadata: dict[str, Any] | None = None, **_: Any) -> None:
        book.displays.append(RichOutput(data=data, metadata=metadata or {}))

    def show_traceback(etype: Any, value: Any, lines: Any) -> None:
        book.tracebacks.append("\n".join(lines))

    monkeypatch.setattr(shell.display_pub, "publish", publish)
    monkeypatch.setattr(shell, "_showtraceback", show_traceback)
    book.cell("%load_ext notebook_ad")
    yield book
    exercise.observe(None)
    shell.run_line_magic("reset", "-f")
    InteractiveShell.clear_instance()
