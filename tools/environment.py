"""Make a virtual environment with pip in the given folder, with what the machine has; run by any Python 3.

Usage: python environment.py FOLDER [NEWEST]
NEWEST: the last Python that will do, as in 3.12.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

OLDEST, ANY = (3, 11), (9, 99)
NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
ASK = "import sys; sys.exit(not {} <= sys.version_info[:2] <= {})"
CURE = """cannot make a virtual environment with {}: it has no ensurepip.
On Debian and Ubuntu: apt-get install python3-venv; elsewhere: a Python from python.org, or `make PYTHON=/path/to/python3`."""


def succeeds(command: list[str]) -> bool:
    """Whether the command exists and ends with code 0; what it says is kept for nobody."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    except OSError:
        return False


def interpreter(newest: tuple[int, ...]) -> str:
    """This Python, or another one on the machine where this one is too old or too new."""
    found = [sys.executable, *filter(None, map(shutil.which, NAMES))]
    for path in found:
        if succeeds([path, "-c", ASK.format(OLDEST, newest)]):
            return path
    wanted = "{}.{} or newer".format(*OLDEST) if newest == ANY else "{}.{} to {}.{}".format(*OLDEST, *newest)
    sys.exit("notebook_ad needs Python {} here; found {}".format(wanted, ", ".join(found)))


def from_apt(python: str) -> bool:
    """As root on Debian and Ubuntu, install what their Python leaves out of `venv`."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("this Python has no ensurepip: installing python3-venv with apt-get", flush=True)
    asked = subprocess.run([python, "-c", "import sys; print('python%d.%d-venv' % sys.version_info[:2])"],
                           capture_output=True, text=True)  # fmt: skip
    succeeds(["apt-get", "update", "-qq"])
    return any(succeeds(["apt-get", "install", "-y", "-qq", name]) for name in (asked.stdout.strip(), "python3-venv"))


def main(folder: str, newest: str = "9.99") -> None:
    """Make the environment: with venv, else virtualenv, else venv after an apt-get; else say what is missing."""
    python = interpreter(tuple(map(int, newest.split("."))))
    print(f"making the virtual environment {folder} with {python}", flush=True)
    venv, virtualenv = [python, "-m", "venv", "--clear", folder], [python, "-m", "virtualenv", "--clear", folder]
    if succeeds(venv) or succeeds(virtualenv) or (from_apt(python) and succeeds(venv)):
        return
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(CURE.format(python))


if __name__ == "__main__":
    main(*sys.argv[1:])
