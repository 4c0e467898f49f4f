"""The cache of compiled kernels: filled once, shared by processes, and not needed."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

from notebook_ad.engine import compile as kernels

PROGRAM = """
import notebook_ad as ad
x = ad.tensor([1.0, 2.0, 3.0])
(ad.sin(x) * x).sum().backward()
assert abs(x.grad.tolist()[0] - 1.3817732906760363) < 1e-12, x.grad
print("right")
"""


def start(**environment: str) -> subprocess.Popen[str]:
    root = str(pathlib.Path(kernels.__file__).parents[2])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    variables = {**os.environ, "PYTHONPATH": path, **environment}
    return subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def files(folder: pathlib.Path) -> dict[str, int]:
    return {str(p.relative_to(folder)): p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}


def test_processes_that_fill_an_empty_cache_at_once_agree_and_later_ones_compile_nothing(
    tmp_path: pathlib.Path,
) -> None:
    together = [start(NOTEBOOK_AD_CACHE=str(tmp_path)) for _ in range(3)]
    assert [p.communicate() for p in together] == [("right\n", "")] * 3
    filled = files(tmp_path)
    assert any(name.endswith(".nbi") for name in filled)
    assert start(NOTEBOOK_AD_CACHE=str(tmp_path)).communicate() == ("right\n", "")
    assert files(tmp_path) == filled


def test_it_works_where_neither_the_cache_nor_the_home_can_be_written() -> None:
    nowhere = str(pathlib.Path(os.devnull) / "nowhere")
    places = ("NOTEBOOK_AD_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA", "HOME")
    assert start(**dict.fromkeys(places, nowhere)).communicate() == ("right\n", "")


def test_a_kernels_name_depends_on_the_helpers_compiled_into_it() -> None:
    """Numba looks at the kernel's own file only: a cache that outlives an upgrade must not serve the old helpers."""
    helpers = pathlib.Path(kernels.__file__).with_name("memory.py").read_text(encoding="utf-8")
    before = kernels.digest("def backward(address): pass", helpers)
    assert kernels.digest("def backward(address): pass", helpers + "\n# changed") != before
    assert kernels.digest("def backward(address): return", helpers) != before
