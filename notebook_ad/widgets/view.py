"""The live view of one Graph: traits only; what it looks like and does is in the front-end."""

from __future__ import annotations

import pathlib
from typing import Any

import anywidget
import traitlets

STATIC = pathlib.Path(__file__).parent / "static"


class GraphView(anywidget.AnyWidget):
    """A live picture. It mounts itself in the static fragment of its `ident`, and, if displayed, in its own output.

    Attributes:
        ident: of the `data-nad` fragment in the notebook's outputs that this view brings to life.
        picture: what `drawing.drawing` gives.
    """

    _esm = STATIC / "view.js"
    _css = STATIC / "view.css"

    ident: Any = traitlets.Unicode().tag(sync=True)
    picture: Any = traitlets.Dict().tag(sync=True)
