"""Start JupyterLab on a notebook; on a machine without a screen, print the address instead of opening a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote


def has_screen() -> bool:
    """Whether a browser could open a window here."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def command(notebook: str) -> list[str]:
    """The command line of the server.

    Args:
        notebook: path from the working directory.
    """
    args = [sys.executable, "-m", "jupyterlab"]
    if has_screen():
        args.append(notebook)
    else:  # given a notebook, JupyterLab would print the address of its launcher
        args += ["--no-browser", f"--LabApp.default_url=/lab/tree/{quote(notebook)}", "--ServerApp.root_dir=."]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--allow-root")
    return args


def start(notebook: str) -> int:
    """Become the server; where a process cannot, wait for it."""
    if not has_screen():
        print(f"There is no screen here: open the address below in a browser to see {notebook}.", flush=True)
    if os.name == "posix":
        os.execv(sys.executable, command(notebook))
    return subprocess.call(command(notebook))
