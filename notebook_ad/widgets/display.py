"""Showing a Graph: one output that any viewer understands, brought to life where a browser runs our front-end.

The output holds an image in `text/html` and a table in `text/plain`, nothing else. The live view is a widget that is
never displayed as such: when its model reaches the browser, it looks for the fragment with its `ident` and mounts
itself there. So a saved notebook holds no reference to a model that is gone, which JupyterLab would answer with
'Error displaying widget: model not found' (it does not fall back to the other mime types of the output).
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from notebook_ad.graph import html, table
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.modeled import is_model, model_graph
from notebook_ad.graph.recorded import replay_of
from notebook_ad.graph.replay import Replay
from notebook_ad.graph.snapshot import graph_and_places, name_output
from notebook_ad.tensor import messages
from notebook_ad.widgets.state import State

if TYPE_CHECKING:
    from notebook_ad.widgets.view import GraphView

_count = itertools.count(1)


def show(
    what: Any,
    *inputs: Any,
    header: str = "",
    start: Literal["end", "start"] = "end",
    predict: bool = False,
    state: State | None = None,
    depth: int | None = 1,
) -> None:
    """Show a graph, the graph of a tensor, or that of a model's call, below the cell; outside a notebook print its table.

    The output holds a static picture and a table; in JupyterLab the picture becomes live.

    Args:
        what: a Graph, a Tensor to take the graph of, or a module (`ad.show(model, x)`). A tensor without a name of its
            own is called as it stands in the call, `loss` in `ad.show(loss)`.
        inputs: what a module is called with.
        header: a line above the picture.
        start: where the cursor stands at first: "end", all numbers shown, or "start", none.
        predict: hide the gradients, for the reader to find.
        state: what stands behind the live view, where there is more than this.
        depth: of a module, how many levels are opened: 1 draws each of its parts as one node, None every operation.

    Raises:
        TypeError: inputs for what is no module.
    """
    if inputs and not is_model(what):
        raise TypeError(f"show() of a {type(what).__name__} takes no inputs: only a module is called with them")
    name_output(what, messages.argument())
    if state is None:
        graph, replay = (what, None) if isinstance(what, Graph) else taken(what, inputs, depth)
        state = State(graph, replay, header, start, predict)
    graph, shell = state.shown, _shell()
    text = "\n".join(line for line in (state.header, table.text(graph, not state.predict)) if line)
    if shell is None:
        print(text)
        return
    data = {"text/plain": text}
    try:
        ident = _ident(graph)
        data["text/html"] = html.static_html(graph, ident, state.header, state.predict)
    except Exception as problem:  # a view that fails never kills the cell: the numbers are there
        data["text/plain"] += f"\n(no picture: {type(problem).__name__}: {problem})"
    _publish(data)
    if "text/html" in data and hasattr(shell, "kernel"):
        _enliven(ident, state, shell)


def taken(t: Any, inputs: Sequence[Any] = (), depth: int | None = 1) -> tuple[Graph, Replay | None]:
    """The graph of a tensor and, where its operations can be done again, its replay; of a model its collapsed graph."""
    if is_model(t):
        return model_graph(t, inputs, depth), None
    graph, ids = graph_and_places(t, None, "", (), {})
    return graph, replay_of(t, graph, ids)


def _enliven(ident: str, state: State, shell: Any) -> None:
    """Open the live view of a fragment just displayed; where that fails, the static picture stays."""
    from notebook_ad.graph.graphviz import LayoutUnavailable
    from notebook_ad.widgets import registry
    from notebook_ad.widgets.view import GraphView

    try:
        view: GraphView = GraphView(state=state, ident=ident)
        registry.keep(view, shell)
    except LayoutUnavailable:
        return  # said in the output already
    except Exception as problem:
        _publish({"text/plain": f"(no live view: {type(problem).__name__}: {problem})"})


def _ident(graph: Graph) -> str:
    """A name for the output: a counter, so that runs can be compared, and a digest of what it shows.

    By the digest the live view of a fresh kernel stays out of an output that an older kernel numbered alike.
    """
    digest = hashlib.sha256(f"{graph.code}\n{table.text(graph)}".encode("utf-8", "replace")).hexdigest()[:8]
    return f"{next(_count)}-{digest}"


def _shell() -> Any:
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _publish(data: dict[str, str]) -> None:
    from IPython.core.display_functions import publish_display_data

    publish: Any = publish_display_data  # untyped in IPython
    publish(data)
