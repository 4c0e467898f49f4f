"""A learner's own order for the backward sweep: any order is right in which a value is complete before it is handed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from notebook_ad.lessons.exercises.feedback import Mark


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """A value of a graph, as in lesson 06, but without numbers.

    Attributes:
        name: for the feedback.
        operands: what it was computed from; empty for a leaf.
    """

    name: str
    operands: tuple[Node, ...] = ()

    def __repr__(self) -> str:
        return self.name


def marks(answer: object) -> list[Mark]:
    """One mark for each graph on which a learner's function `order(output)` is tried.

    Args:
        answer: the function; None, or a function that returns None, is not answered yet.
    """
    if answer is None:
        return [Mark(title, "open") for title in _GRAPHS]
    return [_tried(answer, title, make()) for title, make in _GRAPHS.items()]


def _tried(answer: object, title: str, output: Node) -> Mark:
    if not callable(answer):
        return Mark("your function", "wrong", "hand over the function itself, without calling it")
    try:
        found = answer(output)
    except Exception as error:  # whatever the learner's code raises is the answer to show
        return Mark(title, "wrong", f"your function raised {type(error).__name__}: {error}")
    if found is None:
        return Mark(title, "open")
    if not isinstance(found, Sequence) or not all(isinstance(one, Node) for one in found):
        return Mark(title, "wrong", "return a list of the values themselves")
    wrong = _wrong(list(found), output)
    return Mark(title, "wrong", wrong) if wrong else Mark(title, "right")


def _wrong(found: list[Node], output: Node) -> str:
    """What is wrong with an order; empty where nothing is."""
    needed = _reachable(output)
    if missing := [node for node in needed if node not in found]:
        return f"{missing[0]} is missing: every value from the output to the leaves has to be there"
    if len(found) > len(set(found)):
        twice = next(node for node in found if found.count(node) > 1)
        return f"{twice} stands there {found.count(twice)} times, so its gradient would be handed on more than once"
    place = {node: index for index, node in enumerate(found)}
    early = [(user, one) for user in needed for one in user.operands if place[one] < place[user]]
    if not early:
        return ""
    if len(early) == sum(len(user.operands) for user in needed):
        return "that is the order of the forward pass, operands first; the sweep needs it reversed"
    user, one = early[0]
    return f"{one} comes before {user}, which uses it: it would be handed on before its gradient is complete"


def _reachable(output: Node) -> list[Node]:
    found, waiting = [output], [output]
    while waiting:
        for operand in waiting.pop().operands:
            if operand not in found:
                found.append(operand)
                waiting.append(operand)
    return found


def _chain() -> Node:
    node = Node("x")
    for step in range(3):
        node = Node(f"h{step + 1}", (node,))
    return node


def _fork() -> Node:
    x = Node("x")
    p = Node("p", (x, x))
    return Node("y", (Node("q", (p, x)), p))


def _swapped_fork() -> Node:
    x = Node("x")
    p = Node("p", (x, x))
    return Node("y", (p, Node("q", (x, p))))


def _long_and_short() -> Node:
    x = Node("x")
    a = Node("a", (x,))
    c = Node("c", (Node("b", (a,)),))
    return Node("y", (a, c))


def _doublings() -> Node:
    node = Node("x")
    for step in range(16):
        node = Node(f"h{step + 1}", (node, node))
    return node


_GRAPHS: dict[str, Callable[[], Node]] = {
    "a chain": _chain,
    "y = q·p with q = p + x, p = x·x": _fork,
    "the same with the operands swapped": _swapped_fork,
    "a short path and a long path to a": _long_and_short,
    "sixteen doublings": _doublings,
}
