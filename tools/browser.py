"""Make sure that there is a Chromium for the browser tests; get one where there is none, and say so.

Order: one that is installed (or named by NOTEBOOK_AD_CHROMIUM); as root on Debian and Ubuntu, apt-get; else Playwright's
own download. None to be had is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed() -> str | None:
    """The path of a Chromium that is installed, Playwright's own included."""
    if named := os.environ.get("NOTEBOOK_AD_CHROMIUM"):
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for path in ("/usr/bin/chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"):
        if Path(path).exists() and not os.environ.get("NOTEBOOK_AD_PATH_ONLY"):
            return path
    return playwrights()


def playwrights() -> str | None:
    """The path of the browser that Playwright downloaded, if it did."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def fetch() -> None:
    """Get a browser: by apt-get as root on Debian and Ubuntu, else by Playwright."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("no Chromium found: installing it with apt-get", flush=True)
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        done = subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], **quiet)
        if done.returncode == 0:
            return
    print("no Chromium found: downloading Playwright's own", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Exit code 0 when there is a browser in the end."""
    if installed() is None:
        fetch()
    path = installed()
    if path is None:
        print(
            "the browser tests need Chromium, and none could be installed; set NOTEBOOK_AD_CHROMIUM to one", flush=True
        )
        return 1
    print(f"browser: {path}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
