"""Where a running loop is shown: a live view in an empty output, and a second output with the last state.

An output cannot be changed later without `update_display`, which nbval refuses. So the first output is a fragment that
shows nothing on its own; when the loop is over a second one with the last picture follows, and the view takes that
one's `ident`: it leaves the first fragment, which is empty again, for the second.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, tostring

from notebook_ad.graph import html, table
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.texts import clean
from notebook_ad.widgets import commands, display
from notebook_ad.widgets.frame import Texts
from notebook_ad.widgets.moments import Moment, number
from notebook_ad.widgets.state import State

WHOLE = 10  # every tenth tick says everything, for a view that was not there yet when the others came


class Stage:
    """The outputs of one `ad.live` block. `view` is None until there is a graph."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.view: Any = None
        self._said: Texts = {}
        self._ticks = 0

    @property
    def closed(self) -> bool:
        """Whether somebody closed the view."""
        return self.view is not None and self.view.comm is None

    def open(self, taken: Moment) -> None:
        """Open the view on a first graph.

        Raises:
            LayoutUnavailable: there are no positions to draw at.
        """
        from notebook_ad.widgets import registry
        from notebook_ad.widgets.view import GraphView

        ident = display._ident(taken.graph)
        view = GraphView(state=State(taken.graph, header="running"), ident=ident)
        view.state = None  # while the loop runs nothing is answered
        registry.keep(view, self.shell)
        self.view = view
        box = Element("div", {"class": "nad-static", "data-nad": ident})
        text = "(a live view of the loop while it runs; its last state is shown below)"
        self.publish({"text/plain": text, "text/html": tostring(box, encoding="unicode", method="html")})

    def redraw(self, taken: Moment, note: str) -> None:
        """Show a graph of another form."""
        self.view.picture = commands.picture(State(taken.graph, header="running"), note)
        self._said, self._ticks = {}, 0

    def tick(self, step: int, said: Texts, loss: float, norm: float) -> None:
        """Send what changed since the last one."""
        known = self._said if self._ticks % WHOLE else {}
        changed = {slot: text for slot, text in said.items() if slot not in known or known[slot] != text}
        self._said = said
        self._ticks += 1
        charts = {"loss": number(loss), "norm": number(norm)}
        self.view.send({"what": "tick", "step": step, "texts": changed, "charts": charts})

    def say(self, note: str) -> None:
        """Put a note under the picture."""
        if self.view is not None and not self.closed:
            self.view.send({"what": "frame", "frame": {"note": clean(note)}})

    def finish(self, taken: Moment, header: str, notes: list[str], done: dict[str, Any]) -> None:
        """Publish the last state, and move the view there with its leaves free to be dragged."""
        graph = replace(taken.graph, notes=(*taken.graph.notes, *notes))
        ident = display._ident(graph)
        data = {"text/plain": text_of(graph, header)}
        try:
            data["text/html"] = html.static_html(graph, ident, header)
        except Exception as problem:
            data["text/plain"] += f"\n(no picture: {type(problem).__name__}: {problem})"
        self.publish(data)
        if self.view is None or self.closed:
            return
        state = State(graph, taken.replay(), header)
        self.view.picture = commands.picture(state) | {"training": done}
        self.view.state = state
        self.view.ident = ident
        self.view.send(done)

    def publish(self, data: dict[str, str]) -> None:
        """Display an output."""
        display._publish(data)


def text_of(graph: Graph, header: str) -> str:
    """The last state for viewers that show text only."""
    return "\n".join([header, table.text(graph)])
