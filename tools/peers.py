"""Run other people's test suites on notebook_ad, then our comparisons with PyTorch and JAX.

The suites are downloaded as source archives into build/peers; of each only the tests run, against an adapter package in
tests/peers that has the peer's name and is made of notebook_ad. Run by the Python of the environment of `make peers`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "tests" / "peers"
BUILD = ROOT / "build" / "peers"
SUITES = (("autograd", "1.9.1", "hips", "tests"), ("micrograd", "0.1.0", "karpathy", "test"))
PYTEST = ("-q", "-p", "no:cacheprovider", "-n", os.environ.get("NOTEBOOK_AD_WORKERS", str(min(4, os.cpu_count() or 1))))


def sources(name: str, version: str) -> Path:
    """The unpacked source archive of a release, downloaded once."""
    folder = BUILD / f"{name}-{version}"
    if not folder.exists():
        archive = BUILD / f"{name}-{version}.tar.gz"
        if not archive.exists():
            wanted = ["--no-deps", "--no-binary", ":all:", f"{name}=={version}", "--dest", str(BUILD)]
            quiet = ["--quiet", "--disable-pip-version-check"]
            subprocess.run([sys.executable, "-m", "pip", "download", *quiet, *wanted], check=True)
        with tarfile.open(archive) as packed:
            packed.extractall(BUILD, filter="data")
    return folder


def not_applicable(adapter: str) -> dict[str, str]:
    """Test ids that are left out, with the reason."""
    listed = PEERS / adapter / "not_applicable.txt"
    lines = listed.read_text().splitlines() if listed.exists() else []
    return dict(line.split("  ", 1) for line in lines if line and not line.startswith("#"))  # type: ignore[misc]


def run(title: str, folder: Path, path: Sequence[Path], args: Sequence[str]) -> tuple[int, int]:
    """Run pytest in a folder and print the counts, passed and failed, that it gives back; where a test failed, its end."""
    start = time.perf_counter()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path)), "NOTEBOOK_AD_PEERS": "1"}
    command = [sys.executable, "-m", "pytest", *PYTEST, *args]
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True)
    closing = done.stdout.rstrip().rpartition("\n")[2]
    counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|errors?)\b", closing)}
    failed = counts.get("failed", 0) + counts.get("error", 0) + counts.get("errors", 0)
    if done.returncode != 0:
        print(done.stdout[-20_000:], done.stderr[-5_000:], sep="\n")
        failed = failed or 1
    print(
        f"{title}: {counts.get('passed', 0)} passed, {failed} failed in {time.perf_counter() - start:.0f} s", flush=True
    )
    return counts.get("passed", 0), failed


def main() -> int:
    """All suites, then our own comparisons; the totals."""
    BUILD.mkdir(parents=True, exist_ok=True)
    totals = []
    for name, version, adapter, tests in SUITES:
        left_out = not_applicable(adapter)
        folder = sources(name, version) / tests
        chosen = [f"--deselect={test}" for test in left_out]
        args = ["-c", os.devnull, "--rootdir", str(folder), *chosen, str(folder)]
        totals.append(run(f"{name} {version}, its own tests", folder, [PEERS / adapter], args))
        for test, reason in left_out.items():
            print(f"  not applicable: {test}: {reason}")
    totals.append(run("comparisons with PyTorch and JAX", ROOT, [], [str(PEERS)]))
    passed, failed = (sum(column) for column in zip(*totals, strict=True))
    print(f"peers: {passed} passed, {failed} failed, {sum(len(not_applicable(s[2])) for s in SUITES)} not applicable")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
