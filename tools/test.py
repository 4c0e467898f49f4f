"""Run every test in one pytest: units, properties, doctests, lessons under nbval, the browser."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def package() -> Path:
    """The folder of the package under test: the installed one, where there is one outside the checkout."""
    spec = importlib.util.find_spec("notebook_ad")
    assert spec is not None, "notebook_ad is not installed"
    assert spec.origin is not None
    return Path(spec.origin).parent


def main() -> int:
    """Get a browser, then run pytest on the tests, the lessons and the package's doctests."""
    import browser
    import pytest

    browser.get()
    sys.path = [p for p in sys.path if Path(p or ".").resolve() != ROOT / "tools"]

    workers = os.environ.get("NOTEBOOK_AD_WORKERS", str(min(4, os.cpu_count() or 1)))
    args = ["-q", "-n", workers, "--doctest-modules", "--nbval", "--nbval-current-env"]
    args += ["--ignore", str(package() / "engine" / "kernels"), *sys.argv[1:]]
    return int(pytest.main([*args, str(ROOT / "tests"), str(ROOT / "notebooks"), str(package())]))


if __name__ == "__main__":
    sys.exit(main())
