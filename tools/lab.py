"""Start JupyterLab on a notebook; on a machine without a screen, print the address instead of opening a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def has_screen() -> bool:
    """Whether a browser could open a window here."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def command(notebook: str) -> list[str]:
    """The command line of the server."""
    args = [sys.executable, "-m", "jupyterlab"]
    if has_screen():
        args.append(notebook)
    else:  # given a notebook, JupyterLab would print the address of its launcher
        args += ["--no-browser", f"--LabApp.default_url=/lab/tree/{notebook}", "--ServerApp.root_dir=."]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--allow-root")
    return args


if __name__ == "__main__":
    lesson = sys.argv[1]
    if not has_screen():
        print(f"There is no screen here: open the address below in a browser to see {Path(lesson).name}.", flush=True)
    os.execv(sys.executable, command(lesson))
