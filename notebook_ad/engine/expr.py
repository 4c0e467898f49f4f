"""Small expression trees: what a primitive's lambda does, recorded once, to be printed as code, text or LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expr:
    """A node: `head` is "const", "var", an operator (+ - * / neg < <= == != > >=) or a function's name."""

    head: str
    args: tuple[Expr, ...] = ()
    value: float = 0.0
    name: str = ""

    def __add__(self, other: Operand) -> Expr:
        return Expr("+", (self, lift(other)))

    def __radd__(self, other: Operand) -> Expr:
        return lift(other) + self

    def __sub__(self, other: Operand) -> Expr:
        return Expr("-", (self, lift(other)))

    def __rsub__(self, other: Operand) -> Expr:
        return lift(other) - self

    def __mul__(self, other: Operand) -> Expr:
        return Expr("*", (self, lift(other)))

    def __rmul__(self, other: Operand) -> Expr:
        return lift(other) * self

    def __truediv__(self, other: Operand) -> Expr:
        return Expr("/", (self, lift(other)))

    def __rtruediv__(self, other: Operand) -> Expr:
        return lift(other) / self

    def __pow__(self, other: Operand) -> Expr:
        return Expr("pow", (self, lift(other)))

    def __neg__(self) -> Expr:
        return Expr("neg", (self,))

    def __lt__(self, other: Operand) -> Expr:
        return Expr("<", (self, lift(other)))

    def __le__(self, other: Operand) -> Expr:
        return Expr("<=", (self, lift(other)))

    def __gt__(self, other: Operand) -> Expr:
        return Expr(">", (self, lift(other)))

    def __ge__(self, other: Operand) -> Expr:
        return Expr(">=", (self, lift(other)))


Operand = Expr | float | int


def lift(value: Operand) -> Expr:
    """A number as a constant expression; an expression as it is."""
    return value if isinstance(value, Expr) else Expr("const", value=float(value))


def var(name: str) -> Expr:
    """A named operand."""
    return Expr("var", name=name)


def function(name: str) -> Callable[..., Expr]:
    """The expression-building form of a scalar function."""
    return lambda *args: Expr(name, tuple(map(lift, args)))


exp, exp2, expm1 = map(function, ("exp", "exp2", "expm1"))
log, log2, log10, log1p = map(function, ("log", "log2", "log10", "log1p"))
sqrt, cbrt, hypot = map(function, ("sqrt", "cbrt", "hypot"))
sin, cos, tan, arcsin, arccos, arctan, arctan2 = map(
    function, ("sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2")
)
sinh, cosh, tanh, arcsinh, arccosh, arctanh = map(function, ("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"))
absolute, floor, rint, sign, copysign = map(function, ("abs", "floor", "rint", "sign", "copysign"))
equal, not_equal = map(function, ("==", "!="))
floor_divide, remainder, fmod = map(function, ("//", "%", "fmod"))
where = function("where")  # lazy in every interpreter: the branch not taken is not evaluated


def is_const(expr: Expr, value: float | None = None) -> bool:
    """Whether `expr` is a constant (equal to `value`, where one is given)."""
    return expr.head == "const" and (value is None or expr.value == value)


def blocked(expr: Expr) -> bool:
    """Whether the expression is 0 in some branch of a `where`, and not everywhere."""
    return expr.head == "where" and any(is_const(a, 0.0) or blocked(a) for a in expr.args[1:])


def passed(upstream: Expr, partial: Expr) -> Expr:
    """Upstream × partial, but 0 in a branch where the partial is 0, whatever the upstream: inf or nan must not get past.

    So that √relu(x) has the gradient 0 where x < 0. As PyTorch, which masks there.
    """
    if partial.head == "where":
        condition, taken, other = partial.args
        return Expr("where", (condition, passed(upstream, taken), passed(upstream, other)))
    return partial if is_const(partial, 0.0) else simplify(Expr("*", (upstream, partial)))


def substitute(expr: Expr, values: dict[str, Expr]) -> Expr:
    """Replace the named operands, then simplify what became trivial (x * 1, x ** 1, a `where` with a known condition)."""
    if expr.head == "var":
        return values.get(expr.name, expr)
    if not expr.args:
        return expr
    return simplify(Expr(expr.head, tuple(substitute(a, values) for a in expr.args)))


def simplify(expr: Expr) -> Expr:
    """One step of the identities that hold for every real operand."""
    head, args = expr.head, expr.args
    if head == "where" and is_const(args[0]):
        return args[1] if args[0].value else args[2]
    if head in ("==", "<", "<=", ">", ">=", "!=") and is_const(args[0]) and is_const(args[1]):
        return lift(float(COMPARE[head](args[0].value, args[1].value)))
    if head == "-" and is_const(args[0]) and is_const(args[1]):
        return lift(args[0].value - args[1].value)
    if head == "pow" and is_const(args[1], 1.0):
        return args[0]
    if head == "*" and is_const(args[0], 1.0):
        return args[1]
    if head == "*" and is_const(args[1], 1.0):
        return args[0]
    return expr


COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
