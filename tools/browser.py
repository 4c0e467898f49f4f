"""Make sure that there is a Chromium for the browser tests; get one where there is none, and say so.

Order: one that is installed (or named by NOTEBOOK_AD_CHROMIUM), Playwright's own included; as root on Debian and Ubuntu,
apt-get; else Playwright's own download. None to be had is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
APT = "/usr/bin/chromium"  # where Debian's package puts it, on PATH or not


def works(path: str) -> bool:
    """Whether the program starts; Ubuntu's `chromium-browser` may be a script that only asks for a snap."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def installed() -> str | None:
    """The path of a Chromium that the machine has; None where there is none but perhaps Playwright's own."""
    if named := os.environ.get("NOTEBOOK_AD_CHROMIUM"):
        return named
    found = [shutil.which(name) for name in (*NAMES, MAC)]
    return next((path for path in found if path and works(path)), None)


def playwrights() -> str | None:
    """The path of the browser that Playwright downloaded, if it did. Not to be called while Playwright runs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and works(path) else None


def from_apt() -> str | None:
    """Install Debian's Chromium, with a font that has the letters of the picture; None where that cannot be done."""
    if not is_root() or not shutil.which("apt-get"):
        return None
    print("no Chromium found: installing it with apt-get", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
    for command in (["apt-get", "update", "-qq"], install):
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return installed() or (APT if works(APT) else None)


def from_playwright() -> str | None:
    """Download Playwright's own Chromium, as root with the libraries that it needs; None where that cannot be done."""
    print("no Chromium found: downloading Playwright's own", flush=True)
    libraries = ["--with-deps"] if is_root() and sys.platform == "linux" else []
    subprocess.run([sys.executable, "-m", "playwright", "install", *libraries, "chromium"], stdin=subprocess.DEVNULL)
    return playwrights()


def is_root() -> bool:
    """Whether this process may install system packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def get() -> str:
    """The path of a working Chromium, installed if need be; this process and those that it starts will use it."""
    path = installed() or playwrights() or from_apt() or from_playwright()
    if path is None:
        sys.exit("the browser tests need Chromium, and none could be installed; set NOTEBOOK_AD_CHROMIUM to one")
    os.environ["NOTEBOOK_AD_CHROMIUM"] = path
    print(f"browser: {path}", flush=True)
    return path


if __name__ == "__main__":
    get()
