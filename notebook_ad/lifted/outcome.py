"""What a run gives: the output, its graph with the gradients filled in, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ConsumedError, NoDerivative
from notebook_ad.graph.cut import cuts_at
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.recorded import replay_of
from notebook_ad.graph.replay import Replay
from notebook_ad.lifted import explain, last, taping
from notebook_ad.lifted.choice import Output, choose, is_scalar
from notebook_ad.lifted.instead import severed
from notebook_ad.lifted.naming import aliases, name_nodes
from notebook_ad.lifted.nothing import missing, no_leaves, nothing
from notebook_ad.lifted.program import Cell, Program
from notebook_ad.lifted.reasons import reasons
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.snapshot import fill, graph_of, leaf_keys
from notebook_ad.lifted.trouble import trouble


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a run gave.

    Attributes:
        value: of the last expression; None where the cell ends otherwise.
        output: what was differentiated, or None.
        graph: its graph, or None.
        problem: why there is no graph.
        notes: lines for the reader.
        flags: of the compiler, with the cell's own `from __future__`.
        replay: gives the graph for other values of its leaves, or None.
        variables: what the cell read from the notebook, as it was.
        keys: of the graph's leaves by node id, the name that each was bound to and how many of that name came before.
    """

    value: Any
    output: Output | None
    graph: Graph | None
    problem: str | None
    notes: tuple[str, ...]
    flags: int
    replay: Replay | None = None
    keys: dict[int, tuple[str, int]] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)


def finish(session: Session, program: Program, asked: str | None, seed: Any, accumulate: bool) -> Outcome:
    """Find the output, draw its graph, fill in the gradients."""

    def outcome(output: Output | None, graph: Graph | None, problem: str | None, notes: list[str]) -> Outcome:
        return Outcome(program.value, output, graph, problem, tuple(notes), program.flags)

    if (wrong := missing(session)) is not None:
        return outcome(None, None, wrong, [])
    output = choose(session, program.value, program.last, program.text, asked)
    if output is None:
        found = explain.unused(session, set())
        return outcome(None, None, nothing(session, program, asked), explain.notes(session, found, listed=False))
    given = seed() if callable(seed) else seed
    if (wrong := _misfit(output, given)) is not None:
        return outcome(output, None, wrong, [])
    try:
        names = name_nodes(session, taping.places_of(output.tensor))
    except ConsumedError as gone:  # the cell swept it itself, and it is too large to be kept
        return outcome(output, None, str(gone), [])
    if output.how != "the last expression":
        output.tensor.name = output.name
    unused = explain.unused(session, names)
    notes = [
        *no_leaves(session),
        *explain.notes(session, unused),
        *explain.unsupported(session, program),
    ]
    try:
        graph, ids = graph_of(output.tensor, given, program.cell.source, notes, session.previous)
    except NoDerivative as error:
        raise explain.blocked(output, session, error) from None
    found = trouble(graph, session)
    decisions = session.decisions.resolved()
    cuts = (*cuts_at(ids, graph.output, decisions), *severed(session, ids))
    same = aliases(session, ids, {node.name for node in graph.nodes})
    graph = replace(graph, notes=(*found, *notes), cuts=cuts, aliases=same, unused_leaves=reasons(session, unused))
    fill(session, graph, ids, accumulate)
    if session.is_first:
        last.remember(graph)
    replay = replay_of(output.tensor, graph, ids, decisions) if session.decisions.sure else None
    keys = leaf_keys(session, ids)
    return replace(
        outcome(output, graph, None, [*found, *notes]), replay=replay, keys=keys, variables=session.variables
    )


def _misfit(output: Output, seed: Any) -> str | None:
    """What is wrong with the seed, or with having none."""
    shape = output.tensor.shape
    if seed is None:
        if is_scalar(output):
            return None
        example = f"{output.name}.sum()" if output.name.isidentifier() else f"({output.name}).sum()"
        return f"{output.name} has shape {shape}: reduce it to a number (for example {example}) or give --seed"
    if np.shape(seed) == shape:
        return None
    text = repr(seed)
    given = f"--seed {text}" if len(text) <= 30 and "\n" not in text else "--seed"
    cure = "give a seed of that shape" if shape else "give a number, or leave --seed out"
    return f"{given} has shape {np.shape(seed)}, but {output.name} has shape {shape}: {cure}"


def remember_part(session: Session, cell: Cell, error: BaseException) -> None:
    """Keep the graph up to the line that failed; whatever goes wrong here must not hide the cell's own error."""
    try:
        output = choose(session, None, None, "", None)
        if output is None:
            return
        seed = None if is_scalar(output) else 1.0 + 0 * output.tensor.value
        names = name_nodes(session, taping.places_of(output.tensor))
        output.tensor.name = output.name
        notes = [
            f"up to the line that raised {type(error).__name__}",
            *explain.notes(session, explain.unused(session, names)),
        ]
        graph, _ = graph_of(output.tensor, seed, cell.source, notes, {})
        last.remember(graph)
        error.add_note(f"The graph up to here ({output.name}) is in notebook_ad.last_graph().")
    except Exception as failure:
        session.failures.append(("the graph up to the error", failure))
