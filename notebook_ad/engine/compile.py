"""Compiled kernels by primitive and dtype: source → a module in the cache folder → a function's address in a table.

A generated module has a real file and a name in `sys.modules`, so Numba's own cache holds: about 100 ms to compile a
kernel the first time, 2 ms afterwards. Kernels are compiled when a sweep first needs them.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib.util
import os
import pathlib
import shutil
import sys
import tempfile
import threading
from functools import cache

import numba
import numpy as np

from notebook_ad.engine import generate
from notebook_ad.engine.primitive import CAPACITY, PRIMITIVES, Primitive
from notebook_ad.engine.segment import HOST

DTYPES = {"float64": 0, "float32": 1, "scalar": 2}  # a scalar is a float64 that stands in a narrow row
TABLE = np.zeros(4 * CAPACITY, np.int64)  # backward kernels: address at 4 * primitive code + dtype code
_lock = threading.Lock()


def code_of(primitive: Primitive, dtype: str) -> int:
    """The row's code for a primitive on a dtype: its index in the table."""
    return 4 * primitive.code + (HOST if primitive.hosted else DTYPES.get(dtype, HOST))


def ensure(code: int) -> None:
    """Compile the backward kernel of this code."""
    primitive = PRIMITIVES[code >> 2]
    TABLE[code] = kernel(primitive, list(DTYPES)[code & 3], "backward")


@cache
def kernel(primitive: Primitive, dtype: str, function: str) -> int:
    """Address of a primitive's compiled `forward` or `backward` for "float64", "float32" or (backward) "scalar"."""
    name = primitive.name if primitive.kind == "elementwise" else primitive.kernel or primitive.kind
    return _compiled(f"{name}_{dtype}_{function}", _body(primitive, dtype, function), dtype, function)


@cache
def _compiled(name: str, body: str, dtype: str, function: str) -> int:
    real = "f32" if dtype == "float32" else "f64"
    cached = _folder() is not None
    if not body.startswith('"""'):
        text = generate.HEADER.format(name=name, real=real, dtype="float32" if dtype == "float32" else "float64") + body
    else:
        text = body
        if dtype == "float32":
            text = text.replace("import f32 as other", "import @").replace("f64 as real", "f32 as real")
            text = text.replace("float64 as number", "float32 as number")
            text = text.replace("import @", "import f64 as other")
        text = "import numba as nb\n" + text
    text += generate.FOOTER.format(function=function, cache=cached)
    with _lock:
        return int(getattr(_load(name, text), function).address)


def _body(primitive: Primitive, dtype: str, function: str) -> str:
    if dtype == "scalar":
        return generate.scalar_backward(primitive)
    if primitive.kind == "elementwise":
        return (generate.elementwise_forward if function == "forward" else generate.elementwise_backward)(primitive)
    return (pathlib.Path(__file__).parent / "kernels" / f"{primitive.kernel or primitive.kind}.py").read_text(
        encoding="utf-8"
    )


def _load(name: str, text: str) -> object:
    module_name = f"notebook_ad_kernel_{name}_{digest(text, _helpers())}"
    if module_name in sys.modules:
        return sys.modules[module_name]
    folder = _folder() or _private_folder()
    path = folder / f"{module_name}.py"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
            file.write(text)
        os.replace(file.name, path)
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    return module


def digest(text: str, helpers: str) -> str:
    """What a kernel's name ends in. The helpers count: compiled into it, they are not seen by Numba's cache."""
    return hashlib.sha256((helpers + text).encode()).hexdigest()[:12]


@cache
def _helpers() -> str:
    folder = pathlib.Path(__file__).parent
    return "".join((folder / name).read_text(encoding="utf-8") for name in ("memory.py", "blas.py"))


@cache
def _folder() -> pathlib.Path | None:
    """The user's cache folder for kernels of this Numba and Python; None where nothing can be written."""
    version = f"{numba.__version__}-{sys.implementation.cache_tag}"
    for base in (os.environ.get("NOTEBOOK_AD_CACHE"), _user_cache()):
        if base:
            folder = pathlib.Path(base) / "notebook_ad" / f"kernels-{version}"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryFile(dir=folder):
                    return folder
            except OSError:
                continue
    return None


@cache
def _private_folder() -> pathlib.Path:
    """A folder that only this process uses: what we import from a shared one, others could have written."""
    folder = tempfile.mkdtemp(prefix="notebook_ad-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return pathlib.Path(folder)


def _user_cache() -> str:
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA", home)
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches")
    return os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
