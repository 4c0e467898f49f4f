"""What is installed: the wheel's contents, what an import loads, pictures without a system Graphviz."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import notebook_ad

ROOT = Path(__file__).resolve().parents[2]
GRAPH = (
    "import notebook_ad as ad; a = ad.tensor(2.0, name='a'); s = ad.graph(a * a).to_svg(); print(s.count('data-edge'))"
)


def python(program: str, **env: str) -> str:
    command = [sys.executable, "-P", "-c", program]  # -P: the installed package, not the one in the working directory
    return subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Names of the files in the wheel: the one that CI built, or one built now."""
    if given := os.environ.get("NOTEBOOK_AD_WHEEL"):
        path = Path(given)
    else:
        folder = tmp_path_factory.mktemp("wheel")
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path).namelist()


def test_the_wheel_holds_lessons_and_the_front_end(wheel: list[str]) -> None:
    lessons = {n.name for n in (ROOT / "notebooks").glob("*.ipynb")}
    assert lessons
    assert {f"notebook_ad/lessons/notebooks/{n}" for n in lessons} <= set(wheel)
    assert {f"notebook_ad/widgets/static/{n}" for n in ("loader.js", "view.js", "view.css")} <= set(wheel)
    assert "notebook_ad/graph/graph.css" in wheel
    assert "notebook_ad/engine/kernels/matmul.py" in wheel


def test_the_wheel_holds_nothing_else(wheel: list[str]) -> None:
    assert all(n.startswith(("notebook_ad/", "notebook_ad-")) for n in wheel)
    assert not [n for n in wheel if "test" in n or "node_modules" in n or n.endswith((".pyc", ".nbi", ".nbc"))]


def test_the_package_under_test_is_the_wheel_where_one_is_given_else_the_checkout() -> None:
    tested = {Path(notebook_ad.__file__), Path(python("import notebook_ad; print(notebook_ad.__file__)"))}
    assert len(tested) == 1
    assert tested.pop().is_relative_to(ROOT / "notebook_ad") == ("NOTEBOOK_AD_WHEEL" not in os.environ)


def test_importing_the_package_loads_neither_ipython_nor_ipywidgets() -> None:
    loaded = python(
        "import sys, notebook_ad; print(*[m for m in ('IPython', 'ipywidgets', 'anywidget') if m in sys.modules])"
    )
    assert loaded == ""


def test_pictures_need_no_program_on_the_path(tmp_path: Path) -> None:
    assert int(python(GRAPH, PATH=str(tmp_path))) >= 2


def test_the_engine_works_where_nothing_can_be_written(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.write_text("a file, so no folder can be made in it")
    home = str(locked / "home")
    program = GRAPH.replace("print", "(a * a).backward(); print(a.grad.item()); print")
    out = python(program, HOME=home, XDG_CACHE_HOME=home, NUMBA_CACHE_DIR=home, NOTEBOOK_AD_CACHE=home)
    assert out.split()[0] == "4.0"
