"""What the browser asks of the kernel, by name: each takes the view's state and a message, and gives the reply."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.guards import Guard
from notebook_ad.graph import numbers
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.texts import clean
from notebook_ad.widgets import details, halted, predict, questions
from notebook_ad.widgets.drawing import drawing
from notebook_ad.widgets.frame import frame, leaf_table
from notebook_ad.widgets.state import State
from notebook_ad.widgets.walk import walk

Message = dict[str, Any]
Reply = dict[str, Any]


class Redrawn(Exception):
    """The graph has another form: the picture is drawn anew."""

    def __init__(self, picture: dict[str, Any]) -> None:
        self.picture = picture


def drag(state: State, message: Message) -> Reply:
    """Move a leaf; the graph follows.

    Raises:
        Redrawn: the code was run again, and gave a graph of another form.
    """
    value = float(message["value"])
    leaf = int(message["leaf"])
    if not state.movable or state.predict or not math.isfinite(value) or leaf not in {n.id for n in state.first.leaves}:
        return {"what": "problem", "text": clean(state.fixed) or "this leaf cannot be moved"}
    state.move(leaf, message.get("index"), value)
    if (rerun := state.wanted) is not None:
        redraw(state, rerun)
    return shown(state)


def shown(state: State) -> Reply:
    """The numbers as they are now."""
    note = ""
    if state.raised is not None:
        note = state.raised.text + (", unless the code catches it" if state.raised.sheltered else "")
        said = halted.frame(frame(state.shown, {}, note, True), state.shown, state.raised)
        asked = state.raised.sheltered and state.risky is not None
        return {"what": "frame", "frame": said, "moved": True, "rerun": asked}
    if state.broken:
        texts = list(dict.fromkeys(guard_text(g) for g in state.broken))
        more = f" and {len(texts) - 2} more" if len(texts) > 2 else ""
        note = f"{'; '.join(texts[:2])}{more}: the code would go another way here, so these numbers are stale"
        if state.risky is not None and state.reason:
            note += f". It is run again only if you ask, as it may do more than compute: {clean(state.reason)}"
    return {
        "what": "frame",
        "frame": frame(state.shown, state.checks(), note, bool(state.broken)),
        "moved": bool(state.moved()),
        "rerun": bool(state.broken) and state.risky is not None,
    }


def guard_text(guard: Guard) -> str:
    """`line 3: a > 0 is decided otherwise`."""
    where = f"line {guard.source.line}: " if guard.source is not None else ""
    text = clean(guard.source.text if guard.source is not None else guard.text)
    return f"{where}{text} {'took another value' if guard.value else 'is decided otherwise'}"


def redraw(state: State, rerun: Any) -> None:
    """Run the code again on the moved values, and draw what it gives.

    Raises:
        Redrawn: the graph has another form, with the new picture.
    """
    note = (
        f"{guard_text(state.broken[0])}: the code took another branch, and "
        if state.broken
        else "the code was run again: "
    )
    before = state.shown
    state.follow(rerun)
    if state.raised is None and not same_form(before, state.shown):
        raise Redrawn(picture(state, f"{note}the graph has another form"))


def same_form(one: Graph, other: Graph) -> bool:
    """Whether two graphs differ in numbers only, so that one picture serves both."""
    if len(one.nodes) != len(other.nodes) or len(one.edges) != len(other.edges):
        return False
    return all(
        (a.kind, a.glyph, a.name, a.shape, a.kind == "constant" and numbers.summary(a.value))
        == (b.kind, b.glyph, b.name, b.shape, b.kind == "constant" and numbers.summary(b.value))
        for a, b in zip(one.nodes, other.nodes, strict=True)
    ) and all(
        (a.operand, a.user, a.position) == (b.operand, b.user, b.position)
        for a, b in zip(one.edges, other.edges, strict=True)
    )


def picture(state: State, note: str = "") -> dict[str, Any]:
    """The whole picture of the graph as it stands."""
    note = note or state.fixed
    drawn = drawing(
        state.shown, state.header, state.start, state.movable, state.checks(patient=True), note, state.ranges
    )
    return predict.conceal(drawn, state.shown) if state.predict else drawn


def reset(state: State, message: Message) -> Reply:
    """Back to the cell's values.

    Raises:
        Redrawn: another graph was shown.
    """
    if state.reset():
        raise Redrawn(picture(state))
    return shown(state)


def rerun(state: State, message: Message) -> Reply:
    """The reader asked for the code to be run again, effects and all."""
    again = state.rerun or state.risky
    if again is None or not state.values:
        return {"what": "problem", "text": "there is no code to run again"}
    redraw(state, again)
    return shown(state)


def steps(state: State, message: Message) -> Reply:
    """The texts of every step for the numbers now shown, and the central differences that took too long before."""
    walked = walk(state.shown)
    if state.raised is not None:
        return {"what": "walk", **halted.walk(walked, state.shown, state.raised)}
    if state.predict:
        return {"what": "walk", **predict.concealed(walked)}
    return {"what": "walk", **walked, "table": leaf_table(state.shown, state.checks(patient=True))}


def now(state: State, message: Message) -> Reply:
    """The numbers as they are, for a page that was loaded again while the leaves were moved."""
    if not state.values:
        return {"what": "now"}
    moved = {str(k): np.asarray(v, np.float64).reshape(-1).tolist() for k, v in state.values.items()}
    return {**shown(state), "values": moved}


def check(state: State, message: Message) -> Reply:
    """Whether the reader's answer to a blank is right."""
    slot = str(message["slot"])
    return {"what": "checked", "slot": slot, **predict.check(state.shown, slot, str(message["answer"])[:100])}


def reveal(state: State, message: Message) -> Reply:
    """Show one answer; all of them with the whole picture.

    Raises:
        Redrawn: all of them were asked for.
    """
    if message.get("slot") is not None:
        return {"what": "revealed", "texts": predict.answers(state.shown, str(message["slot"]))}
    state.predict = False
    raise Redrawn(picture(state))


COMMANDS: dict[str, Callable[[State, Message], Reply]] = {
    "drag": drag,
    "reset": reset,
    "now": now,
    "rerun": rerun,
    "walk": steps,
    "paths": questions.paths,
    "why": questions.why,
    "detail": details.detail,
    "element": details.element,
    "jacobian": details.jacobian,
    "check": check,
    "reveal": reveal,
}


def answer(state: State, message: Message) -> Reply:
    """The reply to a message; whatever goes wrong is said, not raised.

    Raises:
        Redrawn: the picture is to be set anew.
    """
    try:
        command = COMMANDS.get(message.get("do", ""))
        reply = command(state, message) if command is not None else {"what": "problem", "text": "unknown request"}
    except Redrawn:
        raise
    except Exception as problem:
        reply = {"what": "problem", "text": clean(f"{type(problem).__name__}: {problem}")}
    return {**reply, "seq": message.get("seq")}
