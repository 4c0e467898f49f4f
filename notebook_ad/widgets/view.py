"""The live view of one Graph: traits and messages only; what it looks like and does is in the front-end."""

from __future__ import annotations

import pathlib
from typing import Any

import anywidget
import traitlets

from notebook_ad.widgets import commands
from notebook_ad.widgets.state import State

STATIC = pathlib.Path(__file__).parent / "static"
_FRONT = (STATIC / "view.js").read_text(encoding="utf-8")


class GraphView(anywidget.AnyWidget):
    """A live picture. It mounts itself in the static fragment of its `ident`, and, if displayed, in its own output.

    Attributes:
        ident: of the `data-nad` fragment in the notebook's outputs that this view brings to life.
        picture: what `drawing.drawing` gives.
    """

    _esm = STATIC / "loader.js"  # evaluated for every model, and never freed by browsers; so `_front` is shared
    _css = STATIC / "view.css"

    _front: Any = traitlets.Unicode(_FRONT).tag(sync=True)
    ident: Any = traitlets.Unicode().tag(sync=True)
    picture: Any = traitlets.Dict().tag(sync=True)

    def __init__(self, state: State, **traits: Any) -> None:
        super().__init__(picture=commands.picture(state), **traits)
        self.state: State | None = state
        self.on_msg(self._hear)

    def _hear(self, _: Any, content: Any, buffers: Any) -> None:
        if self.state is None or not isinstance(content, dict):
            return
        try:
            self.send(commands.answer(self.state, content))
        except commands.Redrawn as redrawn:
            self.picture = redrawn.picture
            self.send({"what": "redrawn", "seq": content.get("seq")})

    def freeze(self) -> None:
        """Let go of the replay: the view stays, its leaves can no longer be moved."""
        if self.state is not None:
            self.state.replay = self.state.rerun = self.state.risky = self.state.origin = None

    def close(self) -> None:
        """Close the view and free what stands behind it; ipywidgets would leave its layout, a widget too, open."""
        self.state = None
        layout = self.layout if self.comm is not None else None
        super().close()
        if layout is not None:
            layout.close()
