"""Why one operation passes nothing: what to say of a local derivative that is 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph import numbers, units
from notebook_ad.graph.answer import label, some, widened
from notebook_ad.graph.model import Edge

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

Mask = np.ndarray


def zero(graph: Graph, edge: Edge, born: Mask) -> str:
    """Why the local derivative along an edge is 0 at `born`: elements of the result, or of the operand of an array op."""
    name = edge.operation.primitive.name
    return _SAID.get(name, _derivative)(graph, edge, born)


def _inputs(edge: Edge, shape: tuple[int, ...]) -> list[Any]:
    return [widened(x, shape) for x in edge.operation.inputs]


def _relu(graph: Graph, edge: Edge, born: Mask) -> str:
    x = np.asarray(edge.value)
    if not x.ndim:
        return f"input {numbers.short(x)} < 0" if x < 0 else "input is exactly 0, where the derivative is taken as 0"
    off = x <= 0
    return units.off(off, "input < 0" if np.all(x[off] < 0) else "input ≤ 0")


def _mul(graph: Graph, edge: Edge, born: Mask) -> str:
    other = graph.operands(edge.user)[1 - edge.position]
    own = label(graph, other.operand) == label(graph, edge.operand)
    name = label(graph, other.operand)
    known = graph.nodes[other.operand].kind != "constant" or graph.nodes[other.operand].name
    whose = f"the other operand {name}" if known and not own else name if own else "the other operand"
    zeros = np.asarray(other.value) == 0
    if not zeros.ndim:
        return f"{whose} is 0"
    return f"{whose} is 0 at {some(int(np.count_nonzero(zeros)), zeros.size, 'elements')}"


def _div(graph: Graph, edge: Edge, born: Mask) -> str:
    above, below = graph.operands(edge.user)
    if edge.position == 0:
        return f"the denominator {label(graph, below.operand)} is infinite{_at(born)}"
    return f"the numerator {label(graph, above.operand)} is 0{_at(born)}"


def _saturated(graph: Graph, edge: Edge, born: Mask) -> str:
    x, name = np.asarray(edge.value), edge.operation.primitive.name
    rounded = _ROUNDED.get(name) if name == "tanh" or np.all(x[born] > 0) else None
    if not x.ndim:
        if rounded is None:
            return f"input {numbers.short(x)}, derivative 0 (underflowed): saturated"
        function, rest = rounded
        return f"saturated: {function}({numbers.short(x)}) rounds to {'1' if x > 0 else '−1'}, so {rest} is 0"
    least = numbers.short(np.min(np.abs(x[born])))
    count = some(int(np.count_nonzero(born)), x.size, "inputs")
    why = "underflowed" if rounded is None else f"{rounded[1]} rounds to 0"
    return f"derivative 0 ({why}) for {count}, which are {least} or more in size: saturated"


_ROUNDED = {
    "sigmoid": ("σ", "1 − σ"),
    "tanh": ("tanh", "1 − tanh²"),
}  # the true derivative is tiny, not below all floats


def _exp(graph: Graph, edge: Edge, born: Mask) -> str:
    x = np.asarray(edge.value)
    where = (
        f"exp({numbers.short(x)})" if not x.ndim else f"exp of {some(int(np.count_nonzero(born)), x.size, 'inputs')}"
    )
    return f"{where} underflowed to 0, and its derivative is itself"


def _abs(graph: Graph, edge: Edge, born: Mask) -> str:
    return f"input is exactly 0{_at(born)}, where the derivative is taken as 0"


def _extreme(graph: Graph, edge: Edge, born: Mask) -> str:
    x, y = _inputs(edge, born.shape)
    other = graph.operands(edge.user)[1 - edge.position]
    if graph.nodes[other.operand].kind == "constant" and not np.any(np.asarray(other.value)):
        sign = "<" if edge.operation.primitive.name == "maximum" else ">"
        own = (x, y)[edge.position]
        off = own < 0 if sign == "<" else own > 0
        return units.off(off, f"input {sign} 0") if off.ndim else f"input {numbers.short(own)} {sign} 0"
    word = "larger" if edge.operation.primitive.name == "maximum" else "smaller"
    name, rival = label(graph, edge.operand), label(graph, other.operand)
    if not born.ndim:
        a, b = numbers.short((x, y)[edge.position]), numbers.short((x, y)[1 - edge.position])
        return f"{_named(name, a)} was not taken: {_named(rival, b)} is {word}"
    return f"{name} was not taken at {some(int(np.count_nonzero(born)), born.size, 'elements')}: {rival} is {word}"


def _named(name: str, value: str) -> str:
    return value if name == value else f"{name} = {value}"


def _where(graph: Graph, edge: Edge, born: Mask) -> str:
    if edge.position == 0:
        return "a condition only decides which branch is taken: no gradient passes it"
    condition = label(graph, graph.operands(edge.user)[0].operand)
    word = "False" if edge.position == 1 else "True"
    decided = "its condition" if condition in ("True", "False", "mask") else f"its condition {condition}"
    return f"{decided} is {word}{_at(born)}, so {label(graph, edge.operand)} is not taken"


def _unread(graph: Graph, edge: Edge, born: Mask) -> str:
    return f"{_elements(graph, edge, born)} not read"


def _beaten(graph: Graph, edge: Edge, born: Mask) -> str:
    return f"{_elements(graph, edge, born)} not the {edge.operation.primitive.name}"


def _overwritten(graph: Graph, edge: Edge, born: Mask) -> str:
    return f"{_elements(graph, edge, born)} {'overwritten' if edge.position == 0 else 'not written'}"


def _matmul(graph: Graph, edge: Edge, born: Mask) -> str:
    other = graph.operands(edge.user)[1 - edge.position]
    name = label(graph, other.operand)
    if not np.any(other.value):
        return f"the other operand {name} is 0 everywhere"
    count = some(int(np.count_nonzero(born)), born.size, "elements")
    return f"{count} of {label(graph, edge.operand)} meet only zeros of {name}"


def _step(graph: Graph, edge: Edge, born: Mask) -> str:
    return "a step function: its derivative is 0 wherever it has one"


def _mod(graph: Graph, edge: Edge, born: Mask) -> str:
    return f"the quotient is below 1{_at(born)}, so the result does not depend on the divisor"


def _derivative(graph: Graph, edge: Edge, born: Mask) -> str:
    """Any other: its derivative as a formula, and the input."""
    factor = edge.factor
    formula = f" {factor}" if factor and "∂" not in factor else ""
    if not born.ndim:
        return f"its derivative{formula} is 0 at input {numbers.short(edge.value)}"
    count = some(int(np.count_nonzero(born)), born.size, "inputs")
    values = np.unique(np.asarray(widened(edge.value, born.shape))[born])
    return f"its derivative{formula} is 0 for {count}" + (
        f": at {numbers.short(values[0])}" if values.size == 1 else ""
    )


def _at(born: Mask) -> str:
    return f" at {some(int(np.count_nonzero(born)), born.size, 'elements')}" if born.ndim else ""


def _elements(graph: Graph, edge: Edge, born: Mask) -> str:
    """`3 of 5 elements of x are`, `x[0], x[2] are` for few."""
    places = np.argwhere(born)
    name = label(graph, edge.operand)
    if 0 < len(places) <= 4 and born.ndim:
        listed = ", ".join(f"{name}[{', '.join(map(str, place))}]" for place in places.tolist())
        return f"{listed} {'is' if len(places) == 1 else 'are'}"
    count = int(np.count_nonzero(born))
    return f"{some(count, born.size, 'elements')} of {name} {'is' if count == 1 else 'are'}"


_SAID: dict[str, Callable[[Graph, Edge, Mask], str]] = {
    "relu": _relu, "mul": _mul, "div": _div, "tanh": _saturated, "sigmoid": _saturated, "softplus": _saturated,
    "exp": _exp, "abs": _abs, "maximum": _extreme, "minimum": _extreme, "where": _where, "index": _unread,
    "gather": _unread, "max": _beaten, "min": _beaten, "put": _overwritten, "matmul": _matmul, "floordiv": _step,
    "mod": _mod,
}  # fmt: skip
