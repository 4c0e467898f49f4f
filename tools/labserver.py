"""A quiet JupyterLab with settings of its own, and a headless Chromium to look at it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import browser

FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-default-browser-check",
]  # fmt: skip
READY = """() => {
    const widget = window.jupyterapp?.shell.currentWidget;
    const session = widget?.context?.sessionContext ?? widget?.sessionContext;
    return session && session.isReady && session.session?.kernel?.status === 'idle'
        && session.session.kernel.connectionStatus === 'connected';
}"""
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
# Open a notebook in a page that has JupyterLab; what was open, the launcher of an empty JupyterLab as well, goes.
OPEN = """async path => {
    const {commands, shell} = window.jupyterapp, before = [...shell.widgets('main')];
    const opened = await commands.execute('docmanager:open', {path, factory: 'Notebook'});
    await opened.context.ready;
    for (const widget of before) widget.dispose();
    while (shell.currentWidget !== opened) await new Promise(requestAnimationFrame);
}"""
# Close all that is open, end its kernels, and forget what would not be there in a new page.
CLOSE = """() => {
    const {serviceManager: {sessions}, shell} = window.jupyterapp;
    for (const widget of [...shell.widgets('main')]) {
        const id = widget.context?.sessionContext.session?.id;
        widget.dispose();
        if (id) sessions.shutdown(id).catch(() => {});
    }
    localStorage.clear();
    sessionStorage.clear();
}"""


@dataclass
class Lab:
    """A running server: `url`, `token`, and the folder that it serves."""

    url: str
    token: str
    root: Path

    def address(self, notebook: str, workspace: str) -> str:
        """Where the notebook opens, in a workspace of its own."""
        return f"{self.url}/lab/workspaces/{workspace}/tree/{notebook}?token={self.token}&reset"


def start(root: Path, scratch: Path) -> tuple[Lab, subprocess.Popen[bytes]]:
    """Start JupyterLab on `root` with settings, workspaces and kernels' files of its own in `scratch`."""
    settings = scratch / "settings" / "@jupyterlab"
    for plugin, values in {
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "notebook-extension/tracker": {"autoStartDefaultKernel": True, "windowingMode": "none"},
    }.items():
        file = settings / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(8)
    folders = {
        "JUPYTERLAB_SETTINGS_DIR": scratch / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": scratch / "workspaces",
        "JUPYTER_CONFIG_DIR": scratch / "config",
        "JUPYTER_RUNTIME_DIR": scratch / "runtime",
        "JUPYTER_DATA_DIR": scratch / "data",
        "IPYTHONDIR": scratch / "ipython",
    }
    with (scratch / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
             "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}",
             "--LabApp.news_url=None", "--LabApp.expose_app_in_browser=True",
             "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
            stdout=log, stderr=log, env={**os.environ, **{k: str(v) for k, v in folders.items()}}, start_new_session=True,
        )  # fmt: skip
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 90
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/api/status?token={token}", timeout=2):
            return Lab(url, token, root), process
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((scratch / "lab.log").read_text())
        time.sleep(0.1)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and what it started."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def launch(playwright: Any) -> Any:
    """A headless Chromium: the machine's, else Playwright's own."""
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=browser.installed(), args=[*FLAGS, *sandbox])


def set_theme(page: Any, theme: str) -> None:
    """Switch JupyterLab to its light or dark theme."""
    name = "JupyterLab Dark" if theme == "dark" else "JupyterLab Light"
    page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", name)
    page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)


def as_notebook(cells: list[str]) -> dict[str, Any]:
    """A notebook with these code cells, never run."""
    return {
        "cells": [
            {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": c, "outputs": [], "execution_count": None}
            for i, c in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
