"""Take the README's pictures of the live graph from a real JupyterLab, so that they stay true.

python tools/pictures.py FOLDER

The textbook cell in the light and the dark theme: a still in the middle of the backward pass, and an animation of all steps.
A file is written only where its bytes change: the same view on the same machine gives the same bytes.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import labpage
import labserver
import numpy as np
from PIL import Image

CELLS = ["%load_ext notebook_ad", "%%backprop\na, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2"]
FORWARDS, BACKWARDS = 4, 8  # steps
STILL = 11  # how many are done in the still: ∂L/∂a has just arrived, ∂L/∂w has not
VIEWPORT = {"width": 1140, "height": 1100}  # the view is then 940 wide: no formula wraps, and GitHub shrinks it little
SCALE = 2
MARGIN = 4
FORWARD, BACKWARD, LAST = 800, 1000, 2400  # ms of a step, of the last one

GO = "(track, k) => { track.value = k; track.dispatchEvent(new Event('input')) }"
CHECKED = """n =>
    [...document.querySelectorAll('.nad-leaves td')].filter(e => e.textContent.startsWith('✓')).length === n"""


def main(folder: Path) -> None:
    """Take the pictures of both themes."""
    with labpage.opened(CELLS, viewport=VIEWPORT, device_scale_factor=SCALE) as (page, _):
        live = run(page)
        for theme in ("light", "dark"):
            labserver.set_theme(page, theme)
            shots = [at(page, live, step) for step in range(1, FORWARDS + BACKWARDS + 1)]
            keep(folder / f"{theme}.png", still(shots[STILL - 1], bottom(live, ".nad-leaves")))
            keep(folder / f"{theme}-steps.gif", animation(shots, bottom(live, ".nad-scroll")))


def run(page: Any) -> Any:
    """Run the notebook and give the live view, once its central differences have arrived."""
    from playwright.sync_api import TimeoutError

    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    page.evaluate(labserver.RUN_ALL)
    try:
        page.wait_for_function(CHECKED, arg=4, timeout=60_000)
    except TimeoutError:
        sys.exit("no live graph; the notebook says:\n" + "\n".join(page.locator(".jp-OutputArea").all_inner_texts()))
    return page.locator(".nad-live")


def at(page: Any, live: Any, step: int) -> Image.Image:
    """The view after so many steps, when it has come to rest."""
    live.locator(".nad-track").evaluate(GO, step)
    before, shot = b"", live.screenshot(animations="disabled")
    while shot != before:
        page.wait_for_timeout(200)
        before, shot = shot, live.screenshot(animations="disabled")
    return Image.open(io.BytesIO(shot)).convert("RGB")


def bottom(live: Any, part: str) -> int:
    """Where a part of the view ends, in pixels of the picture."""
    box, whole = live.locator(part).bounding_box(), live.bounding_box()
    return round((box["y"] + box["height"] - whole["y"] + MARGIN) * SCALE)


def still(shot: Image.Image, height: int) -> bytes:
    """A PNG in 256 colours, without metadata."""
    file = io.BytesIO()
    (image,) = reduced([top(shot, height)])
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def animation(shots: list[Image.Image], height: int) -> bytes:
    """A GIF, which GitHub lets the reader pause; only what changes is stored."""
    first, *others = reduced([top(shot, height) for shot in shots])
    pace = [FORWARD] * FORWARDS + [BACKWARD] * (BACKWARDS - 1) + [LAST]
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=pace, loop=0, disposal=1, optimize=True)
    return file.getvalue()


def reduced(images: list[Image.Image]) -> list[Image.Image]:
    """The images in the 256 colours that they use most; plain surfaces keep theirs exactly, unlike with Pillow's quantize."""
    pixels = np.stack([np.asarray(image, dtype=np.int32) for image in images])
    colours, at, count = np.unique(pixels @ (1 << 16, 1 << 8, 1), return_inverse=True, return_counts=True)
    channels = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=-1)
    chosen = channels[np.argsort(-count, kind="stable")[:256]]
    nearest = ((channels[:, None] - chosen) ** 2).sum(axis=-1).argmin(axis=-1).astype(np.uint8)
    made = [Image.fromarray(indices) for indices in nearest[at].reshape(pixels.shape[:-1])]
    for image in made:
        image.putpalette(chosen.astype(np.uint8).tobytes())
    return made


def top(shot: Image.Image, height: int) -> Image.Image:
    """The part above a line."""
    return shot.crop((0, 0, shot.width, height))


def keep(path: Path, data: bytes) -> None:
    """Write what has changed, and say so."""
    same = path.exists() and path.read_bytes() == data
    if not same:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"{path}: {len(data) // 1000} kB, {'unchanged' if same else 'new'}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
