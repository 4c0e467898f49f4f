"""What a primitive is, and the table of all of them: every interpreter finds a primitive's rules here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from notebook_ad.engine.expr import Expr, is_const, lift, var

OPERANDS = ("x", "y", "w", "v", "u")  # an operation has three at most; the others are for derivatives of derivatives
Kind = Literal["source", "elementwise", "linear", "gather", "put", "cast", "matmul", "extremum", "host", "opaque"]
Linear = Literal["no", "linear", "multilinear"]


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """One operation of the tape.

    Attributes:
        code: its number on the tape and in the table of kernels.
        kind: which family of kernels serves it.
        value, partials: expression trees over the operands x, y, w, … and the output z (elementwise only);
            a partial is None for an operand that never has a gradient.
        numpy: the host function that computes its value where NumPy has one.
        vjp: of a host primitive: `vjp(g, z, inputs, static, wanted)`, a cotangent for each wanted operand, written in
            NumPy calls, so that it runs on arrays and on tensors (and differentiates again).
        linear: whether a host primitive is linear in its operand, or in each of several.
        heavy: its partials are so long that NumPy's calls cost less than compiling a kernel (those of third derivatives).
        rule: the vjp in words or LaTeX-free mathematics, for the reader.
        kernel: of a host primitive that has one for first-order sweeps over floats: its file in kernels/; `block` gives
            the kernel's parameters from the operands' shapes.
        hosted: whether the sweep comes back to Python for it, whatever the dtype.
        usual: a value of the second operand that is so frequent as a constant that the kernel has a loop for it.
        begins: whether its kernel can write an operand's first contribution over what stands there, whatever the sizes.
    """

    code: int
    name: str
    glyph: str
    kind: Kind
    value: Expr | None = None
    partials: tuple[Expr | None, ...] = ()
    numpy: Callable[..., Any] | None = None
    vjp: Callable[..., Sequence[Any]] | None = None
    linear: Linear = "no"
    rule: str = ""
    heavy: bool = False
    kernel: str = ""
    block: Callable[..., list[int]] | None = None
    hosted: bool = False
    begins: bool = False
    usual: float | None = None

    def __call__(self, *operands: Any, **static: Any) -> Any:
        """A host primitive's value: of arrays an array, of tensors a tensor (on the tape where one needs a gradient)."""
        assert self.numpy is not None
        for x in operands:
            if (on_tape := getattr(type(x), "__primitive__", None)) is not None:
                return on_tape(self, operands, static)
        with np.errstate(all="ignore"):
            return self.numpy(*operands, **static)


PRIMITIVES: list[Primitive] = []
CAPACITY = 4096  # primitives, for compiled code
PASSES = np.zeros(CAPACITY, np.uint8)  # by code, a bit for each operand whose gradient is the upstream unchanged
# By code, a bit for each operand whose first contribution the kernel can write over what stands there: nothing is cleared
# and read before (`x * y` at 64 × 128, float32: 2.3 µs instead of 3.6). ANY_SIZE: also where it is not of the result's size.
BEGINS = np.zeros(CAPACITY, np.uint8)
ANY_SIZE = 128
HEAVY = 150  # nodes: a kernel of 190 took 2 s to compile, one of 700 5 s, one of 1,900 47 s


def declare(name: str, glyph: str, kind: Kind, **rules: Any) -> Primitive:
    """Add a primitive to the table."""
    heavy = sum(map(_nodes, rules.get("partials", ()))) > HEAVY
    hosted = heavy or (kind == "host" and not rules.get("kernel"))
    primitive = Primitive(len(PRIMITIVES), name, glyph, kind, heavy=heavy, hosted=hosted, **rules)
    PRIMITIVES.append(primitive)
    unchanged = [p is not None and is_const(p, 1.0) for p in primitive.partials]
    PASSES[primitive.code] = sum(1 << i for i, same in enumerate(unchanged) if same)
    BEGINS[primitive.code] = sum(1 << i for i, p in enumerate(primitive.partials) if p is not None)
    if primitive.begins:
        BEGINS[primitive.code] = 255
    return primitive


def _nodes(expr: Expr | None) -> int:
    return 0 if expr is None else 1 + sum(map(_nodes, expr.args))


leaf = declare("leaf", "", "source")
constant = declare("constant", "", "source")
imported = declare("import", "", "source")  # stands for a value recorded in an earlier segment
opaque = declare("opaque", "⊘", "opaque")  # has a value but no rule: a gradient that reaches it is an error


def elementwise(
    name: str,
    glyph: str,
    value: Callable[..., Any],
    partials: tuple[Callable[..., Any] | None, ...],
    numpy: Callable[..., Any] | None = None,
    usual: float | None = None,
) -> Primitive:
    """Declare an elementwise primitive; kernels, labels, formulas and property tests derive from this one statement.

    Args:
        value: the function of the operands.
        partials: for each operand its partial derivative, a function of the operands and the output.
        numpy: NumPy's function of the same meaning.
        usual: see Primitive.
    """
    names = [var(n) for n in OPERANDS[: len(partials)]]
    z = var("z")
    traced = tuple(None if p is None else lift(p(*names, z)) for p in partials)
    whole = lift(value(*names))
    return declare(name, glyph, "elementwise", value=whole, partials=traced, numpy=numpy, usual=usual)
