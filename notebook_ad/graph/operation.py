"""One operation of the graph: what its edges' rules and local derivatives are told from when someone asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from notebook_ad.engine import arrays
from notebook_ad.engine.primitive import PRIMITIVES, Primitive
from notebook_ad.engine.trace import local_derivative
from notebook_ad.graph import products, words
from notebook_ad.graph.expression import Text, Texts
from notebook_ad.graph.model import Value
from notebook_ad.graph.values import shown


@dataclass(slots=True, eq=False)
class Operation:
    """A primitive on nodes of the graph. It refers to nothing of the tape, so a graph keeps no segment alive.

    Attributes:
        code: of the primitive; static: what is not an operand (axis, key, …).
        power: the exponent, where it is a constant number; it stands in the glyph and has no node.
        locals: the local derivatives, where the primitive is not elementwise but its operand and result are scalars.
        node, operands: ids of the nodes; `book` holds all nodes.
    """

    code: int
    static: dict[str, Any]
    power: float | None
    locals: tuple[Value | None, ...]
    node: int
    operands: tuple[int, ...]
    book: Texts

    @property
    def primitive(self) -> Primitive:
        """Looked up by its code, so that a graph can be copied and pickled."""
        return PRIMITIVES[self.code]

    @property
    def value(self) -> Value:
        """The result."""
        return self.book.nodes[self.node].value

    @property
    def shape(self) -> tuple[int, ...]:
        """The result's."""
        return self.book.nodes[self.node].shape

    @property
    def inputs(self) -> tuple[Value, ...]:
        """The operands' values, a constant exponent among them."""
        values = tuple(self.book.nodes[i].value for i in self.operands)
        return values if self.power is None else (*values, self.power)

    @property
    def input_shapes(self) -> tuple[tuple[int, ...], ...]:
        """The operands' shapes."""
        return tuple(self.book.nodes[i].shape for i in self.operands)

    @property
    def texts(self) -> tuple[Text, ...]:
        """What formulas call the operands, then the result."""
        return tuple(self.book.named(i) for i in (*self.operands, self.node))

    def local(self, position: int) -> Value | None:
        """The local derivative along an edge; None for a Jacobian."""
        if self.primitive.kind != "elementwise":
            return self.locals[position] if self.locals else None
        dtype = self.book.nodes[self.node].dtype
        found: Value | None = shown(local_derivative(self.primitive, self.value, self.inputs, dtype, position))
        return found

    def rule(self, position: int) -> str:
        """The vjp in words."""
        return words.rule(self, position)

    def partial(self, position: int) -> str:
        """The local derivative in LaTeX."""
        return words.partial_latex(self, position)

    def factor(self, position: int) -> str:
        """The local derivative in the operands' names."""
        return words.factor(self, position)

    def shapes(self, position: int) -> str:
        """The shapes that a matrix rule multiplies."""
        return products.shapes(self, position) if self.primitive is arrays.matmul else ""
