"""What `%%backprop` displays: a line about the output, notes, tables, the picture; in words where that fails."""

from __future__ import annotations

from typing import Any

from IPython.display import display

from notebook_ad.graph import numbers, table
from notebook_ad.graph.graph import Graph
from notebook_ad.lifted.run import Outcome
from notebook_ad.magics.options import Options


class Text:
    """Lines of text as an output of their own."""

    def __init__(self, lines: list[str]) -> None:
        self.text = "\n".join(lines)

    def __repr__(self) -> str:
        return self.text


def outcome(result: Outcome, options: Options) -> None:
    """Display what a run gave."""
    if result.graph is None:
        display(Text([f"%%backprop: {result.problem}", *result.notes]))
        return
    display(Text([header(result), *(() if options.graph else result.notes)]))  # the picture has the notes below it
    if options.table:
        display(Text([table.full_text(result.graph)]))
    if options.steps:
        display(Text(result.graph.derivation()))
    if options.graph:
        picture(result.graph)


def header(result: Outcome) -> str:
    """Which output was taken, and its value."""
    assert result.graph is not None
    assert result.output is not None
    node = result.graph.nodes[result.graph.output]
    seed = "" if _is_one(result.graph.seed) else f", seed {numbers.summary(result.graph.seed)}"
    return f"output: {result.output.name} = {table.value_text(node)} ({result.output.how}{seed})"


def _is_one(seed: Any) -> bool:
    return not hasattr(seed, "shape") and seed == 1


def picture(graph: Graph) -> None:
    """Display the picture; in words where it cannot be drawn."""
    try:
        from notebook_ad.widgets.display import show

        show(graph)
    except Exception as error:  # a view never kills the cell
        display(Text([table.text(graph), f"(no picture: {type(error).__name__}: {error})"]))
