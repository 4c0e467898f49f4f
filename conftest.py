"""What a lesson may cost when it is run under nbval: 20 s of time and 1 GiB of memory.

Time is the kernel's own, or the clock's where that is less: a busy machine fails no lesson. A lesson that is over a limit is run
once more before it fails, as the first run on a machine may have compiled kernels that are then kept on disk.
"""

from __future__ import annotations

import pathlib
import re
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import pytest

SECONDS = 20.0
MEBIBYTES = 1024.0


@dataclass(frozen=True)
class Cost:
    """Seconds and mebibytes that a kernel has used since it started, imports included."""

    processor: float
    clock: float
    memory: float

    def complaint(self) -> str:
        """Which limit is passed; empty where none is."""
        if min(self.processor, self.clock) > SECONDS:
            return f"this lesson takes {min(self.processor, self.clock):.1f} s, more than {SECONDS:g} s"
        if self.memory > MEBIBYTES:
            return f"this lesson takes {self.memory:.0f} MiB of memory, more than {MEBIBYTES:g} MiB"
        return ""


def cost(pid: int) -> Cost:
    """What a process has used so far."""
    import psutil  # comes with ipykernel

    process = psutil.Process(pid)
    used = process.cpu_times()
    return Cost(used.user + used.system, time.time() - process.create_time(), _peak(process) / 2**20)


def _peak(process: Any) -> float:
    """The most memory that a process has had, in bytes; what it has now where the system does not keep the most."""
    status = pathlib.Path(f"/proc/{process.pid}/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    memory = process.memory_info()
    return float(getattr(memory, "peak_wset", memory.rss))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    """Before the kernel of a notebook ends, look at what it has used."""
    complaint = ""
    ends = nextitem is None or nextitem.parent is not item.parent
    if ends and type(item).__name__ == "IPyNbCell":
        kernel: Any = item.parent.kernel  # type: ignore[union-attr]
        if kernel.is_alive():
            found = cost(kernel.km.provisioner.pid)
            if found.complaint():
                found = _again(item.parent)
            complaint = found.complaint()
            _report(item, found)
    result = yield
    if complaint:
        pytest.fail(complaint, pytrace=False)
    return result


def _again(notebook: Any) -> Cost:
    """What a second run takes, in a kernel of its own."""
    from nbval.kernel import CURRENT_ENV_KERNEL_NAME, RunningKernel

    kernel = RunningKernel(CURRENT_ENV_KERNEL_NAME, str(notebook.path.parent), 60)
    try:
        for cell in notebook.nb.cells:
            if cell.cell_type == "code":
                kernel.await_reply(kernel.execute_cell_input(cell.source, allow_stdin=False), timeout=600)
        return cost(kernel.km.provisioner.pid)
    finally:
        kernel.stop()


def _report(item: pytest.Item, found: Cost) -> None:
    """With `-v`, say what a lesson took."""
    terminal = item.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and item.config.get_verbosity() > 0:
        terminal.write(f" [{found.processor:.1f} s, {found.memory:.0f} MiB]")
