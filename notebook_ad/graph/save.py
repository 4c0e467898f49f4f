"""The picture in a file: .svg, .html, .dot or .png."""

from __future__ import annotations

import os
import pathlib
import re
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING

from notebook_ad.graph import dot, html, svg

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

PNG_SCALE = 2.0
PNG_PIXELS = 16e6  # a long chain would be gigabytes at full scale


def save(graph: Graph, path: str | os.PathLike[str]) -> pathlib.Path:
    """Write the picture to `path`; the suffix says how. What stood there stays until the new file is complete.

    Raises:
        ValueError: another suffix.
        ImportError: .png, and the extra that draws it is not installed.
        OSError: the file cannot be written.
    """
    target = pathlib.Path(path)
    write = _WRITERS.get(target.suffix.lower())
    if write is None:
        raise ValueError(f"cannot save to {target.name!r}: the suffix must be one of {', '.join(_WRITERS)}")
    data = write(graph)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        try:
            file.write(data)
            file.close()
            os.chmod(file.name, 0o666 & ~_umask())
            os.replace(file.name, target)
        except OSError:
            file.close()
            os.unlink(file.name)
            raise
    return target


def _png(graph: Graph) -> bytes:
    try:
        import resvg_py
    except ImportError:
        raise ImportError("saving a .png needs the extra: pip install 'notebook_ad[png]' (or save a .svg)") from None
    drawn = svg.to_svg(graph, "light")
    width, height = map(float, re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', drawn).groups())  # type: ignore[union-attr]
    zoom = min(PNG_SCALE, (PNG_PIXELS / (width * height)) ** 0.5)
    return bytes(resvg_py.svg_to_bytes(svg_string=drawn, zoom=zoom))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_WRITERS: dict[str, Callable[[Graph], bytes]] = {
    ".svg": lambda graph: svg.to_svg(graph).encode(),
    ".html": lambda graph: html.to_html(graph).encode(),
    ".dot": lambda graph: dot.to_dot(graph).encode(),
    ".png": _png,
}
