"""What `%%backprop` displays: a line about the output, notes, tables, the picture; in words where that fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.display import display

from notebook_ad.graph import numbers, table
from notebook_ad.graph.attempt import Attempt
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.recorded import LIMIT
from notebook_ad.graph.replay import Replay
from notebook_ad.lifted.again import Again
from notebook_ad.lifted.effects import effects
from notebook_ad.lifted.nearest import capped
from notebook_ad.lifted.run import Outcome
from notebook_ad.magics.options import Options

if TYPE_CHECKING:
    from notebook_ad.widgets.state import State

STEPS = 100  # of `--steps`, at each end of a long derivation


class Text:
    """Lines of text as an output of their own."""

    def __init__(self, lines: list[str]) -> None:
        self.text = "\n".join(lines)

    def __repr__(self) -> str:
        return self.text


def outcome(result: Outcome, options: Options, again: Callable[[], Again] | None = None) -> None:
    """Display what a run gave; `again` makes what runs the cell again."""
    if result.graph is None:
        display(Text([f"%%backprop: {result.problem}", *result.notes]))
        return
    display(Text([header(result), *(() if options.graph else result.notes)]))  # the picture has the notes below it
    if options.table:
        display(Text([table.full_text(result.graph)]))
    if options.steps:
        display(Text(result.graph.derivation(ends=STEPS)))
    if options.graph:
        picture(result, options, again)


def header(result: Outcome) -> str:
    """Which output was taken, and its value."""
    assert result.graph is not None
    assert result.output is not None
    node = result.graph.nodes[result.graph.output]
    seed = "" if _is_one(result.graph.seed) else f", seed {numbers.summary(result.graph.seed)}"
    name = f"output: {node.name}" if node.name else f"output = {capped(result.output.name)}"
    return f"{name} = {table.value_text(node)} ({result.output.how}{seed})"


def attach(state: State, again: Again) -> None:
    """Let the view run the cell again: by itself where nobody can notice, else when it is asked to."""
    state.reason = effects(again.cell.source, again.variables, again.namespace) or ""
    if state.reason:
        state.risky = again
    else:
        state.rerun = again


def needs_code(graph: Graph, replay: Replay | None) -> bool:
    """Whether a moved leaf may lead where only the code itself knows what comes out."""
    if replay is None:
        return len(graph.nodes) <= LIMIT
    attempts = (kept.guard.function for kept in replay.guards)
    return any(not isinstance(attempt, Attempt) or attempt.sheltered for attempt in attempts)


def _is_one(seed: Any) -> bool:
    return not hasattr(seed, "shape") and seed == 1


def picture(result: Outcome, options: Options, again: Callable[[], Again] | None = None) -> None:
    """Display the picture; in words where it cannot be drawn."""
    assert result.graph is not None
    try:
        from notebook_ad.widgets.display import show
        from notebook_ad.widgets.state import State

        state = State(result.graph, result.replay, start="start" if options.step else "end", predict=options.predict)
        if again is not None and needs_code(result.graph, result.replay):
            attach(state, again())
        show(result.graph, state=state)
    except Exception as error:  # a view never kills the cell
        display(Text([table.text(result.graph), f"(no picture: {type(error).__name__}: {error})"]))
